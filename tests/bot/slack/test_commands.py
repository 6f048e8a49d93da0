"""The slash command: its own few words, the form that opens without any, and what may be pressed there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.slack.face import SlackFace
from store.kinds import IntroductionState, StaffRole
from store.models import AuditEntry, Introduction
from store.store import Store
from tests.doubles.slack.records import ALICE, GENERAL, JSON, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_event, add_organisation, add_person

FIRM = "Quillfeather Bioassays"
SOON = datetime.now(UTC) + timedelta(days=3)


def add_alice(session: Session, *, staff: bool = False) -> int:
    firm = add_organisation(session, name=FIRM, town="Leeds", capabilities=["potency assays"])
    role = StaffRole.STAFF if staff else StaffRole.MEMBER
    add_person(session, name="Alice Finch", organisation_id=firm, slack_user_id=ALICE, staff_role=role)
    return firm


def words(surface: JSON | Message) -> str:
    return str(surface.blocks if isinstance(surface, Message) else surface["blocks"])


async def told(slack: SlackDouble) -> Message:
    return (await slack.wait_for(lambda: slack.ephemerals))[-1]


async def opened(slack: SlackDouble, callback: str) -> JSON:
    def there() -> JSON | None:
        try:
            return slack.modal(callback_id=callback).body
        except LookupError:
            return None

    found = await slack.wait_for(there)
    assert found is not None
    return found


async def test_the_bare_command_opens_a_form_whose_answer_only_its_asker_sees(
    face: SlackFace, slack: SlackDouble
) -> None:
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    assert (await slack.submit({"question": "who does lateral flow tests?"})).ok
    answer = await told(slack)
    assert (answer.seen_by, answer.channel) == (ALICE, GENERAL)
    assert "Fenwick Flow Diagnostics" in answer.text
    with pytest.raises(LookupError):
        slack.modal()


async def test_an_organisation_is_found_by_a_part_of_its_name_misspelt_or_not(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    firm = await sqlite_store.write(add_alice)
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    assert not await slack.suggest("suggest:organisation", "zzyzx")
    for typed in ("qui", "bioas", "quill bio", "Quilfeather Bioassays"):
        options = await slack.suggest("suggest:organisation", typed)
        assert [each["value"] for each in options] == [f"organisation:{firm}"], typed
    assert options[0]["text"]["text"] == f"{FIRM}, Leeds"
    by_person = await slack.suggest("suggest:organisation", "Alice Fi")
    assert by_person[0]["text"]["text"] == f"{FIRM} (Alice Finch), Leeds"

    await slack.submit({"organisation": f"organisation:{firm}"})
    assert FIRM in (await told(slack)).text


async def test_a_form_sent_in_empty_says_what_it_needs(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    assert (await slack.submit()).errors == {
        "question": "Type what you need, or choose an organisation below."
    }


async def test_help_names_each_word_and_leads_there(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.slash_command("help")
    menu = await told(slack)
    for word in ("/whodoes me", "/whodoes intro", "/whodoes events"):
        assert word in words(menu)
    assert "announce" not in words(menu)
    assert "/whodoes log" not in words(menu)

    await slack.block_action("menu:ask", within=menu)
    await opened(slack, "menu:asked")
    await slack.block_action("menu:me", within=menu)
    assert FIRM in words(await opened(slack, "home:listing"))
    await slack.block_action("intro:ask", within=menu)
    await opened(slack, "intro:request")
    await slack.block_action("menu:events", within=menu)
    await slack.wait_for(lambda: "No events are planned" in slack.ephemerals[-1].text)


async def test_help_in_a_direct_message_has_the_same_menu(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.dm("help")
    (answer,) = await slack.wait_for(lambda: slack.posted(ALICE))
    assert "/whodoes intro" in words(answer)


async def test_staff_are_told_of_their_words_too(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(lambda session: add_alice(session, staff=True))
    await slack.slash_command("help")
    assert "/whodoes log" in words(await told(slack))


async def test_buttons_in_the_form_of_the_bare_command_turn_it_into_what_they_name(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await sqlite_store.write(lambda session: add_event(session, title="Summer evening", starts_at=SOON))
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    await slack.block_action("menu:events")
    assert "Summer evening" in words(await opened(slack, "menu:events"))
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    await slack.block_action("intro:ask", within=slack.modal(callback_id="menu:asked"))
    await opened(slack, "intro:request")


@pytest.mark.parametrize("word", ["me", "intro", "ME"])
async def test_whoever_is_not_known_yet_is_asked_who_they_are(
    socket_face: SlackFace, slack: SlackDouble, word: str
) -> None:
    await slack.slash_command(word)
    await opened(slack, "home:link")


async def test_me_opens_ones_own_entry(face: SlackFace, slack: SlackDouble, sqlite_store: Store) -> None:
    await sqlite_store.write(add_alice)
    await slack.slash_command("me")
    assert FIRM in words(await opened(slack, "home:listing"))


async def test_intro_asks_for_an_introduction_to_whoever_is_chosen(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.slash_command("intro")
    await opened(slack, "intro:request")
    (option,) = await slack.suggest("suggest:organisation", "fenwick")
    delivery = await slack.submit({"organisation": option["value"], "seeks": "a kit for <!channel>"})
    assert delivery.ok
    assert not delivery.errors
    assert slack.modal().body["callback_id"] == "told"


async def test_events_are_answered(socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store) -> None:
    await sqlite_store.write(lambda session: add_event(session, title="Summer evening", starts_at=SOON))
    await slack.slash_command("events")
    assert "Summer evening" in (await told(slack)).text


@pytest.mark.parametrize("slip", ["hlep", "evnets", "helpp"])
async def test_a_slip_of_a_word_gets_help(socket_face: SlackFace, slack: SlackDouble, slip: str) -> None:
    await slack.slash_command(slip)
    assert "/whodoes intro" in words(await told(slack))


async def test_any_other_word_is_asked(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.slash_command("diagnostics")
    assert "/whodoes intro" not in words(await told(slack))


async def test_a_form_that_slack_opens_no_more_says_so(socket_face: SlackFace, slack: SlackDouble) -> None:
    slack.fail("views.open", error="expired_trigger_id")
    await slack.slash_command("")
    assert "Please try once more" in (await told(slack)).text
    slack.drop("views.open")
    await slack.slash_command("")
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)


async def test_staff_log_an_introduction_in_one_line(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(lambda session: add_alice(session, staff=True))
    await slack.slash_command(f"log met {FIRM} and Fenwick Flow Diagnostics at the dinner about <!channel>")
    notice = await told(slack)
    assert notice.seen_by == ALICE
    assert "met" in notice.text
    (kept,) = await sqlite_store.read(lambda session: list(session.exec(select(Introduction))))
    assert kept.state is IntroductionState.MET
    await slack.slash_command("log")
    await slack.wait_for(lambda: "in one line" in slack.ephemerals[-1].text)


async def test_members_log_nothing_and_that_they_tried_is_written_down(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.slash_command(f"log met {FIRM} and Fenwick Flow Diagnostics")
    assert "Only the team" in (await told(slack)).text
    refused = await sqlite_store.read(
        lambda session: list(session.exec(select(AuditEntry).where(AuditEntry.action == "refused")))
    )
    assert [entry.details["action"] for entry in refused] == ["log an introduction"]
    await slack.slash_command("log reduction testing")
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)
    assert "Only the team" not in slack.ephemerals[-1].text

"""What is pressed and sent in beside a question: hits, mistakes, the menu of a message, and what is stale or late."""

import pytest
from sqlmodel import Session, select

from bot.slack.face import SlackFace
from store.kinds import ProposalState
from store.models import Feedback, Introduction, NewsItem, Proposal
from store.store import Store
from tests.bot.slack.conftest import StartFace
from tests.bot.slack.test_commands import FIRM, add_alice, opened, told, words
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_organisation

ASK = "who does lateral flow tests?"


async def answer(slack: SlackDouble) -> Message:
    return (await slack.wait_for(lambda: slack.posted(GENERAL)))[-1]


def proposals(session: Session) -> list[Proposal]:
    return list(session.exec(select(Proposal)))


def add_two(session: Session) -> None:
    for name in ("Selwick Optics", "Ravenglass Optics"):
        add_organisation(session, name=name, capabilities=["zebrafish imaging"])


async def test_a_hit_leads_to_an_introduction(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention(ASK)
    await slack.block_action("intro:hit:1", within=await answer(slack))
    form = await opened(slack, "intro:request")
    assert "Fenwick Flow Diagnostics" in words(form)
    assert "asked for" in words(form)  # why they fit, for its asker to change
    assert not (await slack.submit({"seeks": "two hundred kits"})).errors
    asked = await sqlite_store.read(lambda session: session.exec(select(Introduction)).one())
    assert asked.seeks == "two hundred kits"


async def test_whoever_is_no_member_is_told_how_to_become_known(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.mention(ASK)
    await slack.block_action("intro:hit:1", within=await answer(slack), user=BOB)
    notice = await told(slack)
    assert "link your Slack account" in notice.text
    assert notice.seen_by == BOB


async def test_a_wrong_entry_is_marked_and_told_to_the_team(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention("Fenwick Flow Diagnostics")
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    await opened(slack, "home:report")
    await slack.submit({"words": "They moved to <!channel> Crewe."})
    assert slack.modal().body["callback_id"] == "told"
    (kept,) = await sqlite_store.read(proposals)
    assert (kept.state, kept.words) == (ProposalState.OPEN, "They moved to <!channel> Crewe.")
    await slack.wait_for(lambda: "Marked out of date by Alice Finch" in slack.posted(GENERAL)[0].text)
    assert len(await sqlite_store.read(lambda session: list(session.exec(select(Feedback))))) == 1


async def test_of_several_one_says_whose_entry_is_wrong(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    await sqlite_store.write(add_alice)
    await slack.mention("who does zebrafish imaging?")
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    form = await opened(slack, "mistake:which")
    options = form["blocks"][0]["element"]["options"]
    assert {each["text"]["text"] for each in options} == {"Selwick Optics", "Ravenglass Optics"}
    await slack.submit({"organisation": options[1]["value"], "words": "They closed."})
    (kept,) = await sqlite_store.read(proposals)
    assert str(kept.organisation_id) == options[1]["value"]


async def test_ones_own_entry_is_edited_at_once(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention(FIRM)
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    await opened(slack, "home:listing")


async def test_the_menu_of_a_message_answers_whoever_chose_it_alone(
    face: SlackFace, slack: SlackDouble
) -> None:
    message = slack.member_says(f"*{ASK}* <!channel>", user=BOB, channel=GENERAL)
    assert (await slack.shortcut("who_can_help", message=message)).ok
    found = await told(slack)
    assert (found.seen_by, found.channel) == (ALICE, GENERAL)
    assert "Fenwick Flow Diagnostics" in found.text
    await slack.block_action("share_here", within=found)
    assert "alice asked" in (await answer(slack)).text


async def test_a_message_without_words_says_so(socket_face: SlackFace, slack: SlackDouble) -> None:
    message = slack.member_says(":wave:", user=BOB, channel=GENERAL)
    await slack.shortcut("who_can_help", message=message)
    assert "no words" in (await told(slack)).text
    await slack.shortcut("of_yesterday", message=message, old=True)
    await slack.wait_for(lambda: "I don't do that any more" in slack.ephemerals[-1].text)


async def test_a_message_is_sent_in_as_news_by_whoever_chose_that_once(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    said = "*We won the award* <!channel>\nFor wound care: <https://ash.example/x|read on> &lt;b&gt;"
    message = slack.member_says(said, user=BOB, channel=GENERAL)
    await slack.shortcut("submit_news", message=message)
    assert "the team has it" in (await told(slack)).text
    assert (await told(slack)).seen_by == ALICE
    await slack.shortcut("submit_news", message=message)
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)

    def look(session: Session) -> list[tuple[str, str, str, str]]:
        rows = session.exec(select(NewsItem)).all()
        return [(each.title, each.text, each.link, each.by) for each in rows]

    [(title, body, link, by)] = await sqlite_store.read(look)
    assert (title, link) == ("We won the award", "https://ash.example/x")
    assert body.startswith("For wound care: read on <b>")
    assert by == "person:1"


@pytest.mark.parametrize("said", [":tada:", "<!channel>"])
async def test_a_message_without_words_is_no_news(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, said: str
) -> None:
    await sqlite_store.write(add_alice)
    message = slack.member_says(said, user=BOB, channel=GENERAL)
    await slack.shortcut("submit_news", message=message)
    assert "no words" in (await told(slack)).text
    assert not await sqlite_store.read(lambda session: session.exec(select(NewsItem)).all())


async def test_where_it_is_set_hits_are_cards_with_why_they_fit(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    await sqlite_store.write(add_alice)
    async with start(cards=True):
        await slack.mention("who does zebrafish imaging?")
        (row,) = [block for block in (await answer(slack)).blocks if block["type"] == "carousel"]
        assert "zebrafish imaging" in row["elements"][0]["body"]["text"]
        await slack.block_action("mistake:one:2", within=await answer(slack))
        await opened(slack, "home:report")
        await slack.submit({"words": "They closed."})
        assert len(await sqlite_store.read(proposals)) == 1


async def test_cards_that_slack_refuses_are_said_as_plain_blocks(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    slack.fail("chat.postMessage", error="invalid_blocks")
    async with start(cards=True):
        await slack.mention("who does zebrafish imaging?")
        kinds = {block["type"] for block in (await answer(slack)).blocks}
    assert slack.mistakes == ["chat.postMessage: invalid_blocks: "]  # the refusal above
    slack.mistakes.clear()
    assert "carousel" not in kinds
    assert "actions" in kinds


async def test_a_card_or_menu_of_another_version_explains_itself(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    for action in ("mistake:none:1", "mistake:one:1", "menu:of_yesterday", "intro:of_yesterday"):
        await slack.block_action(action, within=a_button(slack, action))
        await slack.wait_for(lambda: slack.ephemerals and "no longer works" in slack.ephemerals[-1].text)
        slack.ephemerals.clear()


def a_button(slack: SlackDouble, action: str) -> Message:
    old = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "Old"}, "value": "x"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [old]}]
    return slack.workspace.say(Message(GENERAL, slack.workspace.next_ts(), BOT_USER, "old", blocks))


async def test_an_answer_that_named_nobody_has_no_entry_to_be_wrong(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.mention("who does underwater basket weaving with xylophones?")
    found = await answer(slack)
    if "feedback_out_of_date" in words(found):
        await slack.block_action("feedback_out_of_date", within=found)
        await slack.wait_for(lambda: "Marked out of date" in slack.posted(GENERAL)[0].text)

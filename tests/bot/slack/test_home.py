"""The Home tab: whatever stands in the directory it is taken by Slack; each sees their own, staff their queues."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.gaps import Gap, gaps_since
from bot.assistant.house import House
from bot.assistant.introductions.looking import Mine, Queued
from bot.assistant.introductions.wording import CAME_OF_IT, MET, NO, PAUSE, YES
from bot.assistant.letters import Choice, Letterbox
from bot.assistant.linking import Linked, Pending, Unlinked
from bot.assistant.proposal_wording import Difference
from bot.assistant.proposing import Listing, ListingField, OpenProposal, open_proposals
from bot.slack import home_actions
from bot.slack.blocks.home import ForStaff, Health, HomePage, Preferences, view
from bot.slack.home import Account, home_of
from bot.slack.letters import SlackCarrier
from bot.slack.modals import listing as entry
from bot.slack.modals.forms import Filled, filled
from bot.slack.then import Then
from store.directory import ComingEvent
from store.kinds import EventKind, Held, InboxState, IntroductionState, Medium, OutboxState, StaffRole
from store.models import AskRecord, AuditEntry, InboxItem, LinkCode, OutboxMessage, Person
from store.people import by_slack_id
from store.store import Store
from tests.bot.assistant.plain_carrier import PlainCarrier
from tests.bot.slack.filling import filled_in, values_of
from tests.bot.slack.planned import a_row
from tests.conftest import NOW
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace
from tests.factories import add_event, add_organisation, add_person

HOSTILE = "<!channel> & Sons"
LONG = f"{HOSTILE} " * 180  # over 3,000 characters
HOUSE = House(
    "the Northmoor cluster",
    letterbox=Letterbox({Medium.SLACK: SlackCarrier(), Medium.EMAIL: PlainCarrier(Medium.EMAIL)}),
)
TEAM = "T0CLUSTER"
ADA, STAFF, NOBODY = "U0ALICE", "U0STAFF", "U0NEW"


def shown(home: dict[str, Any]) -> str:
    """The view as Slack takes it, in one text; raises where Slack would refuse."""
    workspace = Workspace(real_time)
    check_view(workspace, home, kind="home")
    assert not workspace.pings
    assert not workspace.mentions
    return str(home["blocks"])


def a_mine(number: int, **fields: Any) -> Mine:
    given: dict[str, Any] = {"other": LONG, "standing": "introduced", "next_step": LONG, "seeks": LONG}
    given |= {"since": NOW, "state": IntroductionState.INTRODUCED, "choices": MET} | fields
    return Mine(number, **given)


def a_queued(number: int, **fields: Any) -> Queued:
    given: dict[str, Any] = {
        "state": IntroductionState.REQUESTED, "asker": LONG, "asked": LONG, "asked_person_id": None,
        "asked_organisation_id": 3, "reason": LONG, "seeks": LONG, "held": Held.NOBODY, "why": LONG, "since": NOW,
        "assigned_to": 9,
    }  # fmt: skip
    return Queued(number, **(given | fields))


def a_crowded_page() -> HomePage:
    changes = tuple(Difference(f"f{n}", LONG, LONG, LONG) for n in range(12))
    proposals = [
        OpenProposal(n, 3, LONG, changes, LONG, "person:4", LONG, own=True, proposed_at=NOW)
        for n in range(20)
    ]
    event = ComingEvent(
        LONG, EventKind.NETWORKING, NOW, NOW, "Europe/London", LONG, LONG, LONG, "https://a.example"
    )
    return HomePage(
        region=LONG,
        link=Linked(1, LONG),
        foreign=False,
        events=(event,) * 20,
        preferences=Preferences(True, True, date(2027, 1, 1), True, True, (LONG,) * 20),
        mine=tuple(a_mine(number) for number in range(60)),
        for_staff=ForStaff(
            tuple(a_queued(number) for number in range(60)),
            {9: LONG},
            tuple(proposals),
            tuple(Gap(LONG, 3) for _ in range(10)),
            Health(LONG, NOW, {OutboxState.UNCERTAIN: 2}, 1),
            NOW,
            (a_row(LONG),) * 3,
        ),
    )


def test_a_home_with_sixty_introductions_and_hostile_names_is_taken_and_pings_nobody() -> None:
    home = view(a_crowded_page())
    assert "… and 52 more behind these." in shown(home)
    assert "Show more (52)" in shown(home)
    assert len(home["blocks"]) <= 100


def test_one_pages_through_ones_introductions() -> None:
    page = a_crowded_page()
    last = values_of(view(replace(page, first=56)))
    assert last["home:introductions:earlier"] == "48"
    assert "home:introductions:more" not in last
    assert values_of(view(replace(page, first=999)))["home:introductions:more"] == "8"


def test_what_waits_for_ones_word_is_answered_by_its_letter_and_the_rest_by_its_number() -> None:
    asked = a_mine(7, state=IntroductionState.ASKED, choices=(YES, NO, PAUSE), token="abc")
    mine = (asked, a_mine(8), a_mine(9, choices=(Choice("withdraw", "Take it back"),)))
    found = values_of(view(replace(a_crowded_page(), mine=mine, for_staff=None)))
    assert found["letter:answer:yes"] == "abc yes"
    assert found["intro:stage:met"] == "8 met"
    assert "intro:stage:not yet" not in found
    assert found["intro:details"] == "8 met"
    assert found["intro:withdraw"] == "9"
    further = a_mine(8, state=IntroductionState.MET, choices=CAME_OF_IT)
    assert (
        values_of(view(replace(a_crowded_page(), mine=(further,), for_staff=None)))["intro:details"]
        == "8 outcome"
    )


def test_what_must_never_be_is_not_offered_for_approval() -> None:
    page = a_crowded_page()
    assert page.for_staff is not None
    never = replace(
        page.for_staff, queue=(a_queued(7, held=Held.NEVER_WITH, asked_person_id=4),), proposals=()
    )
    found = values_of(view(replace(page, for_staff=never)))
    assert "intro:approve" not in found
    assert found["intro:decline"] == "7"


@pytest.mark.parametrize(
    ("state", "foreign", "said"),
    [
        (Unlinked(), False, "tell me your work address"),
        (Unlinked(), True, "from another workspace"),
        (Pending(NOW), False, "I have asked for a code"),
    ],
)
def test_who_is_not_linked_is_told_how(state: Unlinked | Pending, foreign: bool, said: str) -> None:
    home = view(HomePage("Northmoor", state, foreign))
    assert said in shown(home)
    assert "home:link" in values_of(home)
    assert ("home:code" in values_of(home)) == isinstance(state, Pending)


# --- with a directory behind it ---


def seed(session: Session) -> dict[str, int]:
    hers = add_organisation(
        session, name=HOSTILE, summary="Makes labels.", capabilities=["labels"], town="Leeds", county="Yorks"
    )
    return {
        "firm": hers,
        "ada": add_person(
            session, name="Ada Finch", organisation_id=hers, slack_user_id=ADA, addresses=["ada@sons.example"]
        ),
        "staff": add_person(session, name="Sam Reed", slack_user_id=STAFF, staff_role=StaffRole.STAFF),
        "new": add_person(session, name="Nia Holt", organisation_id=hers, addresses=["nia@sons.example"]),
    }


@pytest.fixture
def here(sqlite_store: Store) -> "Here":
    ids = asyncio.run(sqlite_store.write(seed))
    return Here(sqlite_store, ids)


class Here:
    """A small directory, and people who press and fill in."""

    def __init__(self, store: Store, ids: dict[str, int]) -> None:
        self.store = store
        self.ids = ids

    def home(self, user: str, **fields: Any) -> dict[str, Any]:
        def read(session: Session) -> dict[str, Any]:
            return home_of(session, Account(user, TEAM), act_of(session, user), **fields)

        return asyncio.run(self.store.read(read))

    def press(self, user: str, action: str, value: str = "home") -> Then:
        def write(session: Session) -> Then | None:
            return home_actions.pressed(session, action, value, act_of(session, user))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        return then

    def submit(self, user: str, form: dict[str, Any], **said: str) -> Then:
        """Fill in a form that was opened: `said` by field, the rest as it stands."""
        taken = filled_in(form, said)

        def write(session: Session) -> Then | None:
            return home_actions.submitted(session, taken, act_of(session, user), Account(user, TEAM))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        return then

    def rows(self, table: Any) -> list[Any]:
        def read(session: Session) -> list[dict[str, Any]]:
            return [row.model_dump() for row in session.exec(select(table).order_by(col(table.id)))]

        return asyncio.run(self.store.read(read))

    def person(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(row for row in self.rows(Person) if row["name"] == name)
        return found


def act_of(session: Session, user: str) -> Act:
    return Act(by_slack_id(session, user), Medium.SLACK, "click:1", HOUSE, NOW, who=user)


def test_a_member_sees_their_entry_and_what_reaches_them_and_no_queue(here: Here) -> None:
    said = shown(here.home(ADA))
    assert "&lt;!channel&gt; &amp; Sons" in said
    assert "Confirmed on 1 September 2026." in said
    assert "Requests for introductions: on" in said
    assert "For the team" not in said


def test_staff_see_what_waits_and_whether_all_is_well(here: Here) -> None:
    def trouble(session: Session) -> None:
        add_event(session, title="Winter social", starts_at=NOW + timedelta(days=3), url="https://a.example")
        session.add(
            InboxItem(
                medium=Medium.SLACK, event_id="e", kind="said", state=InboxState.SET_ASIDE, received_at=NOW
            )
        )
        session.add(
            OutboxMessage(
                dedup_key="k", medium=Medium.SLACK, kind="answer", recipient="C", state=OutboxState.UNCERTAIN,
                due_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
        for text in ("organ on a chip", "Organ on a  chip"):
            session.add(
                AskRecord(
                    id=text, medium=Medium.SLACK, conversation="c", text="who?", asked_at=NOW, missed=True,
                    answer_kind="no_match", wanted={"topic": text},
                )
            )  # fmt: skip

    asyncio.run(here.store.write(trouble))
    said = shown(here.home(STAFF, connection="connected"))
    assert "No introduction waits for you." in said
    assert "Slack: connected, last heard of Slack <!date^" in said
    assert "Outbox: 0 queued, 0 sending, 1 uncertain, 0 failed" in said
    assert "Set aside: 1" in said
    assert "(2)" in said
    assert "Winter social" in said


def test_gaps_are_of_the_time_that_is_asked_for(here: Here) -> None:
    assert asyncio.run(here.store.read(gaps_since, NOW)) == ()


def test_still_right_confirms_the_entry(here: Here) -> None:
    assert here.press(ADA, "home:confirm", str(here.ids["firm"])).done
    assert "Confirmed on 23 November 2026." in shown(here.home(ADA))
    assert not here.press(STAFF, "home:confirm", "nonsense").done


def test_an_edit_is_shown_once_more_then_waits_for_staff_who_see_the_difference(here: Here) -> None:
    form = here.press(ADA, "home:listing").opens
    assert form is not None
    check = here.submit(ADA, form, summary="Makes labels & signs.", capabilities="labels\nsigns").becomes
    assert check is not None
    assert "“Makes labels.”" in str(check)
    assert "*Town*" not in str(check)
    then = here.submit(ADA, check)
    assert "staff will look at it" in then.told
    staff = here.home(STAFF)
    assert "“labels” → “labels; signs”" in shown(staff)
    told = here.press(STAFF, "home:approve_change", values_of(staff)["home:approve_change"])
    assert told.done
    assert "Makes labels &amp; signs." in shown(here.home(ADA))
    assert "No correction waits for you." in shown(here.home(STAFF))


def test_an_edit_that_changes_nothing_confirms(here: Here) -> None:
    form = here.press(ADA, "home:listing").opens
    assert form is not None
    then = here.submit(ADA, form)
    assert then.becomes is None
    assert "confirmed as of today" in then.told


def test_what_cannot_be_taken_stands_beside_its_field(here: Here) -> None:
    form = here.press(ADA, "home:listing").opens
    assert form is not None
    assert here.submit(ADA, form, name="").errors.keys() == {"name"}
    check = here.submit(ADA, form, website="sons.example").becomes
    assert check is not None
    assert here.submit(ADA, check, **{"new:website": "not a site"}).errors.keys() == {"new:website"}


def test_a_field_longer_than_slack_takes_is_left_out_rather_than_cut(here: Here) -> None:
    long = ListingField("summary", "What you do", "x" * 3001)
    short = ListingField("kind", "Kind", "", choices=("company",))
    form = entry.edit_modal(Listing(3, HOSTILE, (long, short), None))
    check_view(Workspace(real_time), form, kind="modal")
    assert "What you do" in str(form["blocks"][-1])
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == ["kind"]
    assert entry.changes_of(filled_in(form, {})) == {"kind": ""}


def test_staff_decline_a_report_with_a_note(here: Here) -> None:
    async def form_of(session_user: str) -> Then:
        def read(session: Session) -> Then:
            return home_actions.report_form(session, here.ids["firm"], "slack:C1:1")

        return await here.store.read(read)

    form = asyncio.run(form_of(ADA)).opens
    assert form is not None
    assert here.submit(ADA, form, words=f"they moved {HOSTILE}").done
    assert not here.submit(ADA, form, words=" ").done
    staff = here.home(STAFF)
    assert "Dealt with" in shown(staff)
    decline = here.press(STAFF, "home:decline_change", values_of(staff)["home:decline_change"]).opens
    assert decline is not None
    assert here.submit(STAFF, decline, note="They did not.").done
    assert asyncio.run(here.store.read(open_proposals)) == ()
    assert not here.press(STAFF, "home:decline_change", "1").done


def test_a_member_who_presses_a_button_of_staff_is_refused_and_it_is_written_down(here: Here) -> None:
    for action in ("home:approve_change", "home:decline_change"):
        then = here.press(ADA, action, "1")
        assert not then.done
        assert "staff can do that" in then.told or "team can do that" in then.told
    refused = [row for row in here.rows(AuditEntry) if row["action"] == "refused"]
    assert [row["subject"] for row in refused] == ["proposal:1", "proposal:1"]


def test_what_reaches_one_is_set_with_a_press(here: Here) -> None:
    assert here.press(ADA, "home:set_newsletters", "off").done
    assert here.press(ADA, "home:set_introductions", "off").done
    assert "off: nobody is introduced to you" in shown(here.home(ADA))
    assert here.press(ADA, "home:set_introductions", "on").done
    pause = here.press(ADA, "home:pause").opens
    assert pause is not None
    assert here.submit(ADA, pause, until="2026-11-01").errors.keys() == {"until"}
    assert here.submit(ADA, pause, until="soon").errors.keys() == {"until"}
    assert here.submit(ADA, pause, until="2027-01-31").done
    assert "paused until 31 January 2027" in shown(here.home(ADA))
    assert here.press(ADA, "home:resume").done
    assert here.submit(ADA, pause).done
    assert "paused until you return" in shown(here.home(ADA))
    topics = here.press(ADA, "home:topics").opens
    assert topics is not None
    assert here.submit(ADA, topics, topics=f"data\n\n {HOSTILE} ").done
    assert here.person("Ada Finch")["topics"] == ["data", HOSTILE]
    assert here.person("Ada Finch")["newsletters"] is False


def test_a_stranger_can_set_nothing(here: Here) -> None:
    for action in ("home:listing", "home:topics", "home:set_newsletters", "home:resume", "home:unlink"):
        assert not here.press(NOBODY, action).done
    assert not here.press(STAFF, "home:listing").done  # of no organisation


def test_an_account_is_linked_by_a_code_that_goes_to_the_address(here: Here) -> None:
    form = here.press(NOBODY, "home:link").opens
    assert form is not None
    assert here.submit(NOBODY, form, address="nobody").errors.keys() == {"address"}
    code_form = here.submit(NOBODY, form, address="nia@sons.example").becomes
    assert code_form is not None
    assert "home:code" in values_of(here.home(NOBODY))
    assert here.submit(NOBODY, code_form, code="000").errors.keys() == {"code"}
    body = next(row["body"].decode() for row in here.rows(OutboxMessage) if row["medium"] == Medium.EMAIL)
    code = body.split("Your code is ")[1][:6]
    then = here.submit(NOBODY, code_form, code=f" {code} ")
    assert "I know you as Nia Holt" in then.told
    assert "I know you as *Nia Holt*" in shown(here.home(NOBODY))
    assert len(here.rows(LinkCode)) == 1
    assert here.press(NOBODY, "home:unlink").done
    assert "home:link" in values_of(here.home(NOBODY))
    assert here.press(NOBODY, "home:code").opens is not None


def test_a_button_of_another_version_is_nobodys(here: Here) -> None:
    def press(session: Session) -> tuple[Then | None, Then | None]:
        act = act_of(session, ADA)
        gone = Filled("home:gone", {}, {})
        return (
            home_actions.pressed(session, "home:gone", "", act),
            home_actions.submitted(session, gone, act, Account(ADA)),
        )

    assert asyncio.run(here.store.write(press)) == (None, None)
    assert here.press(ADA, "home:introductions:more", "8").first == 8


def test_a_form_that_carries_nonsense_is_read_as_one_that_carries_nothing() -> None:
    form = filled({"callback_id": "x", "private_metadata": "{", "state": {"values": {"a": {}}}})
    assert form == Filled("x", {}, {})
    assert filled({"private_metadata": "[1]"}).kept == {}
    assert NOW.tzinfo is UTC

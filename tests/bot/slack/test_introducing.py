"""Introductions from Slack: asked for in a form, agreed to by a button, handed off to both, and told at length."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.answering import answer
from bot.assistant.house import House
from bot.assistant.introductions.looking import Mine, mine, queue
from bot.assistant.introductions.ticking import tick
from bot.assistant.letters import Letterbox
from bot.assistant.messages import Ask, Matches
from bot.slack import introducing
from bot.slack.blocks.introductions import introduce_button, own
from bot.slack.home import Account, home_of
from bot.slack.letters import SlackCarrier
from bot.slack.modals.introductions import Whom, details_of, organisation_in, request_modal, wish_of
from bot.slack.then import Then
from store.introductions.rules import Rules
from store.kinds import Anyway, IntroductionState, Medium, OutboxState, StaffRole
from store.models import AuditEntry, Introduction, IntroductionOutcome, OutboxMessage
from store.people import by_slack_id
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.filling import filled_in, values_of
from tests.conftest import NOW
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_message
from tests.doubles.slack.workspace import Workspace
from tests.factories import add_organisation, add_person

HOSTILE = "<!channel> & Sons"
ADA, BEN, SAM, NOBODY = "U0ALICE", "U0BOB", "U0STAFF", "U0NEW"
BOX = Letterbox({Medium.SLACK: SlackCarrier()})
AT_ONCE = House("Northmoor", rules=Rules(quiet_from=0, quiet_until=0), letterbox=BOX)
BY_STAFF = House("Northmoor", rules=Rules(approval=True, quiet_from=0, quiet_until=0), letterbox=BOX)


def seed(session: Session) -> dict[str, int]:
    hers = add_organisation(session, name="Larkspur Vectors", town="Leeds")
    his = add_organisation(session, name=HOSTILE, town="Chester")
    add_person(session, name="Sam Reed", slack_user_id=SAM, staff_role=StaffRole.STAFF)
    return {
        "hers": hers,
        "his": his,
        "empty": add_organisation(session, name="Nobody There"),
        "ada": add_person(session, name="Ada Finch", organisation_id=hers, slack_user_id=ADA),
        "ben": add_person(session, name="Ben Oduya", organisation_id=his, slack_user_id=BEN, role="Buyer"),
    }


class Here:
    """A small directory, and people who press and fill in, one after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.house = AT_ONCE
        self.now = NOW
        self.ids = asyncio.run(store.write(seed))

    def act(self, session: Session, user: str) -> Act:
        return Act(by_slack_id(session, user), Medium.SLACK, "click:1", self.house, self.now, who=user)

    def press(self, user: str, action: str, value: str = "home") -> Then:
        def write(session: Session) -> Then | None:
            return introducing.pressed(session, action, value, self.act(session, user))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        return then

    def submit(self, user: str, form: dict[str, Any] | None, **said: str) -> Then:
        assert form is not None
        taken = filled_in(form, said)

        def write(session: Session) -> Then | None:
            return introducing.submitted(session, taken, self.act(session, user))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        return then

    def request(self, user: str = ADA, **said: str) -> Then:
        def read(session: Session) -> Then:
            return introducing.request_form(session, self.act(session, user), organisation_id=self.ids["his"])

        form = asyncio.run(self.store.write(read)).opens
        return self.submit(user, form, **{"seeks": f"labels for {HOSTILE}", **said})

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of letters or revisions, each checked as Slack does."""

        def read(session: Session) -> list[dict[str, Any]]:
            rows = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(col(OutboxMessage.id))
            return [row.payload for row in session.exec(rows)]

        found = asyncio.run(self.store.read(read))
        for payload in found:
            workspace = Workspace(real_time)
            check_message(workspace, payload["arguments"])
            assert not workspace.pings
        return found

    def letter_to(self, *users: str) -> dict[str, Any]:
        """The newest to these."""
        return [each for each in self.messages("letter") if each["users"] == list(users)][-1]

    def send_all(self) -> None:
        """As if the delivery loop had run, and then the schedule."""

        def sent(session: Session) -> None:
            for row in session.exec(select(OutboxMessage)):
                row.state, row.settled_at, row.reply = OutboxState.SENT, NOW, "C1/1.1"
                session.add(row)
            session.flush()
            tick(session, self.house, NOW)

        asyncio.run(self.store.write(sent))

    def state(self) -> IntroductionState:
        def read(session: Session) -> IntroductionState:
            rows = session.exec(select(Introduction).order_by(col(Introduction.id).desc()))
            return next(iter(rows)).state

        return asyncio.run(self.store.read(read))

    def mine(self, name: str) -> tuple[Mine, ...]:
        return asyncio.run(self.store.read(mine, self.ids[name], NOW))

    def refusals(self) -> list[str]:
        def read(session: Session) -> list[str]:
            return list(session.exec(select(AuditEntry.subject).where(AuditEntry.action == "refused")))

        return asyncio.run(self.store.read(read))


@pytest.fixture
def here(sqlite_store: Store) -> Here:
    return Here(sqlite_store)


def press_all(here: Here, user: str, letter: dict[str, Any], action: str) -> Then:
    return here.press(user, action, values_of(letter["arguments"])[action])


def test_a_hit_becomes_an_introduction_that_both_agreed_to_and_that_is_followed_up(store: Store) -> None:
    here = Here(store)
    asked = here.request(reason="they print in all sizes")
    assert asked.done
    assert asked.told.startswith(f"I have asked {HOSTILE} whether they would like to be introduced to you")
    assert "they have been asked" in str(here.letter_to(ADA))
    here.now += timedelta(minutes=1)
    assert "under way" in here.request().told
    here.send_all()
    consent = here.letter_to(BEN)
    assert "they print in all sizes" in str(consent)
    then = press_all(here, BEN, consent, "letter:answer:yes")
    assert then.told == "Thank you. You and Ada Finch of Larkspur Vectors get a message together in a moment."
    together = here.letter_to(ADA, BEN)
    assert "<@U0ALICE> *Ada Finch*" in str(together)
    settled = [each for each in here.messages("revision") if each["of"].startswith("letter:consent")][-1]
    assert "You said yes on 23 November 2026." in str(settled)
    assert values_of(settled["arguments"]) == {}
    here.send_all()
    assert here.state() is IntroductionState.INTRODUCED
    met = next(each for each in own(here.mine("ada")) if each["type"] == "actions")
    form = here.press(ADA, "intro:details", values_of({"blocks": [met]})["intro:details"]).opens
    told = here.submit(ADA, form, stage="met", pounds="25,000", anyway="no", may_tell="yes", words="Lunch.")
    assert told.told == "Good to hear. In some months I ask what came of it."
    assert here.state() is IntroductionState.MET

    def outcome(session: Session) -> tuple[Any, ...]:
        row = session.exec(select(IntroductionOutcome)).one()
        return row.pounds, row.jobs, row.anyway, row.may_tell, row.words

    assert asyncio.run(store.read(outcome)) == (25_000, None, Anyway.NO, True, "Lunch.")


def test_a_second_press_and_another_persons_press_are_told_so(here: Here) -> None:
    here.request()
    consent = here.letter_to(BEN)
    stranger = press_all(here, SAM, consent, "letter:answer:yes")
    assert not stranger.done
    assert "written to somebody else" in stranger.told
    press_all(here, BEN, consent, "letter:answer:yes")
    assert "You said yes already" in press_all(here, BEN, consent, "letter:answer:yes").told
    assert here.refusals() == ["introduction:1"]
    assert not here.press(BEN, "letter:answer:yes", "gone yes").done


def test_whoever_wants_no_such_letters_says_so_from_the_letter(here: Here) -> None:
    here.request()
    token = values_of(here.letter_to(BEN)["arguments"])["letter:answer:yes"].split()[0]
    assert "Home tab" in here.press(BEN, "letter:menu", f"{token} settings").told
    assert not here.press(ADA, "letter:menu", f"{token} off").done
    assert here.press(BEN, "letter:menu", f"{token} off").done
    assert here.state() is IntroductionState.NOT_NOW
    assert "off: nobody is introduced" in str(
        asyncio.run(here.store.read(lambda s: home_of(s, Account(BEN), here.act(s, BEN))))
    )


def test_what_is_sought_must_be_said_and_whom_is_chosen_from_the_list(here: Here) -> None:
    form = here.press(ADA, "intro:ask").opens
    assert here.submit(ADA, form, seeks="labels").errors.keys() == {"organisation"}
    assert here.submit(ADA, form, organisation=str(here.ids["his"])).errors.keys() == {"seeks"}
    assert here.submit(ADA, form, organisation=str(here.ids["his"]), seeks="labels", unnamed="unnamed").done
    assert "Ada Finch" not in str(here.letter_to(BEN))


def test_a_hit_opens_the_form_with_whom_it_is_for_and_why_they_fit(
    here: Here, live: LiveIndex, slack_ask: str
) -> None:
    asyncio.run(here.store.read(live.catch_up))

    def ask(session: Session) -> list[int]:
        question = Ask(slack_ask, by_slack_id(session, ADA), "who does viral vectors?", Medium.SLACK, "c")
        found = answer(session, question, index=live.index, now=NOW, house=AT_ONCE)
        assert isinstance(found, Matches)
        return [hit.id for hit in found.hits]

    def press(session: Session, button: dict[str, Any]) -> Then | None:
        act = here.act(session, ADA)
        return introducing.pressed(session, button["action_id"], button["value"], act, index=live.index)

    first = asyncio.run(here.store.write(ask))[0]
    button = introduce_button(1, organisation_id=first, ask_id=slack_ask)
    then = asyncio.run(here.store.write(press, button))
    assert then is not None
    assert then.opens is not None
    assert "asked for “viral vectors" in str(then.opens)
    assert then.opens["private_metadata"] == f'{{"organisation":{first},"person":null,"ask":"{slack_ask}"}}'
    unknown = introduce_button(1, organisation_id=first, ask_id="slack:C1:0")
    assert asyncio.run(here.store.write(press, unknown)) == Then(
        opens=request_modal(Whom(first, "Larkspur Vectors Ltd", "", "slack:C1:0"))
    )


@pytest.fixture
def slack_ask() -> str:
    return "slack:C1:1700.000001"


def test_a_request_that_cannot_be_is_told_why(here: Here) -> None:
    def form(session: Session, user: str, number: int) -> Then:
        return introducing.request_form(session, here.act(session, user), organisation_id=number)

    assert "can't tell that you are one" in asyncio.run(here.store.write(form, NOBODY, here.ids["his"])).told
    assert "not in the directory" in asyncio.run(here.store.write(form, ADA, 999)).told
    mine_own = asyncio.run(here.store.write(form, ADA, here.ids["hers"])).opens
    told = here.submit(ADA, mine_own, seeks="tea")
    assert not told.done
    assert "walk down the corridor" in told.told


def test_the_asker_takes_it_back_from_the_home_tab(here: Here) -> None:
    here.request()
    home = asyncio.run(here.store.read(lambda s: home_of(s, Account(ADA), here.act(s, ADA))))
    assert here.press(ADA, "intro:withdraw", values_of(home)["intro:withdraw"]).done
    assert here.state() is IntroductionState.WITHDRAWN
    assert not here.press(BEN, "intro:withdraw", "1").done


def test_staff_edit_assign_choose_and_approve_from_their_queue(here: Here) -> None:
    here.house = BY_STAFF
    here.request()
    home = asyncio.run(here.store.read(lambda s: home_of(s, Account(SAM), here.act(s, SAM))))
    values = values_of(home)
    assert values["intro:approve"] == "1"
    edit = here.press(SAM, "intro:edit", "1").opens
    assert here.submit(SAM, edit, seeks="labels", reason="both print", opener="Talk on Friday.").done
    assign = here.press(SAM, "intro:assign", "1").opens
    assert assign is not None
    sam = assign["blocks"][1]["element"]["options"][0]["value"]
    assert "Sam Reed has it now" in here.submit(SAM, assign, person=sam).told
    assert here.submit(SAM, assign).errors.keys() == {"person"}
    person = here.press(SAM, "intro:person", "1").opens
    assert here.submit(SAM, person, person=str(here.ids["ben"])).done
    assert here.submit(SAM, person).errors.keys() == {"person"}
    told = here.press(SAM, "intro:approve", "1")
    assert "Ben Oduya" in told.told
    press_all(here, BEN, here.letter_to(BEN), "letter:answer:yes")
    assert "Talk on Friday." in str(here.letter_to(ADA, BEN))


def test_staff_approve_from_the_letter_that_tells_them_and_decline_with_a_note(here: Here) -> None:
    here.house = BY_STAFF
    here.request()
    letter = here.letter_to(SAM)
    decline = press_all(here, SAM, letter, "intro:edit")
    assert decline.opens is not None
    form = here.press(SAM, "intro:decline", "1").opens
    assert here.submit(SAM, form, note="They have closed.").done
    assert here.state() is IntroductionState.DECLINED
    assert "They have closed." in str(here.letter_to(ADA))
    assert not press_all(here, SAM, letter, "letter:answer:approve").done


def test_an_organisation_with_nobody_listed_offers_nobody_to_choose(here: Here) -> None:
    form = here.press(ADA, "intro:ask").opens
    here.submit(ADA, form, organisation=str(here.ids["empty"]), seeks="labels")
    opened = here.press(SAM, "intro:person", "1").opens
    assert opened is not None
    assert "Nobody of that organisation is listed" in str(opened)
    assert "submit" not in opened


def test_staff_bring_two_together(here: Here) -> None:
    form = here.press(SAM, "intro:broker").opens
    first, second = str(here.ids["hers"]), str(here.ids["his"])
    assert here.submit(SAM, form, second=second, reason="x").errors.keys() == {"first"}
    assert here.submit(SAM, form, first=first, reason="x").errors.keys() == {"second"}
    assert here.submit(SAM, form, first=first, second=first, reason="x").errors.keys() == {"second"}
    assert here.submit(SAM, form, first=first, second=second).errors.keys() == {"reason"}
    assert "I have asked" in here.submit(SAM, form, first=first, second=second, reason="labels").told
    assert "labels" in str(here.letter_to(ADA))


def test_a_member_who_presses_a_button_of_staff_is_refused_and_it_is_written_down(here: Here) -> None:
    here.request()
    for action in ("approve", "edit", "decline", "assign", "person", "broker"):
        then = here.press(BEN, f"intro:{action}", "1")
        assert not then.done
        assert then.opens is None
        assert "Only the team" in then.told
    assert here.refusals() == ["introduction:1"] * 5 + [""]

    def waiting(session: Session) -> object:
        return queue(session, here.act(session, BEN))

    assert asyncio.run(here.store.read(waiting)) == ()


def test_buttons_of_introductions_that_are_gone_say_so(here: Here) -> None:
    for action in ("edit", "decline", "assign", "person", "approve"):
        assert not here.press(SAM, f"intro:{action}", "77").done
    assert not here.press(ADA, "intro:stage:flourishing", "1 flourishing").done
    assert not here.press(ADA, "intro:stage:met", "x met").done

    def nobodys(session: Session) -> tuple[Then | None, Then | None]:
        act = here.act(session, ADA)
        gone = filled_in({**request_modal(Whom()), "callback_id": "intro:gone"}, {})
        return introducing.pressed(session, "intro:gone", "", act), introducing.submitted(session, gone, act)

    assert asyncio.run(here.store.write(nobodys)) == (None, None)


def test_what_came_of_it_is_told_under_the_letter_that_asks(here: Here) -> None:
    form = here.press(ADA, "letter:details", "sometoken met").opens
    assert form is not None
    assert here.submit(ADA, form).errors.keys() == {"stage"}
    assert here.submit(ADA, form, stage="met", pounds="lots", jobs="-1").errors.keys() == {"pounds", "jobs"}
    assert not here.submit(ADA, form, stage="met").done  # there is no such letter
    by_number = here.press(ADA, "intro:details", "77 outcome").opens
    assert not here.submit(ADA, by_number, stage="in talks").done


def test_what_a_choice_carries_is_read_with_care() -> None:
    assert [organisation_in(value) for value in ("12", "organisation:12", "", "x", "²", "9" * 20)] == [
        12, 12, None, None, None, None,
    ]  # fmt: skip
    form = filled_in(request_modal(Whom(3, HOSTILE, "x" * 2000, "slack:C1:1", 4)), {"seeks": "y"})
    wish = wish_of(form)
    assert not isinstance(wish, dict)
    assert (wish.organisation_id, wish.person_id, wish.ask_id, len(wish.reason)) == (3, 4, "slack:C1:1", 1000)
    assert isinstance(details_of(form), dict)
    assert Told(True, "").about is None

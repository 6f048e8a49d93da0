"""Every letter that the assistant can send, as Slack shows it: looked at once, and held to that."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.address_letters import to_the_person
from bot.assistant.campaigns.approvers import waiting as to_approve
from bot.assistant.events import wording as events
from bot.assistant.events.after_wording import thanks
from bot.assistant.house import House
from bot.assistant.introductions import wording
from bot.assistant.letters import Addressed, Letter, LetterKind
from bot.assistant.linking_letters import moved_letter
from bot.assistant.proposal_wording import outcome_letter
from bot.assistant.undelivered_news import undelivered
from bot.slack.letters import SlackCarrier
from store.events.slots import USUAL
from store.introductions.pairs import Pair, Party
from store.kinds import (
    CampaignKind,
    Consent,
    EventKind,
    EventState,
    IntroductionState,
    Medium,
    Origin,
    OutboxState,
    ProposalState,
    Seat,
    Side,
)
from store.models import Attendance, Campaign, Event, Introduction, IntroductionParty, OutboxMessage, Proposal
from store.reaching import Reachable
from tests.conftest import NOW
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_message
from tests.doubles.slack.workspace import Workspace

KEPT = Path(__file__).parent / "snapshots"
HOUSE = House("the Northmoor cluster")
ADA = Reachable(1, "Ada Finch", "Head of Assays", "Larkspur Vectors Ltd", "U0ALICE", None)
BEN = Reachable(2, "Ben Oduya", "", "<!channel> & Sons", "U0BOB", None)

A_CAMPAIGN = Campaign(
    id=3, kind=CampaignKind.ANNOUNCEMENT, subject="Autumn evening for <!here>", body="Come *all*.", made_by="person:1",
    made_at=NOW, changed_at=NOW, expected=231, channels=["C0NEWS"],
)  # fmt: skip


def a_pair(state: IntroductionState, **fields: Any) -> Pair:
    def party(side: Side, person: Reachable, consent: Consent) -> Party:
        row = IntroductionParty(
            introduction_id=7,
            side=side,
            person_id=person.person_id,
            consent=consent,
            rounds=1,
            answered_at=NOW,
        )
        return Party(row, person.name, person.role, person.organisation)

    introduction = Introduction(
        id=7, state=state, origin=Origin.MEMBER, reason="asked for “labels”; they print labels", requested_by="person:1",
        seeks="2,000 freezer labels by June, for <!here>", created_at=NOW, changed_at=NOW, **fields,
    )  # fmt: skip
    answered = Consent.PENDING if state is IntroductionState.ASKED else Consent.YES
    return Pair(introduction, party(Side.ASKER, ADA, Consent.YES), party(Side.ASKED, BEN, answered))


def letters() -> Iterator[tuple[str, Letter, tuple[Reachable, ...]]]:
    asked, met = a_pair(IntroductionState.ASKED), a_pair(IntroductionState.INTRODUCED)
    accepted = a_pair(IntroductionState.ACCEPTED)
    yield "consent", wording.consent(asked, Side.ASKED, HOUSE), (BEN,)
    unnamed = a_pair(IntroductionState.ASKED, unnamed=True)
    yield "consent_unnamed", wording.consent(unnamed, Side.ASKED, HOUSE), (BEN,)
    yield "nudge", wording.consent(asked, Side.ASKED, HOUSE, nudge=True), (BEN,)
    yield "consent_answered", wording.consented(accepted, Side.ASKED, HOUSE, now=NOW), (BEN,)
    yield "handoff", wording.handoff(accepted), (ADA, BEN)
    yield "not_now", wording.not_now(asked, asked.asked, note="They move house."), (ADA,)
    yield "status", wording.status(asked, HOUSE, now=NOW), (ADA,)
    yield "met", wording.met(met, met.asker, met.asked), (ADA,)
    yield "outcome", wording.outcome(met, met.asker, met.asked, days=90), (ADA,)
    yield "became", wording.became(met, IntroductionState.IN_TALKS, "Ben Oduya"), (ADA,)
    yield "campaign", to_approve(A_CAMPAIGN), (BEN,)
    yield "paused", wording.paused("Ben Oduya", 2, 3, HOUSE, now=NOW), (BEN,)
    yield "staff", wording.for_staff(asked, "It waits for your approval."), (ADA,)
    proposal = Proposal(
        id=3, organisation_id=1, changes={"town": {"was": "Leeds", "becomes": "York"}}, proposed_by="person:1",
        proposed_at=NOW, state=ProposalState.DECLINED, note="It moves in May.",
    )  # fmt: skip
    yield "correction", outcome_letter(proposal, "Larkspur Vectors Ltd", region=HOUSE.region), (ADA,)
    yield "moved", moved_letter(1, at=NOW, region=HOUSE.region), (ADA,)
    yield "address", to_the_person(3, "ada@home.example", by_token=False, region=HOUSE.region), (ADA,)
    lost = OutboxMessage(
        id=5, dedup_key="answer:x", medium=Medium.EMAIL, kind="answer", recipient="<!channel>@firm.example", state=OutboxState.UNCERTAIN,
        reply="550 5.1.1 no such user", due_at=NOW, created_at=NOW,
    )  # fmt: skip
    yield "undelivered", undelivered([lost], "undelivered:1"), (ADA,)
    yield from event_letters()


def event_letters() -> Iterator[tuple[str, Letter, tuple[Reachable, ...]]]:
    event = Event(
        id=7, title="Winter evening <!here>", kind=EventKind.NETWORKING, state=EventState.OPEN, uid="abc", zone="Europe/London",
        starts_at=NOW + timedelta(days=60), ends_at=NOW + timedelta(days=60, hours=3), venue="Wharf Hall", town="Chester",
        summary="Bring one thing you need.", join_url="https://meet.example/x", capacity=40,
    )  # fmt: skip
    held = Attendance(event_id=7, person_id=1, token="t", seat=Seat.HELD, seats=2, seat_since=NOW)
    offered = Attendance(
        event_id=7,
        person_id=1,
        token="o",
        seat=Seat.OFFERED,
        seat_since=NOW,
        offered_until=NOW + timedelta(days=1),
    )
    soon = NOW + timedelta(days=59)
    yield "event_invitation", events.invitation(event, HOUSE), (ADA,)
    yield "event_unanswered", events.reminder(event, USUAL[0], HOUSE, now=NOW + timedelta(days=46)), (ADA,)
    yield "event_reminder", events.reminder(event, USUAL[1], HOUSE, now=soon), (ADA,)
    yield "event_offer", events.offer(event, offered, HOUSE), (ADA,)
    yield "event_lapsed", events.lapsed(event, offered, now=NOW), (ADA,)
    yield "event_seat", events.seated(event, held), (ADA,)
    yield "event_moved", events.moved(event, "Monday 18 January 2027, 09:00 to 12:00", 1), (ADA,)
    yield "event_cancelled", events.cancelled(event, "The hall is flooded.", 2), (ADA,)
    yield "event_thanks", thanks(event), (ADA,)


def as_read(arguments: dict[str, Any]) -> str:
    """What is seen of a message, top to bottom, a block a paragraph."""
    shown = [f"[{arguments['text']}]"]
    for block in arguments["blocks"]:
        match block["type"]:
            case "section":
                shown.append(block["text"]["text"])
            case "actions":
                shown.append("  ".join(_button(each) for each in block["elements"]))
            case "context":
                shown.append("\n".join(f"({each['text']})" for each in block["elements"]))
    return "\n\n".join(shown) + "\n"


def _button(element: dict[str, Any]) -> str:
    if element["type"] == "overflow":
        return "[… " + " / ".join(option["text"]["text"] for option in element["options"]) + "]"
    return f"[{'*' if element.get('style') else ''}{element['text']['text']}]"


@pytest.mark.parametrize(("name", "letter", "to"), [pytest.param(*each, id=each[0]) for each in letters()])
def test_letters_look_as_they_were_last_looked_at(
    name: str, letter: Letter, to: tuple[Reachable, ...]
) -> None:
    addressed = Addressed(letter, to, ("a" * 24, "b" * 24)[: len(to)], f"letter:{letter.key}:1")
    arguments = SlackCarrier().draft(addressed, now=NOW).payload["arguments"]
    workspace = Workspace(real_time)
    check_message(workspace, arguments)
    assert not workspace.pings
    path = KEPT / f"letter_{name}.txt"
    said = as_read(arguments)
    if not path.exists():
        path.write_text(said, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.name} was not there: look at it, then run again")
    assert said == path.read_text(encoding="utf-8")


def test_the_gallery_holds_every_kind_of_letter_that_goes_by_slack() -> None:
    shown = {letter.kind for _, letter, _ in letters()}
    assert shown == set(LetterKind)

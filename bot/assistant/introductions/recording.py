"""What every action on an introduction leaves behind: who took it, and what its asker sees of it."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.acting import HOUSE, Act
from bot.assistant.house import House
from bot.assistant.introductions.posted import not_now_number
from bot.assistant.introductions.quiet import waking
from bot.assistant.introductions.wording import about, consented, not_now, status
from bot.assistant.letters import LetterKind
from store.introductions.limits import out_of_reach
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import By
from store.kinds import Consent, Medium, Origin, Side
from store.kinds import IntroductionState as State
from store.models import AuditEntry, LetterRecord, Person


def by_act(act: Act) -> By:
    return By(act.actor, act.now, act.medium, act.evidence)


def by_house(now: datetime) -> By:
    """What happens because its time has come."""
    return By(HOUSE, now)


def audit(session: Session, act: Act, action: str, introduction_id: int) -> None:
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action=action, subject=f"introduction:{introduction_id}")
    )


def show_asker(
    session: Session, introduction_id: int, house: House, *, now: datetime, first_by: Medium | None = None
) -> None:
    """Bring the one message that the asker has of it up to date. `first_by`: they asked just now, by this medium.

    It exists in Slack alone, where a message can be edited; by mail they hear when something changes.
    """
    found = pair(session, introduction_id)
    if found is None or found.asker.row.person_id is None:
        return
    letter = status(found, house, now=now)
    if first_by is Medium.SLACK:
        house.letterbox.post(session, letter, [found.asker.row.person_id], now=now, media=(Medium.SLACK,))
    else:
        house.letterbox.revise(session, letter, now=now)


def show_parties(session: Session, found: Pair, house: House, *, now: datetime) -> None:
    """The requests they have lose their choices and say what became of them; not while their word is waited for."""
    for side in Side:
        if _waits_for(found, side):
            continue
        for nudge in (False, True):
            house.letterbox.revise(session, consented(found, side, house, now=now, nudge=nudge), now=now)


ANSWERABLE = {
    Consent.PENDING: frozenset({State.REQUESTED, State.WAITING, State.ASKED}),
    Consent.SILENT: frozenset({State.SILENT}),  # a late word counts
}


def _waits_for(found: Pair, side: Side) -> bool:
    party = found.asked if side is Side.ASKED else found.asker
    return found.introduction.state in ANSWERABLE.get(party.row.consent, frozenset())


def tell_not_now(session: Session, found: Pair, house: House, by: By, *, note: str = "") -> None:
    """Whoever wished for it, and did not end it themselves, hears that it isn't the right time; no more."""
    for party in found.parties:
        person_id = party.row.person_id
        if person_id is None or party.row.consent is not Consent.YES:
            continue
        if _took_it_back(found, party, by) or _opted_out_since(session, party, by):
            continue
        number = not_now_number(session, found.id, person_id)
        if number is None:
            continue
        letter = not_now(
            found, other_of(found, party), note=note if party.row.side is Side.ASKER else "", number=number
        )
        house.letterbox.post(session, letter, [person_id], now=by.at, due=waking(by.at, house.rules))


def _took_it_back(found: Pair, party: Party, by: By) -> bool:
    if found.introduction.state is not State.WITHDRAWN:
        return False
    own = party.row.side is Side.ASKER and found.introduction.origin is Origin.MEMBER
    return own or by.actor == f"person:{party.row.person_id}"


def _opted_out_since(session: Session, party: Party, by: By) -> bool:
    """Somebody else's wish, which ended because they want none. Who asked for it hears of it all the same."""
    if party.row.asked_at is None or party.row.person_id is None:
        return False
    person = session.get(Person, party.row.person_id)
    return person is not None and out_of_reach(person, now=by.at) is not None


def other_of(found: Pair, party: Party) -> Party:
    return found.other(party.row.side)


def settle_letters(
    session: Session, introduction_id: int, kinds: tuple[LetterKind, ...], word: str, *, now: datetime
) -> None:
    """Mark its letters of these kinds as answered, so that none of them is taken for open."""
    rows = session.exec(
        select(LetterRecord).where(
            LetterRecord.about == about(introduction_id),
            col(LetterRecord.kind).in_([kind.value for kind in kinds]),
            col(LetterRecord.answered_at).is_(None),
        )
    )
    for row in rows:
        row.answered_at, row.answer = now, word
        session.add(row)

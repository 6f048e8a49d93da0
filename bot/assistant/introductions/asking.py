"""Asking the parties: who is asked at an organisation, whether now, and what happens where nobody can be."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.assistant.house import House
from bot.assistant.introductions.posted import REQUESTS, call_back, readers
from bot.assistant.introductions.quiet import waking
from bot.assistant.introductions.recording import show_asker
from bot.assistant.introductions.wording import consent, for_staff
from bot.assistant.letters import LetterKind
from store.introductions.limits import Bar, bar, candidates, has_room
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import By, move
from store.introductions.turns import take_turn
from store.kinds import Consent, Held, Medium, Origin, Side
from store.kinds import IntroductionState as State
from store.models import Person
from store.people import staff_ids


class Standing(StrEnum):
    ASKED = "asked"
    WAITING = "waiting"
    WITH_TEAM = "with the team"


class _NobodyToAsk(Exception):
    def __init__(self, held: Held) -> None:
        super().__init__(held.value)
        self.held = held


def ask(session: Session, introduction_id: int, house: House, by: By) -> Standing:
    """Ask whoever has not said yes, if they may be asked; else let it wait, or leave it to staff.

    To be called while it is requested or waiting. Safe to repeat: nobody is asked twice.
    """
    take_turn(session)
    found = pair(session, introduction_id)
    if found is None:
        raise LookupError(f"introduction {introduction_id}")
    open_sides = [each.row.side for each in found.parties if each.row.consent is Consent.NOT_ASKED]
    try:
        if any(each.row.consent is Consent.YES and each.row.person_id is None for each in found.parties):
            raise _NobodyToAsk(Held.NOBODY)  # whoever wished for it is not there any more
        for side in open_sides:
            _choose(session, found, side, house, now=by.at)
    except _NobodyToAsk as nobody:
        return _leave(session, found, nobody.held, house, by)
    if not _all_have_room(session, found, open_sides, house, now=by.at):
        return _leave(session, found, Held.ROOM, house, by)
    for side in open_sides:
        if not _post(session, found, side, house, now=by.at):
            return _leave(session, found, Held.NOBODY, house, by)
    move(session, introduction_id, State.ASKED, by)
    return Standing.ASKED


def tell_staff(session: Session, found: Pair, why: str, house: House, *, now: datetime) -> None:
    """Each of the staff once; only the one it was given to, where it was."""
    letter = for_staff(found, why)
    staff, assigned = staff_ids(session), found.introduction.assigned_to
    for person_id in (assigned,) if assigned is not None and assigned in staff else staff:
        house.letterbox.post(session, letter, [person_id], now=now, due=waking(now, house.rules))


WHY_HELD = {
    Held.APPROVAL: "It waits for your approval.",
    Held.NOBODY: "Nobody there can be asked just now: they opted out, are paused, or have no address. Name somebody.",
    Held.NEVER_WITH: "They are not to be introduced to each other. Decline it; the asker hears “not now”.",
    Held.ROOM: "It waits its turn.",
}


def _leave(session: Session, found: Pair, held: Held, house: House, by: By) -> Standing:
    """Queue it instead of refusing it."""
    introduction = found.introduction
    introduction.held = held
    if held is Held.ROOM:
        if introduction.state is not State.WAITING:
            move(session, found.id, State.WAITING, by)
            introduction.held = held
        return Standing.WAITING
    if introduction.state is not State.REQUESTED:
        move(session, found.id, State.REQUESTED, by, note=held.value)
    session.add(introduction)
    session.flush()
    tell_staff(session, found, WHY_HELD[held], house, now=by.at)
    return Standing.WITH_TEAM


def back_to_staff(session: Session, found: Pair, held: Held, house: House, by: By) -> None:
    """As if it had not been asked: those it was called back from, or never reached, have read nothing."""
    call_back(session, found.id, REQUESTS, reason=f"with staff: {held.value}", now=by.at)
    have_it = readers(session, found.id)
    for each in found.parties:
        if each.row.consent is Consent.PENDING and each.row.person_id not in have_it:
            each.row.consent, each.row.asked_at = Consent.NOT_ASKED, None
            session.add(each.row)
    if found.introduction.state is not State.REQUESTED:
        move(session, found.id, State.REQUESTED, by, note=f"called back: {held.value}")
    found.introduction.held = held
    session.add(found.introduction)
    session.flush()
    tell_staff(session, found, WHY_HELD[held], house, now=by.at)
    show_asker(session, found.id, house, now=by.at)


def ask_anew(
    session: Session,
    found: Pair,
    party: Party,
    house: House,
    *,
    now: datetime,
    media: tuple[Medium, ...] | None = None,
) -> bool:
    """Write to them again, in place of a request that they have not got; by these media alone. False: none reaches them."""
    person_id = party.row.person_id
    if person_id is None:
        return False
    call_back(session, found.id, (LetterKind.CONSENT,), reason="written anew", now=now, person_id=person_id)
    return _post(session, found, party.row.side, house, now=now, media=media)


def _choose(session: Session, found: Pair, side: Side, house: House, *, now: datetime) -> None:
    """Set the party's person to one that may be asked. Raises _NobodyToAsk."""
    party = found.asked if side is Side.ASKED else found.asker
    bars: list[Bar] = []
    who = _who(session, party, found.introduction.origin)
    if _promised(found, side):
        who = tuple(each for each in who if each == party.row.person_id)
    for person_id in who:
        if not _reachable(session, person_id, house, now=now):
            continue
        other = found.other(side).row.person_id
        stopped = bar(session, person_id, other, rules=house.rules, now=now, but=found.id)
        if stopped is None:
            party.row.person_id = person_id
            session.add(party.row)
            session.flush()
            return
        bars.append(stopped)
    raise _NobodyToAsk(_held(bars))


def _promised(found: Pair, side: Side) -> bool:
    """Of a staff idea the other was asked about this very person: their word is for nobody else."""
    asked_about = found.other(side).row.consent is not Consent.NOT_ASKED
    return asked_about and found.introduction.origin is Origin.STAFF


def _held(bars: list[Bar]) -> Held:
    if Bar.NEVER_WITH in bars:
        return Held.NEVER_WITH
    return Held.ROOM if Bar.ASKED_ENOUGH in bars else Held.NOBODY


def _who(session: Session, party: Party, origin: Origin) -> tuple[int, ...]:
    """Whom the party names, and where it is an organisation's request the others there after them."""
    named = party.row.person_id
    if party.row.organisation_id is None:
        return () if named is None else (named,)
    there = candidates(session, party.row.organisation_id, preferred=named)
    if named is None or named in there:
        return there
    return (named, *there) if _still_meant(session, party, origin) else there


def _still_meant(session: Session, party: Party, origin: Origin) -> bool:
    """Not who has left for another organisation since; who is not listed only where staff thought of them."""
    person = None if party.row.person_id is None else session.get(Person, party.row.person_id)
    if person is None or person.organisation_id not in {None, party.row.organisation_id}:
        return False
    return origin is Origin.STAFF or (person.listed and person.organisation_id is None)


def _reachable(session: Session, person_id: int, house: House, *, now: datetime) -> bool:
    person = session.get(Person, person_id)
    return person is not None and house.letterbox.reaches(session, [person_id], unasked_at=now)


def _all_have_room(session: Session, found: Pair, sides: list[Side], house: House, *, now: datetime) -> bool:
    parties = [found.asked if side is Side.ASKED else found.asker for side in sides]
    organisations = sorted(
        {each.row.organisation_id for each in parties if each.row.organisation_id is not None}
    )
    return all(has_room(session, each, rules=house.rules, now=now) for each in organisations)


def _post(
    session: Session,
    found: Pair,
    side: Side,
    house: House,
    *,
    now: datetime,
    media: tuple[Medium, ...] | None = None,
) -> bool:
    fresh = pair(session, found.id)  # the person chosen a moment ago has a name
    if fresh is None:
        return False
    party = fresh.asked if side is Side.ASKED else fresh.asker
    person_id = party.row.person_id
    if person_id is None:
        return False
    party.row.rounds += 1
    letter = consent(fresh, side, house)
    due = waking(now, house.rules)
    if house.letterbox.post(session, letter, [person_id], now=now, due=due, media=media) is None:
        return False
    party.row.consent, party.row.asked_at = Consent.PENDING, now
    session.add(party.row)
    return True

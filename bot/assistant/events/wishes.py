"""Whom a guest would have liked to meet: who that may be, and an introduction of it, where staff think so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.planning import STAFF_ONLY
from bot.assistant.intents import About, IntroduceTo, WhoDoes
from bot.assistant.introductions.offline_names import Known, whom
from bot.assistant.introductions.requesting import PartyRef, broker
from bot.assistant.reasons import why
from bot.assistant.rights import Action, allowed
from bot.assistant.understanding import understand
from store.events.feedback import Wished
from store.kinds import Listing, Medium, Seat, WishState
from store.models import Attendance, AuditEntry, Event, MeetingWish, Organisation, Person
from store.search.index import Index

MOST = 3
LOOKED_AT = 10  # hits of a search, of which those who were there come first
_LEAD_IN = re.compile(
    r"^(?:(?:some|any)(?:one|body)|people|the people|the team|folks?|a person|the person|representatives?|whoever)?\s*"
    r"(?:(?:from|of|at)\s+(?:the\s+)?|(?:who|that|which)\s+(?:is|are)\s+(?:from|at)\s+)",
    re.IGNORECASE,
)
NO_WISH = Told(False, "There is no such wish any more.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody it may be. `label`: "Ben Ode, Alder Labs"."""

    organisation_id: int
    person_id: int | None
    label: str
    why: str


def suggestions(session: Session, wish: Wished, index: Index, *, now: datetime) -> tuple[Suggestion, ...]:
    """Who may be meant, by name or by what they do; of those as likely who was at the event comes first."""
    there = _who_was_there(session, wish)
    found: dict[int, Suggestion] = {}
    named = list(_named(session, wish, index))
    for organisation_id, person_id, reason in named or sorted(
        _by_topic(wish, index, now), key=lambda each: each[0] not in there
    ):
        if organisation_id == wish.organisation_id or organisation_id in found:
            continue
        if suggestion := _suggestion(session, organisation_id, person_id, reason, there.get(organisation_id)):
            found[organisation_id] = suggestion
    return tuple(found.values())[:MOST]


def introduce(session: Session, wish_id: int, other: PartyRef, act: Act) -> Told:
    """Ask both, as with any idea of the team's. Safe to repeat."""
    if not allowed(session, act, Action.BROKER_INTRODUCTION, subject=f"wish:{wish_id}"):
        return STAFF_ONLY
    wish = _held(session, wish_id)
    if wish is None:
        return NO_WISH
    if wish.state is not WishState.OPEN:
        return _decided(wish)
    event, person = session.get(Event, wish.event_id), session.get(Person, wish.person_id)
    if event is None or person is None:
        return NO_WISH
    reason = f"{person.name} wanted to meet {_called(session, other)} at {event.title}, and they missed each other."
    told = broker(session, PartyRef(person_id=wish.person_id), other, reason=reason, act=act)
    if told.about is None:
        return told
    _decide(session, wish, WishState.INTRODUCED, act, introduction_id=told.about)
    return told


def leave(session: Session, wish_id: int, act: Act) -> Told:
    """Nothing comes of it; nobody is told."""
    if not allowed(session, act, Action.BROKER_INTRODUCTION, subject=f"wish:{wish_id}"):
        return STAFF_ONLY
    wish = _held(session, wish_id)
    if wish is None:
        return NO_WISH
    if wish.state is not WishState.OPEN:
        return _decided(wish)
    _decide(session, wish, WishState.LEFT, act)
    return Told(True, "Left as it is. Nobody is told.", wish.event_id)


def _named(session: Session, wish: Wished, index: Index) -> Iterator[tuple[int, int | None, str]]:
    """Whom the words name: organisation, person, and how it was found."""
    said = _LEAD_IN.sub("", wish.words, count=1).strip() or wish.words
    known = whom(session, index, said)
    if isinstance(known, Known) and known.organisation_id is not None and not known.label:
        yield known.organisation_id, known.person_id, "named"
        return
    match understand(said, index=index, medium=Medium.TERMINAL):
        case About(matches=matches) | IntroduceTo(matches=matches):
            for match in matches[:MOST]:
                yield match.hit.id, match.hit.person_id, "may be the one named"


def _by_topic(wish: Wished, index: Index, now: datetime) -> Iterator[tuple[int, int | None, str]]:
    """Who does what the words say, best first."""
    intent = understand(f"who does {wish.words}", index=index, medium=Medium.TERMINAL)
    for read in (understand(wish.words, index=index, medium=Medium.TERMINAL), intent):
        if isinstance(read, WhoDoes):
            found = index.search(read.wanted, limit=LOOKED_AT, today=now.date())
            for hit in found.hits:
                yield hit.id, hit.person_id, "; ".join(why(hit, found.readings, read.wanted.topic))
            if found.hits:
                return


def _who_was_there(session: Session, wish: Wished) -> dict[int, Person]:
    """Of each organisation somebody who was at the event, listed and not the one who wishes."""
    rows = session.exec(
        select(Person)
        .join(Attendance, col(Attendance.person_id) == col(Person.id))
        .where(
            Attendance.event_id == wish.event_id,
            or_(col(Attendance.seat) == Seat.HELD, col(Attendance.attended).is_(True)),
            col(Attendance.attended).is_not(False),
            Attendance.substitute == "",
            col(Person.listed).is_(True),
            Person.id != wish.person_id,
        )
        .order_by(col(Person.id))
    )
    there: dict[int, Person] = {}
    for person in rows:
        if person.organisation_id is not None:
            there.setdefault(person.organisation_id, person)
    return there


def _suggestion(
    session: Session, organisation_id: int, person_id: int | None, reason: str, seen: Person | None
) -> Suggestion | None:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.listing is not Listing.LISTED:
        return None
    person = session.get(Person, person_id) if person_id is not None else seen
    was_there = "was there" if seen is not None and (person is None or person.id == seen.id) else ""
    if seen is not None and not was_there:
        was_there = f"{seen.name} of theirs was there"
    label = f"{person.name}, {organisation.name}" if person is not None else organisation.name
    told = "; ".join(each for each in (reason, was_there) if each)
    return Suggestion(organisation_id, person.id if person is not None else None, label, told)


def _called(session: Session, other: PartyRef) -> str:
    person = session.get(Person, other.person_id) if other.person_id is not None else None
    organisation_id = other.organisation_id if person is None else person.organisation_id
    organisation = session.get(Organisation, organisation_id) if organisation_id is not None else None
    names = (person.name if person else "", organisation.name if organisation else "")
    return " of ".join(each for each in names if each) or "you"


def _held(session: Session, wish_id: int) -> MeetingWish | None:
    return session.get(MeetingWish, wish_id, with_for_update=True, populate_existing=True)


def _decided(wish: MeetingWish) -> Told:
    if wish.state is WishState.INTRODUCED:
        return Told(True, f"That is under way as introduction {wish.introduction_id}.", wish.event_id)
    return Told(True, "Somebody left that as it is already.", wish.event_id)


def _decide(
    session: Session, wish: MeetingWish, state: WishState, act: Act, *, introduction_id: int | None = None
) -> None:
    wish.state, wish.introduction_id = state, introduction_id
    wish.decided_at, wish.decided_by = act.now, act.actor
    session.add(wish)
    session.add(
        AuditEntry(
            at=act.now, actor=act.actor, action=f"wish.{state.value}", subject=f"wish:{wish.id}",
            details={"introduction": introduction_id} if introduction_id else {},
        )
    )  # fmt: skip
    session.flush()

"""Whom one may ask, and when: opt-outs, pauses, never-with, and how much is enough."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from store.introductions.rules import Rules
from store.introductions.steps import OPEN
from store.kinds import Consent, Listing, Origin, Side
from store.kinds import IntroductionState as State
from store.models import (
    AuditEntry,
    Introduction,
    IntroductionParty,
    IntroductionStep,
    NeverWith,
    Organisation,
    Person,
)

MONTH = timedelta(days=30)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
RETURNS = ("introductions.resumed", "introductions.on")  # as the audit names them


class Bar(StrEnum):
    """Why a person is not to be asked."""

    GONE = "gone"
    OPTED_OUT = "opted out"
    PAUSED = "paused"
    NEVER_WITH = "never with"
    COOLING_DOWN = "cooling down"
    ASKED_ENOUGH = "asked enough"


def bar(
    session: Session,
    person_id: int,
    other_id: int | None,
    *,
    rules: Rules,
    now: datetime,
    but: int | None = None,
) -> Bar | None:
    """Why this person must not be asked to meet the other; `but`: the introduction it is about, not counted."""
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        return Bar.GONE
    if out := out_of_reach(person, now=now):
        return out
    if other_id is not None:
        if never_with(session, person_id, other_id):
            return Bar.NEVER_WITH
        if _met_lately(session, person_id, other_id, since=now - rules.pair_cool_down, but=but):
            return Bar.COOLING_DOWN
    if _times_asked(session, person_id, since=now - MONTH, but=but) >= rules.asked_a_month:
        return Bar.ASKED_ENOUGH
    return None


def out_of_reach(person: Person, *, now: datetime) -> Bar | None:
    """What a person decided for themselves, whoever asks: no letter about introductions reaches them then."""
    if not person.introductions:
        return Bar.OPTED_OUT
    return Bar.PAUSED if is_paused(person, now=now) else None


def is_paused(person: Person, *, now: datetime) -> bool:
    if person.introductions_paused_by is None:
        return False
    until = person.introductions_paused_until
    return until is None or until > now.date()


def never_with(session: Session, person_id: int, other_id: int) -> bool:
    """In either direction, by person or by the organisation they work for now."""
    first, second = (_organisation_of(session, each) for each in (person_id, other_id))
    said = select(NeverWith.id).where(
        or_(
            _never(person_id, other_id, second),
            _never(other_id, person_id, first),
        )
    )
    return session.exec(said.limit(1)).first() is not None


def candidates(session: Session, organisation_id: int, *, preferred: int | None = None) -> tuple[int, ...]:
    """Who may be asked there in principle: listed people, whom the asker named first, then the main contact."""
    rows = session.exec(
        select(Person.id, Person.main_contact)
        .join(Organisation, col(Organisation.id) == Person.organisation_id)
        .where(
            Person.organisation_id == organisation_id,
            col(Person.listed).is_(True),
            Organisation.listing == Listing.LISTED,
        )
        .order_by(col(Person.main_contact).desc(), col(Person.id))
    ).all()
    ids = [person_id for person_id, _ in rows if person_id is not None]
    return tuple(sorted(ids, key=lambda each: each != preferred))


def requests_full_until(session: Session, person_id: int, *, rules: Rules, now: datetime) -> datetime | None:
    """When this person may ask for another introduction; None: now. What they took back unread does not count."""
    theirs = aliased(IntroductionParty)
    reached = select(theirs.id).where(
        theirs.introduction_id == col(Introduction.id), col(theirs.asked_at).is_not(None)
    )
    made = session.exec(
        select(Introduction.created_at)
        .join(IntroductionParty, col(IntroductionParty.introduction_id) == Introduction.id)
        .where(
            IntroductionParty.person_id == person_id,
            IntroductionParty.side == Side.ASKER,
            Introduction.requested_by == f"person:{person_id}",
            or_(Introduction.state != State.WITHDRAWN, reached.exists()),
            col(Introduction.created_at) > now - MONTH,
        )
        .order_by(col(Introduction.created_at).desc())
        .limit(rules.requests_a_month)
    ).all()
    return made[-1] + MONTH if len(made) >= rules.requests_a_month else None


def has_room(session: Session, organisation_id: int, *, rules: Rules, now: datetime) -> bool:
    """Whether the people of an organisation may be asked once more this month."""
    asked = session.exec(
        select(func.count())
        .select_from(IntroductionParty)
        .where(
            IntroductionParty.organisation_id == organisation_id,
            col(IntroductionParty.asked_at) > now - MONTH,
        )
    ).one()
    return asked < rules.organisation_a_month


def open_between(session: Session, person_id: int, organisation_id: int) -> int | None:
    """An introduction of this person to that organisation that is under way."""
    return _between(session, person_id, organisation_id, tuple(OPEN))


def turned_down_lately(
    session: Session, person_id: int, organisation_id: int, *, since: datetime
) -> datetime | None:
    """When somebody there last let this person's request be.

    Or the team did and gave no reason: the asker, who heard "not now" of both, could else find out whose it was.
    """
    states = (State.NOT_NOW, State.SILENT, State.DECLINED)
    found = _between(session, person_id, organisation_id, states, since=since, unexplained=True)
    return (
        None
        if found is None
        else session.exec(select(Introduction.changed_at).where(Introduction.id == found)).one()
    )


def silences_in_a_row(session: Session, person_id: int, *, most: int) -> int:
    """How many of the latest requests to this person went unanswered, up to `most`, since they last said they want some."""
    returned = session.exec(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.subject == f"person:{person_id}",
            AuditEntry.actor == f"person:{person_id}",
            col(AuditEntry.action).in_(RETURNS),
        )
    ).one()
    latest = session.exec(
        select(IntroductionParty.consent)
        .where(
            IntroductionParty.person_id == person_id,
            col(IntroductionParty.consent).in_((Consent.YES, Consent.NOT_NOW, Consent.SILENT)),
            col(IntroductionParty.asked_at) > (returned or BEGINNING),
        )
        .order_by(col(IntroductionParty.asked_at).desc(), col(IntroductionParty.id).desc())
        .limit(most)
    ).all()
    return next((at for at, each in enumerate(latest) if each is not Consent.SILENT), len(latest))


def _never(person_id: int, other_id: int, organisation_id: int | None) -> ColumnElement[bool]:
    by_person = col(NeverWith.other_person_id) == other_id
    by_organisation = col(NeverWith.other_organisation_id) == organisation_id
    either = by_person if organisation_id is None else or_(by_person, by_organisation)
    return (col(NeverWith.person_id) == person_id) & either


def _organisation_of(session: Session, person_id: int) -> int | None:
    return session.exec(select(Person.organisation_id).where(Person.id == person_id)).first()


def _met_lately(session: Session, person_id: int, other_id: int, *, since: datetime, but: int | None) -> bool:
    mine, theirs = aliased(IntroductionParty), aliased(IntroductionParty)
    found = (
        select(Introduction.id)
        .join(mine, col(mine.introduction_id) == col(Introduction.id))
        .join(theirs, col(theirs.introduction_id) == col(Introduction.id))
        .where(
            mine.person_id == person_id,
            theirs.person_id == other_id,
            col(Introduction.changed_at) > since,
            # What was called back, or let be before anybody was asked, reached nobody.
            or_(
                col(mine.asked_at).is_not(None),
                col(theirs.asked_at).is_not(None),
                col(Introduction.origin) == Origin.OFFLINE,
            ),
        )
    )
    if but is not None:
        found = found.where(Introduction.id != but)
    return session.exec(found.limit(1)).first() is not None


def _times_asked(session: Session, person_id: int, *, since: datetime, but: int | None) -> int:
    counted = (
        select(func.count())
        .select_from(IntroductionParty)
        .where(IntroductionParty.person_id == person_id, col(IntroductionParty.asked_at) > since)
    )
    if but is not None:
        counted = counted.where(IntroductionParty.introduction_id != but)
    return session.exec(counted).one()


def _between(
    session: Session,
    person_id: int,
    organisation_id: int,
    states: Sequence[State],
    *,
    since: datetime | None = None,
    unexplained: bool = False,
) -> int | None:
    """The one that changed last. `unexplained`: not one that ended with a note for the asker."""
    mine, theirs = aliased(IntroductionParty), aliased(IntroductionParty)
    found = (
        select(Introduction.id)
        .join(mine, col(mine.introduction_id) == col(Introduction.id))
        .join(theirs, col(theirs.introduction_id) == col(Introduction.id))
        .where(
            mine.person_id == person_id,
            mine.side == Side.ASKER,
            theirs.organisation_id == organisation_id,
            theirs.side == Side.ASKED,
            col(Introduction.state).in_(states),
        )
        .order_by(col(Introduction.changed_at).desc())
    )
    if since is not None:
        found = found.where(col(Introduction.changed_at) > since)
    if unexplained:
        noted = select(IntroductionStep.id).where(
            IntroductionStep.introduction_id == col(Introduction.id),
            IntroductionStep.state == State.DECLINED,
            IntroductionStep.note != "",
        )
        found = found.where(~noted.exists())
    return session.exec(found.limit(1)).first()

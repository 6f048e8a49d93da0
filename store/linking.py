"""Which Slack account belongs to which person, and the codes that prove it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import update
from sqlmodel import Session, col, func, select

from store.models import Address, AuditEntry, LinkCode, Person

_ADDRESS = Address.metadata.tables["address"]
# Built once: every reply by mail asks these.
_OWNER = sa.select(_ADDRESS.c.person_id).where(_ADDRESS.c.address == sa.bindparam("address"))
_ADDRESSES = (
    sa.select(_ADDRESS.c.address)
    .where(_ADDRESS.c.person_id == sa.bindparam("person"))
    .order_by(_ADDRESS.c.position, _ADDRESS.c.address)
)


def held(session: Session, person_id: int) -> Person | None:
    """The person, held until the transaction ends: of two who link at once, one sees what the other did."""
    return session.get(Person, person_id, with_for_update=True, populate_existing=True)


def holder(session: Session, slack_user_id: str) -> Person | None:
    """Whom this account belongs to so far."""
    return session.exec(select(Person).where(Person.slack_user_id == slack_user_id)).first()


def owner_of(session: Session, address: str) -> int | None:
    """Whose address this is; it is lower-case."""
    return session.connection().execute(_OWNER, {"address": address}).scalar()


def addresses_of(session: Session, person_id: int) -> tuple[str, ...]:
    """All of a person's, the one where mail goes first."""
    return tuple(session.connection().execute(_ADDRESSES, {"person": person_id}).scalars())


def attach(session: Session, person: Person, *, slack_user_id: str, team_id: str) -> None:
    """This account is this person's now, and nobody else's."""
    before = holder(session, slack_user_id)
    if before is not None and before.id != person.id:
        detach(session, before)
    person.slack_user_id, person.slack_team_id = slack_user_id, team_id
    session.add(person)
    session.flush()


def detach(session: Session, person: Person) -> None:
    person.slack_user_id, person.slack_team_id = None, ""
    session.add(person)
    session.flush()  # one account, one person, at every moment


def newest_code(session: Session, slack_user_id: str, team_id: str, *, now: datetime) -> LinkCode | None:
    """The code this account may still answer with, held so that tries are counted one by one."""
    return session.exec(
        select(LinkCode)
        .where(
            LinkCode.slack_user_id == slack_user_id,
            LinkCode.slack_team_id == team_id,
            LinkCode.expires_at > now,
            col(LinkCode.used_at).is_(None),
        )
        .order_by(col(LinkCode.id).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def end_codes(session: Session, slack_user_id: str, *, now: datetime) -> None:
    """What was sent before is good for nothing any more."""
    session.execute(
        update(LinkCode)
        .where(col(LinkCode.slack_user_id) == slack_user_id, col(LinkCode.expires_at) > now)
        .values(expires_at=now)
    )


def codes_since(session: Session, person_id: int, since: datetime) -> int:
    """How many were sent to a person, whichever account and address they were asked for with."""
    return session.exec(
        select(func.count())
        .select_from(LinkCode)
        .where(LinkCode.person_id == person_id, LinkCode.made_at > since)
    ).one()


def marked_since(session: Session, subject: str, action: str, since: datetime) -> int:
    """How often the audit has this, since then."""
    return session.exec(
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.action == action, AuditEntry.at > since)
    ).one()


def last_marked(session: Session, subject: str, action: str) -> datetime | None:
    return session.exec(
        select(AuditEntry.at)
        .where(AuditEntry.subject == subject, AuditEntry.action == action)
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    ).first()

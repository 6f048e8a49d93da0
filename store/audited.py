"""The audit as staff look at it: the latest first, by who, what and about what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store.models import AuditEntry, Person


@dataclass(frozen=True, slots=True)
class Line:
    """`who` names a person who is still in the directory; the audit itself has references alone."""

    id: int
    at: datetime
    actor: str
    who: str
    action: str
    subject: str
    details: Mapping[str, Any]


def entries(
    session: Session, *, since: datetime, actor: str = "", action: str = "", subject: str = "", limit: int
) -> tuple[Line, ...]:
    """What begins with the words that are given; nothing given is everything."""
    rows = select(AuditEntry).where(AuditEntry.at >= since)
    for column, begins in (
        (AuditEntry.actor, actor),
        (AuditEntry.action, action),
        (AuditEntry.subject, subject),
    ):
        if begins:
            rows = rows.where(col(column).startswith(begins, autoescape=True))
    found = session.exec(rows.order_by(col(AuditEntry.id).desc()).limit(limit)).all()
    names = _names(session, {each.actor for each in found})
    return tuple(
        Line(
            each.id or 0,
            each.at,
            each.actor,
            names.get(each.actor, each.actor),
            each.action,
            each.subject,
            each.details,
        )
        for each in found
    )


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    ids = [
        int(number)
        for kind, _, number in (each.partition(":") for each in actors)
        if kind == "person" and number.isdecimal()
    ]
    rows = session.exec(select(Person).where(col(Person.id).in_(ids)))
    return {f"person:{row.id}": f"{row.name} (person:{row.id})" for row in rows}

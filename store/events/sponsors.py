"""Sponsors of events: who pays, at which level, and what they were promised."""

from sqlmodel import Session, col, func, select

from store.models import Organisation, Sponsorship


def sponsors_of(session: Session, event_id: int) -> list[Sponsorship]:
    """As they were put in."""
    rows = session.exec(
        select(Sponsorship).where(Sponsorship.event_id == event_id).order_by(col(Sponsorship.id))
    )
    return list(rows)


def names_of(session: Session, event_id: int) -> tuple[str, ...]:
    """What the public reads: names alone, never what was promised."""
    return tuple(each.name for each in sponsors_of(session, event_id))


def organisation_called(session: Session, name: str) -> int | None:
    """Where the directory has exactly one of that name."""
    found = session.exec(
        select(Organisation.id).where(func.lower(Organisation.name) == name.lower()).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None

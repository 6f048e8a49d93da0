"""A copy of the database is silent: nothing that was decided before it was made leaves it until a person releases it.

The database remembers where it lives. A SQLite file has a token beside it besides, renewed while the assistant runs, which
an older copy put in its place does not know. A database that never ran is at home where it first does.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, select

from store.engine import parse_url
from store.kinds import CampaignState, OutboxState, RecipientState
from store.models import AuditEntry, Campaign, CampaignRecipient, OutboxMessage, Release

IN_DOUBT = "This was queued in a copy of the database: it may have gone out already."

_OUTBOX = OutboxMessage.metadata.tables["outbox"]
_ROWS = CampaignRecipient.metadata.tables["campaign_recipient"]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a database is opened. `beside` is the file of its tokens; None where there is none (PostgreSQL)."""

    beside: Path | None

    @staticmethod
    def of(url: str) -> "Home":
        parsed = parse_url(url)
        if parsed.drivername != "sqlite":
            return Home(None)
        path = Path(parsed.database or "").absolute()
        return Home(path.with_name(f"{path.name}.released"))

    def tokens(self) -> frozenset[str]:
        try:
            return frozenset(self.beside.read_text("ascii").split()) if self.beside else frozenset()
        except (OSError, UnicodeDecodeError):
            return frozenset()

    def keep(self, *tokens: str) -> None:
        """Whole or not at all: a crash leaves the file as it was, or as it is to be."""
        if self.beside is None:
            return
        fresh = self.beside.with_name(f"{self.beside.name}.new")
        fresh.write_text("\n".join(tokens), "ascii")
        fresh.replace(self.beside)


def at_home(session: Session, home: Home, *, now: datetime) -> bool:
    """Whether what is queued here may leave. The first time it is asked, it is: a house is founded."""
    row = session.get(Release, 1, with_for_update=True, populate_existing=True)
    place = _place(session, home)
    if row is None:
        session.add(Release(place=place, changed_at=now))
        session.flush()
        return True
    if row.held or row.place != place:
        return False
    return home.beside is None or not row.token or row.token in home.tokens()


def renew(session: Session, home: Home, *, now: datetime) -> None:
    """A new token, here and beside the file; of two that a crash leaves there, one is right."""
    row = session.get(Release, 1, with_for_update=True, populate_existing=True)
    if row is None or row.held or home.beside is None:
        return
    fresh = secrets.token_hex(16)
    home.keep(fresh, *([row.token] if row.token else []))
    row.token, row.changed_at = fresh, now
    session.add(row)


def release(session: Session, home: Home, *, actor: str, now: datetime) -> int:
    """A person's word that this is the house's own database. What was queued in it is left to them, as uncertain.

    Returns how many messages those are; campaigns under way are paused.
    """
    was_home = at_home(session, home, now=now)
    row = session.get_one(Release, 1)
    row.place, row.token, row.held, row.changed_at = _place(session, home), "", False, now
    session.add(row)
    doubtful = 0 if was_home else _doubt(session, now)
    _audit(session, "released", actor, now, doubtful)
    return doubtful


def hold(session: Session, home: Home, *, actor: str, now: datetime) -> None:
    """A person's word that nothing more is to leave: of a copy to try things in, or before a restore."""
    at_home(session, home, now=now)
    row = session.get_one(Release, 1)
    row.held, row.changed_at = True, now
    session.add(row)
    _audit(session, "held", actor, now, 0)


def _place(session: Session, home: Home) -> str:
    if home.beside is not None:
        database = home.beside.with_name(home.beside.name.removesuffix(".released"))
        return f"{database}#{database.stat().st_ino}"[-500:]
    row = session.connection().exec_driver_sql(
        "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())"
        " FROM pg_control_system()"
    )
    return ":".join(str(part) for part in row.one())


def _doubt(session: Session, now: datetime) -> int:
    doubt = {"settled_at": now, "lease_until": None, "owner": ""}
    messages = session.execute(
        sa.update(_OUTBOX)
        .where(_OUTBOX.c.state.in_([OutboxState.QUEUED, OutboxState.SENDING]))
        .values(state=OutboxState.UNCERTAIN, reply=IN_DOUBT, **doubt)
        .returning(_OUTBOX.c.id)
    ).all()
    rows = session.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.state.in_([RecipientState.QUEUED, RecipientState.SENDING]))
        .values(state=RecipientState.UNCERTAIN, reply=IN_DOUBT, **doubt)
        .returning(_ROWS.c.id)
    ).all()
    begun = [CampaignState.SCHEDULED, CampaignState.FREEZING, CampaignState.RUNNING]
    for campaign in session.exec(select(Campaign).where(Campaign.state.in_(begun))):  # type: ignore[attr-defined]  # a column
        campaign.state, campaign.paused_why = CampaignState.PAUSED, IN_DOUBT
        session.add(campaign)
    return len(messages) + len(rows)


def _audit(session: Session, what: str, actor: str, now: datetime, doubtful: int) -> None:
    session.add(
        AuditEntry(
            at=now, actor=actor, action=f"house.{what}", subject="house", details={"uncertain": doubtful}
        )
    )
    session.flush()

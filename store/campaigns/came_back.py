"""Campaigns' mails that came back: whose each was, and what its row of the ledger says from then on."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from store.campaigns.ledger_sql import CAMPAIGN, LEDGER
from store.keys import storable
from store.kinds import Medium, RecipientState
from store.models import AuditEntry

LATELY = timedelta(days=30)
LONGEST_REASON = 500
LEFT = (RecipientState.SENDING, RecipientState.SENT, RecipientState.UNCERTAIN)


def mailed(session: Session, recipient_id: int) -> str:
    """The address, lower-case, that this row's mail left for; "" where none did."""
    found = session.execute(
        sa.select(LEDGER.c.destination).where(
            LEDGER.c.id == recipient_id, LEDGER.c.medium == Medium.EMAIL,
            LEDGER.c.state.in_([*LEFT, RecipientState.FAILED]),
        )
    ).scalar()  # fmt: skip
    return (found or "").lower()


def mailed_lately(session: Session, address: str, *, now: datetime) -> bool:
    """Whether a campaign's mail left for this address not long ago."""
    lately = sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.frozen_at >= now - LATELY)
    found = session.execute(
        sa.select(LEDGER.c.id)
        .where(
            LEDGER.c.campaign_id.in_(lately), LEDGER.c.medium == Medium.EMAIL,
            LEDGER.c.destination == address.lower(), LEDGER.c.state.in_([*LEFT, RecipientState.FAILED]),
        )
        .limit(1)
    )  # fmt: skip
    return found.first() is not None


def came_back(session: Session, recipient_id: int, reason: str, *, bounce_id: int, now: datetime) -> None:
    """The row counts as refused, with the other side's words, as if the relay itself had said so; audited."""
    changed = session.execute(
        sa.update(LEDGER)
        .where(LEDGER.c.id == recipient_id, LEDGER.c.state.in_(LEFT))
        .values(
            state=RecipientState.FAILED, lease_until=None, settled_at=now,
            reply=storable(f"It came back: {reason}")[:LONGEST_REASON],
        )
        .returning(LEDGER.c.campaign_id)
    ).scalar()  # fmt: skip
    if changed is not None:
        details = {"recipient": recipient_id, "bounce": bounce_id}
        session.add(
            AuditEntry(
                at=now,
                actor="whodoes",
                action="campaign.bounced",
                subject=f"campaign:{changed}",
                details=details,
            )
        )
        session.flush()

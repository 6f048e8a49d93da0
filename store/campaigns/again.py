"""By a person's choice: those it did not reach, or of whom nobody knows, get a campaign once more."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from store.kinds import RecipientState
from store.models import CampaignRecipient

AGAIN = frozenset({RecipientState.FAILED, RecipientState.UNCERTAIN})

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]


def again(session: Session, campaign_id: int, states: Collection[RecipientState], *, now: datetime) -> int:
    """Queue them anew, with all their tries. Returns how many."""
    result = session.execute(
        sa.update(_TABLE)
        .where(_TABLE.c.campaign_id == campaign_id, _TABLE.c.state.in_(AGAIN & set(states)))
        .values(
            state=RecipientState.QUEUED, owner="", lease_until=None, tries=0, due_at=now, created_at=now,
            settled_at=None,
        )
    )  # fmt: skip
    assert isinstance(result, sa.CursorResult)  # noqa: S101 - narrows the type: an UPDATE's result counts its rows
    return result.rowcount

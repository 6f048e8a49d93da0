"""The ledger's statements and the row that a claim returns, made once: putting a statement together costs more than running it."""

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from store.campaigns.barred import Addressee
from store.kinds import CampaignState, Medium, RecipientState
from store.models import CampaignRecipient

LEDGER = CampaignRecipient.metadata.tables["campaign_recipient"]
CAMPAIGN = CampaignRecipient.metadata.tables["campaign"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recipient this worker has until its lease runs out; `owner` and `attempt` fence it."""

    id: int
    campaign_id: int
    key: str
    person_id: int | None
    medium: Medium
    destination: str
    name: str
    why: str
    owner: str
    attempt: int
    tries: int
    created_at: datetime


CLAIMED = tuple(LEDGER.c[field.name] for field in fields(Claimed))
ADDRESSEE = tuple(LEDGER.c[field.name] for field in fields(Addressee))

RUNNING = (
    sa.select(CAMPAIGN)
    .with_only_columns(
        *(
            CAMPAIGN.c[name]
            for name in ("id", "kind", "topic", "test_of", "zone", "window_from", "window_until")
        )
    )
    .where(CAMPAIGN.c.state == CampaignState.RUNNING)
    .order_by(CAMPAIGN.c.starts_at, CAMPAIGN.c.id)
)
DUE = (
    sa.select(*ADDRESSEE)
    .where(
        LEDGER.c.campaign_id == sa.bindparam("campaign"),
        LEDGER.c.state == RecipientState.QUEUED,
        LEDGER.c.medium == sa.bindparam("medium"),
        LEDGER.c.due_at <= sa.bindparam("now"),
    )
    .order_by(LEDGER.c.due_at, LEDGER.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKEN = (
    sa.update(LEDGER)
    .where(LEDGER.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(owner=sa.bindparam("by"), attempt=LEDGER.c.attempt + 1, lease_until=sa.bindparam("until"))
    .returning(*CLAIMED)
)
TAKE = _TAKEN.values(due_at=sa.bindparam("until"))
TAKE_AND_BEGIN = _TAKEN.values(state=RecipientState.SENDING)
FENCE = (
    sa.select(LEDGER.c.id, LEDGER.c.owner, LEDGER.c.attempt)
    .where(
        LEDGER.c.id.in_(sa.bindparam("ids", expanding=True)),
        LEDGER.c.state.in_(sa.bindparam("states", expanding=True)),
    )
    .order_by(LEDGER.c.id)
    .with_for_update()
)
SETTLE = (
    sa.update(LEDGER)
    .where(LEDGER.c.id == sa.bindparam("its_id"))
    .values(
        state=sa.bindparam("new_state"),
        reply=sa.bindparam("new_reply"),
        tries=sa.bindparam("new_tries"),
        due_at=sa.bindparam("new_due"),
        settled_at=sa.bindparam("new_settled"),
        lease_until=None,
    )
)
SUPPRESS = (
    sa.update(LEDGER)
    .where(LEDGER.c.id == sa.bindparam("its_id"))
    .values(state=RecipientState.SUPPRESSED, reply=sa.bindparam("reason"), settled_at=sa.bindparam("at"))
)

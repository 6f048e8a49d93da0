"""The audience of a campaign becomes rows of its ledger: as of one instant, in portions that keep nobody waiting.

Who it is, is read at once. The rows are written portion by portion, by one process alone, and count only when all are
there: what a process left half done is thrown away and begun anew, as of a new instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store.campaigns.audience import SUBSCRIBED, Chosen, as_of_now, audience_of, chosen
from store.campaigns.routes import Route, Ways, routes, subscriber_routes
from store.kinds import CampaignState, Medium, Reach, RecipientState
from store.models import Campaign, CampaignRecipient

PORTION = 500
TURN = timedelta(minutes=2)  # how long a freezing process may be silent

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]
_CAMPAIGN = CampaignRecipient.metadata.tables["campaign"]
_INSERT = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE).on_conflict_do_nothing()
    for dialect in (sqlite, postgresql)
}


@dataclass(frozen=True, slots=True)
class Turn:
    """This process's right to freeze one campaign; others keep away while it writes a portion now and then."""

    campaign_id: int
    by: str


def begin(session: Session, campaign_id: int, *, by: str, now: datetime, alone: bool = False) -> Turn | None:
    """None where it is not time, or another process is at it. `alone`: there is no other."""
    free = sa.true() if alone else _CAMPAIGN.c.freezing_until < now
    begun = session.execute(
        sa.update(_CAMPAIGN)
        .where(
            _CAMPAIGN.c.id == campaign_id,
            ((_CAMPAIGN.c.state == CampaignState.SCHEDULED) & (_CAMPAIGN.c.starts_at <= now))
            | ((_CAMPAIGN.c.state == CampaignState.FREEZING) & free),
        )
        .values(state=CampaignState.FREEZING, freezing_by=by, freezing_until=now + TURN)
        .returning(_CAMPAIGN.c.id)
    )
    return Turn(campaign_id, by) if begun.first() else None


def clear(session: Session, turn: Turn, *, now: datetime) -> bool:
    """Throw away a portion of what an earlier turn left. True where there is more of it; False too if the turn is lost."""
    if not _keep(session, turn, now):
        return False
    old = sa.select(_TABLE.c.id).where(_TABLE.c.campaign_id == turn.campaign_id).limit(PORTION)
    gone = session.execute(sa.delete(_TABLE).where(_TABLE.c.id.in_(old)).returning(_TABLE.c.id))
    return bool(gone.first())


def choose(session: Session, campaign_id: int) -> Chosen:
    """The people, of the instant this transaction reads."""
    as_of_now(session)
    campaign = session.get_one(Campaign, campaign_id)
    if campaign.reach is Reach.NOBODY:
        return Chosen()
    return chosen(session, audience_of(campaign.audience))


def write(
    session: Session,
    turn: Turn,
    portion: Mapping[int, tuple[str, str]],
    ways: Ways,
    *,
    now: datetime,
) -> bool:
    """One portion into the ledger. False where the turn was lost: the campaign was cancelled, or is another's."""
    if not _keep(session, turn, now):
        return False
    found = routes(session, list(portion), ways, now=now)
    rows = [
        _reader(turn, f"person:{each}", route, *portion[each], now) | {"person_id": each}
        for each, route in found.items()
    ]
    _put(session, rows)
    return True


def write_subscribers(
    session: Session, turn: Turn, portion: Sequence[int], ways: Ways, *, now: datetime
) -> bool:
    """The same of those who are no members. Who has an address of a member's has it from there already."""
    if not _keep(session, turn, now):
        return False
    found = subscriber_routes(session, portion, ways, now=now)
    _put(
        session,
        [_reader(turn, f"subscriber:{each}", route, SUBSCRIBED, "", now) for each, route in found.items()],
    )
    return True


def people_in(session: Session, campaign_id: int) -> int:
    """How many of those written down so far are to get it, besides the channels."""
    number: int = session.execute(
        sa.select(sa.func.count()).where(
            _TABLE.c.campaign_id == campaign_id,
            _TABLE.c.state == RecipientState.QUEUED,
            ~_TABLE.c.key.startswith("channel:"),
        )
    ).scalar_one()
    return number


def finish(session: Session, turn: Turn, *, now: datetime) -> bool:
    """The channels, as the last; and the campaign runs. False where the turn was lost."""
    if not _keep(session, turn, now):
        return False
    campaign = session.get_one(Campaign, turn.campaign_id, populate_existing=True)
    _put(session, [_channel(turn, each, now) for each in dict.fromkeys(campaign.channels)])
    campaign.state, campaign.frozen_at = CampaignState.RUNNING, now
    campaign.freezing_by, campaign.freezing_until = "", None
    session.add(campaign)
    session.flush()
    return True


def _keep(session: Session, turn: Turn, now: datetime) -> bool:
    kept = session.execute(
        sa.update(_CAMPAIGN)
        .where(
            _CAMPAIGN.c.id == turn.campaign_id,
            _CAMPAIGN.c.state == CampaignState.FREEZING,
            _CAMPAIGN.c.freezing_by == turn.by,
        )
        .values(freezing_until=now + TURN)
        .returning(_CAMPAIGN.c.id)
    )
    return kept.first() is not None


def _reader(turn: Turn, key: str, route: Route, why: str, bar: str, now: datetime) -> dict[str, object]:
    bar = bar or route.bar
    row = _row(turn, key, route.medium, route.destination, now)
    row |= {"name": route.name, "why": why}
    if bar:
        # What is not to be written to needs no address here, and stands in nobody's way who has the same one.
        row |= {"state": RecipientState.SUPPRESSED, "destination": None, "reply": bar, "settled_at": now}
    return row


def _channel(turn: Turn, channel: str, now: datetime) -> dict[str, object]:
    return _row(turn, f"channel:{channel}", Medium.SLACK, channel, now)


def _row(turn: Turn, key: str, medium: Medium, destination: str | None, now: datetime) -> dict[str, object]:
    return {
        "campaign_id": turn.campaign_id, "key": key, "person_id": None, "medium": medium, "destination": destination,
        "name": "", "why": "", "state": RecipientState.QUEUED, "attempt": 0, "tries": 0, "owner": "",
        "lease_until": None, "due_at": now, "created_at": now, "settled_at": None, "reply": "",
    }  # fmt: skip


def _put(session: Session, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection = session.connection()
        connection.execute(_INSERT[connection.dialect.name], rows)

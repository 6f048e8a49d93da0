"""One transaction of the bulk sender: what left is settled, and as many rows as there are turns for are taken and marked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from mail.bulk.copies import CampaignMail
from store.campaigns import ledger, pace
from store.campaigns.ledger import Claimed, Result
from store.campaigns.ledger_sql import CAMPAIGN

BURST = 0.25  # seconds' worth of turns that may be saved up
SHORTEST_WAIT = 0.02  # seconds until turns are asked for again
WHILE_SHUT = 5.0  # seconds until a way that is shut is looked at again
KEPT_FOR = timedelta(seconds=30)  # what is beside the campaign's own words: a topic's name

_VERSION = sa.select(CAMPAIGN.c.version).where(CAMPAIGN.c.id == sa.bindparam("its_id"))


@dataclass(frozen=True, slots=True)
class Way:
    """A relay, and how many mails it is to get a second; 0: as many as it takes. All processes share it."""

    name: str  # "relay:mx.example:25"
    per_second: float = 0.0

    @property
    def burst(self) -> float:
        return max(1.0, self.per_second * BURST)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a worker may send: rows that are marked, and what their campaigns say."""

    claimed: tuple[Claimed, ...]
    mails: Mapping[int, CampaignMail]
    since: datetime
    wait: float | None = None  # seconds until there are turns; None: nothing else is due now


@dataclass(frozen=True, slots=True)
class _Kept:
    mail: CampaignMail
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """How one process takes them."""

    owner: str
    way: Way
    clock: Callable[[], datetime]
    mail_of: Callable[[Session, int, datetime], CampaignMail]
    at: Callable[[str], None]
    _mails: dict[int, "_Kept"] = field(default_factory=dict)

    def take(self, session: Session, results: Sequence[Result], most: int) -> Turn:
        now = self.clock()
        if results:
            ledger.settle(session, results, now=now)
            pace.heard(session, self.way.name, [outcome for _, outcome in results], now=now)
        turns, wait = self._turns(session, most, now)
        if not turns:
            return Turn((), {}, now, wait)
        ours = ledger.claim(session, owner=self.owner, limit=turns, now=now, begin=True)
        self.at("claimed")
        if self.way.per_second and len(ours) < turns:
            pace.give_back(session, self.way.name, turns - len(ours), burst=self.way.burst, now=now)
        mails = {each: self._mail(session, each, now) for each in {row.campaign_id for row in ours}}
        return Turn(ours, mails, now)

    def _mail(self, session: Session, campaign_id: int, now: datetime) -> CampaignMail:
        """As it was a moment ago, unless it was changed since."""
        version = session.execute(_VERSION, {"its_id": campaign_id}).scalar_one()
        kept = self._mails.get(campaign_id)
        if kept is None or kept.version != version or not timedelta() <= now - kept.at < KEPT_FOR:
            kept = _Kept(self.mail_of(session, campaign_id, now), version, now)
            self._mails[campaign_id] = kept
        return kept.mail

    def _turns(self, session: Session, most: int, now: datetime) -> tuple[int, float | None]:
        """How many may be sent now, and where none may, when to look again."""
        way = self.way
        if not most:
            return 0, None
        if pace.shut(session, way.name, now=now):
            return 0, WHILE_SHUT
        if not way.per_second:
            return most, None
        turns = pace.take(session, way.name, per_second=way.per_second, burst=way.burst, most=most, now=now)
        return turns, max(1 / way.per_second, SHORTEST_WAIT)

"""Campaigns move on when their time comes: frozen, begun, Slack's part handed to the outbox, shown in progress, and ended."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel import Session

from bot.assistant.campaigns.progress import next_notice
from bot.assistant.house import House
from bot.slack.campaigns import post_of, progress_of
from store.campaigns import freezing, moving, outbox_rows
from store.campaigns.freezing import Turn
from store.campaigns.ledger import expire
from store.campaigns.routes import Ways, ways_of
from store.campaigns.rules import grew
from store.errors import StoreError
from store.kinds import CampaignState, Medium
from store.models import Campaign
from store.outbox import enqueue
from store.store import Store

log = logging.getLogger(__name__)


class Campaigns:
    """One process's hand in them. `run` is called again and again, and may run late or twice."""

    def __init__(self, store: Store, house: House, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._house = house
        self._clock = clock
        self._me = f"campaigns:{secrets.token_hex(6)}"
        self._alone = store.dialect == "sqlite"  # a second process refuses to start there
        self._slack = Medium.SLACK in house.letterbox.carriers

    async def run(self) -> bool:
        """Do what is due. True where there may be something to send now. What fails keeps back none of the others."""
        if uncertain := await self._store.write(expire, self._clock()):
            log.warning("campaigns.interrupted_found", extra={"recipients": uncertain})
        found = await self._store.read(moving.waiting, now=self._clock(), alone=self._alone)
        for campaign_id in found.to_freeze:
            await self._safely(campaign_id, self._freeze)
        handed = await self._by_outbox()
        for campaign_id in sorted({*found.under_way, *found.to_freeze}):
            await self._safely(campaign_id, self._look_after)
        return bool(handed or found.to_freeze or found.under_way)

    async def _safely(self, campaign_id: int, step: Callable[[int], Awaitable[None]]) -> None:
        try:
            await step(campaign_id)
        except StoreError:
            raise
        except Exception:
            log.exception("campaigns.step_failed", extra={"campaign": campaign_id})

    async def _freeze(self, campaign_id: int) -> None:
        """The whole audience into the ledger; begun anew the next time, where this is broken off."""
        late = self._house.campaigns.late_after
        if await self._store.write(moving.ask_if_late, campaign_id, after=late, now=self._clock()):
            log.warning("campaigns.late", extra={"campaign": campaign_id})
            return
        turn = await self._store.write(
            freezing.begin, campaign_id, by=self._me, now=self._clock(), alone=self._alone
        )
        if turn is None:
            return
        while await self._store.write(freezing.clear, turn, now=self._clock()):
            pass
        if await self._fill(turn) and not await self._grew(campaign_id):
            await self._store.write(freezing.finish, turn, now=self._clock())
            log.info("campaigns.begun", extra={"campaign": campaign_id})

    async def _fill(self, turn: Turn) -> bool:
        found = await self._store.read(freezing.choose, turn.campaign_id)
        ways = await self._store.read(_ways, turn.campaign_id, slack=self._slack)
        for portion in found.portions(freezing.PORTION):
            if not await self._store.write(freezing.write, turn, portion, ways, now=self._clock()):
                return False
        for first in range(0, len(found.subscribers), freezing.PORTION):
            some = found.subscribers[first : first + freezing.PORTION].tolist()
            if not await self._store.write(freezing.write_subscribers, turn, some, ways, now=self._clock()):
                return False
        return True

    async def _grew(self, campaign_id: int) -> bool:
        """Whether it would go to so many more than were confirmed that it is paused for a person to look."""
        expected, number = await self._store.read(_confirmed, campaign_id)
        if not grew(number, expected, self._house.campaigns):
            return False
        log.warning("campaigns.grew", extra={"campaign": campaign_id, "people": number})
        return await self._store.write(moving.ask_about_number, campaign_id, number, expected)

    async def _by_outbox(self) -> int:
        """Slack's part. Mails leave by scheduler/bulk.py; those an earlier release left in the outbox are settled here."""
        await self._store.write(outbox_rows.take_back, now=self._clock())
        handed = 0
        if self._slack:
            handed = await self._store.write(outbox_rows.hand_over, post_of, now=self._clock())
        return handed

    async def _look_after(self, campaign_id: int) -> None:
        await self._store.write(_call_back_cancelled, campaign_id, now=self._clock())
        while await self._store.write(_move_on, campaign_id, now=self._clock(), show=self._slack):
            pass


def _ways(session: Session, campaign_id: int, *, slack: bool) -> Ways:
    return ways_of(session.get_one(Campaign, campaign_id), slack=slack)


def _confirmed(session: Session, campaign_id: int) -> tuple[int, int]:
    """How many it was confirmed to, and how many it is."""
    return session.get_one(Campaign, campaign_id).expected, freezing.people_in(session, campaign_id)


def _call_back_cancelled(session: Session, campaign_id: int, *, now: datetime) -> None:
    if session.get_one(Campaign, campaign_id).state is CampaignState.CANCELLED:
        outbox_rows.call_back(session, campaign_id, now=now)
        outbox_rows.take_back(session, now=now)


def _move_on(session: Session, campaign_id: int, *, now: datetime, show: bool) -> bool:
    """The end and its last notice are of one transaction. True where there is more to do at once."""
    if moving.settle_end(session, campaign_id, now=now):
        return True
    notice = next_notice(session, campaign_id) if show else None
    if notice is not None:
        draft = progress_of(campaign_id, notice.shown, user=notice.user, number=notice.number)
        enqueue(session, draft, now=now)
    return False

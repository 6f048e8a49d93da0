"""Events move on when their time comes: each piece that is due in a transaction of its own."""

import logging
from datetime import datetime

from bot.assistant.events.ticking import due
from bot.assistant.house import House
from store.errors import StoreError
from store.store import Store

log = logging.getLogger(__name__)


async def keep_events(store: Store, house: House, *, now: datetime) -> int:
    """Do what is due; returns how many transactions it took. What fails keeps back none of the others."""
    steps = 0
    for each in await store.read(due, house, now):
        try:
            place: int | None = 0
            while place is not None:
                place = await store.write(each.do, place)
                steps += 1
        except StoreError:
            raise
        except Exception:
            log.exception("events.step_failed", extra={"subject": each.subject})
    if steps:
        log.info("events.moved_on", extra={"steps": steps})
    return steps

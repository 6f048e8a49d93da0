"""Staff are told what did not arrive, and what waits too long."""

import logging
from datetime import datetime

from bot.assistant.house import House
from bot.assistant.undelivered_news import tell_of_undelivered, tell_of_waiting
from store.store import Store

log = logging.getLogger(__name__)


async def tell_staff(store: Store, house: House, *, now: datetime) -> bool:
    """Whether there was something to tell."""
    lost = await store.write(tell_of_undelivered, house, now)
    late = await store.write(tell_of_waiting, house, now)
    if lost or late:
        log.warning("delivery.told_staff", extra={"undelivered": lost, "waiting": late})
    return lost or late

"""Introductions move on when their time comes: each step that is due in a transaction of its own."""

import logging
from datetime import datetime

from bot.assistant.house import House
from bot.assistant.introductions.ticking import do, due
from store.errors import StoreError
from store.store import Store

log = logging.getLogger(__name__)


async def move_on(store: Store, house: House, *, now: datetime) -> int:
    """Do what is due; returns how much of it changed something. One that fails keeps back none of the others."""
    changed = 0
    for each in await store.read(due, house, now):
        try:
            changed += await store.write(do, each, house, now)
        except StoreError:
            raise
        except Exception:
            log.exception("introductions.step_failed", extra={"kind": each.kind, "subject": each.subject})
    if changed:
        log.info("introductions.moved_on", extra={"changed": changed})
    return changed

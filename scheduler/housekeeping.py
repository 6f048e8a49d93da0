"""Housekeeping: what members wrote is let go of when it has long served its purpose."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from store import inbox, outbox
from store.address_claims import forget_claims
from store.answered import forget_answered
from store.audit_seals import seal
from store.store import Store

log = logging.getLogger(__name__)

KEEP = timedelta(days=30)
COUNTED = timedelta(days=2)  # answers to mail: the caps look back a day
PAGE = 500  # rows a transaction: others are let in between


class _Forget(Protocol):
    def __call__(self, session: Session, *, before: datetime, limit: int = ...) -> int: ...


async def tidy(store: Store, *, now: datetime) -> tuple[int, int]:
    """Let go of the contents of mail and messages, and of claims of addresses, settled KEEP ago; seal the audit.

    Returns how many came in, how many went out.
    """
    came = await _forget_all(store, inbox.forget_contents, before=now - KEEP)
    went = await _forget_all(store, outbox.forget_contents, before=now - KEEP)
    await _forget_all(store, forget_answered, before=now - COUNTED)
    await _forget_all(store, forget_claims, before=now - KEEP)
    while await store.write(seal, now=now):
        pass
    log.info("housekeeping.done", extra={"inbox": came, "outbox": went})
    return came, went


async def _forget_all(store: Store, forget: _Forget, *, before: datetime) -> int:
    total = 0
    while (forgotten := await store.write(forget, before=before, limit=PAGE)) > 0:
        total += forgotten
    return total

"""An issue comes into the archive when its mailing has begun."""

import logging
from datetime import datetime

from store.newsletter.issues import publish_what_went_out, unpublished
from store.store import Store

log = logging.getLogger(__name__)


async def publish(store: Store, *, now: datetime) -> int:
    """Safe to run late or twice. Returns how many came in."""
    if not await store.read(unpublished):
        return 0
    slugs = await store.write(publish_what_went_out, now=now)
    for slug in slugs:
        log.info("newsletter.published", extra={"issue": slug})
    return len(slugs)

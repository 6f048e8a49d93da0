"""How work that never ends by itself is brought to an end: asked to, and given a while for what is in its hands."""

import asyncio
from collections.abc import Callable


async def ended_in_time(
    work: "asyncio.Task[None]", stop: asyncio.Event, *, wake: Callable[[], None], within: float
) -> bool:
    """Waits until it is told to stop, and then `within` seconds for `work`, which is woken to see that. Whether it is over."""
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        wake()
        await asyncio.wait({work}, timeout=within)
        return work.done()
    finally:
        stopped.cancel()

"""Whether this process serves the house's own database or a silent copy of it, looked at when it starts."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.schedule import Job
from store.release import Home, at_home, renew
from store.store import Store

log = logging.getLogger(__name__)

SILENT = "This is a copy of the database: nothing queued in it is sent. To let it: whodoes release"


class AtHome:
    """`released` after `look`. While it is, the token beside the database is renewed: a copy of before knows an old one."""

    def __init__(self, store: Store, url: str, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._home = Home.of(url)
        self._clock = clock
        self.released = False

    async def look(self, announce: Callable[[str], None]) -> None:
        """Who asks a copy something is answered; what was decided in it waits."""
        self.released = await self._store.write(at_home, self._home, now=self._clock())
        if self.released:
            await self.renew()
        else:
            announce(SILENT)
            log.warning("service.silent_copy")

    async def renew(self) -> None:
        await self._store.write(renew, self._home, now=self._clock())

    def job(self) -> Job:
        return Job("home", every=timedelta(minutes=1), run=self.renew)

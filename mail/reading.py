"""Reads accepted mails for the desk, in threads of this process: what each says, who is believed, and what may be answered."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mail.arrived import Ready
from mail.inbound import InboundMail, Refusal, read_mail
from mail.trust import Judge, Trust
from store.inbox import Received

AT_ONCE = 32  # mails in hand at a time
THREADS = 8
_UNREAD = Refusal("not read")


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as it was read, or why it could not be. `ready`: its answer, where it was worked out already."""

    mail: InboundMail | Refusal = _UNREAD
    trust: Trust = Trust.UNPROVED
    ready: Ready | None = None
    failure: Exception | None = None


class Readers(Protocol):
    """Reads mails, some of them together. A fault of one mail is its `failure`, and no fault of those beside it."""

    @property
    def together(self) -> int:
        """How many are best given at a time, where many wait."""
        ...

    async def begin(self) -> None:
        """Done when they are up; they read before that too."""

    async def read(self, items: Sequence[Received], *, now: datetime) -> Sequence[Read]: ...

    def close(self) -> None: ...


class ReadingThreads:
    """A hostile mail takes a while, and so does asking the DNS about its sender: others are read meanwhile."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail-read")

    @property
    def together(self) -> int:
        return 1

    async def begin(self) -> None:
        """Threads begin when there is something to read."""

    async def read(self, items: Sequence[Received], *, now: datetime) -> Sequence[Read]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(
            *(loop.run_in_executor(self._threads, self._read, item) for item in items)
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read(self, item: Received) -> Read:
        try:
            mail = read_mail(item.raw or b"")
            trust = Trust.UNPROVED if isinstance(mail, Refusal) else self._judge(item, mail)
        except Exception as error:  # noqa: BLE001 - the edge: a fault of one mail is no fault of those beside it
            return Read(failure=error)
        return Read(mail, trust)

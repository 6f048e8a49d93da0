"""A small MTA in front of whodoes: what it has, it hands in again and again until it is taken, as a real one does."""

import asyncio
import smtplib
from collections import Counter
from dataclasses import dataclass
from typing import Literal

PAUSE = 0.05  # seconds before a mail is tried again; a real one waits for minutes


@dataclass(frozen=True, slots=True)
class Handed:
    sender: str
    recipient: str
    content: bytes


class QueueingMta:
    """`place`: a port of this machine, or the path of a Unix socket."""

    def __init__(self, place: str, protocol: Literal["smtp", "lmtp"], *, at_once: int = 4) -> None:
        self._place = place
        self._protocol = protocol
        self._queue: asyncio.Queue[Handed] = asyncio.Queue()
        self._hands = [asyncio.create_task(self._hand_in()) for _ in range(at_once)]
        self.replies: Counter[int] = Counter()  # 0: nobody there, or the line broke

    def take(self, mail: Handed) -> None:
        self._queue.put_nowait(mail)

    async def until_empty(self) -> None:
        await self._queue.join()

    async def close(self) -> None:
        for hand in self._hands:
            hand.cancel()
        await asyncio.gather(*self._hands, return_exceptions=True)

    async def _hand_in(self) -> None:
        while True:
            mail = await self._queue.get()
            while True:
                code = await asyncio.to_thread(self._try, mail)
                self.replies[code] += 1
                if 200 <= code < 300:
                    break
                await asyncio.sleep(PAUSE)
            self._queue.task_done()

    def _try(self, mail: Handed) -> int:
        try:
            with self._connection() as line:
                line.ehlo_or_helo_if_needed()
                for code, _ in (line.mail(mail.sender), line.rcpt(mail.recipient)):
                    if code != 250:
                        return code
                return line.data(mail.content)[0]
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except (OSError, smtplib.SMTPException):
            return 0

    def _connection(self) -> smtplib.SMTP:
        host, port = ("", int(self._place)) if self._place.isdigit() else (self._place, 0)
        if self._protocol == "lmtp":
            return smtplib.LMTP(host or "127.0.0.1", port or smtplib.LMTP_PORT, timeout=20)
        return smtplib.SMTP("127.0.0.1", port, timeout=20)

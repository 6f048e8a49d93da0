"""What lies on the small IMAP server of the tests, and how it behaves."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(slots=True)
class Lying:
    """A mail in a folder."""

    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)
    came: datetime = field(default_factory=lambda: datetime(2026, 11, 23, tzinfo=UTC))


@dataclass(slots=True)
class Manners:
    """How this server behaves."""

    extensions: tuple[str, ...] = ("IDLE", "UIDPLUS", "MOVE")
    user: str = "ask@hosted.example"
    password: str = "open sesame"
    tls: bool = False
    starttls: bool = False
    greeting: str = "* OK mailbox.example ready"
    login_reply: str = ""  # instead of trying the password
    search_reply: str = ""  # instead of what was found
    idle_reply: str = "+ idling"
    at_idle: bytes = b""  # a mail that comes just before the first IDLE, which tells of it in the same breath
    drop_at: str = ""  # hang up when a command begins with this …
    drops: int = 1  # … so many times
    stall_at: str = ""  # never answer a command that begins with this
    refuse: str = ""  # NO to each command that begins with this
    read_only: bool = False
    forgets_flags: bool = False  # says yes to a STORE and does nothing


class Folders:
    """What lies on the server, and what was said to it."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.folders: dict[str, list[Lying]] = {"INBOX": []}
        self.validity = 1
        self.commands: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.broken: set[int] = set()  # the numbers of mails that cannot be fetched
        self.connections = 0
        self.idling = 0
        self._next_uid = 1
        self._arrival = asyncio.Condition()

    @property
    def inbox(self) -> list[Lying]:
        return self.folders["INBOX"]

    async def deliver(self, content: bytes, *, came: datetime | None = None) -> Lying:
        mail = Lying(self._next_uid, content)
        if came is not None:
            mail.came = came
        self._next_uid += 1
        self.inbox.append(mail)
        async with self._arrival:
            self._arrival.notify_all()
        return mail

    def renumber(self) -> None:
        """A new UIDVALIDITY, and every mail under another number: as after a restored backup."""
        self.validity += 1
        for number, mail in enumerate(reversed(self.inbox), start=1):
            mail.uid = number
        self._next_uid = len(self.inbox) + 1

    async def new_mail(self, known: int) -> None:
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.inbox) > known)

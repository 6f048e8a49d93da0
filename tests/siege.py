"""A server that is killed again and again while an MTA hands in mail, and the count of what became of each mail."""

import asyncio
import json
import random
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from store.kinds import InboxState, OutboxState
from store.models import InboxItem, OutboxMessage
from store.store import Store
from tests.doubles.queueing_mta import Handed
from tests.factories import add_golden_region
from tests.whodoes_process import ROOT, Server, free_port

ADDRESS = "ask@cluster.example"
OPEN = {OutboxState.QUEUED, OutboxState.SENDING}
QUESTIONS = (
    "who does viral vector manufacturing near Macclesfield?",
    "lateral flow tests?",
    "help",
    "thanks",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the mails, each of a sender of its own."""

    kept: int
    answers: Counter[str]  # that arrived at the relay, by recipient
    uncertain: frozenset[str]  # of whom staff are told that their answer may have arrived
    set_aside: int

    def lost(self, senders: list[str]) -> list[str]:
        return [each for each in senders if not self.answers[each] and each not in self.uncertain]

    def twice(self) -> dict[str, int]:
        return {each: times for each, times in self.answers.items() if times > 1}


class Siege:
    def __init__(self, folder: Path, url: str, server: Server, place: str) -> None:
        self.folder = folder
        self.place = place  # where the MTA hands mail in: a port, or a socket's path
        self.senders: list[str] = []
        self.kills = 0
        self._url = url
        self._server = server

    def next_mail(self) -> Handed:
        """From somebody new in a firm of their own, so that no cap on answers is met."""
        number = len(self.senders)
        sender = f"member{number}@firm{number}.example"
        self.senders.append(sender)
        content = (
            f"From: Member {number} <{sender}>\r\nTo: {ADDRESS}\r\nSubject: a question\r\n"
            f"Message-ID: <{number}@firm{number}.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n"
            f"{QUESTIONS[number % len(QUESTIONS)]}\r\n"
        )
        return Handed(sender, ADDRESS, content.encode())

    async def start(self) -> None:
        await self._server.start()

    async def kill(self) -> None:
        await self._server.kill()
        self.kills += 1

    async def kill_through(
        self, kills: int, hand_over: Callable[[], Awaitable[None]], *, seed: int, longest: float
    ) -> None:
        """After each start some mail is handed over; wherever the server is then, it is killed."""
        chance = random.Random(seed)
        for _ in range(kills):
            await self._server.start()
            handing = asyncio.ensure_future(hand_over())
            await asyncio.sleep(chance.uniform(0, longest))  # where it is killed is left to chance
            await self.kill()
            await handing
        await self._server.start()

    async def inbox(self) -> list[InboxItem]:
        store = await asyncio.to_thread(Store.open, self._url)
        found = await store.read(lambda session: list(session.exec(select(InboxItem)).all()))
        await asyncio.to_thread(store.close)
        return found

    async def outcome(self, *, within: float = 120) -> Outcome:
        """When all that came in is worked through and all that was decided is settled."""
        store = await asyncio.to_thread(Store.open, self._url)
        try:
            async with asyncio.timeout(within):
                while (found := await store.read(_look)) is None or found[0] < len(self.senders):
                    await asyncio.sleep(0.2)
        finally:
            await asyncio.to_thread(store.close)
        kept, set_aside, uncertain = found
        lines = (self.folder / "relay.jsonl").read_text().splitlines()
        answers = Counter(str(json.loads(line)["recipient"]) for line in lines)
        return Outcome(kept, answers, frozenset(uncertain), set_aside)


def _look(session: Session) -> tuple[int, int, list[str]] | None:
    inbox = Counter(session.exec(select(InboxItem.state)).all())
    outbox = session.exec(select(OutboxMessage.state, OutboxMessage.recipient)).all()
    if inbox[InboxState.RECEIVED] or any(state in OPEN for state, _ in outbox):
        return None
    uncertain = [recipient for state, recipient in outbox if state is OutboxState.UNCERTAIN]
    return inbox.total(), inbox[InboxState.SET_ASIDE], uncertain


@asynccontextmanager
async def siege(url: str, settings: Mapping[str, str], *, group: str = "") -> AsyncIterator[Siege]:
    """`settings` of a recipe; its port or socket becomes one of this test. `group`: whose members may use the socket."""
    folder = Path(tempfile.mkdtemp(prefix="whodoes-siege-"))
    store = await asyncio.to_thread(Store.open, url)
    await store.write(add_golden_region)
    await asyncio.to_thread(store.close)
    relay = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.smtp_sink", "--record", str(folder / "relay.jsonl"),
        cwd=ROOT, stdout=PIPE,
    )  # fmt: skip
    assert relay.stdout is not None
    relay_port = (await relay.stdout.readline()).decode().split()[1]
    here = {
        "relay_host": "127.0.0.1",
        "relay_port": relay_port,
        "relay_security": "none",
        "database_url": url,
    }
    place = str(free_port())
    if settings.get("mail_host", "").startswith("/"):
        place = here["mail_host"] = str(_socket_folder(folder, group) / "lmtp.sock")
    else:
        here["mail_port"] = place
    server = Server("--only", "mail,scheduler", **{**settings, **here})
    try:
        yield Siege(folder, url, server, place)
    finally:
        relay.kill()
        await relay.communicate()
        await server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _socket_folder(folder: Path, group: str) -> Path:
    """As the recipe makes it: what is made in it belongs to the group."""
    folder.chmod(0o755)
    run = folder / "run"
    run.mkdir()
    if group:
        shutil.chown(run, group=group)
    run.chmod(0o2750)
    return run

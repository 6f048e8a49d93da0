"""Two assistants pointed at each other, each whole and real: whatever is hidden from them, they stop by themselves."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import Session, select

from mail.backstop import ANSWERS_AN_HOUR
from mail.desk import MailDesk
from mail.sender import RelaySender
from mail.smtp import listen
from scheduler.delivery import Delivery
from store.kinds import InboxState, Medium, OutboxState
from store.models import InboxItem, OutboxMessage
from store.search.live import LiveIndex
from store.store import Store
from tests.doubles.stripping_relay import StrippingRelay
from tests.factories import add_golden_region, add_person

ONE, TWO = "ask@one.example", "ask@two.example"
PATIENCE = 60.0


def clock() -> datetime:
    return datetime.now(UTC)


class Assistant:
    """One of them: its store, and where it listens."""

    def __init__(self, store: Store, address: str) -> None:
        self.store = store
        self.address = address
        self.port = 0

    async def is_quiet(self) -> bool:
        """Nothing is waiting to be read, and nothing to be sent."""

        def waiting(session: Session) -> int:
            came = select(InboxItem.id).where(InboxItem.state == InboxState.RECEIVED)
            goes = select(OutboxMessage.id).where(
                OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.SENDING])  # type: ignore[attr-defined]  # a column
            )
            return len(session.exec(came).all()) + len(session.exec(goes).all())

        return await self.store.read(waiting) == 0

    async def kept(self) -> int:
        return len(await self.store.read(lambda session: session.exec(select(InboxItem.id)).all()))


@asynccontextmanager
async def at_work(assistant: Assistant, relay: StrippingRelay) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        stop = asyncio.Event()
        sender = RelaySender(host="127.0.0.1", port=relay.port, security="none")
        stack.push_async_callback(sender.close)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(stop.set)
        delivery = Delivery(
            store=assistant.store, senders={Medium.EMAIL: sender}, owner=assistant.address, clock=clock,
            poll_seconds=0.05, alone=True,
        )  # fmt: skip
        desk = MailDesk(
            store=assistant.store, live=LiveIndex(), address=assistant.address, sender_name="whodoes",
            clock=clock, wake_delivery=delivery.wake,
        )  # fmt: skip
        listener = await listen(
            store=assistant.store, host="127.0.0.1", port=0, protocol="smtp", address=assistant.address,
            max_bytes=1_000_000, wake=desk.wake, clock=clock,
        )  # fmt: skip
        stack.push_async_callback(listener.close)
        relay.listeners[assistant.address.rpartition("@")[2]] = assistant.port = listener.port
        group.create_task(delivery.run(stop))
        group.create_task(desk.run(stop))
        yield


def furnish(known: str) -> Callable[[Session], None]:
    def write(session: Session) -> None:
        add_golden_region(session)
        if known:
            add_person(session, name="Somebody Marsh", addresses=[known])

    return write


async def a_question(port: int) -> None:
    """As if somebody at two had asked one, by hand."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = TWO, ONE, "A question"
    mail["Message-ID"] = "<first@two.example>"
    mail.set_content("Who does viral vector manufacturing near Macclesfield?")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.send_message(mail)

    await asyncio.to_thread(send)


async def until_quiet(*assistants: Assistant) -> None:
    """Quiet for three looks in a row: a mail may be on its way between two stores."""
    looks = 0
    async with asyncio.timeout(PATIENCE):
        while looks < 3:
            quiet = [await each.is_quiet() for each in assistants]
            looks = looks + 1 if all(quiet) else 0
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("strips", "known", "most"),
    [
        (False, False, 1), (False, True, 1),
        (True, False, 1),  # an answer a day to whom nobody knows
        (True, True, ANSWERS_AN_HOUR + 1),  # and the word that there is a pause
    ],
)  # fmt: skip
async def test_two_assistants_stop_by_themselves(
    tmp_path: Path, *, strips: bool, known: bool, most: int
) -> None:
    async with StrippingRelay(strips=strips) as relay, AsyncExitStack() as stack:
        assistants = []
        for address, other in ((ONE, TWO), (TWO, ONE)):
            store = Store.open(f"sqlite:///{tmp_path}/{address}.sqlite3")
            stack.callback(store.close)
            await store.write(furnish(other if known else ""))
            assistants.append(Assistant(store, address))
            await stack.enter_async_context(at_work(assistants[-1], relay))
        one, two = assistants
        await a_question(one.port)
        await until_quiet(one, two)
        sent = relay.by()
        assert 1 <= sent["one.example"] <= most
        assert sent.get("two.example", 0) <= most
        assert await one.kept() == 1 + sent.get("two.example", 0)
        assert await two.kept() == sent["one.example"]

"""`whodoes demo`: the fictional region, asked in the terminal, by email and on a page; nothing leaves the machine."""

import asyncio
import errno
import logging
import smtplib
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from bot.cli.asking import Terminal, chat
from bot.cli.opening import complain, new_index
from bot.slack.demo import ask_in_slack
from bot.web.catcher import AskIn, catcher_routes
from bot.web.server import WebFace
from mail.conversation import MailDesk
from mail.smtp import listen
from store.errors import StoreError
from store.importing.applying import import_table
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.kinds import Medium
from store.models import Address, Person
from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from store.store import Store

ADDRESS = "ask@harrowdalecluster.example"
SENDER_NAME = "whodoes · Harrowdale Biomedical Cluster"
MAIL_PORT, WEB_PORT = 8025, 8080
FILES = ("directory.csv", "people.csv", "events.csv")
FIRST_ASKS = (
    (Medium.EMAIL, "Who makes lateral flow tests?"),
    (Medium.SLACK, "who does viral vectr manufacturing near Macclesfeild?"),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The member of the fictional region who asks by mail and in Slack."""

    name: str
    address: str


def demo_command(
    data: Annotated[Path, typer.Option(help="The folder with the region's tables.")] = Path("demo"),
) -> None:
    """Try it all on a fictional region. No Slack, no DNS, nothing leaves this machine."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    if missing := [name for name in FILES if not (data / name).is_file()]:
        complain(
            f"The demo needs {', '.join(missing)} in {data}: run it from the clone, or name the folder with --data."
        )
    try:
        with tempfile.TemporaryDirectory(prefix="whodoes-demo-") as folder, _opened(Path(folder)) as store:
            asyncio.run(_demo(store, data))
    except (StoreError, ImportRefused) as error:
        complain(str(error))


@contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{folder}/demo.sqlite3")
    try:
        yield store
    finally:
        store.close()


async def _demo(store: Store, data: Path) -> None:
    for name in FILES:
        table = await asyncio.to_thread(read_table, data / name)
        await store.write(import_table, table, Gazetteer.load(), now=_clock(), actor="demo")
    live = await asyncio.to_thread(new_index)
    await store.read(live.catch_up)
    visitor = await store.read(_visitor)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        desk = MailDesk(
            store=store,
            live=live,
            address=ADDRESS,
            sender_name=SENDER_NAME,
            clock=_clock,
            wake_delivery=_nobody,
        )
        working = asyncio.create_task(desk.run(stop))
        mail_port = await _start_mail(stack, store, desk)
        ask_in = _ways_in(store, live, visitor, mail_port)
        web_port = await _start_web(stack, store, ask_in, mail_port)
        for medium, text in FIRST_ASKS:
            await ask_in[medium](text)
        greeting = _greeting(len(live.index), visitor, mail_port=mail_port, web_port=web_port)
        Console(stderr=not sys.stdin.isatty(), highlight=False, soft_wrap=True).print(greeting, markup=False)
        await chat(Terminal(store, live))
        stop.set()
        desk.wake()
        await working


async def _start_mail(stack: AsyncExitStack, store: Store, desk: MailDesk) -> int:
    async def start(port: int) -> int:
        listener = await listen(
            store=store,
            host="127.0.0.1",
            port=port,
            protocol="smtp",
            address=ADDRESS,
            max_bytes=10_000_000,
            wake=desk.wake,
            clock=_clock,
        )
        stack.push_async_callback(listener.close)
        return listener.port

    return await _on_a_free_port(start, MAIL_PORT)


async def _start_web(stack: AsyncExitStack, store: Store, ask_in: dict[Medium, AskIn], mail_port: int) -> int:
    async def ready() -> dict[str, bool]:
        return {"demo": True}

    async def start(port: int) -> int:
        facts = {"Mail to": ADDRESS, "SMTP": f"127.0.0.1:{mail_port}"}
        face = WebFace(
            host="127.0.0.1", port=port, ready=ready, routes=catcher_routes(store, ask_in, facts=facts)
        )
        stack.push_async_callback(face.stop)
        return await face.start()

    return await _on_a_free_port(start, WEB_PORT)


async def _on_a_free_port(start: Callable[[int], Awaitable[int]], port: int) -> int:
    """The usual port, so that what the README says works; any other where somebody has it already."""
    try:
        return await start(port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return await start(0)


def _ways_in(store: Store, live: LiveIndex, visitor: Visitor, mail_port: int) -> dict[Medium, AskIn]:
    async def by_mail(text: str) -> None:
        await asyncio.to_thread(_send, _mail(text, visitor), visitor.address, mail_port)

    async def in_slack(text: str) -> None:
        await ask_in_slack(text, store=store, live=live, clock=_clock)

    return {Medium.SLACK: in_slack, Medium.EMAIL: by_mail}


def _mail(text: str, visitor: Visitor) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{visitor.name} <{visitor.address}>"
    message["To"] = ADDRESS
    message["Subject"] = " ".join(text.split())[:60]
    message["Date"] = format_datetime(_clock())
    message["Message-ID"] = f"<{uuid.uuid4().hex}@{visitor.address.partition('@')[2]}>"
    message.set_content(f"Hello,\n\n{text}\n\nKind regards,\n{visitor.name}\n")
    return message


def _send(message: EmailMessage, sender: str, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as relay:
        relay.send_message(message, from_addr=sender, to_addrs=[ADDRESS])


def _visitor(session: Session) -> Visitor:
    """Somebody of the region with an address, the same each time; not of its staff, who come first in the tables."""
    row = session.exec(
        select(Person, Address)
        .join(Address, col(Address.person_id) == Person.id)
        .where(Person.staff_role == "member", col(Person.listed).is_(True))
        .order_by(col(Person.id))
    ).first()
    if row is None:
        return Visitor("A Visitor", "visitor@elsewhere.example")
    return Visitor(row[0].name, row[1].address)


def _greeting(organisations: int, visitor: Visitor, *, mail_port: int, web_port: int) -> str:
    # The mail stands at the margin, so that it can be copied and pasted as it is.
    return f"""whodoes demo: a fictional region of {organisations} organisations. Nothing leaves this machine.

See what would have gone out, and ask in Slack or by email:  http://127.0.0.1:{web_port}

To ask by email yourself, type this in another terminal:

curl -sS --crlf smtp://127.0.0.1:{mail_port} --mail-from {visitor.address} --mail-rcpt {ADDRESS} -T - <<END
From: {visitor.name} <{visitor.address}>
To: {ADDRESS}
Subject: a question

Who does antibody discovery near Alderley Park?
END

The answer shows on the page.
"""


def _nobody() -> None:
    """There is no delivery to wake: the outbox is what the page shows."""


def _clock() -> datetime:
    return datetime.now(UTC)

"""`whodoes demo`: the fictional region, asked in the terminal, by email and on a page; nothing leaves the machine."""

import asyncio
import contextlib
import errno
import logging
import smtplib
import socket
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web
from rich.console import Console
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.cli.asking import Terminal, chat
from bot.cli.opening import complain, new_index
from bot.slack.demo import ask_in_slack
from bot.web.catcher import AskIn, catcher_routes
from bot.web.letters import LetterPages
from bot.web.server import WebFace
from mail.desk import MailDesk
from mail.letters import MailCarrier
from mail.render.reply import From
from mail.smtp import listen
from store.errors import StoreError
from store.importing.applying import import_table
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.introductions.rules import Rules
from store.kinds import Medium
from store.models import Address, Person
from store.people import Asker, Stranger, by_address
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
    """The member of the fictional region who asks, by whatever medium."""

    name: str
    address: str
    asker: Asker


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
    web_port = _free_port(WEB_PORT)
    house = _house(web_port)
    async with AsyncExitStack() as stack:
        desk = MailDesk(
            store=store,
            live=live,
            address=ADDRESS,
            sender_name=SENDER_NAME,
            clock=_clock,
            wake_delivery=_nobody,
            house=house,
        )
        working = asyncio.create_task(desk.run(stop))
        mail_port = await _start_mail(stack, store, desk)
        ask_in = _ways_in(store, live, visitor, mail_port)
        facts = {"Mail to": ADDRESS, "SMTP": f"127.0.0.1:{mail_port}"}
        routes = [*catcher_routes(store, ask_in, facts=facts), *_pages(store, house).routes()]
        await _start_web(stack, routes, port=web_port)
        for medium, text in FIRST_ASKS:
            await ask_in[medium](text)
        greeting = _greeting(len(live.index), visitor, mail_port=mail_port, web_port=web_port)
        Console(stderr=not sys.stdin.isatty(), highlight=False, soft_wrap=True).print(greeting, markup=False)
        await chat(Terminal(store, live, asker=visitor.asker, house=house))
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


async def _start_web(stack: AsyncExitStack, routes: Sequence[web.RouteDef], *, port: int) -> None:
    async def ready() -> dict[str, bool]:
        return {"demo": True}

    face = WebFace(host="127.0.0.1", port=port, ready=ready, routes=routes)
    stack.push_async_callback(face.stop)
    await face.start()


def _house(web_port: int) -> House:
    """Letters go by mail, at any hour, with links to the pages that are served here."""
    carrier = MailCarrier(From(ADDRESS, SENDER_NAME), pages=f"http://127.0.0.1:{web_port}")
    rules = Rules(quiet_from=0, quiet_until=0)
    return House("the Harrowdale cluster", rules, Letterbox({Medium.EMAIL: carrier}))


def _pages(store: Store, house: House) -> LetterPages:
    return LetterPages(store, house, _clock, "")


def _free_port(usual: int) -> int:
    """The usual one where nobody has it: links in mails must name it before the page is served."""
    for port in (usual, 0):
        with contextlib.suppress(OSError), socket.socket() as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", port))
            return int(held.getsockname()[1])
    return usual


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
        return Visitor("A Visitor", "visitor@elsewhere.example", Stranger())
    return Visitor(row[0].name, row[1].address, by_address(session, row[1].address))


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

The answer shows on the page. Here you are {visitor.name}: ask, then say "introduce 1" for an introduction; the mail that
asks the other side shows on the page, with a link to answer it in their place.
"""


def _nobody() -> None:
    """There is no delivery to wake: the outbox is what the page shows."""


def _clock() -> datetime:
    return datetime.now(UTC)

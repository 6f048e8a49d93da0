"""`whodoes ask` and `whodoes chat`: the terminal face."""

import asyncio
import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlmodel import Session

from bot.assistant.acting import CLI
from bot.assistant.answering import answer
from bot.assistant.house import House
from bot.assistant.messages import PAGE, Answer, Ask
from bot.assistant.wording import EXAMPLES, put_in_words
from bot.cli.json_answers import as_json
from bot.cli.opening import complain, new_index, opened_store, settings_or_exit
from bot.cli.terminal import plain, show
from bot.housing import house_of
from store.errors import StoreError
from store.kinds import Medium
from store.models import AuditEntry
from store.people import Asker, Member, Stranger, by_address
from store.search.live import LiveIndex
from store.store import Store

GOODBYES = frozenset({"quit", "exit", "/quit", "/exit", "bye", ":q"})
LONGEST_PAGE = 50
NOBODY = Stranger()
AsWhom = Annotated[str, typer.Option("--as", metavar="ADDRESS", help="Ask as the person of this address.")]
LINE = 100  # characters of a line of text at most


@dataclass(frozen=True, slots=True)
class Line:
    """One ask of a stream: its own id where the line named one, its text, how many hits are wanted."""

    id: str
    text: str
    k: int


class Terminal:
    """Asks from this terminal, one conversation at a time."""

    def __init__(
        self, store: Store, live: LiveIndex, *, asker: Asker = NOBODY, house: House | None = None
    ) -> None:
        self._store = store
        self._live = live
        self._asker = asker
        self._house = house or House()
        self._run = uuid.uuid4().hex
        self._count = 0
        self.conversation = f"terminal:{self._run}"

    async def ask(self, text: str, *, page: int = PAGE, alone: bool = False) -> Answer:
        """`alone`: a conversation of its own, so that nothing is read as a follow-up."""
        self._count += 1
        ask_id = f"terminal:{self._run}:{self._count}"
        ask = Ask(
            id=ask_id,
            asker=self._asker,
            text=text,
            medium=Medium.TERMINAL,
            conversation=ask_id if alone else self.conversation,
            page=page,
        )
        await self._store.read(self._live.catch_up)
        return await self._store.write(
            answer, ask, index=self._live.index, now=datetime.now(UTC), house=self._house
        )


def terminal_of(store: Store, address: str = "") -> Terminal:
    """A terminal that asks as nobody, or as the person of that address, which is audited; else says so and ends."""
    house = house_of(settings_or_exit())
    asker = asyncio.run(store.write(_acting_as, address)) if address else NOBODY
    if address and asker is NOBODY:
        complain(f"Nobody in the directory has the address {plain(address)}.")
    return Terminal(store, new_index(), asker=asker, house=house)


def _acting_as(session: Session, address: str) -> Asker:
    asker = by_address(session, address)
    if not isinstance(asker, Member):
        return NOBODY
    session.add(
        AuditEntry(at=datetime.now(UTC), actor=CLI, action="asked as", subject=f"person:{asker.person_id}")
    )
    return asker


def ask_command(
    text: Annotated[list[str], typer.Argument(help="The question; - reads one ask a line.")],
    as_lines: Annotated[bool, typer.Option("--json", help="Answer in JSON, one line an ask.")] = False,
    k: Annotated[int, typer.Option("-k", help="Hits at most.", min=1, max=LONGEST_PAGE)] = PAGE,
    as_whom: AsWhom = "",
) -> None:
    """Ask who does something here."""
    with opened_store() as store:
        terminal = terminal_of(store, as_whom)
        if text == ["-"]:
            asyncio.run(_answer_lines(terminal, sys.stdin, as_lines=as_lines, k=k))
        else:
            asyncio.run(_answer_once(terminal, " ".join(text), as_lines=as_lines, k=k))


def chat_command(as_whom: AsWhom = "") -> None:
    """Talk with the assistant here in the terminal."""
    with opened_store() as store:
        asyncio.run(chat(terminal_of(store, as_whom)))


async def chat(terminal: Terminal, *, greeting: Iterable[str] = ()) -> None:
    """A conversation until the input ends. Piped input is answered line by line."""
    console = _console()
    for line in (*greeting, *(_welcome() if sys.stdin.isatty() else ())):
        console.print(line, markup=False)
    while (text := await asyncio.to_thread(_prompt)) is not None:
        if text.strip().casefold() in GOODBYES:
            break
        if not text.strip():
            continue
        if not sys.stdin.isatty():
            console.print(f"> {text.strip()}", markup=False, style="bold")
        try:
            show(console, put_in_words(await terminal.ask(text)))
        except StoreError as error:
            console.print(str(error), markup=False, style="red")
        console.print()


def _console() -> Console:
    """As wide as the terminal, within what reads well; a pipe has no width and gets the same lines anywhere."""
    console = Console(highlight=False)
    console.width = min(console.width, LINE) if console.is_terminal else LINE
    return console


def _welcome() -> Iterator[str]:
    yield "Ask me who does something here. For example:"
    yield from (f"  {example}" for example in EXAMPLES)
    yield "Type quit to leave."
    yield ""


def _prompt() -> str | None:
    try:
        return input("you> " if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None


async def _answer_once(terminal: Terminal, text: str, *, as_lines: bool, k: int) -> None:
    given = await terminal.ask(text, page=k, alone=True)
    if as_lines:
        _print_json(as_json(given))
    else:
        show(_console(), put_in_words(given))


async def _answer_lines(terminal: Terminal, lines: Iterable[str], *, as_lines: bool, k: int) -> None:
    console = _console()
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        line = _read_line(raw, number, k)
        given = await terminal.ask(line.text, page=line.k, alone=True)
        if as_lines:
            _print_json({"id": line.id, **as_json(given)})
        else:
            show(console, put_in_words(given))
            console.print()


def _read_line(raw: str, number: int, k: int) -> Line:
    """Plain text, or JSON {"id", "text", "k"}; raises nothing: a line that only looks like JSON is text."""
    if raw.lstrip().startswith("{"):
        try:
            read: Any = json.loads(raw)
        except ValueError:
            read = None
        if isinstance(read, dict) and isinstance(read.get("text"), str):
            wanted = read.get("k", k)
            page = wanted if isinstance(wanted, int) and 1 <= wanted <= LONGEST_PAGE else k
            return Line(str(read.get("id", number)), read["text"], page)
    return Line(str(number), raw.strip("\r\n"), k)


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()

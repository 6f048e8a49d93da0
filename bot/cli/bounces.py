"""`whodoes bounces …`: what came back undelivered or was called spam, what follows from it, and staff's word on it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from sqlmodel import Session

from bot.cli.opening import complain, opened_store
from bot.cli.terminal import counted, plain
from store.bounce_list import Listed, listed, one, standing
from store.bounced import undo
from store.bounces import Suppression, all_suppressed, suppressed
from store.kinds import BounceKind

ACTOR = "cli"
WIDTH = 130
SHOWN = 50
LONGEST_RAW = 200_000  # bytes of a mail that are shown
FOLLOWS = {
    BounceKind.HARD: "no mail goes there",
    BounceKind.SOFT: "nothing goes there unasked for now",
    BounceKind.COMPLAINT: "nothing goes there unasked",
}

bounces_app = typer.Typer(
    name="bounces",
    help="Mail that came back undelivered or was called spam, and the addresses that mail goes to no more.",
    no_args_is_help=True,
)


@bounces_app.command("list")
def list_command(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show, the newest first.")] = SHOWN,
) -> None:
    """Show what came back, newest first, and every address that is skipped, with the reason."""
    with opened_store() as store:
        rows = asyncio.run(store.read(listed, limit=limit))
        stopped = asyncio.run(store.read(all_suppressed, now=datetime.now(UTC)))
    if not rows:
        typer.echo("Nothing came back.")
        return
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    console.print(_grid(rows))
    for each in stopped:
        typer.echo(_told(each))
    typer.echo("Read the mail that told it: whodoes bounces show NUMBER.")
    if stopped:
        typer.echo("It was a mistake, or is put right: whodoes bounces undo NUMBER or ADDRESS.")


@bounces_app.command("show")
def show_command(
    bounce: Annotated[int, typer.Argument(help="The number, as `whodoes bounces list` shows it.")],
) -> None:
    """Show one with the whole mail that told it, safe to look at."""
    with opened_store() as store:
        found = asyncio.run(store.read(one, bounce))
    if found is None:
        complain(f"There is no bounce {bounce}.")
    about = f", about message {found.outbox_id}" if found.outbox_id is not None else ""
    typer.echo(f"{found.address}: {found.kind.value} {found.status}, known by {found.known_by.value}{about}")
    typer.echo(plain(found.reason))
    if remark := _remark(found):
        typer.echo(remark)
    typer.echo("")
    if found.raw is None:
        typer.echo("The mail itself is kept no longer.")
        return
    typer.echo(plain(found.raw[:LONGEST_RAW].decode("utf-8", "replace").replace("\r\n", "\n")))
    if len(found.raw) > LONGEST_RAW:
        typer.echo(f"… and {len(found.raw) - LONGEST_RAW:,} bytes more.")


@bounces_app.command("undo")
def undo_command(
    which: Annotated[
        str, typer.Argument(metavar="NUMBER|ADDRESS", help="One bounce, or an address: all of its.")
    ],
) -> None:
    """Take a bounce for none: mail goes to the address again. What came back then may be sent again by hand."""
    number = _number(which)
    if number is None and "@" not in which:
        complain("Say the number of a bounce, as `whodoes bounces list` shows it, or an address.")
    with opened_store() as store:
        undone, left = asyncio.run(store.write(_undo, which, number, now=datetime.now(UTC)))
    if not undone:
        complain(f"There is nothing to undo: no bounce of {plain(which)} stands.")
    for address in undone:
        typer.echo(f"Undone for {plain(address)}.")
    for each in left:
        typer.echo(f"Others still stand: {_told(each)}")
    typer.echo(
        "A message that came back is not sent again by itself: whodoes outbox list, whodoes outbox resend NUMBER."
    )


def _undo(
    session: Session, which: str, number: int | None, *, now: datetime
) -> tuple[tuple[str, ...], tuple[Suppression, ...]]:
    undone = undo(session, standing(session, which) if number is None else [number], ACTOR, now=now)
    left = [suppressed(session, address, now=now) for address in undone]
    return undone, tuple(each for each in left if each is not None)


def _number(which: str) -> int | None:
    """Numbers that no database could hold are none."""
    return int(which) if which.isascii() and which.isdigit() and len(which) < 10 else None


def _told(each: Suppression) -> str:
    since = each.since.strftime("%Y-%m-%d")
    return plain(f"{each.address}: {FOLLOWS[each.kind]}, since {since} ({each.kind.value}: {each.reason})")


def _remark(each: Listed) -> str:
    if each.undone_at is not None:
        return f"undone {each.undone_at:%Y-%m-%d} by {plain(each.undone_by)}"
    return "" if each.believed else "not believed: we wrote nothing there lately"


def _grid(rows: Sequence[Listed]) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False, caption=counted(len(rows), "bounce"), caption_justify="left")
    for heading in ("number", "came", "address", "what", "status", "message", "their words", ""):
        grid.add_column(heading, overflow="fold")
    for each in rows:
        came = each.received_at.strftime("%Y-%m-%d %H:%M")
        message = "" if each.outbox_id is None else str(each.outbox_id)
        cells = (str(each.id), came, each.address, each.kind.value, each.status, message, each.reason)
        grid.add_row(*(Text(plain(cell)) for cell in (*cells, _remark(each))))
    return grid

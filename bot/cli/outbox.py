"""`whodoes outbox …`: what has not gone out, and a person's word on it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.cli.opening import complain, opened_store
from bot.cli.terminal import plain
from store.kinds import OutboxState
from store.outbox_by_hand import Listed, counts, dismiss, failed, resend, uncertain, waiting

ACTOR = "cli"
WIDTH = 130
SHOWN = 100

outbox_app = typer.Typer(
    name="outbox",
    help="Messages that have not gone out: what is uncertain or failed waits for a person's word.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(help="The message's number, as `whodoes outbox list` shows it.")]


@outbox_app.command("list")
def list_command(
    all_waiting: Annotated[
        bool, typer.Option("--waiting", help="Also what waits for its time or its next try.")
    ] = False,
) -> None:
    """Show what may or may not have gone out, and what was refused, with the other side's last word."""
    with opened_store() as store:
        number = asyncio.run(store.read(counts))
        listed = [
            *asyncio.run(store.read(uncertain, limit=SHOWN)),
            *asyncio.run(store.read(failed, limit=SHOWN)),
        ]
        if all_waiting:
            listed += asyncio.run(store.read(waiting, limit=SHOWN))
    if listed:
        console = Console(highlight=False)
        console.width = console.width if console.is_terminal else WIDTH
        console.print(_grid(listed))
    typer.echo(", ".join(f"{number[state]:,} {state.value}" for state in OutboxState) + ".")
    if number[OutboxState.UNCERTAIN] or number[OutboxState.FAILED]:
        typer.echo("An uncertain message may have arrived: ask its reader before you send it again.")
        typer.echo("Send one again: whodoes outbox resend NUMBER. Leave it be: whodoes outbox cancel NUMBER.")


@outbox_app.command("resend")
def resend_command(message: Number) -> None:
    """Send an uncertain or failed message again; who was to get it may then have it twice."""
    with opened_store() as store:
        if not asyncio.run(store.write(resend, message, ACTOR, now=datetime.now(UTC))):
            complain(
                f"Message {message} cannot be sent again: only an uncertain or failed one can, while its content is kept; "
                "a broadcast's by: whodoes announce resend."
            )
    typer.echo(f"Message {message} goes out again within seconds, once whodoes serves.")


@outbox_app.command("cancel")
def cancel_command(message: Number) -> None:
    """Withdraw a message that waits, or leave one that is uncertain or failed as it is, off the list."""
    with opened_store() as store:
        was = asyncio.run(store.write(dismiss, message, ACTOR, now=datetime.now(UTC)))
    if was is None:
        complain(
            f"There is nothing to cancel: message {message} was sent, is being sent, was cancelled, or is none."
        )
    typer.echo(f"Message {message} is cancelled; it was {was.value}.")


def _grid(listed: Sequence[Listed]) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False)
    for heading in ("number", "state", "by", "what", "to", "since", "tries", "last word"):
        grid.add_column(heading, overflow="fold")
    for each in listed:
        since = each.created_at.strftime("%Y-%m-%d %H:%M")
        cells = (str(each.id), each.state.value, each.medium.value, each.kind, each.recipient, since)
        grid.add_row(*(Text(plain(cell)) for cell in (*cells, str(each.attempt), each.reply)))
    return grid

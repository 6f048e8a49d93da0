"""`whodoes corrections …`: what members propose to change in the directory, and the staff's word on it."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.proposing import OpenProposal, approve, decline, open_proposals
from bot.cli.acting import act_and_tell
from bot.cli.opening import opened_store
from bot.cli.terminal import counted, plain
from store.proposals import count_all_open

WIDTH = 130
SHOWN = 50
LONGEST = 240  # characters of a text in the table
# How wide each column is beside the others; 0: as wide as what stands in it.
_SHARES = {"number": 0, "organisation": 3, "field": 2, "is": 5, "would become": 5, "by": 3, "since": 0}

corrections_app = typer.Typer(
    name="corrections",
    help="What members propose to change in the directory, and what they report as wrong.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes corrections list` shows it.")]


@corrections_app.command("list")
def list_command(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show, the oldest first.")] = SHOWN,
) -> None:
    """Show what waits for a word: field by field what is and what it would become."""
    with opened_store() as store:
        waiting = asyncio.run(store.read(open_proposals, limit))
        number = asyncio.run(store.read(count_all_open))
    if not waiting:
        typer.echo("No correction waits for a word.")
        return
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    console.print(_grid(waiting))
    more = f"; the oldest {len(waiting):,} are shown" if number > len(waiting) else ""
    waits = "waits" if number == 1 else "wait"
    typer.echo(f"{counted(number, 'correction')} {waits} for a word{more}.")
    typer.echo(
        "Take one: whodoes corrections approve NUMBER. Leave it: whodoes corrections decline NUMBER --note WHY."
    )
    if any(not each.changes for each in waiting):
        typer.echo("A report changes nothing by itself: put the entry right, then approve the report.")


@corrections_app.command("approve")
def approve_command(correction: Number) -> None:
    """Write a change into the directory, or take a report as dealt with; who proposed it hears of it."""
    act_and_tell(lambda session, act: approve(session, correction, act))


@corrections_app.command("decline")
def decline_command(
    correction: Number,
    note: Annotated[str, typer.Option("--note", "-n", help="Why; who proposed it reads this.")] = "",
) -> None:
    """Leave the directory as it is; who proposed it hears of it."""
    act_and_tell(lambda session, act: decline(session, correction, act, note))


def _grid(waiting: Sequence[OpenProposal]) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False, expand=True)
    for heading, share in _SHARES.items():
        grid.add_column(heading, overflow="fold", ratio=share or None, no_wrap=not share)
    for each in waiting:
        by = f"{each.proposer}{' (their own entry)' if each.own else ''}"
        about = [str(each.id), each.organisation, by, each.proposed_at.date().isoformat()]
        for field, was, becomes in _lines(each):
            number, name, who, since = about
            grid.add_row(*(Text(_short(cell)) for cell in (number, name, field, was, becomes, who, since)))
            about = [""] * 4  # said once
    return grid


def _lines(proposal: OpenProposal) -> Iterator[tuple[str, str, str]]:
    for change in proposal.changes:
        yield change.label, change.was or "(blank)", change.becomes or "(blank)"
    if proposal.words or not proposal.changes:
        yield "report", "", proposal.words


def _short(text: str) -> str:
    bare = plain(text)
    return bare if len(bare) <= LONGEST else f"{bare[: LONGEST - 1]}…"

"""`whodoes lexicon …`: the region's own words beside the lexicon that ships."""

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
from bot.cli.terminal import counted, plain
from store.corrected import AskedAs, asked_as
from store.region_words import OwnRow, WordsRefused, add_words, all_rows, remove_words
from store.search.abbreviations import SpeltOut, spelt_out
from store.search.lexicon import Lexicon
from store.search.live import LiveIndex

ACTOR = "cli"
WIDTH = 110
_NAMES_SHOWN = 3
_ASKED_SHOWN = 50

lexicon_app = typer.Typer(
    name="lexicon",
    help="What people here say and what organisations write: the region's own rows beside those that ship.",
    no_args_is_help=True,
)
Said = Annotated[str, typer.Argument(help="What people say: an abbreviation, a lay word, a local name.")]


@lexicon_app.command("list")
def list_command(
    said: Annotated[str, typer.Argument(help="Only what this means, shipped rows included.")] = "",
) -> None:
    """Show the region's own rows, or everything that one expression means."""
    with opened_store() as store:
        rows = asyncio.run(store.read(all_rows))
    shipped = Lexicon.load()
    if said:
        _list_one(said, rows, shipped)
        return
    if rows:
        grid = _grid("said", "means", "added by", "on")
        for row in rows:
            added_on = row.added_at.date().isoformat()
            grid.add_row(_text(row.said), _text("; ".join(row.meant)), _text(row.added_by), added_on)
        _console().print(grid)
    else:
        typer.echo("The region has no rows of its own yet. Add one with: whodoes lexicon add SAID MEANS…")
    typer.echo(
        f"{counted(len(shipped), 'row')} ship with whodoes; whodoes lexicon list SAID shows what one means."
    )


@lexicon_app.command("add")
def add_command(
    said: Said, means: Annotated[list[str], typer.Argument(help="What the directory writes for it.")]
) -> None:
    """Let something that people say mean what the directory writes, from the next ask on."""
    with opened_store() as store:
        try:
            row = asyncio.run(store.write(add_words, said, means, actor=ACTOR, now=datetime.now(UTC)))
        except WordsRefused as refusal:
            complain(str(refusal))
    typer.echo(f"“{plain(row.said)}” means: {plain('; '.join(row.meant))}.")


@lexicon_app.command("remove")
def remove_command(said: Said) -> None:
    """Forget a row of the region's own; those that ship stay."""
    with opened_store() as store:
        row = asyncio.run(store.write(remove_words, said, actor=ACTOR, now=datetime.now(UTC)))
    if row is None:
        ships = " It ships with whodoes and stays." if Lexicon.load().expansions(said) else ""
        complain(f"The region has no row of its own for “{plain(said)}”.{ships}")
    typer.echo(f"“{plain(row.said)}” no longer means: {plain('; '.join(row.meant))}.")


@lexicon_app.command("candidates")
def candidates_command() -> None:
    """Show what the lexicon lacks: what the directory spells out in brackets, and what askers corrected."""
    live = LiveIndex()
    with opened_store() as store:
        asyncio.run(store.read(live.catch_up))
        asked = asyncio.run(store.read(asked_as, live.index.lexicon))
    written = spelt_out(live.index.entries(), live.index.lexicon)
    if written:
        _console().print(_written(written))
    if asked:
        _console().print(_asked(asked))
    if written or asked:
        typer.echo("Take one with: whodoes lexicon add SAID MEANS")
    else:
        typer.echo("Nothing: the lexicon has all that the directory spells out and that askers corrected.")


def _written(found: Sequence[SpeltOut]) -> Grid:
    grid = _grid("said", "means", "seen in", title="The directory spells out")
    for each in found:
        shown = ", ".join(each.seen_in[:_NAMES_SHOWN])
        more = len(each.seen_in) - _NAMES_SHOWN
        seen = f"{shown} and {more} more" if more > 0 else shown
        grid.add_row(_text(each.said), _text(each.meant), _text(seen))
    return grid


def _asked(found: Sequence[AskedAs]) -> Grid:
    grid = _grid("asked", "meant", "because", "times", "last on", title="Askers say")
    for each in found[:_ASKED_SHOWN]:
        because = "corrected" if each.corrected else "found nobody, then this did"
        times, last = str(each.times), each.last.date().isoformat()
        grid.add_row(_text(each.said), _text(each.meant), because, times, last)
    return grid


def _list_one(said: str, rows: tuple[OwnRow, ...], shipped: Lexicon) -> None:
    own = Lexicon((row.said, ";".join(row.meant)) for row in rows).expansions(said)
    ships = shipped.expansions(said)
    if not own and not ships:
        complain(f"Nothing is written down for “{plain(said)}”.")
    grid = _grid("means", "from")
    for text in own:
        grid.add_row(_text(text), "the region")
    for text in ships:
        grid.add_row(_text(text), "whodoes")
    _console().print(grid)


def _console() -> Console:
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    return console


def _grid(*headings: str, title: str | None = None) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _text(words: str) -> Text:
    return Text(plain(words))

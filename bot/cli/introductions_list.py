"""`whodoes introductions list` and `show`: the log at the machine, one line each or one from its first step to its last."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.introductions.asking import WHY_HELD
from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import counted, plain
from store.introductions.log import Agreed, Entry, Standing, Whole, listed, whole
from store.kinds import Held
from store.kinds import IntroductionState as State

WIDTH = 130
SHOWN = 50
LONGEST = 160  # characters of a text in the table
WAITING = (State.REQUESTED, State.WAITING)
WAITS_FOR = {
    Held.APPROVAL: "approval",
    Held.NOBODY: "somebody to ask",
    Held.ROOM: "its turn",
    Held.NEVER_WITH: "a word: never with",
}


def list_command(
    state: Annotated[
        str, typer.Option(help=f"Only those that are: {', '.join(each.value for each in State)}.")
    ] = "",
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what waits for a word of staff, or its turn.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show, the latest first.")] = SHOWN,
) -> None:
    """Show introductions with their two sides and where they stand."""
    states = (*_states(state), *(WAITING if waiting else ()))
    with opened_store() as store:
        found = asyncio.run(store.read(listed, states, limit=limit))
    if not found:
        typer.echo("No introduction waits." if waiting else "There is no such introduction.")
        return
    console = _console()
    console.print(_grid(found, ZoneInfo(settings_or_exit().zone)))
    more = f", the latest {limit:,}" if len(found) == limit else ""
    typer.echo(
        f"{counted(len(found), 'introduction')}{more}. One from first to last: whodoes introductions show NUMBER"
    )
    if any(each.state is State.REQUESTED for each in found):
        typer.echo(
            "Let one go out: whodoes introductions approve NUMBER. Let it be: whodoes introductions decline NUMBER"
        )


def show_command(
    number: Annotated[int, typer.Argument(help="The number, as `whodoes introductions list` shows it.")],
) -> None:
    """Show one: both sides with their consent and the message that holds it, every step, and what came of it."""
    zone = ZoneInfo(settings_or_exit().zone)
    with opened_store() as store:
        found = asyncio.run(store.read(whole, number))
    if found is None:
        complain(f"There is no introduction number {number}.")
    console = _console()
    for line in _facts(found.standing):
        console.print(Text(plain(line)))
    console.print(_consents(found, zone))
    console.print(_entries("Steps", found.history, zone))
    if found.outcomes:
        console.print(_entries("What was said to have come of it", found.outcomes, zone))


def _states(said: str) -> tuple[State, ...]:
    if not said:
        return ()
    words = " ".join(said.casefold().replace("-", " ").split())
    found = tuple(each for each in State if each.value == words or each.value.split()[0] == words)
    if not found:
        complain(f"There is no such state. Say one of: {', '.join(each.value for each in State)}.", code=2)
    return found


def _facts(one: Standing) -> list[str]:
    held = f" {WHY_HELD[one.held]}" if one.held else ""
    facts = [f"{one.id}: {one.asker} → {one.asked}", f"{one.state.value} ({one.origin.value}).{held}"]
    labelled = (
        ("Why", one.reason), ("Sought", one.seeks), ("Occasion", one.occasion), ("Assigned to", one.assigned_to)
    )  # fmt: skip
    return facts + [f"{label}: {text}" for label, text in labelled if text]


def _grid(found: Sequence[Standing], zone: ZoneInfo) -> Grid:
    grid = _table("number", "state", "asks", "is asked", "about", "waits for", "since", "changed", "with")
    for each in found:
        about = each.seeks or each.reason or each.occasion
        waits = WAITS_FOR[each.held] if each.held else ""
        days = (_day(each.created_at, zone), _day(each.changed_at, zone))
        state = each.state.value + (" (offline)" if each.origin == "offline" else "")
        _add(grid, str(each.id), state, each.asker, each.asked, about, waits, *days, each.assigned_to)
    return grid


def _consents(found: Whole, zone: ZoneInfo) -> Grid:
    grid = _table("side", "consent", "asked", "reminded", "answered", "by", "message", title="Consent")
    for each in found.sides:
        _add(grid, each.name, each.consent.value, *_times(each, zone), *_by(each.medium), each.evidence)
    return grid


def _entries(title: str, entries: Sequence[Entry], zone: ZoneInfo) -> Grid:
    grid = _table("when", "step", "who", "by", "message", "note", title=title)
    for each in entries:
        step = each.state.value if each.was is not each.state else ""
        _add(grid, _time(each.at, zone), step, each.by, *_by(each.medium), each.evidence, each.note)
    return grid


def _times(side: Agreed, zone: ZoneInfo) -> list[str]:
    return [_time(at, zone) if at else "" for at in (side.asked_at, side.nudged_at, side.answered_at)]


def _by(medium: str | None) -> tuple[str]:
    return (str(medium) if medium else "",)


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _table(*headings: str, title: str | None = None) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _add(grid: Grid, *cells: str) -> None:
    grid.add_row(*(Text(_short(plain(cell))) for cell in cells))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _console() -> Console:
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    return console

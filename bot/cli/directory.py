"""`whodoes import` and `whodoes export`: the directory in and out of the spreadsheets people keep."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.events.importing import import_events
from bot.cli.acting import terminal_act
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import counted
from store.importing.applying import Progress as Told
from store.importing.applying import import_table, plan_import
from store.importing.exporting import export_rows
from store.importing.plan import Fate, Plan, RowPlan
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.importing.table import Subject, Table
from store.importing.writing import write_export
from store.places.gazetteer import Gazetteer
from store.store import Store

_Telling: TypeAlias = Callable[[RowPlan], list[str]]

_FIRST = 20  # rows told in full without --verbose
_LONGEST_VALUE = 60

FileToRead = Annotated[Path, typer.Argument(help="A CSV, Excel (.xlsx) or JSONL file.", metavar="FILE")]
FileToWrite = Annotated[Path, typer.Argument(help="Where to: .csv, .xlsx or .jsonl.", metavar="FILE")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change; write nothing.")]
SheetName = Annotated[str | None, typer.Option(help="The sheet of a workbook; else the likeliest is chosen.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell every row, not the first ones.")]


class _Stopped(Exception):
    """Whoever asked for the import has interrupted it."""


def import_command(
    file: FileToRead, dry_run: DryRun = False, sheet: SheetName = None, verbose: Verbose = False
) -> None:
    """Take organisations, people or events in from a spreadsheet. Only a name is required.

    A blank cell leaves what is stored. Importing the same file again changes nothing.
    """
    try:
        table = read_table(file, sheet)
    except ImportRefused as refusal:
        complain(f"{file.name}: {refusal}")
    with opened_store() as store, _progress() as told:
        plan = asyncio.run(_import(store, table, dry_run=dry_run, told=told))
    _report(plan, dry_run=dry_run, verbose=verbose)
    if not plan.counts.accepted:
        raise typer.Exit(1)


def export_command(
    file: FileToWrite,
    people: Annotated[bool, typer.Option("--people", help="People instead of organisations.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Events instead of organisations.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what is unlisted.")] = False,
) -> None:
    """Write the directory to a file that imports again unchanged."""
    if people and events:
        complain("Choose one of --people and --events; each goes into a file of its own.", code=2)
    subject = Subject.PEOPLE if people else Subject.EVENTS if events else Subject.ORGANISATIONS
    if file.exists() and sys.stdin.isatty():
        typer.confirm(f"{file} exists. Replace it?", abort=True, err=True)
    with opened_store() as store:
        export = asyncio.run(store.read(export_rows, subject, unlisted=everything))
    try:
        write_export(export, file)
    except ImportRefused as refusal:
        complain(str(refusal))
    typer.echo(f"{len(export.rows):,} {subject} written to {file}.")


async def _import(store: Store, table: Table, *, dry_run: bool, told: Told) -> Plan:
    """One transaction. Interrupted before its end, nothing is kept."""
    stopped = threading.Event()

    def tell(done: int, total: int) -> None:
        if stopped.is_set():
            raise _Stopped
        told(done, total)

    now = datetime.now(UTC)
    gazetteer = Gazetteer.load()
    try:
        if dry_run:
            return await store.read(plan_import, table, gazetteer, now=now, progress=tell)
        if table.subject is Subject.EVENTS:  # people were told of some: they hear of what changes
            return await store.write(import_events, table, gazetteer, terminal_act(), progress=tell)
        return await store.write(import_table, table, gazetteer, now=now, actor="cli", progress=tell)
    finally:
        stopped.set()


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on stderr, where somebody is looking."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with Progress(console=console, transient=True) as bar:
        task: TaskID = bar.add_task("Importing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _report(plan: Plan, *, dry_run: bool, verbose: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for note in plan.notes:
        console.print(Text(note))
    for column in plan.ignored:
        guess = f" Did you mean “{column.guess}”?" if column.guess else ""
        console.print(Text(f"Ignored the column “{column.heading[:_LONGEST_VALUE]}”.{guess}"))
    console.print(_summary(plan))
    if dry_run or verbose:
        _tell(console, "Changed", [row for row in plan.rows if row.changes], verbose=verbose, told=_changes)
    _tell(console, "To look at", [row for row in plan.rows if row.notes], verbose=verbose, told=_notes)
    merged = [row for row in plan.rows if row.fate is Fate.MERGED]
    _tell(console, "The same as an earlier row", merged, verbose=verbose, told=_reason)
    _tell(console, "Rejected", list(plan.rejected), verbose=verbose, told=_reason)
    if dry_run:
        console.print("Dry run: nothing was written.")


def _summary(plan: Plan) -> Grid:
    counts = plan.counts
    grid = Grid(
        box=SIMPLE, title=Text(f"{counted(len(plan.rows), 'row')} of {plan.subject}"), title_justify="left"
    )
    grid.add_column("")
    grid.add_column("rows", justify="right")
    for fate in Fate:
        number: int = getattr(counts, fate.value)
        if number or fate is not Fate.MERGED:
            grid.add_row(fate.value, f"{number:,}")
    return grid


def _tell(console: Console, title: str, rows: Sequence[RowPlan], *, verbose: bool, told: _Telling) -> None:
    if not rows:
        return
    console.print(f"\n{title}:")
    shown = rows if verbose else rows[:_FIRST]
    for row in shown:
        name = f" {row.name}:" if row.name else ""
        for words in told(row):
            console.print(Text(f"  row {row.number}:{name} {words}"))
    if len(rows) > len(shown):
        left = counted(len(rows) - len(shown), "more row")
        console.print(f"  and {left} (--verbose tells all)")


def _changes(row: RowPlan) -> list[str]:
    return [f"{change.field}: {_short(change.old)} → {_short(change.new)}" for change in row.changes]


def _notes(row: RowPlan) -> list[str]:
    return list(row.notes)


def _reason(row: RowPlan) -> list[str]:
    return [row.reason]


def _short(value: str) -> str:
    line = " ".join(value.split())
    if not line:
        return "(blank)"
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"

"""`whodoes events attendees …`: a ticket shop's list comes in, and the delegate list goes out."""

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.events.attendees import Brought, bring_in
from bot.cli.acting import terminal_act
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import counted, plain
from bot.web.delegate_list import delegate_page
from store.events.delegates import Delegate, by_organisation, delegates
from store.events.listing import one_planned
from store.events.turnout import turnout
from store.importing.attendee_rows import ATTENDEES
from store.importing.dates import date_of
from store.importing.exporting import Export
from store.importing.plan import Fate, RowPlan, count
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused, Unreadable
from store.importing.writing import ExportRefused, write_export

DELEGATE_HEADINGS = ("organisation", "name", "role", "note", "needs", "email", "ticket", "came")
ATTENDANCE_HEADINGS = ("organisation", "events", "people", "last on", "last event", "in the directory")
WIDTH = 130
_FIRST = 20  # rows told in full without --verbose

attendees_app = typer.Typer(name="attendees", help="Those who come by a ticket shop.", no_args_is_help=True)


@attendees_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The shop's .csv or .xlsx file.", metavar="FILE")],
    event: Annotated[int, typer.Option(help="The number, as `whodoes events list` shows it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change.")] = False,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell every row.")] = False,
) -> None:
    """Take in a ticket shop's list of attendees. Importing the same file again changes nothing.

    Who is known by a mail address is that person; the others are guests from outside, and no members.
    """
    try:
        table = read_table(file, sheet, sought=ATTENDEES)
    except ImportRefused as refusal:
        complain(f"{file.name}: {refusal}")
    act = terminal_act()
    with opened_store() as store:
        if dry_run:
            brought = asyncio.run(store.read(bring_in, event, table, act, look_only=True))
        else:
            brought = asyncio.run(store.write(bring_in, event, table, act))
    if not brought.told.done or brought.plan is None:
        complain(plain(brought.told.text))
    _report(brought, verbose=verbose)
    if dry_run:
        typer.echo("Dry run: nothing was written.")


def delegates_command(
    number: Annotated[int, typer.Argument(help="The event's number, as `whodoes events list` shows it.")],
    to: Annotated[Path | None, typer.Option(help="Write a .csv or .xlsx file, a line each.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page to print, for the door.")] = None,
) -> None:
    """The delegate list: everybody who has a seat, by organisation, guests with whoever brings them."""
    act = terminal_act()
    with opened_store() as store:
        event = asyncio.run(store.read(one_planned, number))
        listed = asyncio.run(store.read(delegates, number))
    if event is None:
        complain(f"There is no event number {number}.")
    if to is None and html is None:
        for name, people in by_organisation(listed):
            typer.echo(plain(name or "Without an organisation"))
            for each in people:
                typer.echo(plain(f"  {each.name}" + (f" ({each.note})" if each.note else "")))
    try:
        if to is not None:
            write_export(Export(DELEGATE_HEADINGS, tuple(map(_delegate, listed))), to)
        if html is not None:
            page = delegate_page(event, listed, region=act.house.region, now=act.now)
            html.write_text(page, encoding="utf-8", errors="replace")
    except ExportRefused as problem:
        complain(str(problem))
    except OSError as error:
        complain(f"{html} cannot be written ({error.strerror or error}).")
    written = " and ".join(str(path) for path in (to, html) if path is not None)
    told = "1 person" if len(listed) == 1 else f"{len(listed):,} people"
    typer.echo(f"{told} in {written}." if written else f"{told} on the list.")


def attendance_command(
    since: Annotated[
        str | None, typer.Option(help="Events from this day on, such as 1 January 2027.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="Write a .csv or .xlsx file.")] = None,
) -> None:
    """Which organisations came to events: how often, with how many people, and when last."""
    try:
        day = None if since is None else datetime.combine(date_of(since), time(), UTC)
    except Unreadable as problem:
        complain(f"{problem}.", code=2)
    with opened_store() as store:
        found = asyncio.run(store.read(turnout, since=day))
    rows = tuple(
        (each.organisation, each.events, each.people, each.last_on, each.last,
         "yes" if each.organisation_id is not None else "no")
        for each in found
    )  # fmt: skip
    if to is not None:
        try:
            write_export(Export(ATTENDANCE_HEADINGS, rows), to)
        except ExportRefused as problem:
            complain(str(problem))
        typer.echo(f"{counted(len(rows), 'organisation')} in {to}.")
    elif not rows:
        typer.echo("Nobody is marked as having come yet: whodoes events came NUMBER everybody")
    else:
        _show(rows)


def _show(rows: tuple[tuple[object, ...], ...]) -> None:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in ATTENDANCE_HEADINGS:
        grid.add_column(heading)
    for row in rows:
        grid.add_row(*(Text(plain(str(cell))) for cell in row))
    Console(width=WIDTH, highlight=False, emoji=False, markup=False).print(grid)


def _delegate(each: Delegate) -> tuple[str, ...]:
    came = {None: "", True: "yes", False: "no"}[each.came]
    return (each.organisation, each.name, each.role, each.note, each.needs, each.address, each.ticket, came)


def _report(brought: Brought, *, verbose: bool) -> None:
    plan = brought.plan
    assert plan is not None  # noqa: S101 - narrows the type: the caller looked
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    for note in plan.notes:
        console.print(Text(plain(note)))
    counts = count(plan.rows)
    told = ", ".join(f"{getattr(counts, fate.value):,} {fate.value}" for fate in Fate)
    console.print(Text(f"{counted(len(plan.rows), 'row')}: {told}."))
    for row in plan.rows if verbose else [row for row in plan.rows if _words(row)][:_FIRST]:
        console.print(Text(plain(f"  row {row.number}: {row.name}: {_words(row) or row.fate.value}")))
    left = sum(bool(_words(row)) for row in plan.rows) - _FIRST
    if left > 0 and not verbose:
        console.print(f"  and {counted(left, 'more row')} (--verbose tells all)")
    console.print(Text(plain(brought.told.text)))


def _words(row: RowPlan) -> str:
    changes = [f"{each.field}: {each.old or '(blank)'} → {each.new or '(blank)'}" for each in row.changes]
    reason = f"not taken, {row.reason}" if row.fate is Fate.REJECTED else row.reason
    return "; ".join(part for part in (reason, *changes, *row.notes) if part)

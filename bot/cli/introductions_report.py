"""`whodoes introductions report`: the funder's questions, as a table or as CSV."""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, assert_never

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import plain
from bot.housing import rules_of
from store.importing.dates import date_of
from store.importing.refusal import Unreadable
from store.introductions.report import report, this_year
from store.introductions.report_csv import report_csv
from store.introductions.report_figures import Figure, Mismatch, Of, Period, Report, Section, Unit

WIDTH = 130
STDOUT = "-"


def report_command(
    first: Annotated[str, typer.Option("--from", help="The first day; left out, the first of January.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day, included; left out, today.")] = "",
    records: Annotated[bool, typer.Option("--records", help="Also the records behind each figure.")] = False,
    csv: Annotated[
        str,
        typer.Option(metavar="FILE|-", help="As CSV, into a file or to standard output; names no person."),
    ] = "",
) -> None:
    """How many were asked for, agreed, introduced, met and led on, whom it helped, and what it was worth."""
    settings = settings_or_exit()
    now = datetime.now(UTC)
    period = _period(first, last, this_year(now, settings.zone))
    with opened_store() as store:
        made = asyncio.run(store.read(report, period, rules=rules_of(settings), now=now))
    if csv:
        _write(report_csv(made, records=records), csv)
    else:
        _show(made, records=records)
    for odd in made.mismatches:
        typer.echo(_odd(odd), err=True)


def _period(first: str, last: str, default: Period) -> Period:
    try:
        start = date_of(first) if first else default.first
        end = date_of(last) if last else default.last
    except Unreadable as problem:
        complain(f"{plain(str(problem))}.", code=2)
    if first and not last and start > end:
        complain(f"{start.isoformat()} is still to come.", code=2)
    if last and not first:
        start = date(end.year, 1, 1)
    if start > end:
        complain(f"The first day, {start.isoformat()}, is after the last, {end.isoformat()}.", code=2)
    return Period(start, end, default.zone)


def _write(text: str, to: str) -> None:
    if to == STDOUT:
        sys.stdout.write(text)
        return
    try:
        Path(to).write_text(text, encoding="utf-8-sig", newline="")  # the mark Excel needs to see UTF-8
    except OSError as error:
        complain(f"{plain(to)} cannot be written ({error.strerror or error}).")
    typer.echo(f"The report is in {plain(to)}.")


def _show(made: Report, *, records: bool) -> None:
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    period = made.period
    console.print(
        Text(f"Introductions from {period.first} to {period.last}, whole days in {period.zone}", style="bold")
    )
    for section in made.sections:
        console.print()
        console.print(Text(section.title, style="bold"))
        console.print(Text(section.counts, style="dim"))
        console.print(_grid(section, records=records))
    if not made.mismatches:
        console.print(Text("All figures that must add up do."))


def _grid(section: Section, *, records: bool) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False)
    grid.add_column("figure", overflow="fold")
    grid.add_column("value", justify="right", no_wrap=True)
    grid.add_column("what it counts", overflow="fold")
    if records:
        grid.add_column("records", overflow="fold")
    for figure in section.figures:
        cells = [figure.name, _value(figure), figure.definition, *([_records(figure)] if records else [])]
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    return grid


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    match figure.unit:
        case Unit.PERCENT:
            return f"{figure.value} %"
        case Unit.DAYS:
            return f"{figure.value} days"
        case Unit.POUNDS:
            return f"£{figure.value:,}"
        case Unit.NUMBER:
            return f"{figure.value:,}"
    assert_never(figure.unit)


def _records(figure: Figure) -> str:
    of = "" if figure.of is Of.INTRODUCTION or not figure.records else f"{figure.of.value}s "
    return of + " ".join(map(str, figure.records))


def _odd(odd: Mismatch) -> str:
    look = f" (introductions {', '.join(map(str, odd.records))})" if odd.records else ""
    return plain(f"Does not add up: {odd.text}{look}.")

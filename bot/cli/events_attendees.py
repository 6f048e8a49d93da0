"""`whodoes events attendees …`: a ticket shop's list comes in, and the delegate list goes out."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.assistant.events.attendees import Brought, bring_in
from bot.cli.acting import terminal_act
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import counted, plain
from store.importing.attendee_rows import ATTENDEES
from store.importing.plan import Fate, RowPlan, count
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused

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

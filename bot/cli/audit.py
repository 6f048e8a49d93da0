"""`whodoes audit`: who did what, when, to what."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.cli.opening import complain, opened_store
from bot.cli.terminal import counted, plain
from store.audit_seals import check as check_seals
from store.audited import Line, entries

WIDTH = 130
LONGEST = 90


def audit_command(
    actor: Annotated[str, typer.Option(help="Who: “person:4”, “cli”, or the beginning of it.")] = "",
    action: Annotated[str, typer.Option(help="What: “campaign.sent”, “campaign”, “refused” …")] = "",
    subject: Annotated[str, typer.Option(help="About what: “campaign:3”, “organisation:17” …")] = "",
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How far back.")] = 30,
    check: Annotated[
        bool, typer.Option("--check", help="Whether a line was changed or taken out since it was sealed.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to show, the latest first.")] = 50,
) -> None:
    """Show who did what: every change and every send has its line."""
    if check:
        _check()
        return
    since = datetime.now(UTC) - timedelta(days=days)
    with opened_store() as store:
        found = asyncio.run(
            store.read(entries, since=since, actor=actor, action=action, subject=subject, limit=limit + 1)
        )
    if not found:
        complain("Nothing of that kind is in the audit.")
    console = Console(width=WIDTH, highlight=False, emoji=False, markup=False)
    console.print(_grid(found[:limit]))
    if len(found) > limit:
        typer.echo(f"The latest {counted(limit, 'line')}; more: --limit.")


def _check() -> None:
    with opened_store() as store:
        found = asyncio.run(store.read(check_seals))
    if found.broken:
        complain(f"The audit is not as it was: {found.broken}.")
    typer.echo(
        f"All {counted(found.lines, 'sealed line')} are as they were. The last seal: {found.digest or 'none yet'}"
    )


def _grid(found: tuple[Line, ...]) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("No", "When (UTC)", "Who", "Did", "To", "More"):
        grid.add_column(heading)
    for each in found:
        more = ", ".join(f"{name}: {value}" for name, value in sorted(each.details.items()))
        more = more if len(more) <= LONGEST else f"{more[: LONGEST - 1]}…"
        cells = (str(each.id), f"{each.at:%Y-%m-%d %H:%M:%S}", each.who, each.action, each.subject, more)
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    return grid

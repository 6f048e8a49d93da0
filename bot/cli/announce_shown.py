"""Broadcasts on a terminal: the list, a preview, a report."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.campaigns.looking import Look, reaches
from bot.assistant.campaigns.progress import lines, progress_of
from bot.cli.terminal import counted, plain
from store.campaigns.report import Report, Summary
from store.kinds import Medium, RecipientState

WIDTH = 130


def console() -> Console:
    return Console(width=WIDTH, highlight=False, emoji=False, markup=False)


def listed(found: tuple[Summary, ...]) -> Grid:
    grid = _grid("No", "Made", "Subject", "State", "People", "Sent", "Failed", "Uncertain", "Left out")
    for each in found:
        counts = each.counts
        people = each.recipients - counts[RecipientState.SUPPRESSED] or each.expected
        figures = (
            people, counts[RecipientState.SENT], counts[RecipientState.FAILED], counts[RecipientState.UNCERTAIN],
            counts[RecipientState.SUPPRESSED],
        )  # fmt: skip
        _row(
            grid,
            str(each.id),
            f"{each.made_at:%d %b %Y}",
            each.subject,
            each.state.value,
            *(f"{n:,}" for n in figures),
        )
    return grid


def looked(to: Console, found: Look) -> None:
    to.print(Text(plain(found.subject), style="bold"))
    to.print(Text(plain(found.body) or "(no text yet)"))
    to.print()
    to.print(
        Text(
            f"Broadcast {found.campaign_id} ({found.state.value}) reaches {reaches(len(found.channels), found.people)}."
        )
    )
    for medium, number in sorted(found.found.by_medium.items()):
        to.print(Text(f"  {number:,} by {'Slack' if medium is Medium.SLACK else 'mail'}"))
    for reason, number in sorted(found.found.suppressed.items()):
        to.print(Text(f"  {number:,} left out: {reason}"))
    if found.needs_approval:
        to.print(Text(f"More than {found.approval_above:,}: a second person has to approve it."))
    if found.found.examples:
        grid = _grid("Name", "Organisation", "By", "Because")
        for each in found.found.examples:
            _row(
                grid,
                each.name,
                each.organisation,
                "–" if each.bar else each.medium.value,
                each.bar or each.why,
            )
        to.print(grid)


def reported(to: Console, found: Report) -> None:
    made = found.summary
    to.print(Text(plain(f"Broadcast {made.id}, “{made.subject}”: {made.state.value}"), style="bold"))
    for line in lines(progress_of(found)):
        to.print(Text(plain(line)))
    if found.missed:
        grid = _grid("Name", "To", "State", "Why")
        for each in found.missed:
            _row(grid, each.name or each.key, each.destination, each.state.value, each.reply)
        to.print(grid)
        more = made.counts[RecipientState.FAILED] + made.counts[RecipientState.UNCERTAIN] - len(found.missed)
        if more > 0:
            to.print(Text(f"and {counted(more, 'other')}: --names {len(found.missed) + more}"))
        to.print(Text(f"Once more to them: whodoes announce resend {made.id} --failed (or --uncertain)"))


def _grid(*headings: str) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in headings:
        grid.add_column(heading)
    return grid


def _row(grid: Grid, *cells: str) -> None:
    grid.add_row(*(Text(plain(cell)) for cell in cells))

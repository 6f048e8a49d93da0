"""`whodoes staff …` and `whodoes people …`: roles, and links to Slack and to further addresses by hand."""

import asyncio
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.linking import link_by_hand
from bot.assistant.second_addresses import link_address_by_hand
from bot.assistant.staffing import give_role
from bot.cli.acting import act_and_tell
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import plain
from store.address_claims import latest_claims
from store.importing.refusal import Unreadable
from store.importing.values import staff_role_of
from store.kinds import StaffRole
from store.staffing import staff

WIDTH = 110
MOST_CLAIMS = 50
ANSWERS = {None: "none yet", True: "yes", False: "no"}

staff_app = typer.Typer(
    name="staff", help="Who may approve, edit and send: roles on the staff.", no_args_is_help=True
)
people_app = typer.Typer(name="people", help="People of the directory, one by one.", no_args_is_help=True)
Who = Annotated[str, typer.Argument(help="An address, or a name that one person bears.")]


@staff_app.command("list")
def list_command() -> None:
    """Show everybody with a role on the staff."""
    with opened_store() as store:
        listed = asyncio.run(store.read(staff))
    if not listed:
        typer.echo(
            "Nobody has a role on the staff yet. Give one with: whodoes staff add ADDRESS --role admin"
        )
        return
    grid = Grid(box=SIMPLE, pad_edge=False)
    for heading in ("name", "role", "organisation", "in Slack"):
        grid.add_column(heading, overflow="fold")
    for each in listed:
        cells = (each.name, each.role.value, each.organisation, "yes" if each.in_slack else "not linked")
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    _print(grid)


def _print(grid: Grid) -> None:
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    console.print(grid)


@staff_app.command("add")
def add_command(
    who: Who, role: Annotated[str, typer.Option("--role", "-r", help="staff, approver or admin.")] = "staff"
) -> None:
    """Give a person of the directory a role; one they have gives way to it."""
    try:
        wanted = staff_role_of(role)
    except Unreadable as problem:
        complain(f"{plain(str(problem))}.", code=2)
    if wanted is StaffRole.MEMBER:
        complain("Everybody is a member; take a role away with: whodoes staff remove", code=2)
    act_and_tell(lambda session, act: give_role(session, who, wanted, act))


@staff_app.command("remove")
def remove_command(who: Who) -> None:
    """Take a person's role on the staff away; they stay in the directory."""
    act_and_tell(lambda session, act: give_role(session, who, StaffRole.MEMBER, act))


@people_app.command("link")
def link_command(
    address: Annotated[str, typer.Argument(help="An address the directory has of the person.")],
    slack_id: Annotated[str, typer.Argument(help="Their Slack member id, such as U0123ABCD.")],
    team: Annotated[str, typer.Option(help="Their workspace's id, where it is not your own.")] = "",
) -> None:
    """Link a person to their Slack account by hand, where you know that it is theirs."""
    act_and_tell(lambda session, act: link_by_hand(session, address, slack_id, team, act))


@people_app.command("link-address")
def link_address_command(
    who: Who, address: Annotated[str, typer.Argument(help="The address that is theirs, too.")]
) -> None:
    """Give a person a further mail address, where you know that it is theirs: their mail goes where it went."""
    act_and_tell(lambda session, act: link_address_by_hand(session, who, address, act))


@people_app.command("claims")
def claims_command() -> None:
    """Show the latest claims of second addresses, and what became of them."""
    with opened_store() as store:
        claims = asyncio.run(store.read(latest_claims, limit=MOST_CLAIMS))
    if not claims:
        typer.echo("Nobody has named a second address lately.")
        return
    grid = Grid(box=SIMPLE, pad_edge=False)
    for heading in ("asked on", "address", "person", "answer"):
        grid.add_column(heading, overflow="fold")
    for each in claims:
        cells = (f"{each.made_at:%Y-%m-%d}", each.address, each.name, ANSWERS[each.confirmed])
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    _print(grid)

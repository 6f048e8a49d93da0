"""`whodoes subscribers …` and `whodoes topics …`: who hears of us without being a member, and of what one can hear."""

import asyncio
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.consent.subscribing import drop_topic, end_subscription, set_topic, subscribe
from bot.cli.acting import act_and_tell
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import plain
from store.consent.subscribers import Wanted, subscribers
from store.consent.topics import topics
from store.kinds import ReaderKind, SubscriberState

WIDTH = 120
subscribers_app = typer.Typer(
    name="subscribers", help="Readers who are no members, each with their own yes.", no_args_is_help=True
)
topics_app = typer.Typer(
    name="topics", help="What people can choose to hear of, or not.", no_args_is_help=True
)


@subscribers_app.command("list")
def list_command(
    state: Annotated[str, typer.Option(help="pending, confirmed or ended; left out, all of them.")] = "",
) -> None:
    """Show them, with the ground on which each is written to."""
    if state and state not in set(SubscriberState):
        complain("A state is pending, confirmed or ended.", code=2)
    with opened_store() as store:
        found = asyncio.run(store.read(subscribers, state=SubscriberState(state) if state else None))
    if not found:
        typer.echo(
            "There is nobody. People subscribe on the page /subscribe, or staff ask them: whodoes subscribers ask"
        )
        return
    grid = _grid("No", "Address", "Name", "Organisation", "Kind", "Basis", "Source", "State", "Since")
    for each in found:
        cells = (
            str(each.id), each.address, each.name, each.organisation, each.kind.value, each.basis.value, each.source,
            each.state.value, f"{each.since:%d %b %Y}",
        )  # fmt: skip
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    Console(width=WIDTH, highlight=False, emoji=False, markup=False).print(grid)


@subscribers_app.command("ask")
def ask_command(
    address: str,
    name: Annotated[str, typer.Option()] = "",
    organisation: Annotated[str, typer.Option()] = "",
    corporate: Annotated[bool, typer.Option("--corporate", help="As somebody of a firm.")] = False,
    source: Annotated[str, typer.Option(help="Where they said so: “sign-up sheet, June”.")] = "staff",
) -> None:
    """Ask somebody by mail whether they want our news; nothing else goes there before their yes."""
    kind = ReaderKind.CORPORATE if corporate else ReaderKind.INDIVIDUAL
    wanted = Wanted(address, name, organisation, kind, source)

    def asked(session: Session, act: Act) -> Told:
        told = subscribe(session, wanted, act)
        return Told(True, "They are asked by mail, unless they get our news already.") if told.done else told

    act_and_tell(asked)


@subscribers_app.command("end")
def end_command(address: str) -> None:
    """Take somebody off who asked to be; no import brings them back."""
    act_and_tell(lambda session, act: end_subscription(session, address, act))


@topics_app.command("list")
def topics_command() -> None:
    """Show the topics, in the order readers see them."""
    with opened_store() as store:
        found = asyncio.run(store.read(topics, retired=True))
    grid = _grid("Key", "Name", "About", "")
    for each in found:
        cells = (each.key, each.name, each.about, "retired" if each.retired else "")
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    Console(width=WIDTH, highlight=False, emoji=False, markup=False).print(grid)


@topics_app.command("set")
def set_command(key: str, name: str, about: Annotated[str, typer.Option()] = "") -> None:
    """Add a topic, or change its name and what is said about it."""
    act_and_tell(lambda session, act: set_topic(session, key, name, about, act))


@topics_app.command("retire")
def retire_command(key: str) -> None:
    """Offer a topic no more; what people chose is kept."""
    act_and_tell(lambda session, act: drop_topic(session, key, act))


def _grid(*headings: str) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in headings:
        grid.add_column(heading)
    return grid

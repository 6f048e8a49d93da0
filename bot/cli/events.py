"""`whodoes events …`: staff plan events, announce them, change them, and see who comes."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.events.marking import mark
from bot.assistant.events.planning import announce, cancel, change, plan
from bot.cli.acting import act_and_tell
from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import counted, plain
from store.events.inviting import Audience, to_keep
from store.events.listing import Guest, Planned, guests, one_planned, planned, skipped
from store.events.walls import instant_of
from store.importing.exporting import Export
from store.importing.refusal import Unreadable
from store.importing.values import event_kind_of
from store.importing.writing import ExportRefused, write_export
from store.kinds import EventState, Seat

WIDTH = 130

events_app = typer.Typer(
    name="events", help="Plan events, announce them, and see who comes.", no_args_is_help=True
)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes events list` shows it.")]
Words = Annotated[str | None, typer.Option()]
Several = Annotated[list[str] | None, typer.Option(help="May be given several times.")]


@events_app.command("list")
def list_command(
    past: Annotated[bool, typer.Option("--past", help="Those of the last year, too.")] = False,
) -> None:
    """Show what is coming, and how many come."""
    since = datetime.now(UTC) - timedelta(days=365 if past else 0)
    with opened_store() as store:
        found = asyncio.run(store.read(planned, since=since))
    if not found:
        typer.echo(
            "No event is planned. Put one in: whodoes events plan “Title” --starts “28 January 2027 17:30”"
        )
        return
    _console().print(_grid(found))


@events_app.command("plan")
def plan_command(
    title: str,
    starts: Annotated[str, typer.Option(help="“28 January 2027 17:30”, on the wall clock of its zone.")],
    ends: Annotated[str | None, typer.Option(help="“20:30”; left out, two hours later.")] = None,
    kind: Annotated[str, typer.Option(help="networking, workshop, conference or awards.")] = "networking",
    zone: Words = None,
    venue: Words = None,
    town: Words = None,
    summary: Words = None,
    url: Words = None,
    join: Annotated[str | None, typer.Option(help="The link to join; those who come get it.")] = None,
    seats: Annotated[int | None, typer.Option(min=0, help="Left out: as many as come.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Invite everybody.")] = False,
    sector: Several = None,
    in_town: Several = None,
    topic: Several = None,
    remind: Annotated[
        list[str] | None, typer.Option(help="“14d unanswered”, “2d going”; may be given several times.")
    ] = None,
    thanks: Annotated[bool, typer.Option(help="Afterwards thank who came, and ask how it was.")] = True,
) -> None:
    """Put an event in. Nobody sees it before you announce it."""
    audience = Audience(
        everyone, sectors=tuple(sector or ()), towns=tuple(in_town or ()), topics=tuple(topic or ())
    )
    given = {
        "title": title, "kind": kind, "zone": zone, "venue": venue, "town": town, "summary": summary, "url": url,
        "join_url": join, "starts": starts, "ends": ends, "reminders": remind, "audience": to_keep(audience),
        "thanks": thanks,
    }  # fmt: skip
    house_zone = settings_or_exit().zone
    fields = _fields({**given, "capacity": seats}, zone or house_zone)
    act_and_tell(lambda session, act: plan(session, fields, act))


@events_app.command("change")
def change_command(
    number: Number,
    title: Words = None,
    starts: Words = None,
    ends: Words = None,
    kind: Words = None,
    zone: Words = None,
    venue: Words = None,
    town: Words = None,
    summary: Words = None,
    url: Words = None,
    join: Words = None,
    seats: Annotated[int | None, typer.Option(min=0)] = None,
    no_limit: Annotated[bool, typer.Option("--no-limit", help="As many as come.")] = False,
    thanks: Annotated[
        bool | None, typer.Option(help="Afterwards thank who came, and ask how it was.")
    ] = None,
) -> None:
    """Change what you name; whoever is concerned hears of a new time or place."""
    with opened_store() as store:
        event = asyncio.run(store.read(one_planned, number))
    if event is None:
        complain(f"There is no event number {number}.")
    given = {
        "title": title, "kind": kind, "zone": zone, "venue": venue, "town": town, "summary": summary, "url": url,
        "join_url": join, "starts": starts, "ends": ends, "capacity": seats, "thanks": thanks,
    }  # fmt: skip
    day = event.starts_at.astimezone(ZoneInfo(event.zone))
    fields = _fields(given, zone or event.zone, starts=day)
    if no_limit:
        fields["capacity"] = None
    if not fields:
        complain("Say what to change, such as --starts or --venue.", code=2)
    act_and_tell(lambda session, act: change(session, number, fields, act))


@events_app.command("announce")
def announce_command(number: Number) -> None:
    """From now on members see it, and its audience is invited."""
    act_and_tell(lambda session, act: announce(session, number, act))


@events_app.command("cancel")
def cancel_command(
    number: Number, reason: Annotated[str, typer.Option(help="Everybody concerned reads this.")] = ""
) -> None:
    """Call it off, for good: everybody concerned is told, and so are their calendars."""
    act_and_tell(lambda session, act: cancel(session, number, reason, act))


@events_app.command("guests")
def guests_command(
    number: Number,
    to: Annotated[Path | None, typer.Option(help="Write them into a .csv or .xlsx file.")] = None,
    coming: Annotated[bool, typer.Option("--coming", help="Only those who have a seat.")] = False,
) -> None:
    """Show who is invited, who comes, who waits."""
    with opened_store() as store:
        event = asyncio.run(store.read(one_planned, number))
        listed = asyncio.run(store.read(guests, number))
        unsent = asyncio.run(store.read(skipped, number))
    if event is None:
        complain(f"There is no event number {number}.")
    shown = [each for each in listed if not coming or each.seat is Seat.HELD]
    if to is not None:
        _write(shown, to)
        return
    _console().print(_guests(shown))
    typer.echo(_counts(event))
    for each in unsent:
        typer.echo(f"The reminder “{each.name}” went out to nobody: {each.why}.")


@events_app.command("came")
def came_command(
    number: Number,
    who: Annotated[list[str], typer.Argument(help="People, by address or name; “everybody” with a seat.")],
    absent: Annotated[bool, typer.Option("--absent", help="They did not come.")] = False,
) -> None:
    """Write down who came."""
    act_and_tell(lambda session, act: mark(session, number, who, act, came=not absent))


def _write(shown: list[Guest], to: Path) -> None:
    try:
        write_export(Export(HEADINGS, tuple(_row(each) for each in shown)), to)
    except ExportRefused as problem:
        complain(str(problem))
    typer.echo(f"{counted(len(shown), 'guest')} in {to}.")


def _fields(given: Mapping[str, Any], zone: str, *, starts: datetime | None = None) -> dict[str, Any]:
    """What was said, parsed. Ends the program where a word cannot be read."""
    fields = {name: value for name, value in given.items() if value is not None}
    try:
        if "starts" in fields:
            fields["starts_at"] = instant_of(
                fields.pop("starts"), zone, day=starts.date() if starts else None
            )
            starts = fields["starts_at"].astimezone(ZoneInfo(zone))
        if "ends" in fields:
            fields["ends_at"] = instant_of(fields.pop("ends"), zone, day=starts.date() if starts else None)
        if "kind" in fields:
            fields["kind"] = event_kind_of(fields["kind"])
    except Unreadable as problem:
        complain(f"{problem}.", code=2)
    return fields


HEADINGS = ("name", "organisation", "email", "answer", "seat", "seats", "guest", "comes instead", "came")


def _row(each: Guest) -> tuple[str, ...]:
    came = {None: "", True: "yes", False: "no"}[each.attended]
    return (
        each.name, each.organisation, each.address, each.rsvp.value, each.seat.value, str(each.seats),
        each.guest, each.substitute, came,
    )  # fmt: skip


def _grid(found: tuple[Planned, ...]) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("No", "When", "Title", "Where", "State", "Seats", "Waiting", "Invited"):
        grid.add_column(heading)
    for each in found:
        local = each.starts_at.astimezone(ZoneInfo(each.zone))
        where = ", ".join(part for part in (each.venue, each.town) if part)
        seats = f"{each.seats}" + (f" of {each.capacity}" if each.capacity is not None else "")
        cells = (str(each.id), f"{local:%a %d %b %Y %H:%M}", each.title, where, each.state.value, seats)
        grid.add_row(*(Text(plain(cell)) for cell in (*cells, str(each.waiting), str(each.invited))))
    return grid


def _guests(shown: list[Guest]) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("Name", "Organisation", "Answer", "Seat", "With", "Came"):
        grid.add_column(heading)
    for each in shown:
        came = {None: "", True: "yes", False: "no"}[each.attended]
        name = f"{each.substitute} for {each.name}" if each.substitute else each.name
        seat = "" if each.seat is Seat.NONE else each.seat.value
        cells = (name, each.organisation, each.rsvp.value, seat, each.guest, came)
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    return grid


def _counts(event: Planned) -> str:
    limit = f" of {event.capacity}" if event.capacity is not None else ""
    state = "" if event.state is EventState.OPEN else f" It is {event.state.value}."
    return (
        f"{counted(event.seats, 'seat')}{limit} taken, {event.waiting} waiting, {event.declined} declined, "
        f"{event.invited} invited, {event.came} came.{state}"
    )


def _console() -> Console:
    return Console(width=WIDTH, highlight=False, emoji=False, markup=False)

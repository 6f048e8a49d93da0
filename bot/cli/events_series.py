"""`whodoes events series …`: events that come again by a rule."""

import asyncio
from typing import Annotated, Any

import typer

from bot.assistant.events.series import begin, edit, end, skip
from bot.cli.acting import act_and_tell
from bot.cli.opening import complain, opened_store
from bot.cli.terminal import plain
from store.events.inviting import Audience, to_keep
from store.events.series import all_series
from store.importing.dates import moment_of
from store.importing.refusal import Unreadable
from store.importing.values import event_kind_of

series_app = typer.Typer(
    name="series", help="Events that come again: quarterly, every week.", no_args_is_help=True
)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes events series list` shows it.")]
Words = Annotated[str | None, typer.Option()]
RULE = "RFC 5545: FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH is every third month on the fourth Thursday."


@series_app.command("plan")
def plan_command(
    title: str,
    rule: Annotated[str, typer.Option(help=RULE)],
    first: Annotated[str, typer.Option(help="“2027-01-28 17:30”, on the wall clock of its zone.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long each lasts.")] = 120,
    kind: Annotated[str, typer.Option(help="networking, workshop, conference or awards.")] = "networking",
    zone: Words = None,
    venue: Words = None,
    town: Words = None,
    summary: Words = None,
    url: Words = None,
    join: Words = None,
    seats: Annotated[int | None, typer.Option(min=0, help="Left out: as many as come.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Invite everybody, once announced.")] = False,
) -> None:
    """Put a series in: its events of the next twelve months are planned, and each is announced on its own."""
    given = {
        "title": title, "rule": rule, "first": first, "minutes": minutes, "kind": kind, "zone": zone,
        "venue": venue, "town": town, "summary": summary, "url": url, "join_url": join, "capacity": seats,
        "audience": to_keep(Audience(everyone)) if everyone else None,
    }  # fmt: skip
    fields = _fields(given)
    act_and_tell(lambda session, act: begin(session, fields, act))


@series_app.command("change")
def change_command(
    number: Number,
    title: Words = None,
    rule: Annotated[str | None, typer.Option(help=RULE)] = None,
    first: Annotated[str | None, typer.Option(help="The first by the new rule, or at the new time.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1)] = None,
    venue: Words = None,
    town: Words = None,
    summary: Words = None,
    url: Words = None,
    join: Words = None,
    seats: Annotated[int | None, typer.Option(min=0)] = None,
) -> None:
    """Change those to come. What is announced, or was changed by hand, stays as it is and is named."""
    fields = _fields({
        "title": title, "rule": rule, "first": first, "minutes": minutes, "venue": venue, "town": town,
        "summary": summary, "url": url, "join_url": join, "capacity": seats,
    })  # fmt: skip
    if not fields:
        complain("Say what to change, such as --rule or --venue.", code=2)
    act_and_tell(lambda session, act: edit(session, number, fields, act))


@series_app.command("end")
def end_command(number: Number) -> None:
    """No more of it are put in; what is announced takes place."""
    act_and_tell(lambda session, act: end(session, number, act))


@series_app.command("skip")
def skip_command(
    event: Annotated[int, typer.Argument(help="The event's number, as `whodoes events list` shows it.")],
) -> None:
    """Leave one of them out."""
    act_and_tell(lambda session, act: skip(session, event, act))


@series_app.command("list")
def list_command() -> None:
    """Show the series and their rules."""
    with opened_store() as store:
        found = asyncio.run(store.read(all_series))
    if not found:
        typer.echo("There is no series.")
    for each in found:
        ended = " (ended)" if each.ended else ""
        typer.echo(plain(f"{each.id}  {each.title}{ended}: {each.rule}, from {each.first} {each.zone}"))


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """What was said, parsed. Ends the program where a word cannot be read."""
    fields = {name: value for name, value in given.items() if value is not None}
    try:
        if "first" in fields:
            fields["first_local"] = _first(fields.pop("first"))
        if "kind" in fields:
            fields["kind"] = event_kind_of(fields["kind"])
    except Unreadable as problem:
        complain(f"{problem}.", code=2)
    return fields


def _first(text: str) -> str:
    day, clock, whole = moment_of(text)
    if whole is not None:
        raise Unreadable("give the first one by the clock on the wall, without an offset")
    if clock is None:
        raise Unreadable(f"“{text[:60]}” says no time of day (try 28 January 2027 17:30)")
    return f"{day.isoformat()}T{clock:%H:%M}"

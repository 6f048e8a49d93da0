"""`whodoes awards …`: staff set the awards of an event up, rank and shortlist what is nominated, and enter who won."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.deciding import decide_winner, decided, merge, shortlist, standing
from bot.assistant.awards.planning import (
    CategoryWords,
    add_category,
    category_named,
    change_category,
    remove_category,
    set_times,
)
from bot.assistant.awards.wording import clock
from bot.cli.acting import act_and_tell
from bot.cli.awards_nominations import nominations_commands
from bot.cli.opening import complain, new_index, opened_store
from bot.cli.terminal import counted, plain
from store.awards.judging import Ranked, judges
from store.awards.listing import Category, categories, entries
from store.awards.times import Awards, all_awards, awards_of
from store.events.walls import instant_of
from store.importing.refusal import Unreadable

awards_app = typer.Typer(
    name="awards", help="Categories, nominations, judges and winners of awards.", no_args_is_help=True
)
nominations_commands(awards_app)
Number = Annotated[int, typer.Argument(help="The event's number, as `whodoes awards list` shows it.")]
CategoryName = Annotated[str, typer.Argument(help="A category, by its name.")]
When = Annotated[str | None, typer.Option(help="“5 March 2027 17:00” on the event's wall clock, or “now”.")]


@awards_app.command("list")
def list_command() -> None:
    """Show the events that give awards."""
    with opened_store() as store:
        found = asyncio.run(store.read(all_awards))
    if not found:
        typer.echo("No event gives awards. Put one in: whodoes events plan “Title” --kind awards --starts …")
    for each in found:
        typer.echo(plain(f"{each.event_id}. {each.title}, {clock(each.starts_at, each.zone)}"))


@awards_app.command("show")
def show_command(number: Number) -> None:
    """Show categories, times, and how much is nominated."""
    with opened_store() as store:
        told = asyncio.run(store.read(_overview, number))
    if told is None:
        complain(f"Event number {number} gives no awards, or there is none.")
    typer.echo(plain(told))


@awards_app.command("times")
def times_command(
    number: Number,
    nominations_from: When = None,
    nominations_until: When = None,
    judging_until: When = None,
    shortlist_at: When = None,
    winners_at: Annotated[
        str | None, typer.Option(help="The end of the embargo; before it only approvers see who won.")
    ] = None,
) -> None:
    """Say when nominations are taken, when judging closes, and when what is made known. “none” takes a time away."""
    given = {
        "nominations_from": nominations_from, "nominations_until": nominations_until,
        "judging_until": judging_until, "shortlist_at": shortlist_at, "winners_at": winners_at,
    }  # fmt: skip
    with opened_store() as store:
        awards = asyncio.run(store.read(awards_of, number))
    if awards is None:
        complain(f"Event number {number} gives no awards, or there is none.")
    said = {name: words for name, words in given.items() if words is not None}
    if not said:
        complain("Say which time, such as --nominations-until “5 March 2027 17:00”.", code=2)

    def act(session: Session, act: Act) -> Told:
        times = {name: _instant(words, awards, act.now) for name, words in said.items()}
        return set_times(session, number, times, act)

    act_and_tell(act)


@awards_app.command("category")
def category_command(
    number: Number,
    name: CategoryName,
    description: Annotated[str | None, typer.Option()] = None,
    sponsor: Annotated[
        str | None, typer.Option(help="An organisation of the directory, or any name.")
    ] = None,
    most: Annotated[int | None, typer.Option(help="How many a shortlist has at most.")] = None,
    rename: Annotated[str | None, typer.Option(help="Its new name.")] = None,
) -> None:
    """Add a category, or change the one of that name."""
    live = new_index()

    def act(session: Session, act: Act) -> Told:
        exact = [
            each for each in categories(session, number) if each.name.casefold() == name.strip().casefold()
        ]
        words = CategoryWords((rename or None) if exact else rename or name, description, sponsor, most)
        if exact:
            return change_category(session, exact[0].id, words, act, live.index)
        return add_category(session, number, words, act, live.index)

    act_and_tell(act, live=live)


@awards_app.command("remove-category")
def remove_category_command(
    number: Number,
    name: CategoryName,
    move_to: Annotated[str | None, typer.Option(help="The category that takes its nominations.")] = None,
) -> None:
    """Take a category out; one with nominations only when another takes them."""

    def act(session: Session, act: Act) -> Told:
        category = category_named(session, number, name)
        into = None if move_to is None else category_named(session, number, move_to)
        if isinstance(category, Told):
            return category
        if isinstance(into, Told):
            return into
        return remove_category(session, category.id, act, move_to=into.id if into else None)

    act_and_tell(act)


@awards_app.command("ranking")
def ranking_command(
    number: Number, notes: Annotated[bool, typer.Option("--notes", help="What each judge said, too.")] = False
) -> None:
    """What the judges think: the mean of their scores, how far these lie apart, and how many there are."""

    def act(session: Session, act: Act) -> Told:
        found = standing(session, number, act)
        if isinstance(found, Told):
            return found
        lines = []
        for category, ranked in found.categories:
            lines += [category.name, *(line for each in ranked for line in _ranked(each, notes=notes))]
        return Told(True, "\n".join([*lines, "* shortlisted"]))

    act_and_tell(act)


@awards_app.command("shortlist")
def shortlist_command(
    number: Number,
    name: CategoryName,
    entry: Annotated[list[int] | None, typer.Argument(help="Numbers of entries; none: nobody.")] = None,
) -> None:
    """Shortlist these entries of a category, and no others."""

    def act(session: Session, act: Act) -> Told:
        category = category_named(session, number, name)
        return category if isinstance(category, Told) else shortlist(session, category.id, entry or (), act)

    act_and_tell(act)


@awards_app.command("merge")
def merge_command(entry: int, into: int) -> None:
    """Make two spellings of one nominee one entry."""
    act_and_tell(lambda session, act: merge(session, entry, into, act))


@awards_app.command("winner")
def winner_command(
    entry: Annotated[int, typer.Argument(help="The entry's number, as the ranking shows it.")],
    undo: Annotated[bool, typer.Option("--undo", help="It did not win after all.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help="Beside another, not in its place.")] = False,
) -> None:
    """Enter who won. Only approvers see it before the time you set with `times --winners-at`."""
    act_and_tell(lambda session, act: decide_winner(session, entry, act, won=not undo, shared=shared))


@awards_app.command("winners")
def winners_command(number: Number) -> None:
    """Show who won, embargo or not. Before it ends, each look is written down."""

    def act(session: Session, act: Act) -> Told:
        found = decided(session, number, act)
        if isinstance(found, Told):
            return found
        lines = [f"{category}: {', '.join(names) or 'not decided'}" for category, names in found]
        return Told(True, "\n".join(lines) or "There are no categories yet.")

    act_and_tell(act)


def _ranked(each: Ranked, *, notes: bool) -> list[str]:
    mean = "no score" if each.mean is None else f"{each.mean:.2f}, spread {each.spread}"
    counts = f"{counted(each.count, 'score')}, {counted(each.entry.nominations, 'nomination')}"
    mark = " *" if each.entry.shortlisted else ""
    given = [f"     {one.judge}: {one.points}  {' '.join(one.note.split())}" for one in each.given]
    return [f"  {each.entry.id}. {each.entry.name}{mark}: {mean}, {counts}", *(given if notes else [])]


def _instant(words: str, awards: Awards, now: datetime) -> datetime | None:
    if words.strip().lower() == "now":
        return now
    if words.strip().lower() == "none":
        return None
    try:
        return instant_of(words, awards.zone)
    except Unreadable as problem:
        complain(f"{problem}.", code=2)


def _overview(session: Session, number: int) -> str | None:
    awards = awards_of(session, number)
    if awards is None:
        return None
    listed = entries(session, number)
    lines = [f"{awards.title}, {clock(awards.starts_at, awards.zone)}", *_times(awards)]
    for each in categories(session, number):
        own = [one for one in listed if one.category_id == each.id]
        lines.append(_category(each, len(own), sum(one.nominations for one in own)))
    names = ", ".join(each.name for each in judges(session, number)) or "nobody yet"
    return "\n".join([*lines, f"Judges: {names}"])


def _times(awards: Awards) -> list[str]:
    told = {
        "Nominations from": awards.nominations_from, "Nominations until": awards.nominations_until,
        "Judging until": awards.judging_until, "Shortlist made known": awards.shortlist_at,
        "Winners made known": awards.winners_at,
    }  # fmt: skip
    return [f"{label}: {clock(at, awards.zone)}" for label, at in told.items() if at is not None]


def _category(category: Category, entries: int, nominations: int) -> str:
    by = f", sponsored by {category.sponsor}" if category.sponsor else ""
    number = f"{entries:,} {'entry' if entries == 1 else 'entries'}"
    return f"{category.name}{by}: {number}, {counted(nominations, 'nomination')}, at most {category.most_shortlisted} shortlisted"

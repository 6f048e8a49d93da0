"""`whodoes events programme` and `whodoes events sponsors`: who speaks, and who pays."""

from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.programme import add_point, remove_point, show_programme
from bot.assistant.events.sponsors import add_sponsor, keep_promise, remove_sponsor, show_sponsors
from bot.cli.acting import act_and_tell

Number = Annotated[int, typer.Argument(help="The event's number, as `whodoes events list` shows it.")]


def programme_command(
    number: Number,
    add: Annotated[
        list[str] | None, typer.Option(help="“18:00 Title | Speaker | Organisation”; several times.")
    ] = None,
    remove: Annotated[int | None, typer.Option(help="The point of that number.")] = None,
) -> None:
    """Show an event's programme; add a point to it, or take one out."""

    def action(session: Session, act: Act) -> Told:
        told = show_programme(session, number, act)
        if remove is not None and told.done:
            told = remove_point(session, number, remove, act)
        for words in add or ():
            told = add_point(session, number, words, act) if told.done else told
        return told

    act_and_tell(action)


def sponsors_command(
    number: Number,
    add: Annotated[str | None, typer.Option(help="Who pays.")] = None,
    level: Annotated[str, typer.Option(help="“gold”, “drinks”.")] = "",
    promise: Annotated[list[str] | None, typer.Option(help="What they get; several times.")] = None,
    remove: Annotated[str | None, typer.Option(help="Not a sponsor after all.")] = None,
    kept: Annotated[str | None, typer.Option(help="Whose promise was kept; with --number.")] = None,
    which: Annotated[int, typer.Option("--number", help="Which of the promises.")] = 1,
) -> None:
    """Show an event's sponsors with what they were promised; add one, or tick a promise off."""

    def action(session: Session, act: Act) -> Told:
        if add is not None:
            return add_sponsor(session, number, add, act, level=level, promised=promise or ())
        if remove is not None:
            return remove_sponsor(session, number, remove, act)
        if kept is not None:
            return keep_promise(session, number, kept, which, act)
        return show_sponsors(session, number, act)

    act_and_tell(action)

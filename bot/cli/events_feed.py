"""`whodoes events feed`: the address of a person's own calendar, for staff who pass it on."""

from dataclasses import replace
from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.own_calendar import KEEP_IT, lines, own_calendar
from bot.cli.acting import act_and_tell
from bot.cli.introductions_naming import Nobody, person_named
from store.people import by_id


def feed_command(
    who: Annotated[str, typer.Argument(help="A person: an address, or a name that one person bears.")],
    renew: Annotated[
        bool, typer.Option("--renew", help="A new address; the one before opens nothing.")
    ] = False,
) -> None:
    """Show the address of somebody's own calendar. They get it themselves by asking for “my calendar”."""

    def action(session: Session, act: Act) -> Told:
        try:
            theirs = replace(act, by=by_id(session, person_named(session, who)))
        except Nobody as nobody:
            return Told(False, str(nobody))
        told = own_calendar(session, theirs, renewed=renew)
        if not told.done:
            return told
        shown = "\n".join(f"{each.title}: {each.line}" for each in lines(session, theirs))
        return Told(True, f"{told.text}\n{shown}\n{KEEP_IT}")

    act_and_tell(action)

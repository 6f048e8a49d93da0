"""`whodoes events said`, `wishes` and `wish`: what guests said after an event, and whom they wanted to meet there."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.after_wording import thanks_key
from bot.assistant.events.wishes import Suggestion, introduce, leave, suggestions
from bot.assistant.introductions.requesting import PartyRef
from bot.cli.acting import act_and_tell
from bot.cli.introductions_naming import Nobody, party_named
from bot.cli.opening import complain, new_index, opened_store
from bot.cli.terminal import counted, plain
from store.events.feedback import Heard, Wished, heard, wishes
from store.events.listing import one_planned
from store.importing.exporting import Export
from store.importing.writing import ExportRefused, write_export
from store.kinds import WishState
from store.search.live import LiveIndex

HEADINGS = ("name", "organisation", "score", "what should be different", "wanted to meet", "said")


def said_command(
    number: Annotated[
        int, typer.Argument(help="The event's number, as `whodoes events list --past` shows it.")
    ],
    to: Annotated[Path | None, typer.Option(help="Write it into a .csv or .xlsx file.")] = None,
) -> None:
    """What guests said of an event: the numbers, their lines, and whom they wanted to meet."""
    with opened_store() as store:
        event = asyncio.run(store.read(one_planned, number))
        if event is None:
            complain(f"There is no event number {number}.")
        found = asyncio.run(store.read(heard, number, letter_key=thanks_key(number)))
    if to is not None:
        try:
            write_export(Export(HEADINGS, tuple(_rows(found))), to)
        except ExportRefused as problem:
            complain(str(problem))
        typer.echo(f"{counted(len(found.remarks), 'answer')} in {to}.")
        return
    typer.echo(plain(f"{event.title}: {_numbers(found)}"))
    for each in found.remarks:
        if each.words:
            score = f" ({each.score})" if each.score else ""
            typer.echo(
                plain(f"– {each.name}, {each.organisation}{score}: {' / '.join(each.words.splitlines())}")
            )
    for wish in found.wishes:
        typer.echo(plain(f"{wish.id}. {_wish(wish)}"))


def wishes_command() -> None:
    """Whom guests wanted to meet and missed, with whom of the directory it may be: for you to decide."""
    live, now = new_index(), datetime.now(UTC)
    with opened_store() as store:
        asyncio.run(store.read(live.catch_up))
        found = asyncio.run(store.read(_suggested, live, now))
    if not found:
        typer.echo("Nobody waits to be introduced to somebody they missed at an event.")
        return
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    for wish, suggested in found:
        console.print(Text(plain(f"{wish.id}. {_wish(wish)} – {wish.event}")))
        for place, each in enumerate(suggested, 1):
            console.print(Text(plain(f"     {place}. {each.label}: {each.why}")))
        if not suggested:
            console.print("     I find nobody in the directory that this could be.")
    first = found[0][0].id
    typer.echo(f"Introduce: whodoes events wish {first} --introduce 1 · or --to “Name” · or --leave")


def wish_command(
    number: Annotated[int, typer.Argument(help="The wish, as `whodoes events wishes` shows it.")],
    suggestion: Annotated[
        int | None, typer.Option("--introduce", min=1, help="The suggestion of that number.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="Another organisation or person, by name or address.")
    ] = None,
    left: Annotated[bool, typer.Option("--leave", help="Leave it; nobody is told.")] = False,
) -> None:
    """Decide on one: both are asked whether they would like to be introduced, or nothing happens."""
    if [suggestion is not None, to is not None, left].count(True) != 1:
        complain("Say one of --introduce 1, --to “Name” and --leave.", code=2)
    live = new_index()

    def action(session: Session, act: Act) -> Told:
        if left:
            return leave(session, number, act)
        if to is not None:
            try:
                return introduce(session, number, party_named(session, live.index, to), act)
            except Nobody as nobody:
                return Told(False, str(nobody))
        open_ones = {each.id: each for each in wishes(session, state=WishState.OPEN)}
        if number not in open_ones:
            return introduce(session, number, PartyRef(), act)  # which says what became of it
        found = suggestions(session, open_ones[number], live.index, now=act.now)
        if suggestion is None or suggestion > len(found):
            return Told(
                False,
                f"There {'is' if len(found) == 1 else 'are'} {counted(len(found), 'suggestion')} for it.",
            )
        chosen = found[suggestion - 1]
        return introduce(session, number, PartyRef(chosen.organisation_id, chosen.person_id), act)

    act_and_tell(action, live=live)


def _suggested(
    session: Session, live: LiveIndex, now: datetime
) -> list[tuple[Wished, tuple[Suggestion, ...]]]:
    return [
        (each, suggestions(session, each, live.index, now=now))
        for each in wishes(session, state=WishState.OPEN)
    ]


def _numbers(found: Heard) -> str:
    told = f"{found.asked:,} asked, {len(found.remarks):,} answered"
    if found.mean is None:
        return f"{told}."
    each = ", ".join(f"{score}: {times}" for score, times in found.scores.items() if times)
    return f"{told}; {found.mean:.1f} of 5 on average ({each})."


def _wish(wish: Wished) -> str:
    became = "" if wish.state is WishState.OPEN else f" (introduction {wish.introduction_id})"
    became = " (left)" if wish.state is WishState.LEFT else became
    return f"{wish.name}, {wish.organisation or 'of no organisation'}, wanted to meet: “{wish.words}”{became}"


def _rows(found: Heard) -> Iterator[tuple[object, ...]]:
    wished: dict[int, list[str]] = {}
    for each in found.wishes:
        wished.setdefault(each.person_id, []).append(each.words)
    for one in found.remarks:
        said = f"{one.said_at:%Y-%m-%d %H:%M}"
        whom = "; ".join(wished.get(one.person_id, ()))
        yield one.name, one.organisation, one.score or "", one.words, whom, said

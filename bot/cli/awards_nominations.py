"""`whodoes awards …` for what people do: nominate, judge and score, each noted here for them by staff."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.deciding import listed_entries, nominators
from bot.assistant.awards.judging import bench, invite_judge, remove_judge, score
from bot.assistant.awards.nominating import Said, nominate, withdraw
from bot.assistant.awards.planning import category_named
from bot.cli.acting import act_and_tell
from bot.cli.introductions_naming import Nobody, person_named
from bot.cli.opening import new_index
from bot.cli.terminal import counted, plain
from store.awards.listing import categories
from store.people import by_id

Number = Annotated[int, typer.Argument(help="The event's number, as `whodoes awards list` shows it.")]
Person = Annotated[str, typer.Option(help="Whose, by address or name.")]


def nominations_commands(app: typer.Typer) -> None:
    """Adds them to the group."""
    app.command("nominate")(nominate_command)
    app.command("withdraw")(withdraw_command)
    app.command("entries")(entries_command)
    app.command("nominators")(nominators_command)
    app.command("judge")(judge_command)
    app.command("bench")(bench_command)
    app.command("score")(score_command)


def nominate_command(
    number: Number,
    category: str,
    nominee: str,
    by: Person,
    because: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Note a nomination for a member who gave it to you otherwise; again for the same nominee: its new words."""
    live = new_index()

    def act(session: Session, act: Act) -> Told:
        found = category_named(session, number, category)
        return (
            found
            if isinstance(found, Told)
            else nominate(session, found, Said(nominee, because), act, live.index)
        )

    act_and_tell(_for(by, act), live=live)


def withdraw_command(
    nominee: Annotated[str, typer.Argument(help="Whom, and “for” which category.")], by: Person
) -> None:
    """Take a member's nomination out, also after nominations closed."""
    act_and_tell(_for(by, lambda session, act: withdraw(session, nominee, act, late=True)))


def entries_command(number: Number) -> None:
    """Show what is nominated and why, and never by whom."""

    def act(session: Session, act: Act) -> Told:
        found = listed_entries(session, number, act)
        if isinstance(found, Told):
            return found
        named = {each.id: each.name for each in categories(session, number)}
        lines = []
        for each in found:
            count = counted(each.nominations, "nomination")
            lines += [f"{each.id}. {each.name}, {named[each.category_id]}: {count}", *_quoted(each.reasons)]
        return Told(True, "\n".join(lines) or "Nobody is nominated yet.")

    act_and_tell(act)


def nominators_command(number: Number) -> None:
    """Show who nominated, in confidence; each look is written down."""

    def act(session: Session, act: Act) -> Told:
        found = nominators(session, number, act)
        if isinstance(found, Told):
            return found
        lines = [
            f"{each.entry or 'Waits for its sender’s word'}: {each.name or 'somebody who left'}. {' '.join(each.words.split())}"
            for each in found
        ]
        return Told(True, "\n".join(lines) or "Nobody has nominated yet.")

    act_and_tell(act)


def judge_command(
    number: Number,
    person: Annotated[str, typer.Argument(help="By address or name.")],
    remove: Annotated[bool, typer.Option("--remove", help="They judge no more.")] = False,
) -> None:
    """Ask somebody to judge."""

    def act(session: Session, act: Act) -> Told:
        try:
            person_id = person_named(session, person)
        except Nobody as problem:
            return Told(False, str(problem))
        return (remove_judge if remove else invite_judge)(session, number, person_id, act)

    act_and_tell(act)


def bench_command(number: Number, by: Person) -> None:
    """Show what a judge has before them."""

    def act(session: Session, act: Act) -> Told:
        found = bench(session, number, act)
        if isinstance(found, Told):
            return found
        lines = []
        for each in found.to_judge:
            given = (
                "theirs: left to the others"
                if each.own
                else f"{each.points} of 5"
                if each.points
                else "no score yet"
            )
            lines += [
                f"{each.entry.id}. {each.entry.name}, {each.category.name}: {given}",
                *_quoted(each.entry.reasons),
            ]
        return Told(True, "\n".join(lines) or "Nobody is nominated yet.")

    act_and_tell(_for(by, act))


def score_command(
    entry: Annotated[int, typer.Argument(help="The entry's number.")],
    points: Annotated[int, typer.Argument(help="1 to 5.")],
    by: Person,
    note: Annotated[str, typer.Option()] = "",
) -> None:
    """Note a judge's score; again: a new one in its place."""
    act_and_tell(_for(by, lambda session, act: score(session, entry, points, note, act)))


def _for(person: str, action: Callable[[Session, Act], Told]) -> Callable[[Session, Act], Told]:
    """The action as that person's own."""

    def act(session: Session, act: Act) -> Told:
        try:
            by = by_id(session, person_named(session, person))
        except Nobody as problem:
            return Told(False, str(problem))
        return action(session, replace(act, by=by))

    return act


def _quoted(reasons: tuple[str, ...]) -> list[str]:
    return [plain(f"   – {' '.join(each.split())}") for each in reasons]

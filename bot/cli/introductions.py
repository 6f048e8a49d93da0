"""`whodoes introductions …`: the team's word on each introduction, from the machine."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.deciding import Edits, approve, assign, decline, edit, name_person
from bot.assistant.introductions.offline import log_offline
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.requesting import broker
from bot.cli.acting import act_and_tell
from bot.cli.introductions_list import list_command, show_command
from bot.cli.introductions_naming import Nobody, never_with_named, party_named, paused_for, person_named
from bot.cli.introductions_report import report_command
from bot.cli.opening import complain, settings_or_exit
from bot.housing import house_of
from store.importing.dates import date_of
from store.importing.refusal import Unreadable
from store.kinds import Anyway
from store.kinds import IntroductionState as State
from store.search.live import LiveIndex

STAGES = {
    "met": State.MET,
    "in talks": State.IN_TALKS,
    "agreement": State.AGREEMENT,
    "project": State.PROJECT,
    "nothing": State.NOTHING,
}

introductions_app = typer.Typer(
    name="introductions",
    help="Who is to meet whom: the team's queue, the log to its outcomes, and its figures.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes introductions list` shows it.")]
Who = Annotated[str, typer.Argument(help="A person: an address, or a name that one person bears.")]
Party = Annotated[str, typer.Argument(help="An organisation, or a person: a name, or an address.")]
Text = Annotated[str | None, typer.Option(help="The new text; left out, it stays as it is.")]

introductions_app.command("list")(list_command)
introductions_app.command("show")(show_command)
introductions_app.command("report")(report_command)


@introductions_app.command("log")
def log_command(
    line: Annotated[list[str], typer.Argument(help="“met Larkspur and Oriel at the dinner about assays”")],
) -> None:
    """Write down one that happened without us: who met whom, and, if you like, where, about what, when, how far."""
    live = LiveIndex()
    act_and_tell(lambda session, act: log_offline(session, " ".join(line), act, live.index), live=live)


@introductions_app.command("approve")
def approve_command(number: Number) -> None:
    """Let a request go out: whoever must agree is asked now, or when there is room."""
    _act_by_letter(lambda session, act: approve(session, number, act))


@introductions_app.command("edit")
def edit_command(number: Number, reason: Text = None, seeks: Text = None, opener: Text = None) -> None:
    """Change why these two, what is sought, or the first words of the message to both, before it leaves."""
    if reason is None and seeks is None and opener is None:
        complain("Say what to change: --reason, --seeks or --opener.", code=2)
    act_and_tell(lambda session, act: edit(session, number, Edits(reason, seeks, opener), act))


@introductions_app.command("decline")
def decline_command(
    number: Number,
    note: Annotated[str, typer.Option("--note", "-n", help="Its asker reads this.")] = "",
) -> None:
    """Let it be; its asker hears “not now”."""
    _act_by_letter(lambda session, act: decline(session, number, act, note))


@introductions_app.command("assign")
def assign_command(number: Number, who: Who) -> None:
    """Give it to one of the staff."""
    _act_by_letter(_with_person(who, lambda session, person_id, act: assign(session, number, person_id, act)))


@introductions_app.command("ask")
def ask_command(number: Number, person: Who) -> None:
    """Name whom to ask there; they are asked when it is approved."""
    act_and_tell(
        _with_person(person, lambda session, person_id, act: name_person(session, number, person_id, act))
    )


@introductions_app.command("broker")
def broker_command(
    first: Party,
    second: Party,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why these two; both read it.")] = "",
) -> None:
    """Bring two together that you think should meet: both are asked."""
    live = LiveIndex()

    def action(session: Session, act: Act) -> Told:
        try:
            parties = [party_named(session, live.index, words) for words in (first, second)]
        except Nobody as nobody:
            return Told(False, str(nobody))
        return broker(session, *parties, reason=reason, act=act)

    _act_by_letter(action, live=live)


@introductions_app.command("outcome")
def outcome_command(
    number: Number,
    stage: Annotated[str, typer.Argument(help="met, in-talks, agreement, project or nothing.")],
    pounds: Annotated[int | None, typer.Option(help="What it is worth.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Jobs it made or keeps.")] = None,
    anyway: Annotated[
        Anyway | None, typer.Option(help="Would it have happened without the introduction?")
    ] = None,
    may_tell: Annotated[
        bool | None, typer.Option("--may-tell/--may-not-tell", help="May the story be told, with names?")
    ] = None,
    words: Annotated[str, typer.Option(help="What they said, in their words.")] = "",
) -> None:
    """Note what came of it, as one of the two told you."""
    meant = STAGES.get(" ".join(stage.casefold().replace("-", " ").split()))
    if meant is None:
        complain(f"Say one of: {', '.join(each.replace(' ', '-') for each in STAGES)}.", code=2)
    details = Details(pounds, jobs, anyway, may_tell, words)
    act_and_tell(lambda session, act: report_outcome(session, number, meant, act, details))


@introductions_app.command("never-with")
def never_with_command(person: Who, other: Party) -> None:
    """Confidential: never introduce this person to that one, or to anybody of that organisation."""
    live = LiveIndex()
    act_and_tell(
        _with_person(
            person,
            lambda session, person_id, act: never_with_named(session, live.index, person_id, other, act),
        ),
        live=live,
    )


@introductions_app.command("pause")
def pause_command(
    person: Who,
    until: Annotated[
        str, typer.Option(help="The day they get requests again; left out, when they return.")
    ] = "",
) -> None:
    """Pause a person who asked you to: nobody is introduced to them until then."""
    try:
        day = date_of(until) if until else None
    except Unreadable as problem:
        complain(f"{problem}.", code=2)
    act_and_tell(
        _with_person(person, lambda session, person_id, act: paused_for(session, person_id, day, act))
    )


def _with_person(words: str, action: Callable[[Session, int, Act], Told]) -> Callable[[Session, Act], Told]:
    """The action, on whoever is meant by these words; else who it could be."""

    def found(session: Session, act: Act) -> Told:
        try:
            return action(session, person_named(session, words), act)
        except Nobody as nobody:
            return Told(False, str(nobody))

    return found


def _act_by_letter(action: Callable[[Session, Act], Told], *, live: LiveIndex | None = None) -> None:
    """For what writes to people: says first where nothing is set up that could."""
    if not house_of(settings_or_exit()).letterbox.carriers:
        typer.echo(
            "Neither mail nor Slack is set up here, so nobody can be written to: set WHODOES_MAIL_ADDRESS or "
            "WHODOES_SLACK_BOT_TOKEN.",
            err=True,
        )
    act_and_tell(action, live=live)

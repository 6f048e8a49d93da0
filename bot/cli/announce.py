"""`whodoes announce …`: staff write to the region once, see whom it reaches, and follow it to the last reader."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import Draft, draft, edit
from bot.assistant.campaigns.looking import Look, look
from bot.assistant.campaigns.sending import approve, decline, send, try_on_me
from bot.assistant.campaigns.steering import cancel, pause, resend, resume
from bot.cli.announce_shown import console, listed, looked, reported
from bot.cli.announce_words import at_of, audience_of, hours_of, reach_of, text_of
from bot.cli.introductions_naming import Nobody, person_named
from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import plain
from bot.housing import house_of
from store.campaigns.audience import Audience
from store.campaigns.report import NAMED, report, summaries
from store.kinds import Medium, RecipientState
from store.people import Stranger, by_id
from store.store import Store

announce_app = typer.Typer(
    name="announce",
    help="Write to the region once: draft, preview, test, send, and what became of it.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes announce list` shows it.")]
As = Annotated[str | None, typer.Option("--as", help="Who you are: an address, or a name only one bears.")]
Words = Annotated[str | None, typer.Option()]
Several = Annotated[list[str] | None, typer.Option(help="May be given several times.")]
Flag = Annotated[bool, typer.Option()]
Text = Annotated[
    str | None,
    typer.Option(help="The text, in Markdown: a file, “-” for what is piped in, or the words themselves."),
]
By = Annotated[
    str | None,
    typer.Option(help="preferred (Slack where they are there, mail else), mail, or nobody (channels alone)."),
]
Hours = Annotated[str | None, typer.Option(help="“9-17”: the hours in which it goes out.")]
At = Annotated[str | None, typer.Option(help="“28 January 2027 09:00”; left out, as soon as you send it.")]


@announce_app.command("list")
def list_command() -> None:
    """Show the broadcasts, the latest first."""
    with opened_store() as store:
        found = asyncio.run(store.read(summaries))
    if not found:
        typer.echo(
            "There is no broadcast yet. Write one: whodoes announce draft “Subject” --text FILE --everyone"
        )
        return
    console().print(listed(found))


@announce_app.command("draft")
def draft_command(
    subject: str,
    text: Text = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Everybody in the directory.")] = False,
    sector: Several = None,
    kind: Several = None,
    tier: Several = None,
    near: Annotated[
        list[str] | None, typer.Option(help="“Macclesfield”, “15 miles of Macclesfield”, “Cheshire”.")
    ] = None,
    interest: Annotated[list[str] | None, typer.Option(help="What people like to hear of.")] = None,
    event: Annotated[int | None, typer.Option(help="Those of an event, by its number.")] = None,
    part: Annotated[str, typer.Option(help="Of the event: coming, invited or came.")] = "coming",
    subscribers: Annotated[
        bool, typer.Option("--subscribers", help="Also who is no member, and subscribed.")
    ] = False,
    channel: Annotated[
        list[str] | None, typer.Option(help="A Slack channel's id; may be given several times.")
    ] = None,
    by: By = None,
    topic: Annotated[str | None, typer.Option(help="What readers can stop hearing of.")] = None,
    at: At = None,
    hours: Hours = None,
    who: As = None,
) -> None:
    """Put a broadcast in. Nobody gets it before you send it."""
    audience = (
        audience_of(everyone, sector, kind, tier, near, interest, event, part, subscribers) or Audience()
    )
    given = Draft(
        subject,
        text_of(text) if text else None,
        audience,
        reach_of(by),
        tuple(channel or ()),
        topic,
        at_of(at),
        hours_of(hours),
    )
    _act(lambda session, act: draft(session, given, act), who)


@announce_app.command("change")
def change_command(
    number: Number,
    subject: Words = None,
    text: Text = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Everybody in the directory.")] = False,
    sector: Several = None,
    kind: Several = None,
    tier: Several = None,
    near: Several = None,
    interest: Several = None,
    event: Annotated[int | None, typer.Option()] = None,
    part: Annotated[str, typer.Option(help="Of the event: coming, invited or came.")] = "coming",
    subscribers: Annotated[bool, typer.Option("--subscribers")] = False,
    channel: Several = None,
    by: By = None,
    topic: Words = None,
    at: At = None,
    hours: Hours = None,
    who: As = None,
) -> None:
    """Change what is named. Of the audience all is said anew, once anything of it is."""
    audience = audience_of(everyone, sector, kind, tier, near, interest, event, part, subscribers)
    given = Draft(
        subject, text_of(text) if text else None, audience, reach_of(by), tuple(channel) if channel else None, topic,
        at_of(at), hours_of(hours),
    )  # fmt: skip
    _act(lambda session, act: edit(session, number, given, act), who)


@announce_app.command("preview")
def preview_command(number: Number, who: As = None) -> None:
    """Show what it says, and who would get it: how many, by which way, who not and why."""
    with opened_store() as store:
        looked(console(), _look(store, number, who))


@announce_app.command("test")
def try_command(number: Number, who: As = None) -> None:
    """Send it to yourself, by the way the real one takes."""
    _act(lambda session, act: try_on_me(session, number, act), who)


@announce_app.command("send")
def send_command(
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    who: As = None,
) -> None:
    """Send it: you are told to how many, and asked."""
    with opened_store() as store:
        found = _look(store, number, who)
        if not yes and not typer.confirm(found.question):
            complain("Nothing was sent.")
        _tell(
            asyncio.run(
                store.write(
                    lambda session, act: send(session, number, act, people=found.people), _who(store, who)
                )
            )
        )


@announce_app.command("approve")
def approve_command(number: Number, who: As = None) -> None:
    """Let somebody else's broadcast go out."""
    _act(lambda session, act: approve(session, number, act), who)


@announce_app.command("decline")
def decline_command(
    number: Number, reason: Annotated[str, typer.Option("--reason", "-r")] = "", who: As = None
) -> None:
    """Give it back to its author as a draft."""
    _act(lambda session, act: decline(session, number, act, reason), who)


@announce_app.command("pause")
def pause_command(number: Number, who: As = None) -> None:
    """Hold it where it is."""
    _act(lambda session, act: pause(session, number, act), who)


@announce_app.command("resume")
def resume_command(number: Number, who: As = None) -> None:
    """Let it go on."""
    _act(lambda session, act: resume(session, number, act), who)


@announce_app.command("cancel")
def cancel_command(number: Number, who: As = None) -> None:
    """Call it off; once it began, whoever has not got it will not."""
    _act(lambda session, act: cancel(session, number, act), who)


@announce_app.command("resend")
def resend_command(
    number: Number,
    failed: Annotated[bool, typer.Option("--failed", help="To those whom it failed to reach.")] = False,
    uncertain: Annotated[bool, typer.Option("--uncertain", help="To those who may have it already.")] = False,
    who: As = None,
) -> None:
    """Send it once more to those you name, and to nobody else."""
    states = [
        *([RecipientState.FAILED] if failed else []),
        *([RecipientState.UNCERTAIN] if uncertain else []),
    ]
    _act(lambda session, act: resend(session, number, states, act), who)


@announce_app.command("report")
def report_command(
    number: Number,
    names: Annotated[
        int, typer.Option(min=0, max=10_000, help="How many of those who did not get it to name.")
    ] = NAMED,
) -> None:
    """Show what became of it: who got it, who did not and why."""
    with opened_store() as store:
        found = asyncio.run(store.read(report, number, named=names))
    if found is None:
        complain(f"There is no broadcast {number}.")
    reported(console(), found)


def _act(action: Callable[[Session, Act], Told], who: str | None) -> None:
    with opened_store() as store:
        _tell(asyncio.run(store.write(action, _who(store, who))))


def _look(store: Store, number: int, who: str | None) -> Look:
    found = asyncio.run(store.read(look, number, _who(store, who)))
    return complain(plain(found.text)) if isinstance(found, Told) else found


def _who(store: Store, who: str | None) -> Act:
    """Whoever sits at the machine, or one of the directory whose name they act in."""
    try:
        by = (
            asyncio.run(store.read(lambda session: by_id(session, person_named(session, who))))
            if who
            else Stranger()
        )
    except Nobody as problem:
        complain(plain(str(problem)))
    evidence = f"terminal:{uuid.uuid4().hex[:16]}"
    return Act(by, Medium.TERMINAL, evidence, house_of(settings_or_exit()), datetime.now(UTC))


def _tell(told: Told) -> None:
    if not told.done:
        complain(plain(told.text))
    typer.echo(plain(told.text))

"""`whodoes …`: gathers the commands."""

import os
import sys

import typer

from bot.cli.announce import announce_app
from bot.cli.asking import ask_command, chat_command
from bot.cli.audit import audit_command
from bot.cli.awards import awards_app
from bot.cli.bounces import bounces_app
from bot.cli.corrections import corrections_app
from bot.cli.demo import demo_command
from bot.cli.directory import export_command, import_command
from bot.cli.evaluating import evaluate_command
from bot.cli.events import events_app
from bot.cli.events_after import said_command, wish_command, wishes_command
from bot.cli.events_attendees import attendance_command, attendees_app, delegates_command
from bot.cli.events_feed import feed_command
from bot.cli.events_programme import programme_command, sponsors_command
from bot.cli.events_series import series_app
from bot.cli.introductions import introductions_app
from bot.cli.lexicon import lexicon_app
from bot.cli.newsletter import newsletter_app
from bot.cli.outbox import outbox_app
from bot.cli.people import people_app, staff_app
from bot.cli.releasing import release_command
from bot.cli.searching import explain_command
from bot.cli.serving import serve_command
from bot.cli.subscribers import subscribers_app, topics_app

app = typer.Typer(
    name="whodoes",
    help="Who does X here? The assistant of a regional industry cluster.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("ask")(ask_command)
app.command("chat")(chat_command)
app.command("explain")(explain_command)
app.command("evaluate")(evaluate_command)
app.add_typer(lexicon_app)
app.add_typer(outbox_app)
app.add_typer(bounces_app)
app.add_typer(introductions_app)
app.add_typer(introductions_app, name="introduction", hidden=True)  # as people say it of one
events_app.add_typer(series_app)
events_app.add_typer(attendees_app)
events_app.command("delegates")(delegates_command)
events_app.command("attendance")(attendance_command)
events_app.command("import")(import_command)
events_app.command("programme")(programme_command)
events_app.command("feed")(feed_command)
events_app.command("said")(said_command)
events_app.command("wishes")(wishes_command)
events_app.command("wish")(wish_command)
events_app.command("sponsors")(sponsors_command)
app.add_typer(events_app)
app.add_typer(awards_app)
app.add_typer(announce_app)
app.add_typer(newsletter_app)
app.add_typer(subscribers_app)
app.add_typer(topics_app)
app.add_typer(corrections_app)
app.add_typer(people_app)
app.add_typer(staff_app)
app.command("audit")(audit_command)
app.command("release")(release_command)
app.command("import")(import_command)
app.command("export")(export_command)
app.command("serve")(serve_command)
app.command("demo")(demo_command)


def run() -> None:
    try:
        app()
    except BrokenPipeError:  # the reader of our output has seen enough: `whodoes export … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

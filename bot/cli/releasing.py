"""`whodoes release`: a person's word that a copy of the database is the house's own, and may send."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.assistant.acting import CLI
from bot.cli.opening import opened_store, settings_or_exit
from bot.cli.terminal import counted
from store.release import Home, hold, release


def release_command(
    keep_silent: Annotated[bool, typer.Option("--hold", help="Rather keep it silent from now on.")] = False,
) -> None:
    """Let a restored copy send. Stop `whodoes serve` first, and start it again afterwards."""
    home, now = Home.of(settings_or_exit().database_url), datetime.now(UTC)
    with opened_store() as store:
        if keep_silent:
            asyncio.run(store.write(hold, home, actor=CLI, now=now))
            typer.echo("Nothing leaves this database any more. Let it send again: whodoes release")
            return
        doubtful = asyncio.run(store.write(release, home, actor=CLI, now=now))
    typer.echo("This database is the house's own: it may send.")
    if doubtful:
        typer.echo(
            f"{counted(doubtful, 'message')} waited in it, and may have gone out since the copy was made: "
            "they are uncertain now, and go to nobody unless you say so (whodoes outbox, whodoes announce list)."
        )

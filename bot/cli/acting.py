"""Whoever sits at the machine acts here: one action in one transaction, and what came of it in one line."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import typer
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import plain
from bot.housing import house_of
from store.kinds import Medium
from store.people import Stranger
from store.search.live import LiveIndex


def act_and_tell(action: Callable[[Session, Act], Told], *, live: LiveIndex | None = None) -> None:
    """Exit code 1 where it was not done. `live`: the index the action looks names up in, brought up to date first."""
    act = terminal_act()
    with opened_store() as store:
        if live is not None:
            asyncio.run(store.read(live.catch_up))
        told = asyncio.run(store.write(action, act))
    if not told.done:
        complain(plain(told.text))
    typer.echo(plain(told.text))


def terminal_act() -> Act:
    """Whoever sits here, now."""
    house = house_of(settings_or_exit())
    return Act(Stranger(), Medium.TERMINAL, f"terminal:{uuid.uuid4().hex[:16]}", house, datetime.now(UTC))

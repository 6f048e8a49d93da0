"""Evenings over a fresh database in memory: the team, and three members."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import Session

from store.introductions.rules import Rules
from tests.bot.assistant.events.evenings import Evenings
from tests.bot.assistant.introductions.conftest import memory_engine


@dataclass
class Three:
    """Sam is of the team; Ada, Ben and Cleo are members."""

    net: Evenings
    sam: int
    ada: int
    ben: int
    cleo: int


@pytest.fixture
def session() -> Iterator[Session]:
    engine = memory_engine()
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def three(session: Session) -> Three:
    net = Evenings(session, Rules())
    firm = net.firm("Oriel Protein Services")
    return Three(
        net, net.staff(), *(net.person(name, firm) for name in ("Ada Marsh", "Ben Ode", "Cleo Lark"))
    )

"""A session over a fresh database in memory, and a network of two firms and the team."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from store.models import DirectoryRevision, Table
from tests.bot.assistant.introductions.network import Network


def memory_engine() -> Engine:
    """All tables and nothing in them: the bytes of one database, made once."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(_empty_database())
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool)


@cache
def _empty_database() -> bytes:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Table.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(DirectoryRevision(id=1, number=0))
    with engine.connect() as connection:
        made: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # it is SQLite's
        data = made.serialize()
    engine.dispose()
    return data


@pytest.fixture
def session() -> Iterator[Session]:
    engine = memory_engine()
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()


@dataclass
class Two:
    """Ada of Oriel wishes to meet Ben of Larkspur; Sam is of the team."""

    net: Network
    oriel: int
    larkspur: int
    ada: int
    ben: int
    sam: int


def two_in(session: Session) -> Two:
    net = Network(session)
    oriel, larkspur = net.firm("Oriel Proteins"), net.firm("Larkspur Vectors")
    return Two(
        net, oriel, larkspur,
        ada=net.person("Ada Finch", oriel, role="Head of R&D"),
        ben=net.person("Ben Larch", larkspur, role="Director", main_contact=True),
        sam=net.staff(),
    )  # fmt: skip


@pytest.fixture
def two(session: Session) -> Two:
    return two_in(session)

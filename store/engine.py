"""Engines: how each kind of database is opened, and what its errors mean."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from store.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnreachable

READERS = 4
POOL = 8
BUSY_MS = 5000  # how long a statement waits for another process's write
# A PostgreSQL that is there and says nothing: libpq would wait for ever for a connection, two hours for a dead one.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def parse_url(url: str) -> URL:
    """A database URL we can serve. A bare `postgresql://` means psycopg 3; raises StoreUnreachable on anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnreachable(
            "The database URL cannot be read. Examples: sqlite:////home/me/whodoes.sqlite3, "
            "postgresql://user@host/whodoes"
        ) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise StoreUnreachable(f"whodoes keeps its data in SQLite or PostgreSQL, not in {parsed.drivername}.")
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreUnreachable("A SQLite database needs a file: sqlite:////path/to/whodoes.sqlite3")
    return parsed


def make_folder(path: Path) -> None:
    """The folder of a SQLite file, made where there is none. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise StoreReadOnly(f"The folder {path.parent} cannot be created: no permission.") from None
    except OSError as error:
        raise StoreUnreachable(f"The folder {path.parent} cannot be created ({error.strerror}).") from None


def sqlite_writer(path: Path) -> Engine:
    """The one connection that writes: its transactions take the write lock when they begin.

    Python's default (a transaction from the first write on) loses updates between a read and a write, silently.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # an error is logged with its causes, and members' words stand in the parameters
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        _pragmas(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    _cheap_savepoints(engine)
    return engine


def _cheap_savepoints(engine: Engine) -> None:
    """Every write has a savepoint. SQLAlchemy compiles each anew, which costs more than a small write itself."""

    def savepoint(connection: Connection, name: str) -> None:
        connection.connection.driver_connection.execute(f"SAVEPOINT {name}")  # type: ignore[union-attr]  # sqlite3's

    def release(connection: Connection, name: str) -> None:
        connection.connection.driver_connection.execute(f"RELEASE {name}")  # type: ignore[union-attr]  # sqlite3's

    engine.dialect.do_savepoint = savepoint  # type: ignore[method-assign]  # the dialect is this engine's own
    engine.dialect.do_release_savepoint = release  # type: ignore[method-assign]  # the same


def sqlite_readers(path: Path) -> Engine:
    """A few connections that cannot write, each transaction a snapshot."""
    engine = create_engine(
        URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"}),
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")
        _pragmas(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _pragmas(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute("PRAGMA trusted_schema=OFF")


def postgres_pool(url: URL) -> Engine:
    """As patient as SQLite: a lock that another holds, or a server that is silent, is an error in the end."""
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={name: value for name, value in PATIENCE.items() if name not in url.query},
        )
    except NoSuchModuleError:
        raise StoreUnreachable("PostgreSQL support is not installed: pip install 'psycopg[binary]'") from None

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {BUSY_MS}")
        connection.commit()

    return engine


def plain_error(error: DBAPIError | sqlite3.Error | OSError) -> StoreError:
    """The driver's error in a person's words; the original stays its cause."""
    text = str(getattr(error, "orig", None) or error).strip()
    lowered = text.lower()
    if getattr(error, "connection_invalidated", False):
        return StoreUnreachable(
            f"The connection to the database broke ({text.splitlines()[0] if text else 'no reason given'})."
        )
    if (
        "locked" in lowered
        or "busy" in lowered
        or "deadlock" in lowered
        or "serialize access" in lowered
        or "canceling statement" in lowered
    ):
        return StoreBusy("The database is busy: another program has been writing to it for several seconds.")
    if "disk is full" in lowered or "no space left" in lowered or "disk full" in lowered:
        return StoreFull("The disk is full: nothing was saved. Free some space and try again.")
    if "readonly" in lowered or "read-only" in lowered:
        return StoreReadOnly("The database cannot be written: check the rights of the file and its folder.")
    if "unable to open" in lowered or "not a database" in lowered or "malformed" in lowered:
        return StoreUnreachable(f"The database file cannot be used ({text}).")
    if "connection" in lowered or "could not connect" in lowered or "does not exist" in lowered:
        return StoreUnreachable(f"The database cannot be reached ({text.splitlines()[0]}).")
    return StoreError(
        f"The database refused the change ({text.splitlines()[0] if text else 'no reason given'})."
    )

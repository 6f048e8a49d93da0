"""The one way in: plain functions over a Session, run in the store's own threads, one transaction each."""

import asyncio
import contextlib
import contextvars
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from store.engine import (
    POOL,
    READERS,
    make_folder,
    parse_url,
    plain_error,
    postgres_pool,
    sqlite_readers,
    sqlite_writer,
)
from store.errors import StoreClosed
from store.schema import bring_up_to_date

P = ParamSpec("P")
R = TypeVar("R")

GROUP = 64  # how many waiting writes share one commit at most


class Store:
    """`read` and `write` run `fn(session, *args, **kwargs)` in one transaction and return its result.

    A write is on disk when the await returns. `fn` must return plain values: nothing attached to the session leaves it.
    Errors of the database come out as StoreError; errors of `fn` as they are, with its changes undone.
    """

    def __init__(self, backend: "_Backend") -> None:
        self._backend = backend

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open (creating or upgrading where needed). Blocks; raises StoreError, NewerSchema among them."""
        parsed = parse_url(url)
        try:
            if parsed.drivername == "sqlite":
                return cls(_SqliteBackend(Path(parsed.database or "")))
            return cls(_PostgresBackend(postgres_pool(parsed)))
        except (DBAPIError, sqlite3.Error) as error:
            raise plain_error(error) from error

    @property
    def dialect(self) -> str:
        return self._backend.engine.dialect.name

    @property
    def writes_in_order(self) -> bool:
        """Whether writes that wait together are made in the order they were asked for, and share a commit."""
        return self.dialect == "sqlite"

    async def read(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.wrap_future(self._backend.read(lambda session: fn(session, *args, **kwargs)))

    async def write(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._backend.write(lambda session: fn(session, *args, **kwargs))

    def close(self) -> None:
        """Finish what was begun, then let go of the database. Safe to repeat."""
        self._backend.close()


class Snapshots:
    """A database that another process keeps, to be looked at: each `read` in a transaction of its own, in this thread."""

    def __init__(self, url: str) -> None:
        parsed = parse_url(url)
        sqlite = parsed.drivername == "sqlite"
        self._engine = sqlite_readers(Path(parsed.database or "")) if sqlite else postgres_pool(parsed)

    def read(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Raises StoreError; what `fn` writes is refused or, on PostgreSQL, undone."""
        return _in_transaction(self._engine, lambda session: fn(session, *args, **kwargs), keep=False)

    def close(self) -> None:
        self._engine.dispose()


class _Backend(Protocol):
    engine: Engine

    def read(self, work: Callable[[Session], R]) -> Future[R]: ...
    def write(self, work: Callable[[Session], R]) -> Awaitable[R]: ...
    def close(self) -> None: ...


def _up_to_date_or_closed(engine: Engine) -> None:
    try:
        bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise


def _in_transaction(engine: Engine, work: Callable[[Session], R], *, keep: bool = True) -> R:
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin() as transaction:
            result = work(session)
            if not keep:
                transaction.rollback()
            return result
    except DBAPIError as error:
        raise plain_error(error) from error


def _submit(pool: ThreadPoolExecutor, engine: Engine, work: Callable[[Session], R]) -> Future[R]:
    try:
        return pool.submit(contextvars.copy_context().run, _in_transaction, engine, work)
    except RuntimeError:
        raise StoreClosed("The store has been closed.") from None


class _PostgresBackend:
    """A pool of threads, each with a connection; every call its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        _up_to_date_or_closed(engine)
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="store")

    def read(self, work: Callable[[Session], R]) -> Future[R]:
        return _submit(self._pool, self.engine, work)

    def write(self, work: Callable[[Session], R]) -> Awaitable[R]:
        return asyncio.wrap_future(self.read(work))

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        self.engine.dispose()


class _Job:
    """One write waiting for its turn, and the future its caller awaits."""

    def __init__(self, work: Callable[[Session], object]) -> None:
        self.work = work
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[object] = self.loop.create_future()
        self.context = contextvars.copy_context()


_Outcome: TypeAlias = tuple[_Job, object, BaseException | None]


class _SqliteBackend:
    """One writer thread whose commits are shared by all that wait, and a few readers that cannot write."""

    def __init__(self, path: Path) -> None:
        make_folder(path)
        self.engine = sqlite_writer(path)
        _up_to_date_or_closed(self.engine)
        self._readers = sqlite_readers(path)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(target=self._write_all, name="store-write", daemon=True)
        self._writer.start()

    def read(self, work: Callable[[Session], R]) -> Future[R]:
        return _submit(self._pool, self._readers, work)

    def write(self, work: Callable[[Session], R]) -> Awaitable[R]:
        job = _Job(work)
        with self._closing:
            if self._closed:
                raise StoreClosed("The store has been closed.")
            self._jobs.put(job)
        return job.future  # type: ignore[return-value]  # the queue forgets R; the job's own result comes back

    def close(self) -> None:
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self._pool.shutdown(wait=True)
        self._readers.dispose()
        self.engine.dispose()

    def _write_all(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, last = self._gather(first)
            self._commit([job for job in group if not job.future.cancelled()])
            if last:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[_Job]) -> None:
        """Run the group in one transaction, each job in a savepoint of its own; tell nobody before the commit."""
        if not group:
            return
        try:
            with self.engine.connect() as connection, connection.begin():
                outcomes = [_run_in_savepoint(connection, job) for job in group]
        except BaseException as error:  # noqa: BLE001 - every waiting caller must hear why its commit did not happen
            plain = plain_error(error) if isinstance(error, DBAPIError) else error
            outcomes = [(job, None, plain) for job in group]
        _tell(outcomes)


def _tell(outcomes: list[_Outcome]) -> None:
    """Wake each loop once for the whole group: a wake-up for each caller cost more than its write."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].loop, []).append(outcome)
    for loop, told in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, told)


def _settle(outcomes: list[_Outcome]) -> None:
    for job, result, failure in outcomes:
        if job.future.done():
            continue  # its caller gave up waiting
        if failure is not None:
            job.future.set_exception(failure)
        else:
            job.future.set_result(result)


def _run_in_savepoint(connection: Connection, job: _Job) -> _Outcome:
    def run() -> object:
        with (
            Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session,
            session.begin(),
        ):
            return job.work(session)

    try:
        return job, job.context.run(run), None
    except BaseException as error:
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # sqlite3.Connection
            raise _first_cause(error) from error  # a full disk ends the transaction for everybody in it
        if not isinstance(error, DBAPIError):
            return job, None, error
        failure = plain_error(error)
        failure.__cause__ = error
        return job, None, failure


def _first_cause(error: BaseException) -> BaseException:
    """The database error that came first: rolling back what is gone already raises a later, lesser one."""
    first, seen = error, error
    while seen.__context__ is not None:
        seen = seen.__context__
        first = seen if isinstance(seen, DBAPIError) else first
    return first

"""One server a SQLite file: a second start is refused, whatever ended the first."""

import fcntl
import os
from types import TracebackType
from typing import Self

from store.engine import parse_url
from store.errors import StoreError


class AlreadyServed(StoreError):
    """Another whodoes serves this database."""


class ServerLock:
    """Held while a server runs; the system lets go of it when the process ends, even by kill -9.

    PostgreSQL needs none: several servers are welcome there.
    """

    def __init__(self, database_url: str) -> None:
        url = parse_url(database_url)
        self._path = f"{url.database}.lock" if url.drivername == "sqlite" else ""
        self._file: int | None = None

    def __enter__(self) -> Self:
        if self._path:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
                os.close(self._file)
                self._file = None
                raise AlreadyServed(
                    f"Another whodoes{f' (process {holder})' if holder else ''} is serving this database already. "
                    "Stop it first, or use PostgreSQL to run several."
                ) from None
            os.truncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

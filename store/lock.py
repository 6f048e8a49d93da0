"""One server a SQLite file: a second start is refused, whatever ended the first."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from store.engine import make_folder, parse_url
from store.errors import StoreError, StoreReadOnly


class AlreadyServed(StoreError):
    """Another whodoes serves this database."""


class ServerLock:
    """Held while a server runs; the system lets go of it when the process ends, even by kill -9.

    PostgreSQL needs none: several servers are welcome there.
    """

    def __init__(self, database_url: str) -> None:
        url = parse_url(database_url)
        # By whatever name or link it is reached, a file has one lock.
        self._path = f"{os.path.realpath(url.database or '')}.lock" if url.drivername == "sqlite" else ""
        self._file: int | None = None

    def __enter__(self) -> Self:
        if self._path:
            self._file = self._open()
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

    def _open(self) -> int:
        make_folder(Path(self._path))
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreReadOnly(f"The file {self._path} cannot be written ({error.strerror}).") from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

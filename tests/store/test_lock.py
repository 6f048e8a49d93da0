"""One server a SQLite file; the lock goes with the process, however it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import StoreError
from store.lock import AlreadyServed, ServerLock

HOLD = "import sys, time\nfrom store.lock import ServerLock\nwith ServerLock(sys.argv[1]):\n    print('held', flush=True)\n    time.sleep(60)\n"


def test_a_second_server_on_the_same_file_is_refused_with_the_first_ones_number(sqlite_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, sqlite_url], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyServed, match=f"process {holder.pid}"), ServerLock(sqlite_url):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with ServerLock(sqlite_url):  # kill -9 let go of it
        pass


def test_postgresql_takes_as_many_servers_as_come() -> None:
    url = "postgresql://somebody@localhost/region"
    with ServerLock(url), ServerLock(url):
        pass


def test_the_lock_can_be_taken_again_once_released(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/w.sqlite3"
    for _ in range(2):
        with ServerLock(url):
            pass


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "w.sqlite3")
    with (
        ServerLock(f"sqlite:///{tmp_path}/w.sqlite3"),
        pytest.raises(AlreadyServed),
        ServerLock(f"sqlite:///{tmp_path}/link.sqlite3"),
    ):
        pass


def test_the_very_first_start_makes_the_folder(tmp_path: Path) -> None:
    with ServerLock(f"sqlite:///{tmp_path}/new/folder/w.sqlite3"):
        pass


def test_a_lock_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "w.sqlite3.lock").mkdir()
    with pytest.raises(StoreError, match="cannot be written"), ServerLock(f"sqlite:///{tmp_path}/w.sqlite3"):
        pass

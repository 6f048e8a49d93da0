"""A listener's Unix socket: for those of its group, in the place of one that a crash left behind."""

import asyncio
import errno
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MODE = 0o660  # the MTA's user joins our group; nobody else on the machine may hand mail in


async def open_socket(protocol: Callable[[], asyncio.BaseProtocol], path: Path) -> asyncio.Server:
    """Raises OSError where another server has it, or where something lies there that is no socket."""
    _make_way(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        old = os.umask(0o777 & ~MODE)  # nobody else gets in between bind and chmod
        try:
            listening.bind(str(path))
        finally:
            os.umask(old)
        return await asyncio.get_running_loop().create_unix_server(protocol, sock=listening)
    except BaseException:
        listening.close()
        raise


def remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _make_way(path: Path) -> None:
    """A socket nobody listens on was left by a process that was killed."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(errno.EEXIST, "There is a file where the socket should be", str(path))
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            remove(path)
            return
    raise OSError(errno.EADDRINUSE, "Another server listens on the socket", str(path))

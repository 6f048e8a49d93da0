"""A Postfix that accepts as always, queue file and fsync, and then throws away: what a mail server's own rate is."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.doubles.postfix import MISSING, OURS, SERVICES, Postfix
from tests.whodoes_process import free_port

__all__ = ["MISSING", "discarding_postfix"]

SETTINGS = """\
default_transport = discard:
relay_transport = discard:
local_recipient_maps =
smtpd_client_connection_count_limit = 0
"""


@asynccontextmanager
async def discarding_postfix() -> AsyncIterator[int]:
    """Its port; 0 where there is no Postfix to be had."""
    if MISSING:
        yield 0
        return
    own = Postfix(_open_folder(), free_port())
    try:
        _write_settings(own)
        await own.start()
        try:
            yield own.port
        finally:
            await own.stop()
    finally:
        shutil.rmtree(own.folder, ignore_errors=True)


def _open_folder() -> Path:
    """Postfix's own user must be let in."""
    folder = Path(tempfile.mkdtemp(prefix="whodoes-bench-postfix-"))
    folder.chmod(0o755)
    return folder


def _write_settings(own: Postfix) -> None:
    for sub in ("etc", "queue", "data", "log"):
        (own.folder / sub).mkdir()
    shutil.chown(own.folder / "data", "postfix")
    (own.folder / "etc" / "main.cf").write_text(OURS.format(folder=own.folder) + SETTINGS)
    (own.folder / "etc" / "master.cf").write_text(SERVICES.format(port=own.port))

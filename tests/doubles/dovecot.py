"""A Dovecot of our own for a test: one mailbox in a folder, another port, with and without encryption."""

import asyncio
import itertools
import os
import pwd
import shutil
import socket
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.doubles.smtp_sink import CERTIFICATE
from tests.whodoes_process import free_port

MISSING = (
    "Dovecot is not installed, or we are not root, as its processes want it"
    if shutil.which("dovecot") is None or os.geteuid() != 0
    else ""
)
USER, PASSWORD = "ask@cluster.example", "open-sesame"
SETTINGS = """\
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
first_valid_uid = 1
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = user={user} password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, folder: Path) -> None:
        self.port, self.tls_port = free_port(), free_port()
        self._folder = folder
        self._settings = folder / "dovecot.conf"
        self._names = itertools.count(1)
        self._owner = pwd.getpwnam("dovecot")
        for sub in ("cur", "new", "tmp"):
            (folder / "mail" / sub).mkdir(parents=True)
        (folder / "home").mkdir()
        self._settings.write_text(
            SETTINGS.format(
                folder=folder, certificate=CERTIFICATE, user=USER, password=PASSWORD,
                uid=self._owner.pw_uid, gid=self._owner.pw_gid, port=self.port, tls_port=self.tls_port,
            )
        )  # fmt: skip
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def deliver(self, content: bytes) -> None:
        """As every server does with a Maildir: written whole, then put into place."""
        name = f"{next(self._names):06}.test"
        draft = self._folder / "mail" / "tmp" / name
        draft.write_bytes(content)
        os.chown(draft, self._owner.pw_uid, self._owner.pw_gid)
        draft.rename(self._folder / "mail" / "new" / name)

    def unread(self) -> int:
        new = len(list((self._folder / "mail" / "new").iterdir()))
        return new + sum(
            "S" not in path.name.partition(":2,")[2] for path in (self._folder / "mail" / "cur").iterdir()
        )

    def flagged(self) -> int:
        return sum("F" in path.name.partition(":2,")[2] for path in (self._folder / "mail" / "cur").iterdir())

    def lying(self, folder: str = "") -> int:
        place = self._folder / "mail" / (f".{folder}" if folder else "")
        return sum(len(list((place / sub).iterdir())) for sub in ("cur", "new") if (place / sub).is_dir())

    def renumber(self) -> None:
        """While it is down: without its list every mail gets a new number, under a new UIDVALIDITY."""
        for path in (self._folder / "mail").glob("dovecot*"):
            path.unlink()

    async def start(self) -> None:
        await self._do("dovecot", "-c", str(self._settings))
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(self._listens):
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        await self._do("doveadm", "-c", str(self._settings), "stop")
        async with asyncio.timeout(30):
            while await asyncio.to_thread(self._listens):
                await asyncio.sleep(0.05)

    def log(self) -> str:
        path = self._folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def _do(self, *command: str) -> None:
        done = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
        assert await done.wait() == 0, self.log()


@asynccontextmanager
async def dovecot() -> AsyncIterator[Dovecot]:
    folder = _open_folder()
    try:
        server = Dovecot(folder)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_folder() -> Path:
    """Not pytest's, which Dovecot's own users may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="whodoes-dovecot-"))
    folder.chmod(0o755)
    return folder

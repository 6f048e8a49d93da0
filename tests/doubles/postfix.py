"""A Postfix of our own for a test: another folder, another port, the recipe of README as its settings."""

import asyncio
import os
import shutil
import socket
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.recipes import recipe
from tests.whodoes_process import free_port

MISSING = (
    "Postfix is not installed, or we are not root, as its queue wants it"
    if shutil.which("postfix") is None or shutil.which("smtp-source") is None or os.geteuid() != 0
    else ""
)
OURS = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}
myhostname = mx.cluster.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
in_flow_delay = 0
# A retry is due at once: minutes of the real world are sat out by nobody here.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
"""
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Listens on `port` and hands what is for us to whodoes, as the recipe of that name says."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._etc = folder / "etc"

    def write_settings(self, name: str, places: Mapping[str, str]) -> None:
        """`places`: what stands in the recipe, and what stands there on this machine."""
        for sub in ("etc", "queue", "data", "log"):
            (self.folder / sub).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        files = {"main.cf": OURS.format(folder=self.folder), "master.cf": SERVICES.format(port=self.port)}
        for path, text in recipe(name).items():
            if path.startswith("/etc/postfix/"):
                file = path.removeprefix("/etc/postfix/")
                files[file] = files.get(file, "") + text
        for file, text in files.items():
            for said, here in {**places, "/etc/postfix": str(self._etc)}.items():
                text = text.replace(said, here)
            (self._etc / file).write_text(text)

    async def start(self) -> None:
        await self._do("start")
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(self._listens):
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        await self._do("stop")

    async def send(self, sender: str, recipient: str, file: Path) -> None:
        """One mail by smtp-source, which returns when Postfix has it."""
        sending = await asyncio.create_subprocess_exec(
            "smtp-source", "-f", sender, "-t", recipient, "-F", str(file), f"127.0.0.1:{self.port}"
        )
        assert await sending.wait() == 0, self.log()

    async def waiting(self) -> int:
        """Mails in the queue."""
        folders = ("incoming", "active", "deferred", "maildrop")
        return await asyncio.to_thread(
            lambda: sum(
                len(files) for each in folders for _, _, files in os.walk(self.folder / "queue" / each)
            )
        )

    def log(self) -> str:
        path = self.folder / "log" / "mail"
        return path.read_text(errors="replace") if path.exists() else ""

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def _do(self, what: str) -> None:
        with (self.folder / "log" / "said").open("w+b") as said:  # a pipe would stay open with its daemon
            done = await asyncio.create_subprocess_exec(
                "postfix", "-c", str(self._etc), what, stdin=DEVNULL, stdout=said, stderr=said
            )
            code = await done.wait()
        assert code == 0, (self.folder / "log" / "said").read_text() + self.log()


@asynccontextmanager
async def postfix(name: str, places: Mapping[str, str]) -> AsyncIterator[Postfix]:
    server = Postfix(_open_folder(), free_port())
    try:
        server.write_settings(name, places)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


def _open_folder() -> Path:
    """Not pytest's, which Postfix's own user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="whodoes-postfix-"))
    folder.chmod(0o755)
    return folder

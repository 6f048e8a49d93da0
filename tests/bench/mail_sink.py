"""A relay in a process of its own that takes mails and throws them away: Postfix's smtp-sink, or where that is missing ours.

Ours also remembers when each mail came: on a line of its input it tells, as JSON, the seconds of all so far.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SINK = shutil.which("smtp-sink") or ""
REPLIES = {
    b"EHLO": b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000000\r\n",
    b"HELO": b"250 sink.example\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
END = b"\r\n.\r\n"
PATIENCE = 10.0


class Discarding(asyncio.Protocol):
    """One connection."""

    def __init__(self, came: list[float]) -> None:
        self._came = came
        self._kept = b""
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example ready\r\n")

    def data_received(self, data: bytes) -> None:
        kept, said = self._kept + data, []
        while True:
            end = END if self._in_mail else b"\r\n"
            at = kept.find(end)
            if at < 0:
                break
            line, kept = kept[:at], kept[at + len(end) :]
            if self._in_mail:
                self._in_mail = False
                self._came.append(time.time())
                said.append(b"250 2.0.0 taken\r\n")
                continue
            verb = line[:4].upper()
            said.append(REPLIES.get(verb, b"250 2.0.0 ok\r\n"))
            if verb == b"DATA":
                self._in_mail = True
                kept = b"\r\n" + kept  # so that a mail of no line ends too
        self._kept = kept
        if said:
            self._transport.write(b"".join(said))
        if said and said[-1] is REPLIES[b"QUIT"]:
            self._transport.close()


async def serve() -> None:
    came: list[float] = []
    server = await asyncio.get_running_loop().create_server(lambda: Discarding(came), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(f"{json.dumps(came)}\n")
        sys.stdout.flush()


class OurSink:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.port = int(process.stdout.readline())

    def came(self) -> list[float]:
        """When each mail came, in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[float] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def our_sink(*, core: int | None = None) -> Iterator[OurSink]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.mail_sink"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        pin(process.pid, core)
        yield OurSink(process)
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def sink(*, core: int | None = None) -> Iterator[int]:
    """The port of Postfix's, where it is installed."""
    if not SINK:
        with our_sink(core=core) as ours:
            yield ours.port
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    as_whom = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *as_whom, f"127.0.0.1:{port}", "100"])
    try:
        pin(process.pid, core)
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def pin(process: int, core: int | None) -> None:
    """To one of the cores there are; where there is only one, it stays as it is."""
    cores = sorted(os.sched_getaffinity(0))
    if core is not None and len(cores) > 1:
        os.sched_setaffinity(process, {cores[core % len(cores)]})


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.recv(100)
            return
        time.sleep(0.02)
    raise RuntimeError("smtp-sink does not listen")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())

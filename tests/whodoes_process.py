"""`whodoes …` as a process of its own, for tests that start, stop and kill it."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(**settings: str) -> dict[str, str]:
    """This machine's, without its own settings of whodoes, and these instead.

    Senders are believed, so that no DNS is asked, any number of strangers get an answer, and one process does it all.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WHODOES_")}
    ours = {
        "mail_authentication": "none", "mail_strangers_an_hour": "1000000", "mail_processes": "0", **settings
    }  # fmt: skip
    return kept | {f"WHODOES_{name.upper()}": value for name, value in ours.items()}


async def start(arguments: Sequence[str], settings: Mapping[str, str], *, talks: bool) -> Process:
    """`talks`: its input and output are ours; its complaints are in any case."""
    pipe = PIPE if talks else DEVNULL
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, env=environment(**settings),
        stdin=pipe, stdout=pipe, stderr=PIPE,
    )  # fmt: skip


async def run(*arguments: str, stdin: str = "", **settings: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    process = await start(arguments, settings, talks=True)
    out, err = await asyncio.wait_for(process.communicate(stdin.encode()), 100)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


class Server:
    """`whodoes serve`, which can be killed and started again on the same ports and data."""

    def __init__(self, *arguments: str, **settings: str) -> None:
        self._arguments = arguments
        self._settings = settings
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.said: list[str] = []

    async def start(self, *, until: str = "whodoes is serving", within: float = 40) -> None:
        self._process = await start(["serve", *self._arguments], self._settings, talks=False)
        ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read(self._process, ready, until))
        await asyncio.wait_for(ready.wait(), within)
        assert self._process.returncode is None, "\n".join(self.said)

    async def _read(self, process: Process, ready: asyncio.Event, until: str) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.said.append(line.decode().rstrip())
            if until in self.said[-1]:
                ready.set()
        ready.set()

    async def until_said(self, words: str, *, within: float = 40) -> None:
        async with asyncio.timeout(within):
            while not any(words in line for line in self.said):
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        assert self._reading is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        await self._reading
        await self._process.wait()
        assert self._process.returncode is not None
        return self._process.returncode


def free_port() -> int:
    """A port nobody listens on just now, for a server that is to come back to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""How many mails a second are accepted (on disk before the 250), beside a Postfix, and an aiosmtpd that throws them away."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.discarding_postfix import MISSING, discarding_postfix
from tests.bench.smtp_load import OCTETS, SESSIONS, SOURCE, rate_of

MAILS = 3_000
RUNS = 3
OF_THROWN, OF_POSTFIX = 0.6, 1.0  # what we want to be at least, of each


def report() -> Iterator[str]:
    """The best of several alternating runs each: the machine's neighbours disturb all alike."""
    thrown, kept, theirs = asyncio.run(_measured())
    load = "smtp-source" if SOURCE else "a client of ours"
    yield f"Mails of {OCTETS:,} octets accepted a second, {SESSIONS} sessions of {load}, the best of {RUNS} runs:"
    yield f"  aiosmtpd, thrown away   {thrown:7,.0f}"
    yield (
        f"  Postfix, then discarded {theirs:7,.0f}"
        if theirs
        else f"  Postfix                 not measured: {MISSING}"
    )
    yield f"  whodoes, on the disk    {kept:7,.0f}  {verdict(kept / thrown, OF_THROWN)} of what is thrown away"
    if theirs:
        yield f"                                   {verdict(kept / theirs, OF_POSTFIX)} of Postfix"


def verdict(reached: float, limit: float) -> str:
    """A share beside what it should be at least."""
    return f"{reached:.2f} (at least {limit:.2f}: {'reached' if reached >= limit else 'MISSED'})"


async def _measured() -> tuple[float, float, float]:
    thrown, kept, theirs = [], [], [0.0]
    async with discarding_postfix() as port_of_postfix:
        for _ in range(RUNS):
            with server() as port:
                thrown.append(await rate_of(port, mails=MAILS))
            with tempfile.TemporaryDirectory() as folder, server(f"sqlite:///{folder}/w.sqlite3") as port:
                kept.append(await rate_of(port, mails=MAILS))
            if port_of_postfix:
                theirs.append(await rate_of(port_of_postfix, mails=MAILS))
    return max(thrown), max(kept), max(theirs)


@contextmanager
def server(*arguments: str) -> Iterator[int]:
    """`tests.bench.smtp_server` in a process of its own, and the port it listens on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.smtp_server", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)

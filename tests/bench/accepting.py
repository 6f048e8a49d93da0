"""How many mails a second are accepted (on disk before the 250), beside an aiosmtpd that throws them away."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SESSIONS = 10  # as many as one peer may hold
MAILS = 3_000
RUNS = 3
BODY = ("A line of an ordinary mail, of an ordinary length, saying little.\r\n" * 60)[:4000]


def report() -> Iterator[str]:
    """The best of several alternating runs each: the machine's neighbours disturb both alike."""
    thrown, kept = [], []
    for _ in range(RUNS):
        with _server() as port:
            thrown.append(asyncio.run(_send_all(port)))
        with tempfile.TemporaryDirectory() as folder, _server(f"sqlite:///{Path(folder)}/w.sqlite3") as port:
            kept.append(asyncio.run(_send_all(port)))
    yield f"accept        aiosmtpd, thrown away:  {max(thrown):8,.0f} mails/s"
    yield (
        f"accept        whodoes, on the disk:   {max(kept):8,.0f} mails/s, "
        f"{max(kept) / max(thrown):.2f} of the above (goal 0.6)"
    )


@contextmanager
def _server(*arguments: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.smtp_server", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


async def _send_all(port: int) -> float:
    """Mails a second over a few sessions, each sending one mail after another."""
    numbers = iter(range(MAILS))
    began = time.perf_counter()
    await asyncio.gather(*(_session(port, numbers) for _ in range(SESSIONS)))
    return MAILS / (time.perf_counter() - began)


async def _session(port: int, numbers: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _expect(reader, b"220")
    writer.write(b"EHLO bench.example\r\n")
    await _expect(reader, b"250")
    for number in numbers:
        writer.write(b"MAIL FROM:<member@firm.example>\r\n")
        await _expect(reader, b"250")
        writer.write(b"RCPT TO:<ask@cluster.example>\r\n")
        await _expect(reader, b"250")
        writer.write(b"DATA\r\n")
        await _expect(reader, b"354")
        writer.write(_mail(number))
        await _expect(reader, b"250")
    writer.write(b"QUIT\r\n")
    await _expect(reader, b"221")
    writer.close()
    await writer.wait_closed()


def _mail(number: int) -> bytes:
    return (
        f"From: member@firm.example\r\nTo: ask@cluster.example\r\nSubject: ask {number}\r\n"
        f"Message-ID: <{number}.{time.time_ns()}@firm.example>\r\n\r\n{BODY}\r\n.\r\n"
    ).encode()


async def _expect(reader: asyncio.StreamReader, code: bytes) -> None:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(code):
        raise RuntimeError(f"the server said {line!r} where {code!r} was due")

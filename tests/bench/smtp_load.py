"""Mail offered to a server: as fast as it is taken, or so many a second whatever the server does."""

import asyncio
import shutil
import time
from collections.abc import Iterator, Sequence

from tests.bench.written_mails import OWN, Written

SESSIONS = 20
OCTETS = 4096
PATIENCE_SECONDS = 120
SOURCE = shutil.which("smtp-source") or ""
BODY = ("A line of an ordinary mail, of an ordinary length, saying little.\r\n" * 60)[:OCTETS]


async def rate_of(port: int, *, mails: int) -> float:
    """Alike mails a second over 20 sessions: Postfix's own smtp-source sends them, where it is installed."""
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE_SECONDS):
        if SOURCE:
            await _from_source(port, mails)
        else:
            await send_all(
                port, [Written(f"member{number}@firm.example", _alike(number)) for number in range(mails)]
            )
    return mails / (time.perf_counter() - began)


async def send_all(port: int, mails: Sequence[Written], *, sessions: int = SESSIONS) -> None:
    """As fast as they are taken. Those of one person follow one another on one session."""
    by_session: list[list[Written]] = [[] for _ in range(sessions)]
    places = {sender: at for at, sender in enumerate(dict.fromkeys(mail.sender for mail in mails))}
    for mail in mails:
        by_session[places[mail.sender] % sessions].append(mail)
    await asyncio.gather(*(_session(port, each) for each in by_session))


async def waits_of(port: int, mails: Sequence[Written], *, a_second: int) -> list[float]:
    """Milliseconds from when each was due, at this rate, until its 250: a server that lags behind is not waited for."""
    waits: list[float] = []
    began = time.perf_counter()
    due = iter([(began + at / a_second, mail) for at, mail in enumerate(mails)])
    await asyncio.gather(*(_in_time(port, due, waits) for _ in range(SESSIONS)))
    return waits


async def _from_source(port: int, mails: int) -> None:
    arguments = ("-d", "-s", str(SESSIONS), "-m", str(mails), "-l", str(OCTETS))
    process = await asyncio.create_subprocess_exec(
        SOURCE, *arguments, "-f", "member@firm.example", "-t", OWN, f"127.0.0.1:{port}"
    )
    if await process.wait():
        raise RuntimeError("smtp-source was refused")


async def _in_time(port: int, due: Iterator[tuple[float, Written]], waits: list[float]) -> None:
    reader, writer = await _open(port)
    for moment, mail in due:
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        await _send(reader, writer, mail)
        waits.append(1000 * (time.perf_counter() - moment))
    await _close(reader, writer)


async def _session(port: int, mails: Sequence[Written]) -> None:
    reader, writer = await _open(port)
    for mail in mails:
        await _send(reader, writer, mail)
    await _close(reader, writer)


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _expect(reader, b"220")
    writer.write(b"EHLO bench.example\r\n")
    await _expect(reader, b"250")
    return reader, writer


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mail: Written) -> None:
    """As an MTA does where the server takes several commands at a time (RFC 2920)."""
    writer.write(f"MAIL FROM:<{mail.sender}>\r\nRCPT TO:<{OWN}>\r\nDATA\r\n".encode())
    for code in (b"250", b"250", b"354"):
        await _expect(reader, code)
    writer.write(mail.raw.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
    await _expect(reader, b"250")


async def _close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"QUIT\r\n")
    await _expect(reader, b"221")
    writer.close()
    await writer.wait_closed()


def _alike(number: int) -> bytes:
    return (
        f"From: member@firm.example\r\nTo: {OWN}\r\nSubject: ask {number}\r\n"
        f"Message-ID: <{number}.{time.time_ns()}@firm.example>\r\n\r\n{BODY}\r\n"
    ).encode()


async def _expect(reader: asyncio.StreamReader, code: bytes) -> None:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(code):
        raise RuntimeError(f"the server said {line!r} where {code!r} was due")

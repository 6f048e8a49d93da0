"""How many mails a second are answered, from the first byte over SMTP to the answer in the outbox, and who waits meanwhile."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sys import executable
from typing import Any

from sqlmodel import Session, select

from bot.cli.judged import quantile
from store.models import Address, Organisation, Person
from store.search.entry import Entry
from tests.bench.directory import kept, with_store, write_entries
from tests.bench.judged_folder import Judged
from tests.bench.region import Region as MadeUp
from tests.bench.smtp_load import send_all, waits_of
from tests.bench.trials import Region
from tests.bench.written_mails import Written, written

SIZES = (1_000, 230, 6_000)  # organisations
MAILS = 3_000
WARMING = 200
RATE = 300  # mails a second from the wire to the outbox, at least
OFFERED, SECONDS, WAIT = 100, 20, 50  # so many a second for so long, and milliseconds until the 250 at most
ACK = 3_000  # milliseconds that Slack waits for its acknowledgement


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of a load: mails a second through and through, and what was felt meanwhile, in milliseconds."""

    rate: float
    computing: (
        float  # milliseconds of a processor that a mail took: what is left to gain where others use it too
    )
    answered: int
    felt: dict[str, float]


class Server:
    """`tests.bench.mail_server`, asked by lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.port = 0

    async def hear(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(await self._process.stdout.readline())

    async def told(self) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        told: dict[str, float] = await self.hear()
        return told

    async def until_done(self) -> dict[str, float]:
        """When all are answered; what was felt on the way."""
        felt: dict[str, float] = {}
        while True:
            told = await self.told()
            felt = {name: max(value, felt.get(name, 0.0)) for name, value in told.items()}
            if not told["waiting"]:
                return felt
            await asyncio.sleep(0.25)


def report(judged: Judged, region: Region) -> Iterator[str]:
    asks = [ask.text for ask in judged.asks]
    yield "Mails answered a second, from SMTP through parsing, asking and searching to the answer in the outbox:"
    for organisations in SIZES:
        entries = tuple(MadeUp(kept(region.entries)).grown(organisations))
        with tempfile.TemporaryDirectory(prefix="whodoes-bench-") as folder:
            url = f"sqlite:///{folder}/mail.sqlite3"
            mails = written(asks, mails=WARMING + MAILS)
            more = [_anew(each) for each in written(asks, mails=OFFERED * SECONDS, seed=2)]
            fill(url, entries, [*mails, *more])
            yield from asyncio.run(
                _measured(url, mails, more if organisations == SIZES[0] else (), organisations)
            )


def fill(url: str, entries: Sequence[Entry], mails: Sequence[Written]) -> None:
    """The directory, and whoever writes these mails a person of it: strangers are answered once a day."""
    write_entries(url, entries)
    senders = tuple(dict.fromkeys(mail.sender for mail in mails))
    with_store(url, lambda store: store.write(_know_writers, senders))


async def answered(url: str, mails: Sequence[Written], *, warming: int = WARMING) -> Fared:
    """Offered as fast as they are taken."""
    async with _serving(url) as server:
        await send_all(server.port, mails[:warming])
        before = await server.until_done()
        began = time.perf_counter()
        await send_all(server.port, mails[warming:])
        felt = await server.until_done()
        spent = time.perf_counter() - began
        mails_measured = len(mails) - warming
        return Fared(
            mails_measured / spent,
            1000 * (felt["cpu"] - before["cpu"]) / mails_measured,
            int(felt["queued"]),
            felt | {"before": before["megabytes"]},
        )


async def waited(url: str, mails: Sequence[Written], *, a_second: int) -> list[float]:
    """Milliseconds until each 250, while the mails are answered."""
    async with _serving(url) as server:
        return await waits_of(server.port, mails, a_second=a_second)


async def _measured(
    url: str, mails: Sequence[Written], more: Sequence[Written], organisations: int
) -> list[str]:
    fared = await answered(url, mails)
    felt = fared.felt
    lines = [
        f"  {organisations:6,} organisations  {fared.rate:6,.0f} mails/s ({RATE}){_over(RATE, fared.rate)}, "
        f"{fared.computing:.1f} ms of a processor each; {fared.answered:,} answers; {felt['before']:.0f} to {felt['megabytes']:.0f} MB",
        f"         meanwhile the loop is late by p99 {felt['lag_p99']:.0f} ms, at most {felt['lag']:.0f} ({ACK:,})"
        f"{_over(felt['lag'], ACK)}, an ask in Slack waits p99 {felt['ask_p99']:.0f} ms, at most {felt['ask']:.0f}",
    ]
    if more:
        waits = await waited(url, more, a_second=OFFERED)
        p50, p99 = quantile(waits, 0.5), quantile(waits, 0.99)
        lines.append(
            f"         at {OFFERED} a second a mail waits for its 250: p50 {p50:.0f} ms, p99 {p99:.0f} ms ({WAIT}){_over(p99, WAIT)}"
        )
    return lines


def _anew(mail: Written) -> Written:
    """From somebody who has not written yet: nobody is answered without end."""
    sender = mail.sender.replace("jo.", "al.")
    return Written(
        sender,
        mail.raw.replace(mail.sender.encode(), sender.encode()).replace(b"Message-ID: <", b"Message-ID: <a"),
    )


def _over(less: float, more: float) -> str:
    return "!" if less > more else ""


def _know_writers(session: Session, senders: Sequence[str]) -> None:
    """People of the directory who are not listed in it, so that the index is what it was."""
    organisations = session.exec(select(Organisation.id)).all()
    now = datetime.now(UTC)
    for at, sender in enumerate(senders):
        person = Person(
            organisation_id=organisations[at % len(organisations)],
            name="Jo Hartley",
            listed=False,
            created_at=now,
        )
        session.add(person)
        session.flush()
        assert person.id is not None
        session.add(Address(address=sender, person_id=person.id))


@asynccontextmanager
async def _serving(url: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        executable, "-m", "tests.bench.mail_server", url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    server = Server(process)
    try:
        server.port = await server.hear()
        yield server
    finally:
        assert process.stdin is not None
        process.stdin.close()  # the end of its input is the end of it, in order
        await process.wait()

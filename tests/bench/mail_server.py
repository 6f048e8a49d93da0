"""All of whodoes that answers mail, in a process of its own; on a line of its input it tells how it has fared since the last.

While it works, a clock on its loop, and an ask as one in Slack would be, feel how long others wait meanwhile.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

from sqlmodel import Session, func, select

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.judged import quantile
from bot.promptness import answer_promptly
from bot.settings import Settings
from mail.desk import MailDesk
from mail.own_addresses import own_addresses
from mail.reading import ReadingThreads
from mail.reading_processes import Errand, ReadingProcesses
from mail.render.reply import From
from mail.smtp import listen
from mail.tokens import plus_form
from mail.trust import believe
from store.kinds import InboxState, Medium, OutboxState
from store.models import InboxItem, OutboxMessage
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.bench.memory import held
from tests.bench.written_mails import OWN

TICK, PAUSE = 0.005, 0.1  # seconds between looks at the loop, and between asks


async def main(url: str) -> None:
    store, live, stop = Store.open(url), LiveIndex(), asyncio.Event()
    await store.read(live.catch_up)
    answer_promptly()
    sender = From(OWN, "whodoes · Harrowdale")
    errand = Errand(url, believe, sender, await own_addresses(store, plus_form(OWN), now=_now()))
    readers = ReadingProcesses(errand, processes=Settings().mail_processes, beside=ReadingThreads(believe))
    desk = MailDesk(
        store=store,
        live=live,
        address=OWN,
        sender_name="whodoes · Harrowdale",
        clock=_now,
        wake_delivery=lambda: None,
        readers=readers,
    )
    listener = await listen(
        store=store,
        host="127.0.0.1",
        port=0,
        protocol="smtp",
        address=OWN,
        max_bytes=10_000_000,
        wake=desk.wake,
        clock=_now,
    )
    felt = _Felt(store, live)
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.run(stop))
        group.create_task(felt.lag(stop))
        group.create_task(felt.asks(stop))
        await readers.begin()
        _say(listener.port)
        while await asyncio.to_thread(sys.stdin.readline):
            _say(
                {**await store.read(_counted), **felt.told(), "megabytes": held(), "cpu": time.process_time()}
            )
        stop.set()
        desk.wake()
    await listener.close()
    store.close()


class _Felt:
    """Milliseconds that a turn of the loop came late, and that an ask waited for its answer."""

    def __init__(self, store: Store, live: LiveIndex) -> None:
        self._store = store
        self._live = live
        self._lags: list[float] = [0.0]
        self._waits: list[float] = [0.0]

    async def lag(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            began = time.perf_counter()
            await asyncio.sleep(TICK)
            self._lags.append(1000 * (time.perf_counter() - began - TICK))

    async def asks(self, stop: asyncio.Event) -> None:
        number = 0
        while not stop.is_set():
            await asyncio.sleep(PAUSE)
            number, began = number + 1, time.perf_counter()
            own = f"slack:C1:{number}"
            ask = Ask(own, Stranger(), "who makes lateral flow tests?", medium=Medium.SLACK, conversation=own)
            await self._store.write(answer, ask, index=self._live.index, now=_now())
            self._waits.append(1000 * (time.perf_counter() - began))

    def told(self) -> dict[str, float]:
        lags, waits, self._lags, self._waits = self._lags, self._waits, [0.0], [0.0]
        return {
            "lag_p99": quantile(lags, 0.99),
            "lag": max(lags),
            "ask_p99": quantile(waits, 0.99),
            "ask": max(waits),
        }


def _counted(session: Session) -> dict[str, int]:
    waiting = select(func.count()).select_from(InboxItem).where(InboxItem.state == InboxState.RECEIVED)
    queued = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == OutboxState.QUEUED)
    return {"waiting": session.exec(waiting).one(), "queued": session.exec(queued).one()}


def _now() -> datetime:
    return datetime.now(UTC)


def _say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

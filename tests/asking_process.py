"""A process of its own that answers what it is asked, for tests of several: `python -m tests.asking_process DATABASE_URL`.

A line in, {"id", "text"}; a line out, the whole answer as JSON. Nothing is kept, and the day is always the same.
"""

import asyncio
import json
import sys
from typing import Any

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.json_answers import as_json
from store.kinds import Medium
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import NOW


async def told(store: Store, live: LiveIndex, asked: dict[str, str]) -> str:
    """The answer with hits, order, scores, reasons and readings, as one line."""
    await store.read(live.catch_up)
    return json.dumps(await store.write(_answered_and_undone, asked, live), sort_keys=True)


def _answered_and_undone(session: Session, asked: dict[str, str], live: LiveIndex) -> dict[str, Any]:
    ask = Ask(asked["id"], Stranger(), asked["text"], Medium.TERMINAL, conversation=asked["id"], page=10)
    undone = session.begin_nested()
    try:
        return as_json(answer(session, ask, index=live.index, now=NOW))
    finally:
        undone.rollback()


async def _answer_lines(url: str) -> None:
    store, live = Store.open(url), LiveIndex()
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(f"{await told(store, live, json.loads(line))}\n")
            sys.stdout.flush()
    finally:
        store.close()


if __name__ == "__main__":
    asyncio.run(_answer_lines(sys.argv[1]))

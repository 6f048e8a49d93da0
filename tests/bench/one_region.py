"""The live index measured in a process of its own: built from a database, asked, and kept up with a change."""

import asyncio
import json
import sys
import time
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from store.directory import next_revision
from store.models import Organisation
from store.search.index import Index
from store.search.live import LiveIndex
from store.search.vectors import installed_vectors
from store.store import Store
from tests.bench.memory import peak, resident
from tests.bench.one_engine import WARM_UP
from tests.bench.peers.whodoes import answered

CHANGES = 5
NEWLY = "Repairs church organs number {number} with quillworked bellows{number}."
ASKED = "who repairs church organs with bellows{number}?"


def main() -> None:
    order = json.loads(sys.stdin.read())
    told = asyncio.run(_measured(order["url"], order["asks"], vectors=order["vectors"]))
    sys.stdout.write(json.dumps(told) + "\n")


async def _measured(url: str, asks: list[str], *, vectors: bool) -> dict[str, Any]:
    before = resident()
    live = LiveIndex(vectors=installed_vectors() if vectors else None)
    store = Store.open(url)
    try:
        began = time.perf_counter()
        await store.read(live.catch_up)
        built, built_peak, filled = time.perf_counter() - began, peak(), resident()
        for text in WARM_UP:
            answered(text, live.index)
        spent = [_timed(text, live.index) for text in asks]
        asked = resident()
        found = [await _found_after(store, live, number) for number in range(1, CHANGES + 1)]
    finally:
        store.close()
    return {
        "built": built,
        "megabytes": filled - before,
        "megabytes_asked": asked - before,
        "in_all": asked,
        "peak": built_peak,
        "milliseconds": spent,
        "found_after": max(found),
    }


def _timed(text: str, index: Index) -> float:
    began = time.perf_counter()
    answered(text, index)
    return (time.perf_counter() - began) * 1000


async def _found_after(store: Store, live: LiveIndex, number: int) -> float:
    """Milliseconds from before a change is written until an ask finds it."""
    began = time.perf_counter()
    ref = await store.write(_change, number)
    await store.read(live.catch_up)
    if ref not in [found for found, _ in answered(ASKED.format(number=number), live.index)]:
        raise RuntimeError("a changed organisation is not found")
    return (time.perf_counter() - began) * 1000


def _change(session: Session, number: int) -> str:
    changed = {"summary": NEWLY.format(number=number), "revision": next_revision(session)}
    chosen = update(Organisation).where(col(Organisation.id) == number).values(changed)
    return str(session.execute(chosen.returning(col(Organisation.ref))).scalar_one())


if __name__ == "__main__":
    main()

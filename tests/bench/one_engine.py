"""One engine measured in a process of its own: told on the command line, its figures printed as JSON."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.engines import given_to, made
from tests.bench.memory import peak, resident
from tests.bench.peers.peer import Engine, NotMeasured
from tests.bench.switching import without

# Lazy parts are loaded before the clock starts; nobody's judged words, so that nothing is remembered of them.
WARM_UP = (
    "who mends bicycles near Chester?",
    "anyone at Hollowbrook Tailoring?",
    "thank you all",
    "any bakers",
)


def main() -> None:
    order = json.loads(sys.stdin.read())
    try:
        with without(order["without"]):
            told = _measured(order)
    except NotMeasured as why:
        told = {"not_measured": str(why)}
    sys.stdout.write(json.dumps(told) + "\n")


def _measured(order: dict[str, Any]) -> dict[str, Any]:
    before = resident()
    engine = made(order["engine"])
    try:
        given = given_to(order["engine"], entries=Path(order["entries"]), url=order["url"])
        began = time.perf_counter()
        engine.fill(given)
        built = time.perf_counter() - began
        del given  # what the engine itself keeps of it counts as its memory
        megabytes = resident() - before + engine.megabytes_outside()
        for text in WARM_UP:
            engine.search(text)
        answers = [_asked(engine, text) for text in order["asks"]]
        return {"built": built, "megabytes": megabytes, "peak": peak(), "answers": answers}
    finally:
        engine.close()


def _asked(engine: Engine, text: str) -> dict[str, Any]:
    """Each ask once: what an engine remembers of an ask must not make it look quick."""
    began = time.perf_counter()
    hits = engine.search(text)
    return {"milliseconds": (time.perf_counter() - began) * 1000, "hits": hits}


if __name__ == "__main__":
    main()

"""Has an engine measured on organisations and asks, in a process of its own, and reads back its figures."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.judged import Answered, JudgedAsk, quantile
from tests.bench.peers.peer import NotMeasured, Scored

PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Region:
    """The same organisations as entries in a file (see `directory.keep`) and as a database."""

    entries: Path
    url: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine did with the asks. Seconds to build, MB it holds more than before, each ask's hits and time."""

    built: float
    megabytes: float
    peak: float
    asks: tuple[JudgedAsk, ...]
    hits: tuple[Scored, ...]
    milliseconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        return quantile(self.milliseconds, 0.5)

    @property
    def p99(self) -> float:
        return quantile(self.milliseconds, 0.99)

    @property
    def first_right(self) -> float:
        """The share of the asks somebody answers whose first hit is one who does."""
        firsts = [
            bool(hits) and hits[0][0] in ask.relevant
            for ask, hits in zip(self.asks, self.hits, strict=True)
            if not ask.nobody
        ]
        return sum(firsts) / max(1, len(firsts))

    def answered(self, *, least: float | None = None) -> list[Answered]:
        """The answers; with `least`, those whose best hit has a lower score are taken for none."""
        return [
            Answered(
                ask, () if least is not None and (not hits or hits[0][1] < least) else refs_of(hits), spent
            )
            for ask, hits, spent in zip(self.asks, self.hits, self.milliseconds, strict=True)
        ]


def tried(engine: str, region: Region, asks: Sequence[JudgedAsk], *, without: Sequence[str] = ()) -> Result:
    """Measure it, perhaps without parts of whodoes. Raises NotMeasured."""
    order = {
        "engine": engine,
        "entries": str(region.entries),
        "url": region.url,
        "asks": [ask.text for ask in asks],
        "without": list(without),
    }
    told = in_process("tests.bench.one_engine", order)
    return Result(
        told["built"],
        told["megabytes"],
        told["peak"],
        tuple(asks),
        tuple([(str(ref), float(score)) for ref, score in each["hits"]] for each in told["answers"]),
        tuple(each["milliseconds"] for each in told["answers"]),
    )


def in_process(module: str, order: Mapping[str, object], *, python: str = sys.executable) -> dict[str, Any]:
    """Give a module its order as JSON, get its JSON back. Raises NotMeasured where it cannot do it."""
    try:
        done = subprocess.run(
            [python, "-m", module],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"it took more than {PATIENCE_SECONDS} s") from None
    if done.returncode:
        last = done.stderr.strip().splitlines() or ["no word of why"]
        raise NotMeasured(f"it failed: {last[-1]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if why := told.get("not_measured"):
        raise NotMeasured(why)
    return told


def refs_of(hits: Scored) -> tuple[str, ...]:
    return tuple(ref for ref, _ in hits)

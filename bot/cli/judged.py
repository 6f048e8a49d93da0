"""Judged asks, and how good answers to them are: the measures of information retrieval, by class of ask."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVERY_CLASS = "all"
APART = "noplace"  # asks for what exists, only not there: counted as a class of their own, not in the whole
DEPTH = 10
HIGHEST_GRADE = 10


class JudgedRefused(Exception):
    """Why a file of asks or judgments cannot be used, in words for who chose it."""


@dataclass(frozen=True, slots=True)
class JudgedAsk:
    """`relevant` are grades by the organisation's ref; none of them where nobody may be answered (`nobody`)."""

    id: str
    text: str
    kind: str
    nobody: bool
    apart: bool
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """An ask's hits as refs, best first, and the milliseconds they took."""

    ask: JudgedAsk
    refs: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the asks of a class; None where the class has no such asks."""

    asks: int
    ndcg5: float | None
    ndcg10: float | None
    mrr: float | None
    recall10: float | None
    wrongly_refused: float | None
    none_right: float | None


def read_judged(queries: Path, qrels: Path) -> tuple[JudgedAsk, ...]:
    """Asks with their judgments. Raises JudgedRefused, naming file and line."""
    relevant = _read_qrels(qrels)
    asks = []
    for where, row in _rows(queries):
        ask_id, nobody = _text(row, "id", where), bool(row.get("none"))
        if not nobody and not relevant.get(ask_id):
            raise JudgedRefused(f"{where}: ask {ask_id} has no judgment in {qrels.name} and no “none”: true.")
        kind, apart = str(row.get("class") or "-"), row.get("sub") == APART
        asks.append(
            JudgedAsk(
                ask_id,
                _text(row, "text", where),
                kind=f"{kind}-{APART}" if apart else kind,
                nobody=nobody,
                apart=apart,
                relevant={} if nobody else relevant[ask_id],
            )
        )
    if not asks:
        raise JudgedRefused(f"{queries.name} has no asks in it.")
    return tuple(asks)


def measure(answered: Sequence[Answered]) -> dict[str, Measures]:
    """By class, and over all of them under `EVERY_CLASS`, which comes last."""
    groups: defaultdict[str, list[Answered]] = defaultdict(list)
    for each in answered:
        groups[each.ask.kind].append(each)
    measured = {kind: _measured(groups[kind]) for kind in sorted(groups)}
    return {**measured, EVERY_CLASS: _measured([each for each in answered if not each.ask.apart])}


def quantile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _measured(answered: Sequence[Answered]) -> Measures:
    nobody = [each for each in answered if each.ask.nobody]
    somebody = [(each.ask.relevant, each.refs) for each in answered if not each.ask.nobody]
    return Measures(
        asks=len(answered),
        ndcg5=_mean(_ndcg(relevant, refs, 5) for relevant, refs in somebody),
        ndcg10=_mean(_ndcg(relevant, refs, DEPTH) for relevant, refs in somebody),
        mrr=_mean(_reciprocal_rank(relevant, refs) for relevant, refs in somebody),
        recall10=_mean(_recall(relevant, refs) for relevant, refs in somebody),
        wrongly_refused=_mean(float(not refs) for _, refs in somebody),
        none_right=_mean(float(not each.refs) for each in nobody),
    )


def _mean(values: Iterable[float]) -> float | None:
    given = list(values)
    return sum(given) / len(given) if given else None


def _ndcg(relevant: Mapping[str, int], refs: Sequence[str], depth: int) -> float:
    ideal = _gain(sorted(relevant.values(), reverse=True)[:depth])
    return _gain([relevant.get(ref, 0) for ref in refs[:depth]]) / ideal


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades)))


def _reciprocal_rank(relevant: Mapping[str, int], refs: Sequence[str]) -> float:
    return next((1 / place for place, ref in enumerate(refs[:DEPTH], start=1) if ref in relevant), 0.0)


def _recall(relevant: Mapping[str, int], refs: Sequence[str]) -> float:
    return sum(ref in relevant for ref in refs[:DEPTH]) / min(DEPTH, len(relevant))


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    relevant: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for where, row in _rows(path):
        grade = row.get("grade", 1)
        if isinstance(grade, bool) or not isinstance(grade, int) or not 0 <= grade <= HIGHEST_GRADE:
            raise JudgedRefused(f"{where}: “grade” is a number: 2 its core business, 1 mentions it, 0 wrong.")
        if grade:
            relevant[_text(row, "qid", where)][_text(row, "org", where)] = grade
    return relevant


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's object, and where it stands."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise JudgedRefused(f"{path.name} cannot be read: {why}.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise JudgedRefused(f"{path.name}, line {number} is not a JSON object.")
        yield f"{path.name}, line {number}", row


def _text(row: Mapping[str, Any], field: str, where: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise JudgedRefused(f"{where}: “{field}” is missing or is no text.")
    return value

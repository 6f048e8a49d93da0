"""whodoes beside the engines a team could install instead: the same organisations, the same asks, the same run."""

from collections.abc import Iterator, Sequence

from bot.cli.judged import EVERY_CLASS, JudgedAsk, Measures, measure
from tests.bench.engines import KINDS, OURS, YARDSTICK
from tests.bench.grids import figure, lined_up
from tests.bench.judged_folder import Judged
from tests.bench.peers.peer import NotMeasured
from tests.bench.trials import Region, Result, tried

NO_SCORE = float("-inf")


def report(judged: Judged, region: Region) -> Iterator[str]:
    yield f"Answers to {len(judged.asks)} judged asks of {judged.title}: nDCG@10 by class, first hits right, …"
    results: dict[str, Result] = {}
    missing: list[str] = []
    for name, kind in KINDS.items():
        try:
            results[name] = tried(name, region, _sample(judged.asks, kind.most_asks))
        except NotMeasured as why:
            missing.append(f"{kind.title}: not measured: {why}.")
    yield from _table(results)
    yield from missing
    yield from _notes(results)


def _sample(asks: Sequence[JudgedAsk], most: int | None) -> Sequence[JudgedAsk]:
    """Every so manieth of the asks in the order of their classes, so that each class has its share."""
    if most is None or most >= len(asks):
        return asks
    ordered = sorted(asks, key=lambda ask: ask.kind)
    return [ordered[at * len(ordered) // most] for at in range(most)]


def _table(results: dict[str, Result]) -> Iterator[str]:
    measured = {name: measure(result.answered()) for name, result in results.items()}
    classes = sorted(
        {kind for each in measured.values() for kind, figures in each.items() if figures.ndcg10 is not None}
        - {EVERY_CLASS}
    )
    after = ("all", "MRR", "first", "none right", "refused", "p50 ms", "p99 ms", "build s", "MB")
    rows = [_row(name, results[name], measured[name], classes) for name in results]
    yield from lined_up(("", *classes, *after), rows)


def _row(name: str, result: Result, measured: dict[str, Measures], classes: Sequence[str]) -> list[str]:
    gated = measured if name in OURS else measure(result.answered(least=_threshold(result)))
    whole, kind = measured[EVERY_CLASS], KINDS[name]
    return [
        kind.title if kind.most_asks is None else f"{kind.title}, {len(result.asks)} asks",
        *(figure(measured[each].ndcg10 if each in measured else None) for each in classes),
        figure(whole.ndcg10),
        figure(whole.mrr),
        figure(result.first_right),
        figure(gated[EVERY_CLASS].none_right),
        figure(gated[EVERY_CLASS].wrongly_refused),
        figure(result.p50, 2),
        figure(result.p99, 1),
        figure(result.built, 1),
        figure(result.megabytes, 0),
    ]


def _threshold(result: Result) -> float:
    """The score under which to refuse that does a peer most good on these very asks.

    It weighs nobody-asks answered with nothing and the others still answered well alike.
    """
    best = [hits[0][1] if hits else NO_SCORE for hits in result.hits]
    pairs = list(zip(result.asks, result.hits, best, strict=True))
    nobody = [score for ask, _, score in pairs if ask.nobody and not ask.apart]
    well = [
        score for ask, hits, score in pairs if not ask.nobody and any(ref in ask.relevant for ref, _ in hits)
    ]
    if not (nobody and well):
        return NO_SCORE

    def worth(least: float) -> float:
        refused = sum(score < least for score in nobody) / len(nobody)
        return refused + sum(score >= least for score in well) / len(well)

    return max(sorted({*nobody, *well}), key=worth)


def _notes(results: dict[str, Result]) -> Iterator[str]:
    yield "Peers are given the ask without its stop and filler words. Their “none right” and “refused” are those of the"
    yield "score threshold best for them on these very asks; their nDCG and MRR are without it. MB: what an engine's process"
    yield "(and its server's) holds more once filled; for whodoes with the gazetteer and the organisations' own words."
    if "whodoes" in results:
        ours = _quality(results["whodoes"])
        whole = [name for name in results if name not in OURS and KINDS[name].most_asks is None]
        best = max(whole, key=lambda name: _quality(results[name]), default=None)
        for name in dict.fromkeys(each for each in (YARDSTICK, best) if each in results):
            theirs = _quality(results[name])
            yield f"whodoes {figure(ours)}, {KINDS[name].title} {figure(theirs)}: {ours - theirs:+.3f} of nDCG@10."


def _quality(result: Result) -> float:
    return measure(result.answered())[EVERY_CLASS].ndcg10 or 0.0

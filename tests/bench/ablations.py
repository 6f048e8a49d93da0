"""What each part of understanding and searching adds: the same asks again, each time without one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.judged import EVERY_CLASS, Measures, measure
from tests.bench.grids import figure, lined_up
from tests.bench.home import of_home
from tests.bench.judged_folder import Judged
from tests.bench.parts import PARTS
from tests.bench.peers.peer import NotMeasured
from tests.bench.trials import Region, tried

UNCHANGED = 0.0005


@dataclass(frozen=True, slots=True)
class Effect:
    """Without a part: the measures by class, and at home alone."""

    everywhere: dict[str, Measures]
    first: float
    home: Measures | None
    home_first: float | None


def report(judged: Judged, region: Region) -> Iterator[str]:
    yield f"What each part adds, on {len(judged.asks)} judged asks of {judged.title}: nDCG@10 by class, and without the part:"
    with TemporaryDirectory(prefix="whodoes-bench-") as folder:
        at_home = of_home(judged, region, Path(folder))
        base = _effect((), judged, region, at_home)
        effects: dict[str, Effect] = {}
        missing: list[str] = []
        for name, part in PARTS.items():
            try:
                effects[name] = _effect((name,), judged, region, at_home)
            except NotMeasured as why:
                missing.append(f"Without {part.title}: not measured: {why}.")
    yield from _table(base, effects)
    yield from missing
    yield "The difference each makes; a dot is less than .0005. Home: the United Kingdom's organisations and asks alone."


def _effect(
    without: Sequence[str], judged: Judged, region: Region, home: tuple[Judged, Region] | None
) -> Effect:
    everywhere = tried("whodoes", region, judged.asks, without=without)
    there = None if home is None else tried("whodoes", home[1], home[0].asks, without=without)
    return Effect(
        measure(everywhere.answered()),
        everywhere.first_right,
        None if there is None else measure(there.answered())[EVERY_CLASS],
        None if there is None else there.first_right,
    )


def _table(base: Effect, effects: dict[str, Effect]) -> Iterator[str]:
    classes = [
        kind for kind, each in base.everywhere.items() if each.ndcg10 is not None and kind != EVERY_CLASS
    ]
    order = sorted(effects, key=lambda name: _whole(effects[name]).ndcg10 or 0.0)
    whole = _figures(base, classes)
    rows = [["nothing", *(figure(each) for each in whole)]]
    for name in order:
        differences = zip(_figures(effects[name], classes), whole, strict=True)
        rows.append(
            [f"without {PARTS[name].title}", *(_difference(now, before) for now, before in differences)]
        )
    headings = ("without …", *classes, "all", "MRR", "first", "none right", "refused", "home", "home first")
    yield from lined_up(headings, rows)


def _figures(effect: Effect, classes: Sequence[str]) -> list[float | None]:
    whole = _whole(effect)
    return [
        *(effect.everywhere[kind].ndcg10 for kind in classes),
        whole.ndcg10,
        whole.mrr,
        effect.first,
        whole.none_right,
        whole.wrongly_refused,
        None if effect.home is None else effect.home.ndcg10,
        effect.home_first,
    ]


def _whole(effect: Effect) -> Measures:
    return effect.everywhere[EVERY_CLASS]


def _difference(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return "-"
    if abs(now - before) < UNCHANGED:
        return "·"
    return f"{now - before:+.3f}".replace("0.", ".", 1)

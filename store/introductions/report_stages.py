"""How far introductions came: step by step in the period, of those asked for in it, and how many days each step takes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from store.introductions.report_figures import Figure, Mismatch, Period, Section, Unit, adds_up, number, share
from store.introductions.report_ledger import LED_ON, MET, Line
from store.kinds import IntroductionState as State
from store.kinds import Origin

IN_PERIOD = "In the period"
BECAME = "What became of those asked for in the period"
DAYS = "Days from step to step"


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    states: frozenset[State]
    definition: str


LADDER = (
    Stage("asked for", frozenset({State.REQUESTED}), "a member asked for it, or staff thought of it"),
    Stage("put to them", frozenset({State.ASKED}), "whoever had to agree was asked"),
    Stage("agreed", frozenset({State.ACCEPTED}), "both sides said yes"),
    Stage("introduced", frozenset({State.INTRODUCED}), "both got the message that puts them in touch"),
    Stage("met", MET, "they said that they met, or more than that"),
    Stage("led on", LED_ON, "they said that they are in talks, have an agreement or a project"),
)
FURTHER = tuple(
    Stage(state.value, frozenset({state}), f"they said: {state.value}")
    for state in (State.IN_TALKS, State.AGREEMENT, State.PROJECT, State.NOTHING)
)
ENDS = (
    Stage("not now", frozenset({State.NOT_NOW}), "a side said not now"),
    Stage("silent", frozenset({State.SILENT}), "a side did not answer; a later yes still counts above"),
    Stage("declined by the team", frozenset({State.DECLINED}), "staff let it be"),
    Stage("taken back", frozenset({State.WITHDRAWN}), "its asker took it back"),
)
STEPS: Sequence[tuple[str, State, frozenset[State]]] = (
    ("asked for → put to them", State.REQUESTED, frozenset({State.ASKED})),
    ("put to them → agreed", State.ASKED, frozenset({State.ACCEPTED})),
    ("agreed → introduced", State.ACCEPTED, frozenset({State.INTRODUCED})),
    ("introduced → met", State.INTRODUCED, frozenset({State.MET})),
    ("met → what came of it", State.MET, LED_ON | {State.NOTHING}),
    ("asked for → introduced", State.REQUESTED, frozenset({State.INTRODUCED})),
)


def in_period(lines: Sequence[Line], period: Period) -> tuple[Section, list[Mismatch | None]]:
    """Each introduction once a stage, counted when it first came to it, whenever it was asked for."""

    def reached(stage: Stage) -> Figure:
        ids = (line.id for line in lines if period.holds(line.reached(stage.states)))
        return number(stage.name, ids, stage.definition)

    ladder = [reached(stage) for stage in LADDER]
    asked_for = [line for line in lines if period.holds(line.reached(LADDER[0].states))]
    by_origin = [
        number(f"asked for: {words}", (line.id for line in asked_for if line.origin is origin), definition)
        for origin, words, definition in (
            (Origin.MEMBER, "by members", "a member asked for it"),
            (Origin.STAFF, "by staff", "staff thought of it, and asked both"),
        )
    ]
    figures = (ladder[0], *by_origin, *ladder[1:], *(reached(stage) for stage in (*FURTHER, *ENDS)))
    counts = (
        "Introductions brokered here, each counted once at every stage it came to first in the period, "
        "whenever it was asked for. Those written down offline stand apart, below."
    )
    return Section(IN_PERIOD, counts, figures), [adds_up(ladder[0], by_origin)]


def became(lines: Sequence[Line], period: Period) -> tuple[Section, list[Mismatch | None]]:
    """The cohort: of those asked for in the period, how many came how far since."""
    cohort = [line for line in lines if period.holds(line.first.get(State.REQUESTED))]
    ladder = [
        number(stage.name, (line.id for line in cohort if line.reached(stage.states)), stage.definition)
        for stage in LADDER
    ]
    rates = [
        share(f"{now.name}, of those {before.name}", now, before, f"{now.name} ÷ {before.name}, in per cent")
        for before, now in pairwise(ladder)
    ]
    overall = share(
        "introduced, of all asked for", ladder[3], ladder[0], "introduced ÷ asked for, in per cent"
    )
    standing = [
        number(
            f"now: {state.value}",
            (line.id for line in cohort if line.state is state),
            "where it stands today",
        )
        for state in State
    ]
    shown = tuple(each for each in standing if each.records)
    section = Section(
        BECAME,
        "Introductions asked for in the period, followed until today: a report of the same period made later may "
        "show more. “now” tells where each stands; together they are all that were asked for.",
        (*ladder, *rates, overall, *shown),
    )
    return section, [adds_up(ladder[0], standing), *_without_the_step_before(ladder)]


def days(lines: Iterable[Line], period: Period) -> Section:
    """Medians over the introductions whose later step of the two fell in the period."""
    lines = tuple(lines)
    return Section(
        DAYS,
        "The median over introductions whose later step of the two was taken in the period; of both steps the first "
        "time counts. Days of 24 hours.",
        tuple(_days(name, lines, period, since, until) for name, since, until in STEPS),
    )


def _days(name: str, lines: Sequence[Line], period: Period, since: State, until: Collection[State]) -> Figure:
    took = {
        line.id: (end - line.first[since]).total_seconds() / 86400
        for line in lines
        if since in line.first
        and (end := line.reached(until)) is not None
        and end >= line.first[since]
        and period.holds(end)
    }
    value = round(median(took.values()), 1) if took else None
    definition = f"median days, of {len(took):,}"
    return Figure(name, value, definition, tuple(sorted(took)), unit=Unit.DAYS)


def _without_the_step_before(ladder: Sequence[Figure]) -> list[Mismatch | None]:
    """Whoever was introduced must have said yes, and so on; the log is wrong where that is missing."""
    return [
        Mismatch(f"“{now.name}” without “{before.name}” before it", stray)
        for before, now in pairwise(ladder)
        if (stray := tuple(sorted(set(now.records) - set(before.records))))
    ]

"""What came of it in pounds and jobs, whether it would have come anyway, and what happened without us."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from store.introductions.report_figures import Figure, Mismatch, Of, Period, Section, Unit, adds_up, number
from store.introductions.report_ledger import LED_ON, Ledger, Line, Said
from store.kinds import Anyway
from store.kinds import IntroductionState as State

T = TypeVar("T")

VALUE = "What it is worth, as the parties say"
OFFLINE = "Written down offline"
ANYWAY = {
    Anyway.NO: "it would not have happened without the introduction",
    Anyway.LATER: "it would have come later, or smaller",
    Anyway.YES: "it would have happened anyway",
}


def value(lines: Sequence[Line], period: Period) -> tuple[Section, list[Mismatch | None]]:
    """What was said in the period of introductions brokered here; nobody has verified it."""
    told = {
        line.id: said for line in lines if (said := [each for each in line.said if period.holds(each.at)])
    }
    lasting = [
        line for line in lines if line.id in told and line.state_before(period.end) is not State.NOTHING
    ]
    asked = number("somebody said what came of it", told, "at least once in the period")
    answers = {number: _latest([each.anyway for each in said]) for number, said in told.items()}
    anyway = [
        number(f"anyway: {answer.value}", (i for i, each in answers.items() if each is answer), words)
        for answer, words in ANYWAY.items()
    ]
    silent = number(
        "anyway: not said", (i for i, each in answers.items() if each is None), "nobody said whether it would"
    )
    stories = [number for number, said in told.items() if _may_be_told(said)]
    section = Section(
        VALUE,
        "Said by either side or noted by staff in the period, of introductions brokered here; of each introduction the "
        "latest word counts, and no pounds or jobs where nothing came of it in the end. Nobody has verified it.",
        (
            asked,
            *_worth(lasting, period),
            *anyway,
            silent,
            number(
                "stories that may be told", stories, "somebody agreed, and nobody's latest word is against it"
            ),
        ),
    )
    return section, [adds_up(asked, (*anyway, silent))]


def offline(ledger: Ledger, period: Period) -> tuple[Section, list[Mismatch | None]]:
    """Introductions that happened without us and were written down, by the day they happened."""
    away = [line for line in ledger.lines if line.offline]
    logged = [line for line in away if period.holds(line.made())]
    ours = _organisations(line for line in ledger.lines if not line.offline and period.holds(line.made()))
    whole = number("written down", (line.id for line in logged), "the day it happened is in the period")
    standing = [
        number(
            f"now: {state.value}",
            (line.id for line in logged if line.state is state),
            "where it stands today",
        )
        for state in State
    ]
    led_on = (line.id for line in away if period.holds(line.reached(LED_ON)))
    nameless = [line.id for line in logged if any(_only_named(line))]
    section = Section(
        OFFLINE,
        "Introductions the team did not broker but knows of, counted on the day they happened. They count in none of the "
        "figures above but the members reached, and who was helped before.",
        (
            whole,
            *(each for each in standing if each.records),
            number("led on", led_on, "came to talks, an agreement or a project in the period"),
            number("organisations only here", _organisations(logged) - ours, "not in one brokered in the period", Of.ORGANISATION),
            number("a side is not in the directory", nameless, "it is kept by the name that was written down"),
            *_worth([line for line in away if line.state_before(period.end) is not State.NOTHING], period),
        ),
    )  # fmt: skip
    return section, [adds_up(whole, standing)]


def _worth(lines: Iterable[Line], period: Period) -> tuple[Figure, Figure]:
    said = {line.id: [each for each in line.said if period.holds(each.at)] for line in lines}
    pounds = {
        i: found for i, each in said.items() if (found := _latest([one.pounds for one in each])) is not None
    }
    jobs = {
        i: found for i, each in said.items() if (found := _latest([one.jobs for one in each])) is not None
    }
    return (
        Figure("pounds", sum(pounds.values()), "the latest figure of each that gave one, summed", tuple(sorted(pounds)), unit=Unit.POUNDS),
        Figure("jobs", sum(jobs.values()), "the latest figure of each that gave one, summed", tuple(sorted(jobs))),
    )  # fmt: skip


def _latest(said: Sequence[T | None]) -> T | None:
    """The last thing that was said at all."""
    return next((each for each in reversed(said) if each is not None), None)


def _may_be_told(said: Sequence[Said]) -> bool:
    latest = {each.actor: each.may_tell for each in said if each.may_tell is not None}
    return bool(latest) and all(latest.values())


def _only_named(line: Line) -> list[str]:
    return [each.label for each in line.sides if each.organisation_id is None and each.person_id is None]


def _organisations(lines: Iterable[Line]) -> frozenset[int]:
    return frozenset(chain.from_iterable(line.organisations() for line in lines))

"""Whatever the log holds, the report adds up; whatever its words are, no spreadsheet runs them."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.introductions.report_csv import report_csv
from store.introductions.report_figures import (
    Figure,
    Mismatch,
    Of,
    Period,
    Report,
    Section,
    Unit,
    adds_up,
    number,
)
from store.introductions.report_ledger import Firm, Half, Ledger, Line, Said
from store.introductions.report_organisations import helped, links
from store.introductions.report_outcomes import offline, value
from store.introductions.report_stages import became, in_period
from store.introductions.steps import FIRST, NEXT
from store.kinds import Anyway, OrganisationKind, Origin, Side, SizeBand
from store.kinds import IntroductionState as State
from tests.store.introductions.ledgers import at

PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))
FIRMS = 6


@st.composite
def lines(draw: Any, *, firms: int = FIRMS) -> Line:
    """An introduction that took legal steps, at times in and around the period."""
    origin = draw(st.sampled_from(Origin))
    state = (
        draw(st.sampled_from(sorted(FIRST - {State.REQUESTED})))
        if origin is Origin.OFFLINE
        else State.REQUESTED
    )
    moment: datetime = at("2025-09-01") + timedelta(hours=draw(st.integers(0, 5_000)))
    line = Line(0, origin, state, {state: moment}, [(moment, state)])
    for _ in range(draw(st.integers(0, 7))):
        if not NEXT[state]:
            break
        state = draw(st.sampled_from(sorted(NEXT[state])))
        moment += timedelta(hours=draw(st.integers(0, 1_500)))
        line.moves.append((moment, state))
        line.first.setdefault(state, moment)
        if draw(st.booleans()):
            line.said.append(draw(st.builds(
                Said, st.just(moment), st.sampled_from(["person:1", "cli"]), st.none() | st.integers(0, 10**6),
                st.none() | st.integers(0, 99), st.none() | st.sampled_from(Anyway), st.none() | st.booleans(),
            )))  # fmt: skip
    line.state = state
    organisation = st.none() | st.integers(1, firms)
    line.sides = [Half(side, draw(organisation), None, "", None) for side in Side]
    return line


@st.composite
def ledgers(draw: Any) -> Ledger:
    found = draw(st.lists(lines(), max_size=12))
    for at_, line in enumerate(found, 1):
        line.id = at_
    words = st.sampled_from(["", "Biotech", "biotech", "Cheshire"])
    firms = {
        each: Firm(
            each, f"Firm {each}", draw(st.none() | st.sampled_from(OrganisationKind)), draw(words),
            draw(st.none() | st.sampled_from(SizeBand)), draw(words), draw(words), None, None, True,
        )
        for each in range(1, FIRMS + 1)
    }  # fmt: skip
    return Ledger(tuple(found), firms)


@given(ledgers())
def test_every_log_of_legal_steps_adds_up(ledger: Ledger) -> None:
    brokered = [line for line in ledger.lines if not line.offline]
    made = (
        in_period(brokered, PERIOD), became(brokered, PERIOD), helped(ledger, PERIOD), links(ledger, PERIOD),
        value(brokered, PERIOD), offline(ledger, PERIOD),
    )  # fmt: skip
    for section, odd in made:
        assert not any(odd), odd
        for figure in section.figures:
            assert list(figure.records) == sorted(set(figure.records))
            if figure.unit is Unit.PERCENT and figure.value is not None:
                assert 0 <= figure.value <= 100


@given(st.lists(st.sets(st.integers(1, 9)), min_size=1, max_size=4), st.sets(st.integers(1, 9)))
def test_parts_add_up_only_where_each_record_is_in_just_one(parts: list[set[int]], whole: set[int]) -> None:
    figures = [number(str(at_), ids, "") for at_, ids in enumerate(parts)]
    disjoint = sum(map(len, parts)) == len(set().union(*parts))
    odd = adds_up(number("whole", whole, ""), figures)
    assert (odd is None) == (disjoint and set().union(*parts) == whole)
    if odd is not None:
        assert odd.records


def test_a_mismatch_of_organisations_names_no_introductions() -> None:
    odd = adds_up(number("whole", [1], "", Of.ORGANISATION), [number("part", [1, 2], "", Of.ORGANISATION)])
    assert odd == Mismatch("“whole” is 1, but its parts (part) come to 2")


texts = st.text(max_size=30) | st.builds(
    "{}{}".format, st.sampled_from(["=", "+", "-", "@", "\t", "\r", "'="]), st.text(max_size=9)
)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4), texts, st.booleans())
def test_no_cell_begins_with_what_a_spreadsheet_runs(
    names: list[tuple[str, str]], odd: str, records: bool
) -> None:
    figures = tuple(Figure(name, None, definition, (1, 2), reference="") for name, definition in names)
    made = Report(PERIOD, at("2026-07-01"), (Section(odd, odd, figures),), (Mismatch(odd, (3,)),))
    rows = list(csv.reader(io.StringIO(report_csv(made, records=records), newline="")))
    assert len(rows) == 1 + 1 + 1 + len(names) + 1
    assert {len(row) for row in rows} == {7 if records else 5}
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


def test_a_person_leaves_the_house_by_number() -> None:
    figures = (Figure("Ada Finch", 3, "asked", (4, 5), reference="person 7"),)
    made = Report(PERIOD, at("2026-07-01"), (Section("Who is asked most", "", figures),), ())
    told = report_csv(made, records=True)
    assert "Ada" not in told
    assert "Who is asked most,person 7,3,number,asked,introduction,4 5" in told

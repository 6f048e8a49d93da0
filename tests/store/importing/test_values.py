"""Values as people write them."""

from datetime import date, time
from enum import StrEnum

import pytest

from store.importing.dates import date_of, time_of, year_of
from store.importing.naming import name_key
from store.importing.refusal import Unreadable
from store.importing.table import Value
from store.importing.values import addresses_of, employees_of, kind_of, size_of, website_of, yes_or_no


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12/03/2024", date(2024, 3, 12)),
        ("12.3.24", date(2024, 3, 12)),
        ("12-03-98", date(1998, 3, 12)),
        ("03/25/2024", date(2024, 3, 25)),
        ("2024-03-12", date(2024, 3, 12)),
        ("2024-03-12 00:00:00", date(2024, 3, 12)),
        ("2024/3/12", date(2024, 3, 12)),
        ("12th March 2024", date(2024, 3, 12)),
        ("Tuesday, 12 Mar. 2024", date(2024, 3, 12)),
        ("12-Mar-24", date(2024, 3, 12)),
        ("March 12, 2024", date(2024, 3, 12)),
        ("March 2024", date(2024, 3, 1)),
        ("Sept-24", date(2024, 9, 1)),
        ("3/2024", date(2024, 3, 1)),
        ("2024", date(2024, 1, 1)),
        (2024, date(2024, 1, 1)),
        (45363, date(2024, 3, 12)),
        ("45363", date(2024, 3, 12)),
        (45363.5, date(2024, 3, 12)),
    ],
)
def test_dates_are_read_day_first(cell: Value, day: date) -> None:
    assert date_of(cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        "soon",
        "31/02/2024",
        "40/40/2024",
        "Smarch 2024",
        "0000-01-01",
        3,
        1e300,
        float("nan"),
        float("inf"),
        "9" * 5000,
        "²",
        "12/03/0024",
    ],
)
def test_what_is_no_date_is_said_to_be_none(cell: Value) -> None:
    with pytest.raises(Unreadable):
        date_of(cell)


@pytest.mark.parametrize(
    ("cell", "year"), [("est. 1998", 1998), (1998.0, 1998), ("12/03/1998", 1998), ("c1850", 1850)]
)
def test_years_stand_alone_or_in_dates(cell: Value, year: int) -> None:
    assert year_of(cell) == year


def test_a_year_out_of_this_world_is_none() -> None:
    with pytest.raises(Unreadable):
        year_of("9999")


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("18:00", time(18)),
        ("6pm", time(18)),
        ("6.30 p.m.", time(18, 30)),
        ("12am", time(0)),
        (0.75, time(18)),
        (time(9), time(9)),
    ],
)
def test_times_of_day(cell: Value, clock: time) -> None:
    assert time_of(cell) == clock


@pytest.mark.parametrize("cell", ["25:00", "noonish", 7])
def test_what_is_no_time(cell: Value) -> None:
    with pytest.raises(Unreadable) if cell != 7 else pytest.MonkeyPatch.context():
        time_of(cell)


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        ("Micro", "micro"), ("1-10", "micro"), ("<10", "micro"), (9, "micro"), ("S", "small"), ("10–49", "small"),
        ("11 to 50", "small"), ("Small (10-49)", "small"), ("Oct-49", "small"), ("Nov-50", "small"),
        (date(1949, 10, 1), "small"), (date(2026, 9, 1), "micro"), ("medium-sized", "medium"), ("51-200", "medium"),
        ("50 - 249 employees", "medium"), ("250+", "large"), (">249", "large"), ("1,000 or more", "large"),
        ("over 250", "large"), ("Large enterprise", "large"), ("201-500", "large"),
    ],
)  # fmt: skip
def test_sizes_come_as_names_ranges_and_numbers(cell: Value, band: str) -> None:
    assert size_of(cell) == band


@pytest.mark.parametrize("cell", ["SME", "who knows", "9" * 5000, float("nan"), -5])
def test_what_is_no_size(cell: Value) -> None:
    with pytest.raises(Unreadable):
        size_of(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("c. 120", 120), ("1,200 staff", 1200), ("~50", 50), ("1.5k", 1500), (12.0, 12), ("0", 0)],
)
def test_numbers_of_people(cell: Value, number: int) -> None:
    assert employees_of(cell) == number


@pytest.mark.parametrize("cell", ["10-49", "many", "9" * 400, -1])
def test_what_is_no_number_of_people(cell: Value) -> None:
    with pytest.raises(Unreadable):
        employees_of(cell)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SME", "company"), ("Start-up", "company"), ("Uni", "university"), ("Academia", "university"), ("NHS Trust", "nhs"),
        ("Hospitals", "nhs"), ("Local Authority", "public body"), ("public body", "public body"), ("VC", "investor"),
        ("Service provider", "supplier"), ("Big pharma", "multinational"), ("Higher-Education", "university"),
    ],
)  # fmt: skip
def test_kinds_have_many_names(text: str, kind: StrEnum) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "website"),
    [
        ("larkspur.example", "https://larkspur.example"),
        ("http://l.example/a?b", "http://l.example/a?b"),
        ("HTTPS://L.example", "HTTPS://L.example"),
        ("www.müller.example/ü", "https://www.müller.example/ü"),
    ],
)
def test_websites(text: str, website: str) -> None:
    assert website_of(text) == website


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "javascript:alert(1)",
        "ftp://x.example",
        "http://[",
        "two words.example",
        "http://",
        "x" * 5000,
        "data://x.example",
    ],
)
def test_what_is_no_website(text: str) -> None:
    with pytest.raises(Unreadable):
        website_of(text)


def test_addresses_are_found_however_they_are_strung_together() -> None:
    assert addresses_of("Jo <JO@l.example>; mailto:kim@l.example, jo@l.example") == [
        "jo@l.example",
        "kim@l.example",
    ]
    for text in ("jo at l.example", "jo@", "jo@l.example and @x", "x" * 400 + "@l.example", "@" * 3000):
        if text == "jo@l.example and @x":
            assert addresses_of(text) == ["jo@l.example"]
        else:
            with pytest.raises(Unreadable):
                addresses_of(text)


def test_yes_and_no() -> None:
    assert [yes_or_no(word) for word in ("Yes", "y", 1, "✓", "No", "0", "unlisted")] == [True] * 4 + [
        False
    ] * 3


@pytest.mark.parametrize(
    "name", ["Larkspur", "The Larkspur Co. Ltd", "LARKSPUR LIMITED", "Larkspúr plc", "Larkspur & Co"]
)
def test_one_organisation_is_known_by_all_its_spellings(name: str) -> None:
    assert name_key(name) == "larkspur"


def test_a_name_of_marks_alone_is_still_a_name() -> None:
    assert name_key("!!!") == "!!!"
    assert name_key("Co Ltd") == "co"

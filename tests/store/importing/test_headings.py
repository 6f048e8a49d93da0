"""Headings as people write them find their field."""

import pytest

from store.importing.headings import best_headings
from store.importing.table import Subject


def fields(*headings: str, above: tuple[str, ...] = ()) -> list[str]:
    found = best_headings(headings, above)
    assert found is not None
    return [column.field for column in found.columns]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("What they do", "summary"),
        ("DESCRIPTION", "summary"),
        ("Services", "summary"),
        ("About us", "summary"),
        ("Areas of Expertise", "capabilities"),
        ("Key-words", "tags"),
        ("Town/City", "town"),
        ("Post Code *", "postcode"),
        ("ZIP", "postcode"),
        ("County", "county"),
        ("Country", "country"),
        ("Web-site", "website"),
        ("URL", "website"),
        ("No. of employees", "employees"),
        ("Headcount (2025)", "employees"),
        ("Company size", "size"),
        ("E-mail", "contact_email"),
        ("Contact Name", "contact_name"),
        ("Job title", "contact_role"),
        ("Member since", "member_since"),
        ("Joined", "member_since"),
        ("Membership Tier", "membership"),
        ("Category", "sector"),
        ("Type of organisation", "kind"),
        ("Descripton", "summary"),
        ("Capabilites", "capabilities"),
        ("Webiste", "website"),
        ("Postcde", "postcode"),
        ("Contrat", ""),
        ("Favourite colour", ""),
    ],
)
def test_a_heading_is_known_by_its_aliases_without_case_punctuation_or_slips(
    heading: str, field: str
) -> None:
    assert fields("Name", heading)[1] == field


@pytest.mark.parametrize(
    "heading", ["Organisation", "company name", "Member", "ORGANIZATION", "Firm", "Orgnisation"]
)
def test_the_name_goes_by_many_headings(heading: str) -> None:
    assert fields(heading) == ["name"]


def test_a_bare_name_beside_an_organisation_is_the_persons() -> None:
    assert fields("Organisation", "Name", "Email", "Town") == [
        "name",
        "contact_name",
        "contact_email",
        "town",
    ]
    assert fields("Name", "Organisation", "Town", "Sector", "Website")[:2] == ["contact_name", "name"]


def test_a_column_headed_twice_counts_once() -> None:
    assert fields("Name", "Town", "City") == ["name", "town", ""]


def test_group_headings_above_tell_two_names_apart() -> None:
    above = ("Organisation", "Organisation", "Contact", "Contact")
    assert fields("Name", "Website", "Name", "Email", above=above) == [
        "name",
        "website",
        "contact_name",
        "contact_email",
    ]


@pytest.mark.parametrize(
    ("headings", "subject"),
    [
        ("ref,name,role,expertise,email,main_contact,staff_role", Subject.PEOPLE),
        ("Full name,Organisation,Job title,Email", Subject.PEOPLE),
        ("First name,Surname,Company,E-mail", Subject.PEOPLE),
        ("Name,Slack id", Subject.PEOPLE),
        ("title,kind,starts_at,ends_at,zone,venue,town,summary,url", Subject.EVENTS),
        ("Event,Date,Start time,Venue", Subject.EVENTS),
        ("Organisation,Contact name,Job title,Email", Subject.ORGANISATIONS),
        ("ref,name,expertise,email", Subject.ORGANISATIONS),
        ("Company,First name,Surname,Sector,Town,Website", Subject.ORGANISATIONS),
        ("Name", Subject.ORGANISATIONS),
    ],
)
def test_the_headings_say_what_the_rows_are_about(headings: str, subject: Subject) -> None:
    found = best_headings(headings.split(","))
    assert found is not None
    assert found.subject is subject


def test_an_unknown_heading_comes_with_the_nearest_we_know() -> None:
    found = best_headings(["Name", "Web presence site", "Memberschip tear"])
    assert found is not None
    assert found.columns[2].field == ""
    assert found.columns[2].guess == "membership"


def test_headings_without_a_name_are_not_headings() -> None:
    assert best_headings(["Town", "Postcode"]) is None
    assert best_headings([]) is None
    assert (
        best_headings(
            [
                None,
                3,
                "A sentence that goes on for so long that nobody would take it for a heading, ever, at all",
            ]
        )
        is None
    )

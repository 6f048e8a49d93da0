"""What an import of people leaves in the directory, on both databases."""

from pathlib import Path
from typing import Any

from sqlmodel import Session

from store.directory import Changes, changes_since, current_revision
from store.kinds import StaffRole
from store.store import Store
from tests.factories import add_organisation, add_person
from tests.store.importing.tables import bring_csv, fates, person, row

HEADINGS = "ref,name,role,expertise,email,main_contact,staff_role\n"


def _changes(session: Session, revision: int) -> Changes:
    (page,) = changes_since(session, revision)
    return page


async def test_people_find_their_organisation_by_ref_or_name(store: Store, tmp_path: Path) -> None:
    larkspur = await store.write(add_organisation, name="Larkspur Ltd", ref="M-1", aliases=["Oldname"])
    plan = await bring_csv(
        store, tmp_path, HEADINGS + "M-1,Jo Lark,CEO,cells; vectors,jo@l.example J2@l.example,yes,approver\n"
    )
    assert fates(plan) == ["new"]
    jo = await store.read(person, "Jo Lark")
    assert (jo["organisation_id"], jo["role"], jo["expertise"]) == (larkspur, "CEO", ["cells", "vectors"])
    assert (jo["main_contact"], jo["staff_role"]) == (True, StaffRole.APPROVER)
    assert jo["addresses"] == ["jo@l.example", "j2@l.example"]
    text = "First name,Surname,Organisation,Slack id\nKim,Tam,LARKSPUR,u012abc\nOla,Nor,Oldname Ltd,\nAda,Free,,\n"
    assert fates(await bring_csv(store, tmp_path, text)) == ["new"] * 3
    kim = await store.read(person, "Kim Tam")
    assert (kim["organisation_id"], kim["slack_user_id"]) == (larkspur, "U012ABC")
    assert (await store.read(person, "Ada Free"))["organisation_id"] is None
    assert fates(await bring_csv(store, tmp_path, text)) == ["unchanged"] * 3


async def test_a_person_is_found_by_address_and_may_move_or_change_name(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur", ref="M-1")
    tamarisk = await store.write(add_organisation, name="Tamarisk", ref="M-2")
    await bring_csv(store, tmp_path, HEADINGS + "M-1,Jo Lark,CEO,,jo@l.example,,\n")
    revision = await store.read(current_revision)
    plan = await bring_csv(store, tmp_path, HEADINGS + "M-2,Jo Nightingale,,,jo@l.example,,staff\n")
    told = {change.field: (change.old, change.new) for change in row(plan, 2).changes}
    assert told == {
        "organisation": ("Larkspur", "Tamarisk"),
        "name": ("Jo Lark", "Jo Nightingale"),
        "staff role": ("member", "staff"),
    }
    assert (await store.read(person, "Jo Nightingale"))["organisation_id"] == tamarisk
    changed = await store.read(_changes, revision)
    assert sorted(entry.name for entry in changed.put) == ["Larkspur", "Tamarisk"]


async def test_the_same_people_again_change_nothing(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur", ref="M-1")
    text = HEADINGS + "M-1,Jo Lark,CEO,a; b,jo@l.example,yes,admin\nM-1,Jo Lark,CFO,,,no,\n"
    first = await bring_csv(store, tmp_path, text)
    assert fates(first) == ["new", "rejected"]
    assert "same person as row 2, but says otherwise about role" in row(first, 3).reason
    revision = await store.read(current_revision)
    assert fates(await bring_csv(store, tmp_path, text)) == ["unchanged", "rejected"]
    assert await store.read(current_revision) == revision


async def test_namesakes_with_their_own_addresses_stay_two(store: Store, tmp_path: Path) -> None:
    larkspur = await store.write(add_organisation, name="Larkspur", ref="M-1")
    await store.write(add_person, name="Jo Lark", organisation_id=larkspur, role="CEO")
    await store.write(add_person, name="Jo Lark", organisation_id=larkspur, role="CFO")
    plan = await bring_csv(
        store, tmp_path, HEADINGS + "M-1,Jo Lark,CEO,,,,\nM-1,Jo Lark,CFO,,,,\nM-1,Jo Lark,CFO,,,,\n"
    )
    assert fates(plan) == ["unchanged", "unchanged", "rejected"]


async def test_an_opt_out_is_never_taken_back(store: Store, tmp_path: Path) -> None:
    larkspur = await store.write(add_organisation, name="Larkspur", ref="M-1")
    out: dict[str, Any] = {"listed": False, "introductions": False, "newsletters": False}
    await store.write(add_person, name="Jo Lark", organisation_id=larkspur, **out)
    text = "ref,name,role,listed,introductions,newsletters\nM-1,Jo Lark,CEO,yes,yes,yes\nM-1,Kim Tam,CTO,no,no,no\n"
    plan = await bring_csv(store, tmp_path, text)
    assert fates(plan) == ["changed", "new"]
    assert len([note for note in row(plan, 2).notes if "opted out" in note]) == 3
    for name in ("Jo Lark", "Kim Tam"):
        stored = await store.read(person, name)
        assert {column: stored[column] for column in out} == out
    await bring_csv(store, tmp_path, "ref,name,role,listed\nM-1,Ola Nor,CIO,\n")
    await bring_csv(store, tmp_path, "ref,name,role,listed\nM-1,Ola Nor,CIO,no\n")
    assert not (await store.read(person, "Ola Nor"))["listed"]


async def test_rows_nobody_can_place_are_rejected_with_a_hint(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur Vectors", ref="M-1")
    await store.write(add_organisation, name="Oriel", ref="M-2")
    await store.write(add_organisation, name="Oriel Ltd", ref="M-3")
    text = (
        "Full name,Organisation,Organisation ref\nJo,Larkspur Vector,\nKim,,M-9\nOla,Oriel,\n,Oriel,\nAda,Nowhere Known,\nEve,Oriel,M-3\n"
        + "x" * 201
        + ",,\n"
    )
    plan = await bring_csv(store, tmp_path, text)
    assert [each.reason for each in plan.rejected] == [
        "no organisation is called “Larkspur Vector”; import the organisations first. Did you mean “Larkspur Vectors”?",
        "no organisation has the ref “M-9”; import the organisations first",
        "2 organisations are called “Oriel”; say which by its ref",
        "there is no name",
        "no organisation is called “Nowhere Known”; import the organisations first.",
        "the name is 201 characters long; 200 is the most",
    ]


async def test_an_address_passes_to_nobody_with_another_name(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur", ref="M-1")
    text = (
        HEADINGS
        + "M-1,Jo Lark,,,office@l.example,,\nM-1,Kim Tam,,,office@l.example,,\nM-1,Jo Lark,,,second@l.example,,\n"
    )
    plan = await bring_csv(store, tmp_path, text)
    assert fates(plan) == ["new", "new", "merged"]
    assert "belongs to somebody else" in row(plan, 3).notes[0]
    assert (await store.read(person, "Kim Tam"))["addresses"] == []
    assert (await store.read(person, "Jo Lark"))["addresses"] == ["second@l.example", "office@l.example"]


async def test_what_cannot_be_used_of_a_person_is_said(store: Store, tmp_path: Path) -> None:
    plan = await bring_csv(
        store,
        tmp_path,
        "name,role,email,slack id,staff role,main contact\nJo Lark,CEO,nonsense,@jo,wizard,perhaps\n",
    )
    notes = " ".join(row(plan, 2).notes)
    for words in (
        "“nonsense” is not a mail address",
        "“jo” is not a Slack",
        "“wizard”",
        "“perhaps” is neither",
    ):
        assert words in notes


async def test_a_slack_id_belongs_to_one_person(store: Store, tmp_path: Path) -> None:
    await store.write(add_person, name="Jo Lark", slack_user_id="U0001", addresses=["jo@l.example"])
    await store.write(add_person, name="Kim Tam", addresses=["kim@l.example"])
    plan = await bring_csv(store, tmp_path, "name,email,role,slack id\nKim Tam,kim@l.example,CEO,U0001\n")
    assert "belongs to Jo Lark already" in " ".join(row(plan, 2).notes)
    assert (await store.read(person, "Kim Tam"))["slack_user_id"] is None
    assert (await store.read(person, "Kim Tam"))["role"] == "CEO"

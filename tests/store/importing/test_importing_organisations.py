"""What an import of organisations leaves in the directory, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from store.directory import Changes, changes_since, current_revision
from store.importing.applying import import_table, plan_import
from store.importing.reading import read_table
from store.kinds import Listing, NeedKind
from store.models import AuditEntry, NeedOrOffer, Organisation, Person
from store.places.gazetteer import Gazetteer
from store.store import Store
from tests.factories import add_organisation, add_person
from tests.store.importing.tables import (
    NOW,
    bring_csv,
    bring_in,
    csv_file,
    excel_file,
    fates,
    names,
    organisation,
    person,
    row,
)

FULL = (
    "Member;Type;Category;What they do;Skills;Keywords;Town;County;Post code;Staff;Founded;Web;Tier;Joined;Looking for\n"
    "Larkspur Vectors Ltd;SME;biotechnology;Makes vectors;AAV, GMP;gene therapy, GMP;Macclesfield;Cheshire;sk104tg;1,200;"
    "est. 1998;larkspur.example;Gold;12/03/2024;a fill-finish partner\n"
    "Royal Fenwick;NHS Trust;;;;;;;;;;;;;\n"
)


def _changes(session: Session, revision: int) -> Changes:
    (page,) = changes_since(session, revision)
    return page


async def test_a_members_list_becomes_the_directory(store: Store, tmp_path: Path) -> None:
    plan = await bring_csv(store, tmp_path, FULL)
    assert fates(plan) == ["new", "new"]
    larkspur = await store.read(organisation, "Larkspur Vectors Ltd")
    told = {
        "kind": "company", "sector": "biotechnology", "summary": "Makes vectors", "capabilities": ["AAV", "GMP"],
        "tags": ["gene therapy", "GMP"], "employees": 1200, "size": "large", "founded": 1998,
        "website": "https://larkspur.example", "membership": "Gold", "member_since": date(2024, 3, 12),
        "listing": "listed", "name_key": "larkspur vectors", "ref": "name:larkspur-vectors",
    }  # fmt: skip
    assert {field: larkspur[field] for field in told} == told
    [site] = larkspur["sites"]
    assert (site["town"], site["county"], site["postcode"]) == ("Macclesfield", "Cheshire", "SK10 4TG")
    assert site["latitude"] == pytest.approx(53.27, abs=0.1)
    assert (await store.read(organisation, "Royal Fenwick"))["kind"] == "nhs"
    changes = await store.read(_changes, 0)
    assert changes.put[0].needs == ("a fill-finish partner",)


async def test_the_same_file_again_changes_nothing_and_takes_no_revision(
    store: Store, tmp_path: Path
) -> None:
    await bring_csv(store, tmp_path, FULL)
    revision = await store.read(current_revision)
    plan = await bring_csv(store, tmp_path, FULL)
    assert fates(plan) == ["unchanged", "unchanged"]
    assert await store.read(current_revision) == revision
    assert len(await store.read(names)) == 2


async def test_a_changed_cell_is_told_old_and_new_and_a_blank_one_leaves_what_is_stored(
    store: Store, tmp_path: Path
) -> None:
    await bring_csv(store, tmp_path, "Name,About,Town,Tags\nLarkspur,Old words,Crewe,a; b\nTamarisk,Same,,\n")
    plan = await bring_csv(
        store, tmp_path, "Name,About,Town,Tags\nLARKSPUR LTD,New words,,b; c\nTamarisk,,,\n"
    )
    told = {change.field: (change.old, change.new) for change in row(plan, 2).changes}
    assert told == {
        "name": ("Larkspur", "LARKSPUR LTD"),
        "summary": ("Old words", "New words"),
        "tags": ("a; b", "b; c"),
    }
    assert fates(plan) == ["changed", "unchanged"]
    stored = await store.read(organisation, "LARKSPUR LTD")
    assert stored["sites"][0]["town"] == "Crewe"
    assert stored["name_key"] == "larkspur"
    changes = await store.read(_changes, 1)
    assert [entry.name for entry in changes.put] == ["LARKSPUR LTD"]


async def test_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, FULL))
    plan = await store.read(plan_import, table, Gazetteer.load(), now=NOW)
    assert fates(plan) == ["new", "new"]
    assert await store.read(names) == []


async def test_a_failed_import_changes_nothing(store: Store, tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        raise Interrupted

    table = read_table(csv_file(tmp_path, FULL))
    with pytest.raises(Interrupted):
        await store.write(import_table, table, Gazetteer.load(), now=NOW, actor="cli", progress=interrupt)
    assert await store.read(names) == []
    assert await store.read(current_revision) == 0


async def test_an_import_is_audited_by_its_counts_alone(store: Store, tmp_path: Path) -> None:
    await bring_csv(store, tmp_path, "Name,About\nLarkspur,x\n,y\n")

    def entries(session: Session) -> list[tuple[str, str, dict[str, object]]]:
        return [(each.actor, each.action, each.details) for each in session.exec(select(AuditEntry))]

    counts = {"new": 1, "changed": 0, "unchanged": 0, "merged": 0, "rejected": 1}
    assert await store.read(entries) == [
        ("cli", "directory.imported", {"subject": "organisations", **counts})
    ]


async def test_rejected_rows_carry_their_number_and_reason(store: Store, tmp_path: Path) -> None:
    plan = await bring_csv(
        store,
        tmp_path,
        f"Our members\n\nName,Ref,Town\n,,Crewe\n{'x' * 301},,\nTotal: 230,,\n12,,\nLarkspur,{'r' * 201},\n,R9,Crewe\n",
    )
    assert [(each.number, each.reason[:30]) for each in plan.rejected] == [
        (4, "there is no name"),
        (5, "the name is 301 characters lon"),
        (6, "“Total: 230” is not the name o"),
        (7, "“12” is not the name of an org"),
        (8, "the ref is 201 characters long"),
        (9, "there is no name, and no organ"),
    ]


async def test_what_cannot_be_used_is_left_out_and_said(store: Store, tmp_path: Path) -> None:
    plan = await bring_csv(
        store,
        tmp_path,
        f"Name,Type,Employees,Web,Joined,Sector,Email,Listed\nLarkspur,space pirates,lots,javascript:alert(1),soon,{'s' * 130},jo at l.example,maybe\n",
    )
    assert fates(plan) == ["new"]
    notes = " | ".join(row(plan, 2).notes)
    for words in (
        "kind: “space pirates”",
        "employees: “lots”",
        "website: “javascript",
        "member since: “soon”",
        "sector: is 130",
        "contact email",
        "listing: “maybe”",
    ):
        assert words in notes
    stored = await store.read(organisation, "Larkspur")
    assert (stored["kind"], stored["website"], len(stored["sector"])) == (None, "", 100)


async def test_a_ref_finds_its_organisation_under_any_name(store: Store, tmp_path: Path) -> None:
    await bring_csv(store, tmp_path, "id,name,about\nfd:1,Larkspur,x\nfd:2,Larkspur,y\n")
    plan = await bring_csv(store, tmp_path, "id,name,about\nfd:2,Tamarisk,y\nfd:1,,z\n")
    assert fates(plan) == ["changed", "changed"]
    assert await store.read(names) == ["Larkspur", "Tamarisk"]


async def test_an_organisation_that_came_without_a_ref_takes_the_one_it_is_given_later(
    store: Store, tmp_path: Path
) -> None:
    await bring_csv(store, tmp_path, "name\nLarkspur Ltd\n")
    plan = await bring_csv(store, tmp_path, "ref,name\nM-1,Larkspur Limited\n")
    assert fates(plan) == ["changed"]
    plan = await bring_csv(store, tmp_path, "ref,name\nM-1,Larkspur Limited\nM-2,Larkspur\n")
    assert fates(plan) == ["unchanged", "new"]
    assert "known already (ref M-1)" in row(plan, 3).notes[0]


async def test_website_or_postcode_tell_namesakes_apart(store: Store, tmp_path: Path) -> None:
    text = "name,web,postcode\nLarkspur,one.example,\nLarkspur,https://www.two.example/,CW1 9ZZ\n"
    await store.write(add_organisation, name="Larkspur", website="https://one.example/home")
    await store.write(add_organisation, name="Larkspur Ltd", website="two.example", postcode="CW1 9ZZ")
    plan = await bring_csv(store, tmp_path, text)
    assert [each.fate.value for each in plan.rows] == ["changed", "changed"]
    assert len(await store.read(names)) == 2
    plan = await bring_csv(store, tmp_path, "name,postcode\nLarkspur,CW19ZZ\n")
    assert row(plan, 2).name == "Larkspur"
    plan = await bring_csv(store, tmp_path, "name\nLarkspur\n")
    assert "2 organisations are called “Larkspur”" in row(plan, 2).reason


async def test_a_former_name_finds_the_organisation_and_doesnt_come_back(
    store: Store, tmp_path: Path
) -> None:
    await store.write(add_organisation, name="Tamarisk Works", aliases=["Oldname Ltd"])
    plan = await bring_csv(store, tmp_path, "name,about\nOldname,New words\n")
    assert [change.field for change in row(plan, 2).changes] == ["summary"]
    assert await store.read(names) == ["Tamarisk Works"]


async def test_rows_that_name_one_organisation_twice_are_merged_or_refused(
    store: Store, tmp_path: Path
) -> None:
    text = (
        "Organisation,About,Postcode,Contact,Email\nLarkspur Ltd,Vectors,CW1 9ZZ,Jo Lark,jo@l.example\n"
        "LARKSPUR,,CW1 9ZZ,Kim Lark,kim@l.example\nLarkspur,Other words,,,\nLarkspur,Vectors,LS1 9ZZ,,\n"
    )
    plan = await bring_csv(store, tmp_path, text)
    assert fates(plan) == ["new", "merged", "rejected", "new"]
    assert row(plan, 3).reason == "the same organisation as row 2; added to it"
    assert "row 2, but says otherwise about summary" in row(plan, 4).reason
    assert (await store.read(organisation, "Larkspur Ltd"))["people"] == ["Jo Lark", "Kim Lark"]
    assert (await store.read(person, "Jo Lark"))["main_contact"]
    assert not (await store.read(person, "Kim Lark"))["main_contact"]
    again = await bring_csv(store, tmp_path, text)
    assert fates(again) == ["unchanged", "merged", "rejected", "unchanged"]
    assert [change for each in again.rows for change in each.changes] == []


async def test_several_sites_stand_in_parallel_lists(store: Store, tmp_path: Path) -> None:
    text = "name,town,county,postcode,country\nLarkspur,Macclesfield; Leeds,Cheshire; West Yorkshire,SK10 4TG;,United Kingdom\n"
    await bring_csv(store, tmp_path, text)
    sites = (await store.read(organisation, "Larkspur"))["sites"]
    assert [(site["town"], site["postcode"], site["country"]) for site in sites] == [
        ("Macclesfield", "SK10 4TG", "United Kingdom"),
        ("Leeds", "", "United Kingdom"),
    ]
    assert all(site["latitude"] for site in sites)
    assert fates(await bring_csv(store, tmp_path, text)) == ["unchanged"]
    plan = await bring_csv(store, tmp_path, "name,country\nLarkspur,Ireland\n")
    assert row(plan, 2).changes[0].new == "Ireland; Ireland"
    plan = await bring_csv(store, tmp_path, "name,town\nLarkspur,York\n")
    told = {change.field: (change.old, change.new) for change in row(plan, 2).changes}
    assert told["postcode"] == ("SK10 4TG; ", "")  # a new town doesn't keep the old one's code
    assert told["town"] == ("Macclesfield; Leeds", "York")


async def test_a_postcode_is_found_inside_an_address_and_a_region_kept(store: Store, tmp_path: Path) -> None:
    await bring_csv(
        store, tmp_path, 'name,address,region\nLarkspur,"Unit 4, Mill Lane, Crewe cw1 9zz",North West\n'
    )
    [site] = (await store.read(organisation, "Larkspur"))["sites"]
    assert (site["postcode"], site["region"]) == ("CW1 9ZZ", "North West")


async def test_the_state_tells_two_towns_of_one_name_apart(store: Store, tmp_path: Path) -> None:
    await bring_csv(store, tmp_path, "name,city,region,country\nLarkspur,Lexington,MA,United States\n")
    [site] = (await store.read(organisation, "Larkspur"))["sites"]
    assert site["latitude"] == pytest.approx(42.4, abs=0.2)


async def test_unlisted_stays_unless_the_file_says_otherwise(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur", listing=Listing.UNLISTED)
    await bring_csv(store, tmp_path, "name,about\nLarkspur,x\n")
    assert (await store.read(organisation, "Larkspur"))["listing"] == "unlisted"
    await bring_csv(store, tmp_path, "name,listing\nLarkspur,listed\n")
    assert (await store.read(organisation, "Larkspur"))["listing"] == "listed"


async def test_contacts_and_people_become_persons(store: Store, tmp_path: Path) -> None:
    text = (
        "Organisation,Contact first name,Contact surname,Job title,E-mail,People\n"
        'Larkspur,Jo,Lark,CEO,JO@l.example; j.lark@l.example,"Kim Tam (CTO) <kim@l.example>; Ola Nor; <script>"\n'
        "Tamarisk,,,,Info@tamarisk.example,\nOriel,,,Director,,\n"
    )
    plan = await bring_csv(store, tmp_path, text)
    jo = await store.read(person, "Jo Lark")
    assert (jo["role"], jo["main_contact"], jo["addresses"]) == (
        "CEO",
        True,
        ["jo@l.example", "j.lark@l.example"],
    )
    kim = await store.read(person, "Kim Tam")
    assert (kim["role"], kim["addresses"], kim["main_contact"]) == ("CTO", ["kim@l.example"], False)
    mailbox = await store.read(person, "Tamarisk")
    assert (mailbox["addresses"], mailbox["listed"], mailbox["main_contact"]) == (
        ["info@tamarisk.example"],
        False,
        True,
    )
    assert "“<script>” is not a name" in " ".join(row(plan, 2).notes)
    assert "nobody it belongs to" in row(plan, 4).notes[0]
    assert fates(await bring_csv(store, tmp_path, text)) == ["unchanged"] * 3


async def test_nobody_loses_an_address_or_an_opt_out_to_an_import(store: Store, tmp_path: Path) -> None:
    larkspur = await store.write(add_organisation, name="Larkspur")
    tamarisk = await store.write(add_organisation, name="Tamarisk")
    await store.write(
        add_person, name="Jo Lark", organisation_id=larkspur, addresses=["jo@l.example"], listed=False
    )
    await store.write(add_person, name="Kim Tam", organisation_id=tamarisk, addresses=["kim@t.example"])
    plan = await bring_csv(
        store,
        tmp_path,
        "name,contact,email\nLarkspur,Jo Lark,new@l.example\nOriel,Kim Tam,kim@t.example\nFenwick,Ola Nor,jo@l.example\n",
    )
    jo = await store.read(person, "Jo Lark")
    assert (jo["listed"], jo["addresses"]) == (False, ["new@l.example", "jo@l.example"])
    assert "stays there" in row(plan, 3).notes[0]
    assert "belongs to somebody else" in row(plan, 4).notes[0]
    assert (await store.read(person, "Ola Nor"))["addresses"] == []


async def test_a_new_contact_takes_over_as_the_main_one(store: Store, tmp_path: Path) -> None:
    await bring_csv(store, tmp_path, "name,contact\nLarkspur,Jo Lark\n")
    revision = await store.read(current_revision)
    plan = await bring_csv(store, tmp_path, "name,contact,job title\nLarkspur,Kim Tam,CEO\n")
    assert [change.field for change in row(plan, 2).changes] == ["person"]
    assert not (await store.read(person, "Jo Lark"))["main_contact"]
    changes = await store.read(_changes, revision)
    assert [each.name for each in changes.put[0].people] == ["Kim Tam", "Jo Lark"]


async def test_wishes_still_said_keep_their_dates(store: Store, tmp_path: Path) -> None:
    await store.write(add_organisation, name="Larkspur", needs=["a", "b"])
    plan = await bring_csv(store, tmp_path, "name,needs,offers\nLarkspur,b; c,d\n")
    assert [(change.field, change.old, change.new) for change in row(plan, 2).changes] == [
        ("needs", "a; b", "b; c"),
        ("offers", "", "d"),
    ]

    def wishes(session: Session) -> list[tuple[str, str, bool]]:
        found = session.exec(select(NeedOrOffer).order_by(col(NeedOrOffer.id)))
        return [(each.kind.value, each.text, each.dated_on is None) for each in found]

    assert await store.read(wishes) == [
        (NeedKind.NEED, "b", True),
        (NeedKind.NEED, "c", False),
        (NeedKind.OFFER, "d", False),
    ]


async def test_excel_cells_become_dates_numbers_and_bands(store: Store, tmp_path: Path) -> None:
    path = excel_file(
        tmp_path,
        ["Company", "Headcount", "Company size", "Joined", "Founded", "Last confirmed", "Post code"],
        ["Larkspur", 48.0, None, date(2024, 3, 12), date(1998, 1, 1), "March 2024", 10013.0],
        ["Tamarisk", "250+", None, 45363, 2001, "2024", None],
        ["Oriel", "10-49", "Large", "3rd Feb 2021", "1999/2000", None, None],
        ["Fenwick", date(1950, 11, 1), None, None, None, None, None],
    )
    await bring_in(store, path)
    larkspur = await store.read(organisation, "Larkspur")
    assert (larkspur["employees"], larkspur["size"], larkspur["founded"]) == (48, "small", 1998)
    assert (larkspur["member_since"], larkspur["confirmed_on"]) == (date(2024, 3, 12), date(2024, 3, 1))
    assert larkspur["sites"][0]["postcode"] == "10013"
    tamarisk = await store.read(organisation, "Tamarisk")
    assert (tamarisk["employees"], tamarisk["size"], tamarisk["member_since"]) == (
        None,
        "large",
        date(2024, 3, 12),
    )
    oriel = await store.read(organisation, "Oriel")
    assert (oriel["employees"], oriel["size"], oriel["member_since"]) == (None, "large", date(2021, 2, 3))
    assert (await store.read(organisation, "Fenwick"))["size"] == "small"


async def test_formulas_and_control_characters_in_a_csv_stay_harmless_text(
    store: Store, tmp_path: Path
) -> None:
    text = 'Name,About\n"=HYPERLINK(""http://x.example"")",a\x00b\x07c\u202ed\n\'t Hart Pharma,\'=1+1\n'
    await bring_csv(store, tmp_path, text)
    assert await store.read(names) == ['=HYPERLINK("http://x.example")', "'t Hart Pharma"]
    assert (await store.read(organisation, "'t Hart Pharma"))["summary"] == "=1+1"
    assert (await store.read(organisation, '=HYPERLINK("http://x.example")'))["summary"] == "abcd"


async def test_a_directory_in_json_lines_imports_whole(store: Store, tmp_path: Path) -> None:
    line = (
        '{"id": "fd:%d", "name": "Firm %d", "description": "Does %d", "city": "Leeds", "region": "", "postcode": "",'
        ' "country": "United Kingdom", "size": "small", "people": ["Ann No%d"], "website": "http://f%d.example", "source": "fd"}\n'
    )
    text = "".join(line % ((number,) * 5) for number in range(1500))
    plan = await bring_in(store, csv_file(tmp_path, text, name="orgs.jsonl"))
    assert plan.counts.new == 1500
    assert [column.heading for column in plan.ignored] == ["source"]

    def counted(session: Session) -> tuple[int, int]:
        return len(session.exec(select(Organisation.id)).all()), len(session.exec(select(Person.id)).all())

    assert await store.read(counted) == (1500, 1500)
    edited = text.replace("Does ", "Now does ")
    assert (await bring_in(store, csv_file(tmp_path, edited, name="orgs.jsonl"))).counts.changed == 1500


async def test_lists_split_where_people_split_them(store: Store, tmp_path: Path) -> None:
    await bring_csv(
        store,
        tmp_path,
        'name,capabilities,tags,aliases\nLarkspur,"cells, tissue; vectors\\; all sorts","• a\n• b\n\n- c","One, Two Ltd"\n',
    )
    stored = await store.read(organisation, "Larkspur")
    assert stored["capabilities"] == ["cells, tissue", "vectors; all sorts"]
    assert stored["tags"] == ["a", "b", "c"]
    assert stored["aliases"] == ["One, Two Ltd"]


async def test_endless_lists_and_texts_are_cut_with_a_word(store: Store, tmp_path: Path) -> None:
    text = f"name,about,tags,town\nLarkspur,{'x' * 20_001},{';'.join(map(str, range(301)))},{'; '.join(['Leeds'] * 51)}\nOriel,,,{'y' * 121}\n"
    plan = await bring_csv(store, tmp_path, text)
    notes = " ".join((*row(plan, 2).notes, *row(plan, 3).notes))
    for words in ("20,001 characters", "301 items", "51 sites", "longer than 120"):
        assert words in notes

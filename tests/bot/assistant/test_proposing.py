"""Changes that members propose: read as imports are, kept until staff decide, applied whole or not at all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.proposing import (
    LONGEST_WORDS,
    MOST_OPEN,
    approve,
    confirm,
    decline,
    listing,
    open_proposals,
    problems,
    propose,
    report_mistake,
)
from store.directory import changes_since, current_revision
from store.editing import FIELDS
from store.kinds import Listing, Medium, NeedKind, OrganisationKind, SizeBand, StaffRole
from store.models import AuditEntry, NeedOrOffer, Organisation, Proposal, Site
from store.people import Stranger, by_slack_id
from store.store import Store
from tests.bot.assistant.plain_carrier import house_with, letters
from tests.factories import add_organisation, add_person

HOSTILE = "\x00<!channel> \ud83d *bold* [x](y) \u202egnp.exe"


@dataclass(frozen=True, slots=True)
class Region:
    larkspur: int
    oriel: int


def seed(session: Session) -> Region:
    larkspur = add_organisation(
        session,
        name="Larkspur Vectors Ltd",
        summary="Makes viral vectors.",
        capabilities=["design, build and test", "AAV"],
        tags=["gene therapy"],
        website="larkspur.example",
        sector="biotechnology",
        kind=OrganisationKind.COMPANY,
        size=SizeBand.SMALL,
        town="Macclesfield",
        county="Cheshire",
        postcode="SK10 9ZZ",
        point=(53.27, -2.13),
        needs=["a cold store"],
    )
    oriel = add_organisation(session, name="Oriel Protein Services")
    add_person(
        session,
        name="Ada Fenn",
        organisation_id=larkspur,
        slack_user_id="U1",
        addresses=["ada@larkspur.example"],
    )
    add_person(session, name="Ben Hale", organisation_id=oriel, slack_user_id="U2")
    add_person(session, name="Cleo Marsh", slack_user_id="U3", staff_role=StaffRole.STAFF)
    return Region(larkspur, oriel)


@pytest.fixture
async def region(store: Store) -> Region:
    return await store.write(seed)


@pytest.fixture
def told(store: Store, now: datetime) -> Callable[..., Any]:
    """Does something in a transaction of its own, as a Slack user."""

    async def run(user: str, action: Callable[..., Told], *words: Any, **more: Any) -> Told:
        def work(session: Session) -> Told:
            act = Act(
                by_slack_id(session, user), Medium.SLACK, "click:1", house_with(Medium.SLACK), now, user
            )
            return action(session, *words, act, **more)

        return await store.write(work)

    return run


async def entry(store: Store, organisation_id: int) -> Organisation:
    return await store.read(lambda session: session.get_one(Organisation, organisation_id))


async def actions(store: Store) -> list[tuple[str, str, str]]:
    def read(session: Session) -> list[tuple[str, str, str]]:
        return [
            (e.actor, e.action, e.subject)
            for e in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        ]

    return await store.read(read)


async def test_a_person_sees_every_field_of_their_organisation_as_text(store: Store, region: Region) -> None:
    shown = await store.read(listing, 1)
    assert shown is not None
    assert (shown.organisation_id, shown.name, shown.confirmed_on) == (
        region.larkspur,
        "Larkspur Vectors Ltd",
        date(2026, 9, 1),
    )
    texts = {field.name: field.text for field in shown.fields}
    assert tuple(texts) == FIELDS
    assert texts["capabilities"] == "design, build and test\nAAV"
    assert (texts["website"], texts["kind"], texts["size"]) == (
        "https://larkspur.example",
        "company",
        "small",
    )
    assert (texts["town"], texts["postcode"], texts["needs"]) == ("Macclesfield", "SK10 9ZZ", "a cold store")
    assert [field.name for field in shown.fields if field.lines] == [
        "capabilities",
        "tags",
        "needs",
        "offers",
    ]
    assert next(field for field in shown.fields if field.name == "size").choices == (
        "micro",
        "small",
        "medium",
        "large",
    )
    assert await store.read(listing, 3) is None
    assert await store.read(listing, 99) is None


async def test_an_edit_waits_for_staff_who_see_only_what_differs(
    store: Store, region: Region, told: Any
) -> None:
    shown = await store.read(listing, 1)
    form = {field.name: field.text for field in shown.fields} if shown else {}
    form |= {"capabilities": "design, build and test\n• AAV; lentivirus", "size": "60 people", "website": ""}
    answer = await told("U1", propose, region.larkspur, form)
    assert answer.done
    assert "staff" in answer.text
    assert (await entry(store, region.larkspur)).size is SizeBand.SMALL
    (waiting,) = await store.read(open_proposals)
    assert {each.field: (each.was, each.becomes) for each in waiting.changes} == {
        "capabilities": ("design, build and test\nAAV", "design, build and test\nAAV\nlentivirus"),
        "website": ("https://larkspur.example", ""),
        "size": ("small", "medium"),
    }
    assert (waiting.organisation, waiting.proposer, waiting.own, waiting.id) == (
        "Larkspur Vectors Ltd", "Ada Fenn", True, answer.about,
    )  # fmt: skip


async def test_an_approved_edit_is_written_whole_and_confirms_the_entry(
    store: Store, region: Region, told: Any
) -> None:
    before = await store.read(current_revision)
    form = {
        "name": "Larkspur Gene Works", "summary": "Makes vectors.\nIn Leeds.", "kind": "supplier", "town": "Leeds",
        "sector": " services ", "offers": "lab space\nstorage", "needs": "", "tags": "gene therapy, AAV",
    }  # fmt: skip
    made = await told("U1", propose, region.larkspur, form)
    answer = await told("U3", approve, made.about)
    assert answer == Told(True, "The entry of Larkspur Gene Works is changed.", made.about)
    row = await entry(store, region.larkspur)
    assert (row.name, row.name_key, row.aliases) == (
        "Larkspur Gene Works",
        "larkspur gene works",
        ["Larkspur Vectors Ltd"],
    )
    assert (row.summary, row.kind, row.sector) == (
        "Makes vectors.\nIn Leeds.",
        OrganisationKind.SUPPLIER,
        "services",
    )
    assert row.tags == ["gene therapy", "AAV"]
    assert row.confirmed_on == date(2026, 11, 23)
    (site,) = await store.read(lambda session: session.exec(select(Site)).all())
    assert (site.town, site.postcode, site.county) == ("Leeds", "", "")
    assert site.latitude == pytest.approx(53.8, abs=0.1)
    wishes = await store.read(lambda session: session.exec(select(NeedOrOffer)).all())
    assert [(wish.kind, wish.text) for wish in wishes] == [
        (NeedKind.OFFER, "lab space"),
        (NeedKind.OFFER, "storage"),
    ]
    (page,) = await store.read(lambda session: list(changes_since(session, before)))
    assert [each.name for each in page.put] == ["Larkspur Gene Works"]
    assert await store.read(open_proposals) == ()
    assert (await actions(store))[-2:] == [
        ("person:3", "organisation.updated", f"organisation:{region.larkspur}"),
        ("person:3", "proposal.approved", f"proposal:{made.about}"),
    ]


async def test_who_proposed_hears_what_became_of_it(store: Store, region: Region, told: Any) -> None:
    first = await told("U1", propose, region.larkspur, {"sector": "diagnostics"})
    second = await told("U1", propose, region.larkspur, {"summary": "We do everything."})
    hint = await told("U2", report_mistake, region.larkspur, "They moved to Leeds.")
    other = await told("U2", report_mistake, region.larkspur, "They are rude.")
    await told("U3", approve, first.about)
    await told("U3", decline, second.about, note="Say what, please.")
    assert (await told("U3", approve, hint.about)).text == "The report about Larkspur Vectors Ltd is settled."
    await told("U3", decline, other.about)
    sent = await store.read(letters)
    assert [to for _, to, _ in sent] == ["U1", "U1", "U2", "U2"]
    assert "now says what you proposed" in sent[0][2]
    assert "Sector: “diagnostics”" in sent[0][2]
    assert "left the entry" in sent[1][2]
    assert "Say what, please." in sent[1][2]
    assert "was dealt with" in sent[2][2]
    assert "left it as it was" in sent[3][2]
    assert (await entry(store, region.larkspur)).confirmed_on == date(2026, 11, 23)  # by the first alone


async def test_bad_values_are_refused_by_field_in_plain_words(
    store: Store, region: Region, told: Any
) -> None:
    bad = {
        "website": "nosite", "size": "banana", "kind": "dragon", "name": " ", "summary": "x" * 100_000,
        "tags": "y" * 600, "town": "z" * 130, "colour": "red", "needs": "\n".join(map(str, range(400))),
    }  # fmt: skip
    answer = await told("U1", propose, region.larkspur, bad)
    assert not answer.done
    assert "Website: “nosite” is not a web address." in answer.text
    assert "Name: An organisation needs a name." in answer.text
    assert "It is 100,000 characters long; 20,000 is the most." in answer.text
    assert "It has 400 items; 300 is the most." in answer.text
    assert "colour: It cannot be changed here." in answer.text
    assert len(answer.text) < 2_000
    assert set(problems(bad)) == set(bad)
    assert problems({"name": "n" * 301}) == {"name": "The name is 301 characters long; 300 is the most."}
    assert problems({"website": "larkspur.example", "size": "11-50", "town": ""}) == {}
    assert await store.read(open_proposals) == ()


async def test_an_edit_that_changes_nothing_confirms_the_entry(
    store: Store, region: Region, told: Any
) -> None:
    shown = await store.read(listing, 1)
    form = {field.name: field.text for field in shown.fields} if shown else {}
    answer = await told("U1", propose, region.larkspur, form)
    assert answer.done
    assert "confirmed as of today" in answer.text
    assert (await entry(store, region.larkspur)).confirmed_on == date(2026, 11, 23)
    revision = await store.read(current_revision)
    assert (await told("U1", confirm, region.larkspur)).done
    assert await store.read(current_revision) == revision
    assert [action for _, action, _ in await actions(store)] == ["organisation.confirmed"]


async def test_staff_who_change_nothing_confirm_nothing_but_may_say_so(
    store: Store, region: Region, told: Any
) -> None:
    assert (await told("U3", propose, region.oriel, {"name": "Oriel Protein Services"})).text.startswith(
        "Nothing is"
    )
    assert (await entry(store, region.oriel)).confirmed_on == date(2026, 9, 1)
    assert (await told("U3", confirm, region.oriel)).done
    assert (await entry(store, region.oriel)).confirmed_on == date(2026, 11, 23)


async def test_what_staff_edit_applies_at_once_without_confirming(
    store: Store, region: Region, told: Any
) -> None:
    answer = await told("U3", propose, region.oriel, {"town": "York", "postcode": "yo1 9zz"})
    assert answer.text == "The entry of Oriel Protein Services is changed."
    assert (await entry(store, region.oriel)).confirmed_on == date(2026, 9, 1)
    (site,) = await store.read(
        lambda s: s.exec(select(Site).where(Site.organisation_id == region.oriel)).all()
    )
    assert (site.town, site.postcode) == ("York", "YO1 9ZZ")
    assert await store.read(letters) == []


async def test_only_the_main_site_moves(store: Store, region: Region, told: Any) -> None:
    def second(session: Session) -> None:
        session.add(
            Site(organisation_id=region.larkspur, position=1, town="Hull", latitude=53.7, longitude=-0.3)
        )

    await store.write(second)
    await told("U3", propose, region.larkspur, {"postcode": "SK11 9ZZ"})
    sites = await store.read(lambda s: s.exec(select(Site).order_by(col(Site.position))).all())
    assert [(site.town, site.county, site.postcode) for site in sites] == [
        ("Macclesfield", "Cheshire", "SK11 9ZZ"),
        ("Hull", "", ""),
    ]
    assert sites[1].latitude == 53.7


async def test_what_changed_meanwhile_is_shown_and_not_overwritten(
    store: Store, region: Region, told: Any
) -> None:
    made = await told("U1", propose, region.larkspur, {"summary": "Ours.", "sector": "diagnostics"})
    await told("U3", propose, region.larkspur, {"summary": "Theirs.", "sector": "diagnostics"})
    answer = await told("U3", approve, made.about)
    assert not answer.done
    assert "What you do is “Theirs.” by now; proposed is “Ours.”" in answer.text
    assert (await entry(store, region.larkspur)).summary == "Theirs."
    (waiting,) = await store.read(open_proposals)
    assert {each.field: each.was for each in waiting.changes} == {
        "summary": "Theirs.",
        "sector": "diagnostics",
    }
    assert (await told("U3", approve, made.about)).done
    assert (await entry(store, region.larkspur)).summary == "Ours."


async def test_a_second_decision_hears_of_the_first(store: Store, region: Region, told: Any) -> None:
    made = await told("U1", propose, region.larkspur, {"summary": "Ours."})
    await told("U3", decline, made.about)
    answer = await told("U3", approve, made.about)
    assert answer == Told(False, "This was declined already on 23 November 2026, by Cleo Marsh.", made.about)
    assert not (await told("U3", approve, 999)).done


async def test_of_two_who_decide_at_once_one_decides(store: Store, region: Region, told: Any) -> None:
    made = await told("U1", propose, region.larkspur, {"summary": "Ours."})
    answers = await asyncio.gather(
        *(told("U3", action, made.about) for action in (approve, decline, approve, decline))
    )
    assert sum(answer.done for answer in answers) == 1
    assert len(await store.read(letters)) == 1


async def test_an_unchanged_field_is_no_problem_whatever_it_holds(
    store: Store, region: Region, told: Any
) -> None:
    def spoil(session: Session) -> None:
        session.get_one(Organisation, region.larkspur).website = "ask us"

    await store.write(spoil)
    shown = await store.read(listing, 1)
    form = {field.name: field.text for field in shown.fields} if shown else {}
    assert problems(form, shown) == {}
    assert (await told("U1", propose, region.larkspur, form | {"sector": "diagnostics"})).done
    (waiting,) = await store.read(open_proposals)
    assert [each.field for each in waiting.changes] == ["sector"]


async def test_the_same_thing_said_twice_counts_once(store: Store, region: Region, told: Any) -> None:
    first = await told("U1", propose, region.larkspur, {"summary": "Ours."})
    assert (await told("U1", propose, region.larkspur, {"summary": "  Ours. "})).about == first.about
    hint = await told("U2", report_mistake, region.larkspur, "They moved.", ask_id="slack:C1:1.1")
    assert (await told("U2", report_mistake, region.larkspur, "They moved.")).about == hint.about
    assert (await told("U1", report_mistake, region.larkspur, "They moved.")).about != hint.about
    assert (await told("U2", report_mistake, region.larkspur, "They closed.")).about != hint.about
    assert len(await store.read(open_proposals)) == 4
    assert len(await store.read(open_proposals, limit=2)) == 2


async def test_nobody_can_flood_the_queue(store: Store, region: Region, told: Any) -> None:
    for number in range(MOST_OPEN):
        assert (await told("U2", report_mistake, region.larkspur, f"Wrong in {number} ways")).done
    answer = await told("U2", report_mistake, region.larkspur, "Once more")
    assert not answer.done
    assert "wait for the staff" in answer.text
    assert (await told("U1", report_mistake, region.larkspur, "Me too")).done


async def test_others_may_report_but_neither_edit_confirm_nor_decide(
    store: Store, region: Region, told: Any
) -> None:
    made = await told("U1", propose, region.larkspur, {"summary": "Ours."})
    for attempt in (
        await told("U2", propose, region.larkspur, {"summary": "Mine."}),
        await told("U9", propose, region.larkspur, {"summary": "Mine."}),
        await told("U2", confirm, region.larkspur),
        await told("U1", approve, made.about),
        await told("U9", decline, made.about),
    ):
        assert not attempt.done
    assert (await entry(store, region.larkspur)).summary == "Makes viral vectors."
    refused = [(actor, action) for actor, action, _ in await actions(store)][1:]
    assert refused == [
        (actor, "refused") for actor in ("person:2", "slack:U9", "person:2", "person:1", "slack:U9")
    ]
    assert (await told("U9", report_mistake, region.larkspur, "Wrong")).done


async def test_strangers_by_mail_report_nothing(store: Store, region: Region, now: datetime) -> None:
    act = Act(Stranger(), Medium.EMAIL, "mail:1", house_with(), now)
    assert not (await store.write(report_mistake, region.larkspur, "Wrong", act)).done


async def test_whoever_is_unlinked_is_named_by_reference_and_written_no_letter(
    store: Store, region: Region, told: Any
) -> None:
    made = await told("U9", report_mistake, region.larkspur, "Wrong")
    (waiting,) = await store.read(open_proposals)
    assert (waiting.proposed_by, waiting.own) == ("slack:U9", False)
    assert "slack:U9" in waiting.proposer
    assert (await told("U3", approve, made.about)).done
    assert await store.read(letters) == []


async def test_an_unlisted_organisation_is_not_given_away(store: Store, region: Region, told: Any) -> None:
    def hide(session: Session) -> None:
        session.get_one(Organisation, region.oriel).listing = Listing.UNLISTED

    await store.write(hide)
    missing = await told("U1", report_mistake, 999, "Wrong")
    assert await told("U1", report_mistake, region.oriel, "Wrong") == missing
    assert (await told("U2", report_mistake, region.oriel, "Wrong")).done
    assert await told("U1", propose, 999, {"name": "x"}) == missing
    assert await told("U1", confirm, 999) == missing


async def test_the_machine_itself_may_decide(store: Store, region: Region, told: Any, now: datetime) -> None:
    made = await told("U1", propose, region.larkspur, {"summary": "Ours."})
    act = Act(Stranger(), Medium.TERMINAL, "terminal", house_with(Medium.SLACK), now)
    assert (await store.write(approve, made.about, act)).done
    answer = await store.write(decline, made.about, replace(act, evidence="again"))
    assert "by the staff at the machine" in answer.text


async def test_hostile_words_are_kept_within_bounds(store: Store, region: Region, told: Any) -> None:
    made = await told("U1", report_mistake, region.larkspur, HOSTILE + "x" * 100_000)
    assert (
        await told("U1", propose, region.larkspur, {"summary": HOSTILE, "town": HOSTILE, "tags": HOSTILE})
    ).done
    assert not (await told("U1", report_mistake, region.larkspur, "\x00 \u200b")).done
    report, edit = await store.read(open_proposals)
    assert len(report.words) == LONGEST_WORDS
    assert "\x00" not in report.words
    assert (await told("U3", decline, made.about, note=HOSTILE * 5_000)).done
    assert (await told("U3", approve, edit.id)).done
    assert (await entry(store, region.larkspur)).summary.startswith("<!channel>")
    kept = await store.read(lambda session: session.get_one(Proposal, made.about).note)
    assert len(kept) == LONGEST_WORDS

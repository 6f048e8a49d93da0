"""Who is not listed is not there: answers are those of a directory that never knew them, to the last letter."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.json_answers import as_json
from store.directory import next_revision
from store.kinds import Listing, Medium
from store.models import Organisation, Person
from store.people import Stranger
from store.search.abbreviations import spelt_out
from store.search.live import LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import NOW, add_golden_region, add_person
from tests.factories import add_organisation as add
from tests.store.search.region import near, within

SECRETS = ("quillwort", "aspergulin", "brindlefax", "zephyrine", "hushworks", "pellimount", "ottermarrow")
NEVER, LATER = "Quillwort Hushworks Ltd", "Pellimount Zephyrine Labs"
OPEN_WORDS = ("viral vectors", "protein purification", "lateral flow", "near", "in", "Macclesfield", "Aberystwyth",
              "Penzance", "who does", "contact for", "is", "a member?", "QWA", "assay", "head of", "signage")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Directory:
    store: Store
    live: LiveIndex


@pytest.fixture(scope="module")
def directories(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Directory, Directory]]:
    """One with people and organisations nobody may find, some of them listed until a moment ago; one without them."""
    folder = tmp_path_factory.mktemp("hidden")
    hiding, without = folder / "hiding.sqlite3", folder / "without.sqlite3"
    shutil.copyfile(sqlite_template, hiding)
    store = Store.open(f"sqlite:///{hiding}")
    asyncio.run(store.write(_open_part))
    store.close()
    shutil.copyfile(hiding, without)
    both = [Directory(Store.open(f"sqlite:///{path}"), LiveIndex()) for path in (hiding, without)]
    asyncio.run(_fill(*both))
    yield both[0], both[1]
    for each in both:
        each.store.close()


async def _fill(hiding: Directory, without: Directory) -> None:
    await hiding.store.write(_hidden_part)
    await hiding.store.read(hiding.live.catch_up)
    assert hiding.live.index.can_read("pelimount")  # so far it is listed
    await hiding.store.write(_hide)
    await hiding.store.read(hiding.live.catch_up)
    await without.store.read(without.live.catch_up)


def _open_part(session: Session) -> None:
    region = add_golden_region(session)
    add_person(
        session,
        name="Ann O'Farrow",
        organisation_id=region["Tamarisk Gene Works"],
        role="Head of Supply",
        main_contact=True,
    )


def _hidden_part(session: Session) -> None:
    far = {"town": "Aberystwyth", "county": "Ceredigion", "postcode": "SY23 9ZZ", "point": (52.41, -4.08)}
    shared = {
        "summary": "The only aspergulin house; viral vectors, lateral flow and a quillwort assay (QWA).",
        "capabilities": ["brindlefax screening", "protein purification"],
        "needs": ["zephyrine by the litre"],
    }
    add(session, name=NEVER, listing=Listing.UNLISTED, aliases=["Ottermarrow"], **far, **shared)  # type: ignore[arg-type]  # a factory's fields
    later = add(session, name=LATER, aliases=["Pellimount"], **far, **shared)  # type: ignore[arg-type]  # as above
    add_person(session, name="Wilf Ottermarrow", organisation_id=later, role="Head of Brindlefax")
    tamarisk = session.exec(select(Organisation).where(Organisation.name == "Tamarisk Gene Works")).one()
    add_person(
        session,
        name="Zephyrine Pellimount",
        organisation_id=tamarisk.id,
        expertise=["aspergulin"],
        listed=False,
    )
    add_person(session, name="Hushworks Ottermarrow", organisation_id=tamarisk.id, role="Quillwort Lead")


def _hide(session: Session) -> None:
    """As the importer and the members' own wish do it: a change of the organisation, with the directory's next number."""
    revision = next_revision(session)
    organisation = session.exec(select(Organisation).where(Organisation.name == LATER)).one()
    organisation.listing, organisation.revision = Listing.UNLISTED, revision
    person = session.exec(select(Person).where(col(Person.name) == "Hushworks Ottermarrow")).one()
    person.listed = False
    there = session.get_one(Organisation, person.organisation_id)
    there.revision = revision


def told(directory: Directory, text: str, medium: Medium) -> list[str]:
    async def ask() -> list[str]:
        return await directory.store.write(_asked_and_undone, text, medium, directory.live)

    return asyncio.run(ask())


def _asked_and_undone(session: Session, text: str, medium: Medium, live: LiveIndex) -> list[str]:
    """The answer, with who is there to talk to; the steps of the search; and who is known by such a name."""
    undone = session.begin_nested()
    try:
        given = [
            answer(session, Ask(f"a{at}", Stranger(), said, medium, "talk"), index=live.index, now=NOW)
            for at, said in enumerate((text, "who there?"))
        ]
    finally:
        undone.rollback()
    names = live.index.find_names(text, looked_up=True)
    return [
        *(json.dumps(as_json(each)) for each in given),
        repr(live.index.explain(Wanted(text), today=NOW.date())),
        repr(names),
    ]


def _slip(word: str, at: int) -> str:
    return word[: at % len(word)] + word[at % len(word) + 1 :]


words = st.one_of(
    st.sampled_from(SECRETS),
    st.builds(_slip, st.sampled_from(SECRETS), st.integers(1, 9)),
    st.sampled_from(OPEN_WORDS),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(words, min_size=1, max_size=6).map(" ".join), st.sampled_from([Medium.SLACK, Medium.EMAIL]))
@example("contact for Pellimount Zephyrine", Medium.SLACK)
@example("Wilf Ottermarrow", Medium.SLACK)
@example("viral vectors in Aberystwyth", Medium.EMAIL)
@example("asperguline quilwort assays near Aberystwyth", Medium.SLACK)
def test_an_ask_is_answered_as_if_the_hidden_had_never_been(
    directories: tuple[Directory, Directory], text: str, medium: Medium
) -> None:
    hiding, without = directories
    given = told(hiding, text, medium)
    assert given == told(without, text, medium)
    assert NEVER not in "".join(given)
    assert LATER not in "".join(given)


def test_no_word_place_or_abbreviation_of_the_hidden_is_known(
    directories: tuple[Directory, Directory],
) -> None:
    hiding, without = (each.live.index for each in directories)
    assert list(hiding.entries()) == list(without.entries())
    for word in SECRETS:
        assert not hiding.knows(word)
        slips = [_slip(word, at) for at in range(1, len(word))]
        assert [hiding.can_read(slip) for slip in slips] == [without.can_read(slip) for slip in slips]
    for place in (within("Aberystwyth"), near("Aberystwyth"), within("Ceredigion")):
        assert not hiding.has_anyone_in(place)
    assert spelt_out(hiding.entries(), hiding.lexicon) == spelt_out(without.entries(), without.lexicon) == ()

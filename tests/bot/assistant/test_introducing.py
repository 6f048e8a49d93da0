"""An ask becomes a request for an introduction: for members, to whom they surely mean, with why it fits."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.answering import answer, show
from bot.assistant.messages import Answer, Ask, Introduced, Matches, OneOrganisation, PeopleThere, Unclear
from bot.assistant.wording import put_in_words
from bot.cli.json_answers import as_json
from store.kinds import Medium
from store.models import AuditEntry, Introduction, IntroductionParty, Organisation
from store.people import Asker, Stranger, by_address
from store.search.live import LiveIndex
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_golden_region, add_organisation, add_person

MEMBER = "alice@firm.example"


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    firm = add_organisation(session, name="Marsh Biologics")
    add_organisation(session, name="Larkspur Imaging")
    add_person(session, name="Alice Marsh", addresses=[MEMBER], organisation_id=firm)
    add_person(
        session, name="Ivo Lark", role="Founder", organisation_id=region["Larkspur Vectors Ltd"], addresses=["ivo@lark.example"]
    )  # fmt: skip


class Talk:
    """One conversation with the assistant, by a member unless another asks."""

    def __init__(self, store: Store) -> None:
        self._store, self._live, self._count = store, LiveIndex(), 0

    async def say(self, text: str, *, asker: Asker | None = None, medium: Medium = Medium.SLACK) -> Answer:
        self._count += 1
        number = self._count

        def asked(session: Session) -> Answer:
            who = asker or by_address(session, MEMBER)
            ask = Ask(f"a{number}", who, text, medium, "talk")
            return answer(session, ask, index=self._live.index, now=NOW + timedelta(minutes=number))

        await self._store.read(self._live.catch_up)
        return await self._store.write(asked)

    async def show(self, ask_id: str) -> Answer:
        return await self._store.write(show, ask_id, first=1, last=1, index=self._live.index)

    async def requests(self) -> list[tuple[str, str, str | None]]:
        return await self._store.read(requests)


def requests(session: Session) -> list[tuple[str, str, str | None]]:
    return [(row.seeks, row.reason, row.ask_id) for row in session.exec(select(Introduction))]


@pytest.fixture
async def talk(sqlite_store: Store) -> Talk:
    await sqlite_store.write(furnish)
    return Talk(sqlite_store)


async def test_a_number_of_the_list_is_asked_for_with_why_it_fits(talk: Talk) -> None:
    found = await talk.say("viral vectors near Macclesfield")
    assert "introduce 1" in put_in_words(found).next_words
    given = await talk.say("introduce me to 1: 200 L of AAV by June")
    assert isinstance(given, Introduced)
    assert given.told.done
    assert given.hit is not None
    assert given.hit.name == "Larkspur Vectors Ltd"
    ((seeks, reason, ask_id),) = await talk.requests()
    assert (seeks, ask_id) == ("200 L of AAV by June", "a1")
    assert reason.startswith("asked for “viral vectors · near Macclesfield”; Larkspur Vectors Ltd: “")
    told = as_json(given)
    assert (told["kind"], told["text"]) == ("introduction", given.told.text)
    assert told["introduction"] == {"done": True, "id": given.told.about}
    assert [hit["name"] for hit in told["hits"]] == ["Larkspur Vectors Ltd"]


async def test_the_list_keeps_its_numbers_when_the_directory_changes(talk: Talk, sqlite_store: Store) -> None:
    found = await talk.say("viral vectors")
    assert isinstance(found, Matches)
    gone, stays = found.hits[0].id, found.hits[1].name

    def leave(session: Session) -> None:
        for party in session.exec(select(IntroductionParty)):
            session.delete(party)
        organisation = session.get(Organisation, gone)
        assert organisation is not None
        session.delete(organisation)

    await sqlite_store.write(leave)
    second = await talk.say("introduce 2")
    assert isinstance(second, Introduced)
    assert second.hit is not None
    assert second.hit.name == stays
    first = await talk.say("introduce 1")
    assert isinstance(first, Introduced)
    assert not first.told.done
    assert "not in the directory any more" in first.told.text


async def test_a_name_is_asked_for_and_one_that_several_have_is_shown_first(talk: Talk) -> None:
    sure = await talk.say("introduce me to Tamarisk Gene Works about plasmids")
    assert isinstance(sure, Introduced)
    assert sure.told.done
    unsure = await talk.say("introduce me to Larkspur")
    assert isinstance(unsure, OneOrganisation)
    assert "introduce 1" in put_in_words(unsure).next_words
    chosen = await talk.say("introduce 1")
    assert isinstance(chosen, Introduced)
    assert [seeks for seeks, _, _ in await talk.requests()] == ["plasmids", ""]
    assert [reason for _, reason, _ in await talk.requests()] == ["", ""]


async def test_a_person_is_asked_for_by_name(talk: Talk, sqlite_store: Store) -> None:
    given = await talk.say("please introduce me to Ivo Lark")
    assert isinstance(given, Introduced)
    party = await sqlite_store.read(lambda s: s.exec(select(IntroductionParty.person_id)).all())
    assert len(set(party)) == 2
    assert None not in party


async def test_introduce_me_means_the_only_one_and_else_which_is_asked(talk: Talk) -> None:
    assert isinstance(await talk.say("introduce me"), Unclear)
    await talk.say("viral vectors")
    which = await talk.say("introduce me")
    assert isinstance(which, Unclear)
    assert "introduce 1" in which.why
    assert isinstance(await talk.say("introduce 40"), Unclear)
    await talk.say("tell me about Tamarisk Gene Works")
    assert isinstance(await talk.say("introduce me"), Introduced)
    assert isinstance(await talk.say("introduce me to 1 and 2"), Unclear)


@pytest.mark.parametrize("medium", list(Medium))
async def test_strangers_are_told_kindly_and_offered_nothing(
    talk: Talk, sqlite_store: Store, medium: Medium
) -> None:
    found = await talk.say("viral vectors", asker=Stranger(), medium=medium)
    assert "introduce 1" not in put_in_words(found).next_words
    for wish in ("introduce 1", "introduce me to Tamarisk Gene Works"):
        given = await talk.say(wish, asker=Stranger(), medium=medium)
        assert isinstance(given, Introduced)
        assert not given.told.done
        assert "for members" in given.told.text
    assert await talk.requests() == []
    refused = await sqlite_store.read(lambda s: s.exec(select(AuditEntry.action)).all())
    assert refused == ["refused", "refused"]


async def test_people_and_further_pages_offer_it_to_members_alone(talk: Talk) -> None:
    await talk.say("viral vectors")
    people = await talk.say("who at 1?")
    assert isinstance(people, PeopleThere)
    assert put_in_words(people).next_words == ("introduce 1",)
    assert "introduce 1" in put_in_words(await talk.show("a1")).next_words
    await talk.say("lateral flow tests", asker=Stranger())
    assert "introduce 1" not in put_in_words(await talk.show("a3")).next_words

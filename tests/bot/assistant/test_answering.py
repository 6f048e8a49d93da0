"""What an ask comes to, on both databases: hits frozen for follow-ups, rights kept, nobody shown who is not listed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.answering import answer, give_feedback, show
from bot.assistant.messages import (
    Answer,
    Ask,
    Events,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    PeopleThere,
    Stopped,
    Unclear,
)
from store.directory import next_revision
from store.kinds import Listing, Medium, OrganisationKind, Verdict
from store.models import AskRecord, Feedback, Organisation, Person
from store.people import Stranger, by_address
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import add_event, add_golden_region, add_organisation, add_person

ASKED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
async def live(store: Store) -> LiveIndex:
    region = await store.write(add_golden_region)
    larkspur = region["Larkspur Vectors Ltd"]
    await store.write(
        add_person, name="Ana Ortiz", role="Founder", organisation_id=larkspur, addresses=["ana@l.example"]
    )
    await store.write(add_person, name="Hidden Hamish", organisation_id=larkspur, listed=False)
    return LiveIndex()


class Talk:
    """One conversation, an ask after another."""

    def __init__(self, store: Store, live: LiveIndex, *, medium: Medium = Medium.SLACK) -> None:
        self.store, self.live, self.medium, self.count = store, live, medium, 0
        self.address = ""

    async def ask(self, text: str, *, page: int = 5) -> Answer:
        self.count += 1
        await self.store.read(self.live.catch_up)
        asker = await self.store.read(by_address, self.address) if self.address else Stranger()
        ask = Ask(f"t:{self.medium}:{self.count}", asker, text, self.medium, f"t:{self.medium}", page)
        at = ASKED_AT + timedelta(seconds=self.count)
        return await self.store.write(answer, ask, index=self.live.index, now=at)


async def test_more_goes_on_where_the_list_stopped_and_then_says_so(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    first = await talk.ask("viral vectors", page=1)
    assert isinstance(first, Matches)
    assert (len(first.hits), first.total) == (1, 2)
    second = await talk.ask("more", page=1)
    assert isinstance(second, Matches)
    assert (second.first, second.hits[0].name) == (2, "Tamarisk Gene Works")
    assert second.hits[0].reasons
    assert isinstance(await talk.ask("more", page=1), Unclear)


async def test_follow_ups_to_nothing_ask_back(store: Store, live: LiveIndex) -> None:
    for words in ("more", "who there?"):
        assert isinstance(await Talk(store, live).ask(words), Unclear)


async def test_a_narrower_ask_keeps_the_topic(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    await talk.ask("viral vectors")
    narrowed = await talk.ask("only in Manchester")
    assert isinstance(narrowed, Matches)
    assert [hit.name for hit in narrowed.hits] == ["Tamarisk Gene Works"]
    assert narrowed.understood.wanted.topic == "viral vectors"


async def test_what_is_missed_is_recorded(store: Store, live: LiveIndex) -> None:
    assert isinstance(await Talk(store, live).ask("falconry displays"), NoMatch)
    assert await store.read(lambda s: s.exec(select(AskRecord.missed)).all()) == [True]


async def test_people_are_shown_to_members_and_in_the_house_but_not_to_strangers_by_mail(
    store: Store, live: LiveIndex
) -> None:
    stranger, member, house = (
        Talk(store, live, medium=Medium.EMAIL),
        Talk(store, live, medium=Medium.WEB),
        Talk(store, live),
    )
    member.address = "ANA@l.example"
    for talk, sees in ((stranger, False), (member, True), (house, True)):
        about = await talk.ask("tell me about Larkspur Vectors")
        assert isinstance(about, OneOrganisation)
        assert [person.name for person in about.people] == (["Ana Ortiz"] if sees else [])
        there = await talk.ask("who there?")
        assert isinstance(there, PeopleThere)
        assert there.hidden is not sees
        found = await talk.ask("contact for Ana Ortiz")
        assert isinstance(found, OneOrganisation if sees else NobodyOfThatName)


async def test_who_opted_out_is_nowhere(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    assert isinstance(await talk.ask("contact for Hidden Hamish"), NobodyOfThatName)
    secret = await store.write(add_organisation, name="Quiet Quokka Labs", capabilities=["quokka cloning"])
    assert isinstance(await talk.ask("quokka cloning"), Matches)

    def hide(session: Session) -> None:
        row = session.get_one(Organisation, secret)
        row.listing, row.revision = Listing.UNLISTED, next_revision(session)

    await store.write(hide)
    assert isinstance(await talk.ask("quokka cloning"), NoMatch)
    assert isinstance(await talk.ask("tell me about Quiet Quokka Labs"), NobodyOfThatName)


async def test_an_organisation_that_left_is_left_out_of_its_list(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    first = await talk.ask("viral vectors", page=1)
    assert isinstance(first, Matches)

    def leave(session: Session) -> None:
        for row in session.exec(select(Organisation).where(Organisation.name == "Tamarisk Gene Works")):
            row.listing, row.revision = Listing.UNLISTED, next_revision(session)

    await store.write(leave)
    assert isinstance(await talk.ask("more", page=1), Unclear)


async def test_positions_outside_the_list_are_told_its_ends(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    await talk.ask("viral vectors")
    reply = await talk.ask("who at 9?")
    assert isinstance(reply, Unclear)
    assert "from 1 to 2" in reply.why


async def test_stop_is_noted_for_a_member(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live, medium=Medium.EMAIL)
    talk.address = "ana@l.example"
    assert await talk.ask("stop") == Stopped("t:email:1", known=True)
    kept = await store.read(
        lambda s: s.exec(select(Person.newsletters).where(Person.name == "Ana Ortiz")).one()
    )
    assert kept is False


async def test_events_of_a_month_or_what_is_coming_otherwise(store: Store, live: LiveIndex) -> None:
    await store.write(add_event, title="Spring evening", starts_at=datetime(2027, 3, 9, 18, tzinfo=UTC))
    await store.write(add_event, title="Summer evening", starts_at=datetime(2027, 6, 9, 18, tzinfo=UTC))
    talk = Talk(store, live)
    for words, titles, meant in (
        ("what's on in June?", ["Summer evening"], True),
        ("events in May", ["Spring evening", "Summer evening"], False),
        ("when is the next networking event?", ["Spring evening", "Summer evening"], True),
        ("when is the awards dinner?", ["Spring evening", "Summer evening"], False),
    ):
        reply = await talk.ask(words)
        assert isinstance(reply, Events)
        assert ([event.title for event in reply.events], reply.meant) == (titles, meant)


async def test_a_page_of_an_earlier_list_and_a_verdict_on_it(store: Store, live: LiveIndex) -> None:
    first = await Talk(store, live).ask("viral vectors", page=1)
    page = await store.write(show, first.ask_id, first=2, last=2, index=live.index)
    assert isinstance(page, Matches)
    assert page.hits[0].name == "Tamarisk Gene Works"
    assert isinstance(await store.write(show, "unknown", first=1, last=5, index=live.index), Unclear)
    for verdict in (Verdict.USEFUL, Verdict.NOT_USEFUL):
        assert await store.write(give_feedback, first.ask_id, actor="slack:U1", verdict=verdict, now=ASKED_AT)
    assert await store.read(lambda s: s.exec(select(Feedback.verdict)).all()) == [Verdict.NOT_USEFUL]
    assert not await store.write(give_feedback, "unknown", actor="a", verdict=Verdict.USEFUL, now=ASKED_AT)


async def test_the_same_message_again_is_one_ask_with_the_same_answer(store: Store, live: LiveIndex) -> None:
    await store.read(live.catch_up)
    ask = Ask("m:1", Stranger(), "viral\x00 vectors \ud800", Medium.EMAIL, "m:1")
    first = await store.write(answer, ask, index=live.index, now=ASKED_AT)
    again = await store.write(answer, ask, index=live.index, now=ASKED_AT + timedelta(minutes=5))
    assert first == again
    assert len(await store.read(lambda s: s.exec(select(AskRecord.id)).all())) == 1
    other = await store.write(answer, replace(ask, id="m:2"), index=live.index, now=ASKED_AT)
    assert isinstance(other, Matches)


async def test_an_empty_directory_says_so_and_counts_no_gap(store: Store) -> None:
    reply = await Talk(store, LiveIndex()).ask("antibody discovery")
    assert isinstance(reply, Unclear)
    assert "whodoes import" in reply.why
    assert await store.read(lambda s: s.exec(select(AskRecord.missed)).all()) == [False]


async def test_who_at_two_keeps_the_number_of_its_list(store: Store, live: LiveIndex) -> None:
    talk = Talk(store, live)
    await talk.ask("viral vectors")
    there = await talk.ask("who at 2?")
    assert isinstance(there, PeopleThere)
    assert there.first == 2


async def test_a_bare_kind_is_a_new_question_and_only_a_kind_narrows_the_old_one(
    store: Store, live: LiveIndex
) -> None:
    await store.write(
        add_organisation, name="Fell Angels", kind=OrganisationKind.INVESTOR, summary="Seed money."
    )
    talk = Talk(store, live)
    await talk.ask("viral vectors")
    fresh = await talk.ask("investors")
    assert isinstance(fresh, Matches)
    assert [hit.name for hit in fresh.hits] == ["Fell Angels"]
    assert fresh.understood.wanted.topic == ""


async def test_contract_manufacturers_are_asked_for_as_that(store: Store, live: LiveIndex) -> None:
    found = await Talk(store, live).ask("contract manufacturers in Cheshire")
    assert isinstance(found, Matches)
    assert found.understood.wanted.topic == "contract manufacturers"
    assert found.hits[0].name == "Larkspur Vectors Ltd"

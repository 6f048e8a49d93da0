"""Judging in words, over any medium; who is whom among nominees; and what staff are told when something cannot be."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from bot.assistant.acting import Told
from bot.assistant.awards.deciding import decide_winner, decided, merge, shortlist
from bot.assistant.awards.judging import bench, invite_judge, judges_now, remove_judge, score
from bot.assistant.awards.naming import Several, nominee_named, organisation_nominee
from bot.assistant.awards.planning import CategoryWords, add_category, change_category, set_times
from store.directory import next_revision
from store.kinds import EventState, Listing, Medium
from store.models import Organisation
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.assistant.awards.dinner import (
    CLOSES,
    GAZETTEER,
    STARTS,
    act,
    asking,
    furnish,
    in_full,
    the_event,
)
from tests.bot.assistant.plain_carrier import house_with, letters
from tests.factories import NOW, add_organisation, add_person


def nominate(session: Session) -> None:
    furnish(session)
    asking(session, "nominate Oriel Protein Services for Best Start-up: because they care", by=2)
    asking(session, "nominate Larkspur Vectors for Best Start-up", by=3)


async def test_a_judge_asks_for_the_entries_and_scores_in_words(store: Store) -> None:
    def judge(session: Session) -> None:
        nominate(session)
        assert "not among the judges" in asking(session, "judging", by=1).lead
        assert "not among the judges" in asking(session, "score 2: 4", by=1).lead
        assert invite_judge(session, 1, 1, act(session, 4)).done
        seen = asking(session, "what do I have to judge?", by=1)
        assert "1 left for you to score; judging closes on Friday 5 March 2027, 19:00" in seen.lead
        assert (
            "1: Oriel Protein Services | Best Start-up · of your own organisation: left to the others"
            in in_full(seen)
        )
        assert "Ben" not in in_full(seen)
        assert seen.offers == ("judge:1",)
        assert seen.next_words == ("score 2: 4 because …",)
        assert "2 of 5" in asking(session, "score 2: 2 because too soon", by=1).lead
        assert "4 of 5, changed" in asking(session, "please score 2 4", by=1).lead
        assert "your own" in asking(session, "score 1: 5", by=1).lead
        assert "from 1 to 5" in asking(session, "score 2: 9", by=1).lead
        assert "Nothing is nominated" in asking(session, "score 77: 3", by=1).lead
        assert "you gave 4 of 5" in in_full(asking(session, "my scores", by=1))
        for aloud in ("judging", "score 2: 1"):
            assert "eyes alone" in asking(session, aloud, by=1, overheard=True).lead
        assert "judging closed" in asking(session, "judging", by=1, now=STARTS).lead
        assert "Judging closed" in asking(session, "score 2: 1", by=1, now=STARTS).lead
        assert asking(session, "awards", by=1).offers == ("nominate:1", "judge:1")
        assert asking(session, "awards", by=4).offers == ("nominate:1", "run:1")
        assert asking(session, "awards", by=4, overheard=True).offers == ("nominate:1",)
        assert asking(session, "awards").offers == ()

    await store.write(judge)


async def test_whoever_is_to_judge_is_told_so_once(sqlite_store: Store) -> None:
    def invite(session: Session) -> None:
        furnish(session)
        staff = replace(act(session, 4), house=house_with(Medium.EMAIL))
        assert "They are told." in invite_judge(session, 1, 1, staff).text
        remove_judge(session, 1, 1, staff)
        invite_judge(session, 1, 1, staff)
        ((medium, to, text),) = letters(session)
        assert (medium, to) == ("email", "ada@dinner.example")
        assert "asks you to be a judge of Region's Awards" in text
        assert "please do" in invite_judge(session, 1, 2, act(session, 4)).text

    await sqlite_store.write(invite)


async def test_judges_come_and_go_and_score_only_what_there_is(sqlite_store: Store) -> None:
    def judge(session: Session) -> None:
        nominate(session)
        staff = act(session, 4)
        assert "no judge" in remove_judge(session, 1, 1, staff).text
        assert "no such person" in invite_judge(session, 1, 99, staff).text
        assert invite_judge(session, 1, 3, staff).done
        assert "no score" in remove_judge(session, 1, 3, staff).text
        assert isinstance(bench(session, 1, act(session, 3)), Told)
        assert judges_now(session, act(session, 3).by, now=NOW) is None
        assert judges_now(session, Stranger(), now=NOW) is None
        assert invite_judge(session, 1, 3, staff).done
        assert score(session, 2, 3, "x", act(session, 3)).done
        assert "2,001 characters" in score(session, 2, 3, "x" * 2001, act(session, 3)).text
        assert "score no longer counts" in remove_judge(session, 1, 3, staff).text
        asking(session, "withdraw my nomination", by=3)
        invite_judge(session, 1, 3, staff)
        assert "Nothing is nominated" in score(session, 2, 3, "", act(session, 3)).text
        assert "taken back" in decide_winner(session, 2, act(session, 5)).text
        late = act(session, 4, now=STARTS)
        assert "Judging closed" in invite_judge(session, 1, 2, late).text
        assert not invite_judge(session, 1, 2, act(session, 1)).done
        assert not remove_judge(session, 1, 2, act(session, 1)).done

    await sqlite_store.write(judge)


async def test_a_winner_takes_the_place_of_another_unless_they_share(store: Store) -> None:
    def decide(session: Session) -> None:
        nominate(session)
        amy = act(session, 5)
        decide_winner(session, 1, amy)
        decide_winner(session, 2, amy)
        assert decided(session, 1, amy) == (("Best Start-up", ("Larkspur Vectors Ltd",)), ("Rising Star", ()))
        decide_winner(session, 1, amy, shared=True)
        seen = decided(session, 1, amy)
        assert not isinstance(seen, Told)
        assert seen[0][1] == ("Larkspur Vectors Ltd", "Oriel Protein Services")
        assert merge(session, 1, 2, act(session, 4)).done
        assert decided(session, 1, amy) == (("Best Start-up", ("Larkspur Vectors Ltd",)), ("Rising Star", ()))
        assert set_times(session, 1, {"winners_at": NOW, "shortlist_at": NOW}, amy).done
        assert "It is public" in decide_winner(session, 2, amy).text
        assert "It is public" in shortlist(session, 1, [2], act(session, 4)).text
        for told in (
            shortlist(session, 99, [], act(session, 4)), merge(session, 99, 1, act(session, 4)),
            merge(session, 2, 1, act(session, 1)), shortlist(session, 1, [], act(session, 1)),
        ):  # fmt: skip
            assert not told.done

    await store.write(decide)


async def test_who_is_not_listed_is_nominated_only_as_they_were_written(sqlite_store: Store) -> None:
    def name(session: Session) -> None:
        furnish(session)
        hidden = session.get(Organisation, 1)
        assert hidden is not None
        hidden.listing, hidden.revision = Listing.UNLISTED, next_revision(session)
        twin = add_organisation(session, name="Twin Labs")
        add_person(session, name="Eve Holt", organisation_id=twin)
        add_person(session, name="Eve Holt", organisation_id=2)
        add_person(session, name="Dora Quill", organisation_id=twin, listed=False)
        session.add(hidden)
        session.flush()
        live = LiveIndex(GAZETTEER)
        live.catch_up(session)
        assert organisation_nominee(session, 1) is None
        assert organisation_nominee(session, 99) is None
        found = nominee_named(session, live.index, "oriel protein services", people=True)
        assert not isinstance(found, Several)
        assert found is not None
        assert (found.name, found.organisation_id) == ("oriel protein services", 1)
        person = nominee_named(session, live.index, "dora quill", people=True)
        assert not isinstance(person, Several)
        assert person is not None
        assert (person.name, person.organisation_id) == ("dora quill", twin)
        both = nominee_named(session, live.index, "Eve Holt", people=True)
        assert both == Several(("Eve Holt, Larkspur Vectors Ltd", "Eve Holt, Twin Labs"))
        asked = asking(session, "nominate Eve Holt for Rising Star", by=3)
        assert (
            "Which of them do you nominate for Rising Star: Eve Holt, Larkspur Vectors Ltd or" in asked.lead
        )
        assert "is nominated" in asking(session, "nominate Eve Holt, Twin Labs for Rising Star", by=3).lead
        label = nominee_named(session, live.index, "Zed Moss of Larkspur Vectors Ltd", people=True)
        assert not isinstance(label, Several)
        assert label is not None
        assert (label.name, label.organisation_id, label.person_id) == (
            "Zed Moss of Larkspur Vectors Ltd",
            2,
            None,
        )

    await sqlite_store.write(name)


async def test_what_categories_and_times_cannot_be_is_said(sqlite_store: Store) -> None:
    def plan(session: Session) -> None:
        furnish(session)
        staff, index = act(session, 4), LiveIndex(GAZETTEER).index
        long = change_category(session, 1, CategoryWords(description="x" * 4001), staff, index)
        assert "longer than 4,000" in long.text
        assert (
            "longer than 300"
            in change_category(session, 1, CategoryWords(sponsor="x" * 301), staff, index).text
        )
        assert not change_category(session, 99, CategoryWords("x"), staff, index).done
        assert not change_category(session, 1, CategoryWords("x"), act(session, 1), index).done
        assert "have no lunch" in set_times(session, 1, {"lunch": NOW}, staff).text
        opens = set_times(session, 1, {"nominations_from": CLOSES - timedelta(days=1)}, staff)
        assert opens.done
        early = asking(session, "nominate Ada Finch for Rising Star", by=2)
        assert "open on Thursday 4 February 2027, 17:00" in early.lead
        assert "open on" in asking(session, "how can I nominate somebody?").lead
        for number in range(3, 51):
            assert add_category(session, 1, CategoryWords(f"Category {number}"), staff, index).done
        assert "are the most" in add_category(session, 1, CategoryWords("One more"), staff, index).text
        event = the_event(session)
        event.state = EventState.CANCELLED
        session.add(event)
        session.flush()
        assert "is cancelled" in add_category(session, 1, CategoryWords("x"), staff, index).text

    await sqlite_store.write(plan)

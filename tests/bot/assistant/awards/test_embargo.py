"""Winners and shortlists: not a word before their time, in no answer; after it everybody may know."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.acting import Told
from bot.assistant.awards.deciding import decide_winner, decided, nominators, shortlist, standing
from bot.assistant.awards.planning import remove_category, set_times
from store.awards.listing import categories
from store.kinds import EventState, Medium
from store.models import AuditEntry, AwardEntry
from store.store import Store
from tests.bot.assistant.awards.dinner import TOLD_AT, act, asking, furnish, in_full, the_event
from tests.factories import NOW

ASKS = (
    "who won the awards?", "who won Best Start-up?", "Who has won the Best Startup award", "the winners please",
    "who are the award winners", "winner of Best Start-up", "who won the 2027 awards?", "who is Ada Finch?",
    "tell me about Oriel Protein Services", "events", "awards", "who is shortlisted for Best Start-up?", "award categories",
    "my nominations", "judging", "which company won Rising Star?",
)  # fmt: skip
JUST_BEFORE = TOLD_AT - timedelta(microseconds=1)


def decide(session: Session) -> None:
    furnish(session)
    asking(session, "nominate Oriel Protein Services for Best Start-up: because", by=2)
    asking(session, "nominate Larkspur Vectors Ltd for Rising Star", by=1)
    assert decide_winner(session, 1, act(session, 5)).done


def everything(session: Session, *, by: int | None, medium: Medium) -> list[str]:
    return [in_full(asking(session, text, by=by, now=JUST_BEFORE, medium=medium)) for text in ASKS]


async def test_before_the_time_every_answer_is_as_if_nobody_had_won(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        for by, medium in ((None, Medium.TERMINAL), (1, Medium.EMAIL), (4, Medium.SLACK)):
            with_winner = everything(session, by=by, medium=medium)
            winner = session.get(AwardEntry, 1)
            assert winner is not None
            winner.won_at = None
            session.add(winner)
            session.flush()
            assert everything(session, by=by, medium=medium) == with_winner
            winner.won_at = NOW
            session.add(winner)
            session.flush()

    await sqlite_store.write(ask)


@pytest.mark.parametrize("medium", [Medium.SLACK, Medium.EMAIL, Medium.TERMINAL])
async def test_after_it_everybody_is_told_who_won(store: Store, medium: Medium) -> None:
    def ask(session: Session) -> None:
        decide(session)
        before = asking(session, "who won Best Start-up?", now=JUST_BEFORE, medium=medium).lead
        assert before == "The winners of Region's Awards have not been made known yet."
        told = asking(session, "Who won Best Start-up?", now=TOLD_AT, medium=medium).lead
        assert told == "Oriel Protein Services won Best Start-up at Region's Awards, 2027."
        listed = asking(session, "who won the awards?", now=TOLD_AT, medium=medium)
        assert listed.lead == "The winners of Region's Awards, 2027:"
        assert [(each.title, each.line) for each in listed.items] == [
            ("Oriel Protein Services", "Best Start-up")
        ]
        assert "no winner of Rising Star" in asking(session, "who won Rising Star?", now=TOLD_AT).lead
        about = in_full(asking(session, "tell me about Oriel Protein Services", now=TOLD_AT, medium=medium))
        assert "Winner 2027: Best Start-up, Region's Awards" in about
        assert "no awards in 2019" in asking(session, "who won the 2019 awards?", now=TOLD_AT).lead

    await store.write(ask)


async def test_only_approvers_enter_and_see_winners_and_nominators(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        for person in (1, 4, None):
            for found in (
                decided(session, 1, act(session, person)), nominators(session, 1, act(session, person)),
                decide_winner(session, 2, act(session, person)),
                set_times(session, 1, {"winners_at": NOW}, act(session, person)),
            ):  # fmt: skip
                assert isinstance(found, Told)
                assert not found.done
        assert isinstance(standing(session, 1, act(session, 1)), Told)
        seen = decided(session, 1, act(session, 5))
        assert seen == (("Best Start-up", ("Oriel Protein Services",)), ("Rising Star", ()))
        who = nominators(session, 1, act(session, 5))
        assert not isinstance(who, Told)
        assert [each.name for each in who] == ["Ben Ode", "Ada Finch"]
        looks = [each.action for each in session.exec(select(AuditEntry))]
        assert looks.count("award.winners_seen") == 1
        assert looks.count("award.nominators_seen") == 1
        assert "refused" in looks

    await sqlite_store.write(ask)


async def test_an_embargo_is_moved_while_it_holds_and_not_after(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        later = TOLD_AT + timedelta(hours=1)
        assert set_times(session, 1, {"winners_at": later}, act(session, 5)).done
        assert "not been made known" in asking(session, "who won the awards?", now=TOLD_AT).lead
        assert (
            "is over" in set_times(session, 1, {"winners_at": NOW - timedelta(days=1)}, act(session, 5)).text
        )
        assert set_times(session, 1, {"winners_at": None}, act(session, 5)).done
        assert "not been made known" in asking(session, "who won the awards?", now=later).lead
        assert set_times(session, 1, {"winners_at": NOW}, act(session, 5)).done
        assert "The winners of" in asking(session, "who won the awards?").lead
        again = set_times(session, 1, {"winners_at": later}, act(session, 5))
        assert "cannot be unknown again" in again.text

    await sqlite_store.write(ask)


async def test_a_shortlist_is_told_from_its_own_time_on(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        first = categories(session, 1)[0]
        assert (
            "made known on Monday 1 March 2027, 21:30"
            in shortlist(session, first.id, [1], act(session, 4)).text
        )
        at = TOLD_AT.replace(day=1)
        hidden = asking(session, "who is shortlisted for Best Start-up?", now=at - timedelta(seconds=1))
        assert hidden.lead == "The shortlist of Region's Awards has not been made known yet."
        told = asking(session, "who are the finalists?", now=at)
        assert [(each.title, each.line) for each in told.items] == [
            ("Best Start-up", "Oriel Protein Services")
        ]
        assert "Nobody is shortlisted" in asking(session, "the shortlist for Rising Star", now=at).lead
        moved = set_times(session, 1, {"shortlist_at": TOLD_AT}, act(session, 4, now=at))
        assert "cannot be unknown again" in moved.text

    await sqlite_store.write(ask)


async def test_awards_that_are_called_off_tell_nothing_and_take_nothing(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        event = the_event(session)
        event.state = EventState.CANCELLED
        session.add(event)
        session.flush()
        assert "I know of no awards" in asking(session, "who won the awards?", now=TOLD_AT).lead
        assert "is cancelled" in decide_winner(session, 2, act(session, 5)).text
        assert "no awards to nominate" in asking(session, "nominate Ada Finch for Rising Star", by=2).lead

    await sqlite_store.write(ask)


async def test_a_removed_category_takes_no_winner_along(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        first, second = categories(session, 1)
        assert remove_category(session, first.id, act(session, 4), move_to=second.id).done
        assert decided(session, 1, act(session, 5)) == (("Rising Star", ()),)

    await sqlite_store.write(ask)


async def test_questions_about_other_winners_are_answered_as_before(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        decide(session)
        said = in_full(asking(session, "who won the contract for vector manufacturing?", now=TOLD_AT))
        assert "Region's Awards" not in said
        assert "categories" in asking(session, "what are the award categories?").lead

    await sqlite_store.write(ask)

"""Histories of a year in which everything happens to introductions in any order: nobody is contacted who must not be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlmodel import select

from bot.assistant.acting import Act
from bot.assistant.introductions import deciding, preferences
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.looking import mine
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.requesting import PartyRef, Wish, broker, request
from bot.assistant.letters import LetterKind
from store.kinds import IntroductionState as State
from store.kinds import Listing, Medium
from store.models import NeverWith, Organisation
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from tests.bot.assistant.introductions.histories import (
    every_step_follows,
    everything,
    nobody_is_asked_too_often,
    the_same_two_are_left_alone,
)
from tests.bot.assistant.introductions.living import FIRMS, NAMES, RULES, Living

PEOPLE, PLACES = st.integers(0, len(NAMES) - 1), st.integers(0, len(FIRMS) - 1)
ANY = st.integers(0, 99)
WORDS = ("yes", "yes", "yes", "no", "not now", "pause", "met", "not yet", "agreement", "nothing", "resume", "withdraw", "approve", "maybe")  # fmt: skip


class Histories(Living):
    @initialize(approval=st.booleans(), held=st.booleans(), quiet=st.booleans())
    def a_region_sets_its_ways(self, approval: bool, held: bool, quiet: bool) -> None:
        self.net.live_by(
            replace(
                RULES, approval=approval, handoff_hold=timedelta(hours=3 * held),
                quiet_from=18 * quiet, quiet_until=8 * quiet,
            )
        )  # fmt: skip

    # --- what people do ---

    @rule(who=PEOPLE, firm=PLACES, unnamed=st.booleans(), whom=st.none() | PEOPLE)
    def somebody_asks(self, who: int, firm: int, unnamed: bool, whom: int | None) -> None:
        person = None if whom is None else self.people[whom]
        wish = Wish(self.firms[firm], seeks="labels", reason="they fit", unnamed=unnamed, person_id=person)
        self.twice(self.people[who], lambda act: request(self.session, wish, act))

    @rule(one=PEOPLE, other=PEOPLE, firm=PLACES, by_firm=st.booleans())
    def staff_have_an_idea(self, one: int, other: int, firm: int, by_firm: bool) -> None:
        first = PartyRef(person_id=self.people[one])
        second = PartyRef(self.firms[firm]) if by_firm else PartyRef(person_id=self.people[other])
        self.twice(self.staff, lambda act: broker(self.session, first, second, reason="both", act=act))

    @precondition(lambda self: self.numbers())
    @rule(
        at=ANY, who=PEOPLE, what=st.sampled_from(["approve", "approve", "decline", "name", "edit", "assign"])
    )
    def staff_decide(self, at: int, who: int, what: str) -> None:
        number, person, session = self.number(at), self.people[who], self.session
        actions: dict[str, Callable[[Act], object]] = {
            "approve": lambda act: deciding.approve(session, number, act),
            "decline": lambda act: deciding.decline(session, number, act),
            "name": lambda act: deciding.name_person(session, number, person, act),
            "edit": lambda act: deciding.edit(session, number, deciding.Edits(seeks=f"labels {who}"), act),
            "assign": lambda act: deciding.assign(session, number, self.staff, act),
        }
        self.twice(self.staff, actions[what], noted=what == "approve")

    @precondition(lambda self: self.numbers())
    @rule(at=ANY, who=PEOPLE)
    def the_asker_takes_it_back(self, at: int, who: int) -> None:
        self.twice(self.people[who], lambda act: deciding.withdraw(self.session, self.number(at), act))

    @rule(
        who=PEOPLE,
        days=st.integers(1, 50),
        what=st.sampled_from(["off", "on", "on", "pause", "back", "back", "stop"]),
    )
    def somebody_decides_for_themselves(self, who: int, days: int, what: str) -> None:
        session = self.session
        actions: dict[str, Callable[[Act], object]] = {
            "off": lambda act: preferences.set_introductions(session, act, False),
            "on": lambda act: preferences.set_introductions(session, act, True),
            "pause": lambda act: preferences.pause(session, act, (act.now + timedelta(days=days)).date()),
            "back": lambda act: preferences.resume(session, act),
            "stop": lambda act: preferences.stop_all(session, act),
        }
        self.twice(self.people[who], actions[what])

    @precondition(lambda self: len(self.session.exec(select(NeverWith.id)).all()) < 3)
    @rule(one=PEOPLE, other=PEOPLE, firm=PLACES, by_firm=st.booleans())
    def two_must_never_meet(self, one: int, other: int, firm: int, by_firm: bool) -> None:
        which = (
            {"other_organisation_id": self.firms[firm]}
            if by_firm
            else {"other_person_id": self.people[other]}
        )
        self.twice(
            self.staff, lambda act: preferences.never_with(self.session, self.people[one], act, **which)
        )

    @rule(
        who=PEOPLE,
        firm=PLACES,
        what=st.sampled_from(["moves", "hides", "shows", "out", "in", "closes", "opens"]),
    )
    def an_import_changes_the_directory(self, who: int, firm: int, what: str) -> None:
        """Past all actions; the clock that looks every few seconds comes before any letter that waits leaves."""
        person, organisation = (
            self.net.get(self.people[who]),
            self.session.get(Organisation, self.firms[firm]),
        )
        assert organisation is not None
        match what:
            case "moves":
                person.organisation_id = self.firms[firm]
            case "hides" | "shows":
                person.listed = what == "shows"
            case "out" | "in":
                person.introductions = what == "in"
            case _:
                organisation.listing = Listing.LISTED if what == "opens" else Listing.UNLISTED
        self.commit()
        self.tick()

    @precondition(lambda self: self.net.sent)
    @rule(at=ANY, who=st.none() | PEOPLE, word=st.sampled_from(WORDS))
    def a_letter_is_answered(self, at: int, who: int | None, word: str) -> None:
        letter = self.net.sent[-1 - at % len(self.net.sent)]
        reader = letter.readers[0] if who is None else self.people[who]
        before = everything(self.session)
        told = self.twice(reader, lambda act: reply_to_letter(self.session, letter.tokens[0], word, act))
        if reader != letter.readers[0] or word == "maybe":
            assert not getattr(told, "done")  # noqa: B009 - whatever kind of action, it tells
            assert everything(self.session) == before

    @rule(who=PEOPLE, word=st.sampled_from(["yes", "no"]))
    def somebody_answers_in_their_own_list(self, who: int, word: str) -> None:
        for each in mine(self.session, self.people[who], self.net.now):
            if each.token:
                reply_to_letter(self.session, each.token, word, self.net.act(self.people[who]))
                self.commit()

    @precondition(lambda self: self.numbers())
    @rule(
        at=ANY, who=PEOPLE, stage=st.sampled_from([State.MET, State.IN_TALKS, State.PROJECT, State.NOTHING])
    )
    def somebody_tells_what_came_of_it(self, at: int, who: int, stage: State) -> None:
        number = self.number(at)
        self.twice(
            self.people[who], lambda act: report_outcome(self.session, number, stage, act, Details(pounds=9))
        )

    # --- what time and the post do ---

    @rule(hours=st.sampled_from([1, 4, 13, 30, 24 * 5, 24 * 11, 24 * 15, 24 * 40, 24 * 95, 24 * 300]))
    def time_passes(self, hours: int) -> None:
        self.net.now += timedelta(hours=hours)
        self.tick()

    @rule(most=st.integers(1, 3))
    def letters_are_taken_in_hand(self, most: int) -> None:
        self.take(most)

    @precondition(lambda self: self.in_hand)
    @rule(how=st.sampled_from(["sent", "sent", "refused", "busy", "unknown"]))
    def what_is_in_hand_is_settled(self, how: str) -> None:
        outcomes: dict[str, Outcome] = {
            "sent": Sent("ok"), "refused": Refused("no"), "busy": Postponed("later"), "unknown": Unknown("?"),
        }  # fmt: skip
        self.settle(lambda _: outcomes[how])

    @rule(slack_is_down=st.booleans())
    def everything_due_leaves(self, slack_is_down: bool) -> None:
        self.settle(lambda _: Sent("ok"))
        refuses = Medium.SLACK if slack_is_down else None
        for _ in range(4):
            if not self.take(50):
                break
            self.settle(lambda message: Refused("no") if message.medium is refuses else Sent("ok"))

    @precondition(lambda self: self.numbers())
    @rule(at=ANY, word=st.sampled_from(["yes", "yes", "no", ""]))
    def it_goes_its_way(self, at: int, word: str) -> None:
        """Approved where it waits, sent the next morning, and answered by whoever has it."""
        number = self.number(at)
        deciding.approve(self.session, number, self.net.act(self.staff))
        self.net.now += timedelta(hours=14)
        self.tick()
        self.everything_due_leaves(False)
        for letter in self.net.sent[-6:]:
            if (
                word
                and letter.letter.kind is LetterKind.CONSENT
                and letter.letter.about.endswith(f":{number}")
            ):
                self.twice(
                    letter.readers[0],
                    lambda act, token=letter.tokens[0]: reply_to_letter(self.session, token, word, act),  # type: ignore[misc]  # a default binds the loop's
                )
        self.everything_due_leaves(False)

    # --- what must hold at any moment ---

    @invariant()
    def steps_follow_and_consents_have_their_evidence(self) -> None:
        every_step_follows(self.session)

    @invariant()
    def nobody_is_asked_more_than_enough(self) -> None:
        nobody_is_asked_too_often(self.session, self.net.house.rules, self.net.now)
        the_same_two_are_left_alone(self.session, self.net.house.rules)


Histories.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestHistories = Histories.TestCase

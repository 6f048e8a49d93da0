"""Several people, and several processes, act on the same introductions at the same moment, on PostgreSQL."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.house import House
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.preferences import never_with, pause, resume, set_introductions
from bot.assistant.introductions.requesting import Wish, request
from bot.assistant.introductions.ticking import do, due, tick
from bot.assistant.letters import LetterKind
from store import outbox
from store.introductions.rules import Rules
from store.kinds import Consent, Medium
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, IntroductionStep, LetterRecord, OutboxMessage
from store.outcome import Sent
from store.people import by_id
from store.store import Store
from tests.bot.assistant.introductions.network import BOTH, Network
from tests.conftest import NOW

R = TypeVar("R")
TIGHT = Rules(
    quiet_from=0, quiet_until=0, requests_a_month=3, asked_a_month=2, organisation_a_month=3, silences=1
)
ROUNDS = range(4)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Store]:
    opened = Store.open(postgres_url)
    yield opened
    opened.close()


async def at_once(store: Store, *acts: Callable[[Session], R]) -> list[R]:
    """Each in a transaction and thread of its own, let go together once all have begun."""
    gate = threading.Barrier(len(acts), timeout=20)

    def begun(session: Session, act: Callable[[Session], R]) -> R:
        session.connection()
        gate.wait()
        return act(session)

    return list(await asyncio.gather(*(store.write(begun, act) for act in acts)))


def house() -> House:
    network = object.__new__(Network)
    network.live_by(TIGHT)
    return network.house


HOUSE = house()


def act(session: Session, person_id: int, evidence: str, *, days: float = 0) -> Act:
    return Act(by_id(session, person_id), Medium.SLACK, evidence, HOUSE, NOW + timedelta(days=days))


def wishes(person_id: int, firm: int, evidence: str) -> Callable[[Session], Told]:
    return lambda session: request(session, Wish(firm), act(session, person_id, evidence))


def answers(token: str, person_id: int, word: str) -> Callable[[Session], Told]:
    return lambda session: reply_to_letter(session, token, word, act(session, person_id, f"{word}-{token}"))


def region(session: Session) -> tuple[list[int], list[int], int]:
    """Seven firms, one member each; the last firm has two."""
    net = Network(session, TIGHT)
    firms = [net.firm(f"Firm {at}") for at in range(7)]
    people = [net.person(f"Member {at}", firm, main_contact=True) for at, firm in enumerate(firms)]
    net.person("Member 7", firms[6])
    return firms, people, net.staff()


def delivered(session: Session) -> dict[tuple[str, int], str]:
    """Everything due is sent; (kind, reader) -> the token of each letter there is."""
    while taken := outbox.claim(session, owner="test", media=BOTH, now=NOW + timedelta(days=400)):
        for message in taken:
            outbox.settle(session, message, Sent("ok"), now=NOW)
    rows = session.exec(select(LetterRecord).order_by(col(LetterRecord.id)))
    return {(row.kind, row.person_id): row.token for row in rows}


def legal(session: Session) -> None:
    """Each step follows the one before, and no letter to one reader is there twice."""
    steps = session.exec(select(IntroductionStep).order_by(col(IntroductionStep.id))).all()
    last: dict[int, State] = {}
    for step in steps:
        assert step.was == last.get(step.introduction_id)
        last[step.introduction_id] = step.state
    for introduction in session.exec(select(Introduction)):
        assert introduction.state is last[introduction.id or 0]
    letters = session.exec(select(LetterRecord.about, LetterRecord.kind, LetterRecord.person_id)).all()
    once = [each for each in letters if each[1] in {LetterKind.CONSENT, LetterKind.NUDGE, LetterKind.HANDOFF}]
    assert all(times == 1 for times in Counter(once).values())


async def test_one_person_cannot_ask_for_more_than_enough_however_fast_they_click(postgres: Store) -> None:
    firms, people, _ = await postgres.write(region)
    told = await at_once(postgres, *(wishes(people[0], firm, f"c{firm}") for firm in firms[1:]))
    assert sum(each.done for each in told) == TIGHT.requests_a_month
    await postgres.read(legal)


async def test_two_clicks_at_once_are_one_request(postgres: Store) -> None:
    firms, people, _ = await postgres.write(region)
    told = await at_once(postgres, *(wishes(people[0], firms[1], f"c{at}") for at in range(5)))
    assert len({each.about for each in told}) == 1
    assert all(each.done for each in told)
    await postgres.read(legal)


async def test_everybody_asks_one_organisation_and_it_is_asked_no_more_than_its_cap(postgres: Store) -> None:
    firms, people, _ = await postgres.write(region)
    await at_once(postgres, *(wishes(person, firms[6], f"c{person}") for person in people[:6]))

    def counted(session: Session) -> tuple[int, int]:
        asked = session.exec(
            select(IntroductionParty.person_id).where(col(IntroductionParty.asked_at).is_not(None))
        ).all()
        waiting = session.exec(select(Introduction.id).where(Introduction.state == State.WAITING)).all()
        assert max(Counter(asked).values()) <= TIGHT.asked_a_month
        return len(asked), len(waiting)

    assert await postgres.read(counted) == (3, 3)
    await postgres.read(legal)


@pytest.mark.parametrize("words", [("yes", "no"), ("yes", "yes"), ("no", "no"), ("yes", "pause")])
async def test_two_answers_at_once_end_as_one(postgres: Store, words: tuple[str, str]) -> None:
    firms, people, _ = await postgres.write(region)
    for at in ROUNDS:
        if at:
            await postgres.write(lambda session: resume(session, act(session, people[1], "back")))
        number = (await postgres.write(wishes(people[2 + at], firms[1], f"c{at}"))).about
        if at >= TIGHT.asked_a_month:
            break
        token = (await postgres.write(delivered))[LetterKind.CONSENT.value, people[1]]
        await at_once(postgres, *(answers(token, people[1], word) for word in words))

        def outcome(session: Session, number: int | None) -> tuple[State, Consent, int]:
            introduction = session.get(Introduction, number)
            assert introduction is not None
            party = session.exec(
                select(IntroductionParty).where(
                    IntroductionParty.introduction_id == number, IntroductionParty.person_id == people[1]
                )
            ).one()
            handoffs = session.exec(
                select(OutboxMessage.id).where(
                    OutboxMessage.kind == LetterKind.HANDOFF.value,
                    OutboxMessage.state == "queued",
                    col(OutboxMessage.dedup_key).startswith(f"letter:handoff:{number}:"),
                )
            ).all()
            return introduction.state, party.consent, len(handoffs)

        assert await postgres.read(outcome, number) in {
            (State.ACCEPTED, Consent.YES, 1),
            (State.NOT_NOW, Consent.NOT_NOW, 0),
        }
        await postgres.read(legal)


async def test_ticks_of_several_processes_do_everything_once(postgres: Store) -> None:
    firms, people, _ = await postgres.write(region)
    for at in range(3):
        await postgres.write(wishes(people[at], firms[at + 3], f"c{at}"))
    tokens = await postgres.write(delivered)
    await postgres.write(answers(tokens[LetterKind.CONSENT.value, people[3]], people[3], "yes"))
    await postgres.write(delivered)
    for days in (5, 11, 20, 95, 190):
        later = NOW + timedelta(days=days)
        await at_once(postgres, *([lambda session, at=later: tick(session, HOUSE, at)] * 3))
        await postgres.write(delivered)
        await postgres.read(legal)

    def kinds(session: Session) -> Counter[str]:
        return Counter(session.exec(select(LetterRecord.kind)))

    found = await postgres.read(kinds)
    assert (found["nudge"], found["met"], found["outcome"], found["handoff"]) == (2, 2, 4, 2)
    assert found["paused"] == 2


async def test_answers_pauses_and_ticks_wait_for_each_other_and_never_for_ever(postgres: Store) -> None:
    """Whoever locked in another order would be stopped by the database, with an error to whoever waits."""
    firms, people, _ = await postgres.write(region)
    for number in ROUNDS:
        await everything_at_once(postgres, firms[1], people, number)
        await postgres.read(legal)


async def everything_at_once(store: Store, firm: int, people: list[int], number: int) -> None:
    """Two wait for Member 1's word, whose time is up, and who answers, pauses, returns and changes their mind."""
    days, me = number * 40.0, people[1]
    later = NOW + timedelta(days=days + 11)

    def asks(session: Session, asker: int) -> Told:
        return request(session, Wish(firm), act(session, asker, f"{number}:{asker}", days=days))

    await store.write(asks, people[2 + number % 4])
    await store.write(asks, people[2 + (number + 1) % 4])
    token = (await store.write(delivered))[LetterKind.CONSENT.value, me]
    steps = await store.read(due, HOUSE, later)
    ticks: list[Callable[[Session], object]] = [
        partial(do, each=each, house=HOUSE, now=later) for each in steps
    ]
    acts: list[Callable[[Session], object]] = [
        *ticks[:3],
        lambda s: reply_to_letter(s, token, "pause", act(s, me, "p", days=days)),
        lambda s: set_introductions(s, act(s, me, "s", days=days), True),
        lambda s: pause(s, act(s, me, "z", days=days), None),
        lambda s: resume(s, act(s, me, "r", days=days)),
        lambda s: request(s, Wish(firm), act(s, people[6], "x", days=days)),
    ]
    await at_once(store, *acts)
    await store.write(lambda s: resume(s, act(s, me, "back", days=days)))


async def test_never_with_and_the_last_yes_at_once_introduce_nobody(postgres: Store) -> None:
    firms, people, staff = await postgres.write(region)
    number = (await postgres.write(wishes(people[0], firms[1], "c"))).about
    token = (await postgres.write(delivered))[LetterKind.CONSENT.value, people[1]]
    await at_once(
        postgres,
        answers(token, people[1], "yes"),
        lambda session: never_with(
            session, people[0], act(session, staff, "never"), other_person_id=people[1]
        ),
    )

    def ended(session: Session) -> State | None:
        found = session.get(Introduction, number)
        return found.state if found else None

    assert await postgres.read(ended) is State.NOT_NOW
    await postgres.read(legal)

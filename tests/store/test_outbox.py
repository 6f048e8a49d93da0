"""The outbox keeps its word: one owner at a time, no way out of a state but the drawn ones, nothing twice blindly."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete
from sqlmodel import Session, select

from store import outbox, outbox_by_hand
from store.kinds import Medium, OutboxState
from store.models import AuditEntry, OutboxMessage
from store.outbox import LEASE, Claimed, Draft
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from store.store import Store

MAIL = (Medium.EMAIL,)
MINUTE = timedelta(minutes=1)


def a_draft(key: str = "answer:1", **fields: Any) -> Draft:
    plain = Draft(key, Medium.EMAIL, "answer", "ada@member.example", "replies@cluster.example", {}, b"Hello")
    return replace(plain, **fields)


async def queued(store: Store, now: datetime, *keys: str) -> None:
    for key in keys:
        await store.write(outbox.enqueue, a_draft(key), now=now)


async def claimed(store: Store, now: datetime, key: str = "answer:1", owner: str = "w:1") -> Claimed:
    await store.write(outbox.enqueue, a_draft(key), now=now)
    [message] = await store.write(outbox.claim, owner=owner, media=MAIL, now=now, limit=1)
    return message


async def state_of(store: Store, message_id: int) -> OutboxState:
    def read(session: Session) -> OutboxState:
        return session.get_one(OutboxMessage, message_id).state

    return await store.read(read)


async def test_what_is_queued_is_claimed_whole_and_oldest_first(store: Store, now: datetime) -> None:
    await store.write(outbox.enqueue, a_draft("late"), now=now, due=now + MINUTE)
    await queued(store, now, "first", "second")
    due = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    assert [message.dedup_key for message in due] == ["first", "second"]
    assert (due[0].body, due[0].sender, due[0].attempt) == (b"Hello", "replies@cluster.example", 1)
    later = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now + MINUTE)
    assert [message.dedup_key for message in later] == ["late"]


async def test_the_same_key_is_queued_once(store: Store, now: datetime) -> None:
    assert await store.write(outbox.enqueue, a_draft(), now=now) is not None
    assert await store.write(outbox.enqueue, a_draft(body=b"again"), now=now) is None
    assert await store.write(outbox.enqueue_claimed, a_draft(), owner="w:1", now=now) is None
    assert (await store.read(outbox_by_hand.counts))[OutboxState.QUEUED] == 1


async def test_long_and_odd_keys_stay_apart(store: Store, now: datetime) -> None:
    odd = ["answer:" + "x" * 900, "answer:" + "x" * 901, "nul\x00a", "nul\ufffda", "half\udc80"]
    for key in odd:
        assert await store.write(outbox.enqueue, a_draft(key), now=now) is not None
        assert await store.write(outbox.enqueue, a_draft(key), now=now) is None
    assert (await store.read(outbox_by_hand.counts))[OutboxState.QUEUED] == len(odd)


async def test_a_message_of_another_medium_is_left_alone(store: Store, now: datetime) -> None:
    await store.write(outbox.enqueue, a_draft("slack:1", medium=Medium.SLACK), now=now)
    assert await store.write(outbox.claim, owner="w:1", media=MAIL, now=now) == ()
    both = (Medium.EMAIL, Medium.SLACK)
    assert len(await store.write(outbox.claim, owner="w:1", media=both, now=now)) == 1


async def test_an_answer_said_at_once_is_owned_from_the_start(store: Store, now: datetime) -> None:
    mine = await store.write(outbox.enqueue_claimed, a_draft(), owner="w:1", now=now)
    assert mine is not None
    assert await store.write(outbox.claim, owner="w:2", media=MAIL, now=now) == ()
    assert await store.write(outbox.settle, mine, Sent("ok"), now=now)
    assert await state_of(store, mine.id) is OutboxState.SENT


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent("250 ok"), OutboxState.SENT),
        (Refused("550 no"), OutboxState.FAILED),
        (Unknown("?"), OutboxState.UNCERTAIN),
        (Postponed("451 later"), OutboxState.QUEUED),
    ],
)
async def test_each_outcome_has_its_state(
    store: Store, now: datetime, outcome: Outcome, state: OutboxState
) -> None:
    message = await claimed(store, now)
    assert await store.write(outbox.settle, message, outcome, now=now)
    assert await state_of(store, message.id) is state
    assert not await store.write(outbox.settle, message, Sent("again"), now=now), "settled once"


async def test_whatever_the_other_side_says_can_be_written_down(store: Store, now: datetime) -> None:
    message = await claimed(store, now)
    assert await store.write(outbox.settle, message, Unknown("nul \x00 half \udc80"), now=now)
    [seen] = await store.read(outbox_by_hand.uncertain)
    assert seen.reply == "nul \ufffd half ?"


async def test_a_postponed_message_waits_longer_each_time(store: Store, now: datetime) -> None:
    await queued(store, now, "answer:1")
    waits = []
    for _ in range(12):
        [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
        await store.write(outbox.settle, message, Postponed("451"), now=now)
        [seen] = await store.read(outbox_by_hand.waiting)
        waits.append(seen.due_at - now)
        assert await store.write(outbox.claim, owner="w:1", media=MAIL, now=seen.due_at - MINUTE / 60) == ()
        now = seen.due_at
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=4)


async def test_a_named_wait_is_kept(store: Store, now: datetime) -> None:
    message = await claimed(store, now)
    await store.write(outbox.settle, message, Postponed("429", wait=timedelta(seconds=7)), now=now)
    [seen] = await store.read(outbox_by_hand.waiting)
    assert seen.due_at == now + timedelta(seconds=7)


async def test_a_relay_that_never_takes_it_is_given_up_after_five_days(store: Store, now: datetime) -> None:
    begun, state, message = now, OutboxState.QUEUED, await claimed(store, now)
    while state is OutboxState.QUEUED:
        await store.write(outbox.settle, message, Postponed("451 still not"), now=now)
        state = await state_of(store, message.id)
        if state is OutboxState.QUEUED:
            now = (await store.read(outbox_by_hand.waiting))[0].due_at
            [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    assert state is OutboxState.FAILED
    assert timedelta(days=4, hours=19) < now - begun <= timedelta(days=5)
    [given_up] = await store.read(outbox_by_hand.failed)
    assert given_up.reply == "451 still not"


async def test_a_message_written_long_before_it_is_due_is_not_given_up_at_once(
    store: Store, now: datetime
) -> None:
    await store.write(
        outbox.enqueue, a_draft("event-reminder:4:17:2d"), now=now, due=now + timedelta(days=60)
    )
    then = now + timedelta(days=60)
    [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=then)
    await store.write(outbox.settle, message, Postponed("451"), now=then)
    assert await state_of(store, message.id) is OutboxState.QUEUED


async def test_what_was_only_held_back_is_not_given_up(store: Store, now: datetime) -> None:
    """However old it is and however often it was put off: nobody has found yet that it cannot be sent."""
    message, held = await claimed(store, now), Postponed("Its turn has not come.", timedelta(), tried=False)
    now += timedelta(days=30)
    for _ in range(20):
        await store.write(outbox.settle, message, held, now=now)
        [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    assert message.attempt > outbox.TRIES_AT_LEAST
    await store.write(outbox.settle, message, held, now=now)
    assert await state_of(store, message.id) is OutboxState.QUEUED


async def test_a_worker_that_lost_its_claim_settles_nothing(store: Store, now: datetime) -> None:
    zombie = await claimed(store, now)
    assert await store.write(outbox.put_back, zombie)
    [heir] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    assert heir.attempt == zombie.attempt + 1
    assert not await store.write(outbox.settle, zombie, Sent("250"), now=now)
    assert not await store.write(outbox.put_back, zombie)
    assert not await store.write(outbox.settle, replace(heir, owner="w:2"), Sent("250"), now=now)
    assert await state_of(store, zombie.id) is OutboxState.SENDING
    assert await store.write(outbox.settle, heir, Sent("250"), now=now)


async def test_a_claim_lapses_when_its_lease_is_over(store: Store, now: datetime) -> None:
    message = await claimed(store, now)
    assert await store.read(outbox.lapsed, now=now + LEASE) == ()
    after = now + LEASE + MINUTE
    assert await store.read(outbox.lapsed, now=after) == (message,)
    assert await store.read(outbox.lapsed, now=after, media=(Medium.SLACK,)) == ()
    assert await store.write(outbox.claim, owner="w:2", media=MAIL, now=after) == (), (
        "never simply sent again"
    )


async def test_the_only_process_ends_the_leases_of_its_dead_self_and_no_others(
    store: Store, now: datetime
) -> None:
    dead = await claimed(store, now - MINUTE, "before")
    await claimed(store, now, "since")
    assert await store.write(outbox.end_leases, now=now) == 1
    assert [message.id for message in await store.read(outbox.lapsed, now=now)] == [dead.id]


async def test_only_an_unclaimed_message_is_withdrawn(store: Store, now: datetime) -> None:
    first = await store.write(outbox.enqueue, a_draft("a"), now=now)
    assert first is not None
    assert await store.write(outbox.cancel, first, reason="event called off", now=now)
    assert not await store.write(outbox.cancel, first, reason="again", now=now)
    mine = await claimed(store, now, "b")
    assert not await store.write(outbox.cancel, mine.id, reason="too late", now=now)


@pytest.mark.parametrize("outcome", [Unknown("?"), Refused("550")])
async def test_staff_release_what_is_uncertain_or_failed_and_it_is_written_down(
    store: Store, now: datetime, outcome: Outcome
) -> None:
    message = await claimed(store, now)
    await store.write(outbox.settle, message, outcome, now=now)
    assert await store.write(outbox_by_hand.resend, message.id, "person:4", now=now)
    [again] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    assert (again.id, again.attempt, again.body) == (message.id, 2, b"Hello")
    [entry] = await store.read(lambda session: session.exec(select(AuditEntry)).all())
    assert (entry.actor, entry.action, entry.subject) == ("person:4", "outbox.resent", f"outbox:{message.id}")


async def test_nothing_else_is_released(store: Store, now: datetime) -> None:
    message = await claimed(store, now)
    assert not await store.write(outbox_by_hand.resend, message.id, "person:4", now=now)
    await store.write(outbox.settle, message, Sent("250"), now=now)
    assert not await store.write(outbox_by_hand.resend, message.id, "person:4", now=now)
    assert not await store.write(outbox_by_hand.resend, 999, "person:4", now=now)
    assert not await store.read(lambda session: session.exec(select(AuditEntry)).all())


async def test_what_a_campaign_s_ledger_answers_for_is_sent_again_there_alone(
    store: Store, now: datetime
) -> None:
    await store.write(outbox.enqueue, a_draft(dedup_key="campaign:7:person:4:1"), now=now)
    [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    await store.write(outbox.settle, message, Refused("550"), now=now)
    assert not await store.write(outbox_by_hand.resend, message.id, "person:4", now=now)
    assert not await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)


async def test_what_has_no_content_any_more_is_not_released(store: Store, now: datetime) -> None:
    await store.write(outbox.enqueue, a_draft(body=None), now=now)
    [message] = await store.write(outbox.claim, owner="w:1", media=MAIL, now=now)
    await store.write(outbox.settle, message, Refused("nothing to send"), now=now)
    assert not await store.write(outbox_by_hand.resend, message.id, "person:4", now=now)


async def test_long_settled_messages_forget_what_they_said(store: Store, now: datetime) -> None:
    for key, outcome in (("sent", Sent("250")), ("unsure", Unknown("?")), ("failed", Refused("550"))):
        await store.write(outbox.settle, await claimed(store, now, key), outcome, now=now)
    await store.write(
        outbox.enqueue, a_draft("chat", medium=Medium.SLACK, body=None, payload={"text": "x"}), now=now
    )
    [chat] = await store.write(outbox.claim, owner="w:1", media=(Medium.SLACK,), now=now)
    await store.write(outbox.settle, chat, Sent("1700.1"), now=now)
    assert await store.write(outbox.forget_contents, before=now) == 0
    assert await store.write(outbox.forget_contents, before=now + MINUTE, limit=1) == 1
    assert await store.write(outbox.forget_contents, before=now + MINUTE) == 1
    assert await store.write(outbox.forget_contents, before=now + MINUTE) == 0

    def with_content(session: Session) -> set[str]:
        rows = session.exec(select(OutboxMessage)).all()
        return {row.dedup_key for row in rows if row.body is not None or row.payload}

    assert await store.read(with_content) == {"unsure", "failed"}


async def test_every_state_is_counted(store: Store, now: datetime) -> None:
    await queued(store, now, "a", "b")
    assert await store.read(outbox_by_hand.counts) == {
        state: 2 * (state == "queued") for state in OutboxState
    }


async def test_two_processes_claiming_at_once_never_share_a_message(
    store: Store, database_url: str, now: datetime
) -> None:
    await queued(store, now, *(f"answer:{n}" for n in range(60)))
    other = await asyncio.to_thread(Store.open, database_url)
    try:
        taken = await asyncio.gather(
            *(take_all(one, f"w:{n}", now) for n, one in enumerate([store, other] * 3))
        )
    finally:
        await asyncio.to_thread(other.close)
    ids = [message_id for worker in taken for message_id in worker]
    assert len(ids) == len(set(ids)) == 60


async def take_all(store: Store, owner: str, now: datetime) -> list[int]:
    mine: list[int] = []
    while messages := await store.write(outbox.claim, owner=owner, media=MAIL, now=now, limit=3):
        assert {message.owner for message in messages} == {owner}
        mine += [message.id for message in messages]
    return mine


class OutboxMachine(RuleBasedStateMachine):
    """Whatever is done to the outbox in whatever order, each row moves only along the drawn arrows."""

    store: Store
    runner: asyncio.Runner
    claims = Bundle("claims")

    @initialize()
    def empty(self) -> None:
        def clear(session: Session) -> None:
            session.execute(delete(OutboxMessage))

        self.write(clear)
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.keys: dict[str, int] = {}
        self.model: dict[int, dict[str, Any]] = {}

    def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return self.runner.run(self.store.write(fn, *args, **kwargs))

    def added(self, key: str, message_id: int | None, **fields: Any) -> None:
        assert (message_id is None) == (key in self.keys)
        if message_id is not None:
            self.keys[key] = message_id
            self.model[message_id] = fields

    def owns(self, claim: Claimed) -> bool:
        row = self.model[claim.id]
        return bool(
            row["state"] is OutboxState.SENDING
            and (row["owner"], row["attempt"]) == (claim.owner, claim.attempt)
        )

    @rule(key=st.sampled_from("abcdef"), wait=st.integers(0, 3))
    def enqueue(self, key: str, wait: int) -> None:
        due = self.now + wait * MINUTE
        message_id = self.write(outbox.enqueue, a_draft(key), now=self.now, due=due)
        self.added(key, message_id, state=OutboxState.QUEUED, due=due, attempt=0, owner="")

    @rule(target=claims, key=st.sampled_from("ghi"))
    def enqueue_claimed(self, key: str) -> Any:
        mine = self.write(outbox.enqueue_claimed, a_draft(key), owner="w:0", now=self.now)
        row = {"state": OutboxState.SENDING, "due": self.now, "attempt": 1, "owner": "w:0"}
        self.added(key, mine and mine.id, lease=self.now + LEASE, **row)
        return mine if mine is not None else multiple()

    @rule(target=claims, owner=st.sampled_from(["w:1", "w:2"]), limit=st.integers(1, 3))
    def claim(self, owner: str, limit: int) -> Any:
        taken = self.write(outbox.claim, owner=owner, media=MAIL, now=self.now, limit=limit)
        due = [
            (row["due"], message_id)
            for message_id, row in self.model.items()
            if row["state"] is OutboxState.QUEUED and row["due"] <= self.now
        ]
        assert [message.id for message in taken] == [message_id for _, message_id in sorted(due)[:limit]]
        for message in taken:
            row = self.model[message.id]
            assert message.attempt == row["attempt"] + 1
            row |= {
                "state": OutboxState.SENDING, "owner": owner, "attempt": message.attempt,
                "lease": self.now + LEASE,
            }  # fmt: skip
        return multiple(*taken)

    @rule(
        claim=claims,
        outcome=st.sampled_from([Sent("250"), Refused("550"), Unknown("?"), Postponed("451", MINUTE)]),
    )
    def settle(self, claim: Claimed, outcome: Outcome) -> None:
        owned = self.owns(claim)
        assert self.write(outbox.settle, claim, outcome, now=self.now) == owned
        if owned:
            states = {Sent: "sent", Refused: "failed", Unknown: "uncertain", Postponed: "queued"}
            self.model[claim.id]["state"] = OutboxState(states[type(outcome)])
            if isinstance(outcome, Postponed):
                self.model[claim.id]["due"] = self.now + MINUTE

    @rule(claim=claims)
    def put_back(self, claim: Claimed) -> None:
        owned = self.owns(claim)
        assert self.write(outbox.put_back, claim) == owned
        if owned:
            self.model[claim.id]["state"] = OutboxState.QUEUED

    @rule(key=st.sampled_from("abcghi"))
    def cancel(self, key: str) -> None:
        message_id = self.keys.get(key, -1)
        allowed = self.model.get(message_id, {}).get("state") is OutboxState.QUEUED
        assert self.write(outbox.cancel, message_id, reason="off", now=self.now) == allowed
        if allowed:
            self.model[message_id]["state"] = OutboxState.CANCELLED

    @rule(key=st.sampled_from("abcghi"))
    def resend(self, key: str) -> None:
        message_id = self.keys.get(key, -1)
        state = self.model.get(message_id, {}).get("state")
        allowed = state in {OutboxState.UNCERTAIN, OutboxState.FAILED}
        assert self.write(outbox_by_hand.resend, message_id, "person:1", now=self.now) == allowed
        if allowed:
            self.model[message_id] |= {"state": OutboxState.QUEUED, "due": self.now}

    @rule(minutes=st.sampled_from([1, 5, 21]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule()
    def restart_alone(self) -> None:
        self.write(outbox.end_leases, now=self.now)
        for row in self.model.values():
            if row["state"] is OutboxState.SENDING and row["lease"] < self.now + LEASE:
                row["lease"] = self.now - timedelta(seconds=1)

    @invariant()
    def the_database_agrees(self) -> None:
        def seen(session: Session) -> dict[int | None, tuple[OutboxState, int]]:
            return {row.id: (row.state, row.attempt) for row in session.exec(select(OutboxMessage))}

        rows = self.runner.run(self.store.read(seen))
        assert rows == {key: (row["state"], row["attempt"]) for key, row in self.model.items()}
        lapsed = self.runner.run(self.store.read(outbox.lapsed, now=self.now))
        assert {message.id for message in lapsed} == {
            message_id
            for message_id, row in self.model.items()
            if row["state"] is OutboxState.SENDING and row["lease"] < self.now
        }


@pytest.fixture
def machine(database_url: str) -> Iterator[type[OutboxMachine]]:
    opened = Store.open(database_url)
    with asyncio.Runner() as runner:
        yield type("OpenOutboxMachine", (OutboxMachine,), {"store": opened, "runner": runner})
    opened.close()


def test_no_row_ever_moves_but_along_the_drawn_arrows(machine: type[OutboxMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""Each recipient is claimed by one worker, said once, and what nobody can know is left to a person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from store.campaigns.barred import BOUNCED, GONE, OPTED_OUT
from store.campaigns.breaker import REFUSALS
from store.campaigns.ledger import (
    LEASE,
    Claimed,
    claim,
    end_leases,
    expire,
    extend,
    mark_sending,
    put_back,
    settle,
)
from store.kinds import BounceKind, BounceProof, CampaignState, Medium, RecipientState
from store.models import Bounce, Campaign, CampaignRecipient, Person
from store.outbox import GIVE_UP_AFTER, TRIES_AT_LEAST
from store.outcome import Postponed, Refused, Sent, Unknown
from store.store import Store
from tests.store.campaigns.rows import add_campaign, add_recipients

SECOND = timedelta(seconds=1)


def _running(session: Session, /, number: int, now: datetime, **fields: Any) -> int:
    campaign_id = add_campaign(session, now=now, **fields)
    add_recipients(session, campaign_id, number, now=now)
    return campaign_id


def _states(session: Session) -> list[str]:
    return [row.state.value for row in session.exec(select(CampaignRecipient).order_by("id"))]


def _rows(session: Session) -> list[dict[str, Any]]:
    return [row.model_dump() for row in session.exec(select(CampaignRecipient).order_by("id"))]


def _campaign(session: Session) -> dict[str, Any]:
    return session.exec(select(Campaign)).one().model_dump()


async def _claimed(store: Store, now: datetime, limit: int = 10, owner: str = "a") -> tuple[Claimed, ...]:
    return await store.write(claim, owner=owner, limit=limit, now=now)


async def test_a_recipient_is_claimed_by_one_worker_alone_and_sent_once(store: Store, now: datetime) -> None:
    await store.write(_running, 5, now)
    first = await _claimed(store, now, 3)
    others = await _claimed(store, now, 10, owner="b")
    assert [each.destination for each in (*first, *others)] == [
        f"reader{n}@readers.example" for n in range(1, 6)
    ]
    assert await _claimed(store, now) == ()
    assert await store.write(mark_sending, first, now=now) == {each.id for each in first}
    assert await store.write(mark_sending, first, now=now) == frozenset()
    results = [(each, Sent(f"250 ok {each.id}")) for each in first]
    assert await store.write(settle, results, now=now) == {each.id for each in first}
    assert await store.write(settle, results, now=now) == frozenset()
    assert await store.read(_states) == ["sent"] * 3 + ["queued"] * 2


async def test_what_was_claimed_and_not_begun_comes_back_when_the_lease_is_over(
    store: Store, now: datetime
) -> None:
    await store.write(_running, 2, now)
    lost = await _claimed(store, now)
    assert await _claimed(store, now + LEASE - SECOND, owner="b") == ()
    again = await _claimed(store, now + LEASE + SECOND, owner="b")
    assert [each.id for each in again] == [each.id for each in lost]
    assert await store.write(mark_sending, lost, now=now + LEASE) == frozenset()
    assert await store.write(settle, [(each, Sent("late")) for each in lost], now=now) == frozenset()
    assert await store.write(mark_sending, again, now=now + LEASE) == {each.id for each in again}


async def test_what_was_being_sent_becomes_uncertain_and_its_zombie_changes_nothing(
    store: Store, now: datetime
) -> None:
    await store.write(_running, 2, now)
    ours = await _claimed(store, now)
    await store.write(mark_sending, ours, now=now)
    assert await store.write(expire, now + LEASE - SECOND) == 0
    assert await store.write(expire, now + LEASE + SECOND) == 2
    assert await store.write(settle, [(each, Sent("late")) for each in ours], now=now) == frozenset()
    assert await store.read(_states) == ["uncertain"] * 2
    assert await _claimed(store, now + timedelta(days=30)) == ()


async def test_a_worker_that_is_alive_keeps_what_it_has(store: Store, now: datetime) -> None:
    await store.write(_running, 2, now)
    ours = await _claimed(store, now)
    await store.write(mark_sending, ours[:1], now=now)
    later = now + LEASE - SECOND
    assert await store.write(extend, ours, now=later) == {each.id for each in ours}
    assert await store.write(expire, now + LEASE + SECOND) == 0
    assert await _claimed(store, now + LEASE + SECOND, owner="b") == ()


async def test_the_only_process_ends_at_its_start_what_the_one_before_it_left(
    store: Store, now: datetime
) -> None:
    await store.write(_running, 3, now)
    left = await _claimed(store, now, 2)
    await store.write(mark_sending, left[:1], now=now)
    assert await store.write(end_leases, now + SECOND) == 1
    assert await store.read(_states) == ["uncertain", "queued", "queued"]
    assert [each.id for each in await _claimed(store, now + SECOND, owner="b")] == [
        left[1].id,
        left[1].id + 1,
    ]


async def test_what_was_not_begun_can_be_put_back_and_costs_no_try(store: Store, now: datetime) -> None:
    await store.write(_running, 1, now)
    ours = await _claimed(store, now)
    assert await store.write(put_back, ours, now=now) == {ours[0].id}
    again = await _claimed(store, now, owner="b")
    assert (again[0].id, again[0].tries, again[0].attempt) == (ours[0].id, 0, 2)


async def test_a_refusal_for_now_is_tried_again_later_and_later_and_given_up_after_five_days(
    sqlite_store: Store, now: datetime
) -> None:
    await sqlite_store.write(_running, 1, now)
    at, tries = now, 0
    while ours := await _claimed(sqlite_store, at):
        await sqlite_store.write(mark_sending, ours, now=at)
        await sqlite_store.write(settle, [(ours[0], Postponed("451 come back"))], now=at)
        tries += 1
        row = (await sqlite_store.read(_rows))[0]
        at = max(at, row["due_at"])
    assert await sqlite_store.read(_states) == ["failed"]
    assert tries >= TRIES_AT_LEAST
    assert GIVE_UP_AFTER - timedelta(hours=5) < at - now <= GIVE_UP_AFTER
    assert row["reply"] == "451 come back"


@pytest.mark.parametrize(
    ("outcome", "state"), [(Refused("550 no"), "failed"), (Unknown("cut off"), "uncertain")]
)
async def test_what_was_refused_or_cannot_be_known_is_not_tried_again(
    store: Store, now: datetime, outcome: Refused | Unknown, state: str
) -> None:
    await store.write(_running, 1, now)
    ours = await _claimed(store, now)
    await store.write(settle, [(ours[0], outcome)], now=now)
    row = (await store.read(_rows))[0]
    assert (row["state"], row["reply"]) == (RecipientState(state), outcome.reply)
    assert await _claimed(store, now + timedelta(days=9)) == ()


async def test_who_unsubscribed_bounced_or_left_before_the_claim_is_never_mailed(
    store: Store, now: datetime
) -> None:
    def leave(session: Session) -> None:
        people = session.exec(select(Person).order_by("id")).all()
        people[0].newsletters = False
        session.delete(people[2])
        session.add(
            Bounce(
                address="reader2@readers.example", kind=BounceKind.COMPLAINT, known_by=BounceProof.REPORT,
                received_at=now,
            )
        )  # fmt: skip

    await store.write(_running, 5, now)
    await store.write(leave)
    assert [each.name for each in await _claimed(store, now, 2)] == ["Reader 4", "Reader 5"]
    rows = await store.read(_rows)
    assert [row["state"].value for row in rows] == ["suppressed"] * 3 + ["queued"] * 2
    assert [row["reply"] for row in rows[:3]] == [OPTED_OUT, BOUNCED, GONE]


@pytest.mark.parametrize("state", [each for each in CampaignState if each is not CampaignState.RUNNING])
async def test_of_a_campaign_that_does_not_run_nothing_is_claimed(
    sqlite_store: Store, now: datetime, state: CampaignState
) -> None:
    await sqlite_store.write(_running, 1, now, state=state)
    assert await _claimed(sqlite_store, now) == ()


async def test_a_pause_between_claim_and_sending_holds_it_back(store: Store, now: datetime) -> None:
    def pause(session: Session) -> None:
        session.exec(select(Campaign)).one().state = CampaignState.PAUSED

    await store.write(_running, 1, now)
    ours = await _claimed(store, now)
    await store.write(pause)
    assert await store.write(mark_sending, ours, now=now) == frozenset()
    assert await store.write(put_back, ours, now=now) == {ours[0].id}


async def test_nothing_goes_out_outside_the_hours_of_the_campaign(sqlite_store: Store, now: datetime) -> None:
    await sqlite_store.write(_running, 1, now, window_from=10, window_until=16)
    assert await _claimed(sqlite_store, now) == ()  # nine o'clock in London
    assert await _claimed(sqlite_store, now + timedelta(hours=8)) == ()
    assert len(await _claimed(sqlite_store, now + timedelta(hours=1))) == 1


async def test_a_run_of_refusals_pauses_the_campaign_and_says_why(store: Store, now: datetime) -> None:
    await store.write(_running, REFUSALS + 3, now)
    ours = await _claimed(store, now, REFUSALS + 3)
    results = [(each, Refused("554 blocked")) for each in ours[1:]]
    await store.write(settle, results[: REFUSALS - 1], now=now)
    assert (await store.read(_campaign))["state"] is CampaignState.RUNNING
    await store.write(settle, results[REFUSALS - 1 :], now=now)
    campaign = await store.read(_campaign)
    assert campaign["state"] is CampaignState.PAUSED
    assert "554 blocked" in str(campaign["paused_why"])


async def test_a_refusal_here_and_there_pauses_nothing(sqlite_store: Store, now: datetime) -> None:
    await sqlite_store.write(_running, 3 * REFUSALS, now)
    for _ in range(3):
        ours = await _claimed(sqlite_store, now, REFUSALS)
        results = [(each, Refused("550 no")) for each in ours[:-1]]
        await sqlite_store.write(settle, [*results, (ours[-1], Sent("250"))], now=now)
    assert (await sqlite_store.read(_campaign))["state"] is CampaignState.RUNNING


async def test_another_medium_s_recipients_are_another_worker_s(sqlite_store: Store, now: datetime) -> None:
    await sqlite_store.write(_running, 1, now)
    assert await sqlite_store.write(claim, owner="s", limit=5, now=now, medium=Medium.SLACK) == ()

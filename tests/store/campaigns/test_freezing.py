"""An audience becomes rows: all of one instant, by one process alone, and begun anew where it was broken off."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from store.campaigns.audience import Audience, to_keep
from store.campaigns.freezing import PORTION, TURN, Turn, begin, choose, clear, finish, write
from store.campaigns.ledger import claim
from store.campaigns.routes import Ways
from store.kinds import CampaignState, Medium, Reach
from store.models import Campaign, CampaignRecipient
from store.store import Store
from tests.factories import add_person
from tests.store.campaigns.rows import add_campaign

WAYS = Ways(Reach.PREFERRED, slack=True, topic="announcements")


def _scheduled(session: Session, now: datetime, number: int = 5) -> int:
    for each in range(number):
        add_person(
            session, name=f"Reader {each}", addresses=[f"r{each}@readers.example"], newsletters=each != 1
        )
    return add_campaign(
        session,
        now=now,
        state=CampaignState.SCHEDULED,
        audience=to_keep(Audience(everyone=True)),
        channels=["C1", "C1"],
    )


def _ledger(session: Session) -> list[tuple[str, str | None, str]]:
    rows = session.exec(select(CampaignRecipient).order_by("id"))
    return [(row.key, row.destination, row.state.value) for row in rows]


def _state(session: Session) -> str:
    return session.exec(select(Campaign)).one().state.value


async def _write_all(store: Store, turn: Turn, now: datetime, portions: int | None = None) -> bool:
    found = await store.read(choose, turn.campaign_id)
    for portion in list(found.portions(2))[:portions]:
        if not await store.write(write, turn, portion, WAYS, now=now):
            return False
    return True


async def test_everybody_has_a_row_and_then_the_campaign_runs(store: Store, now: datetime) -> None:
    campaign_id = await store.write(_scheduled, now)
    turn = await store.write(begin, campaign_id, by="a", now=now)
    assert turn is not None
    assert await _write_all(store, turn, now)
    assert await store.read(_state) == "freezing"
    assert await store.write(claim, owner="w", limit=9, now=now) == ()
    assert await store.write(finish, turn, now=now)
    assert await store.read(_state) == "running"
    rows = await store.read(_ledger)
    assert rows[0] == ("person:1", "r0@readers.example", "queued")
    assert rows[1] == ("person:2", None, "suppressed")
    assert rows[-1] == ("channel:C1", "C1", "queued")
    assert len(rows) == 6
    assert len(await store.write(claim, owner="w", limit=9, now=now)) == 4
    assert len(await store.write(claim, owner="w", limit=9, now=now, medium=Medium.SLACK)) == 1


async def test_nothing_is_frozen_before_its_time_and_by_one_process_alone(
    store: Store, now: datetime
) -> None:
    campaign_id = await store.write(_scheduled, now)
    assert await store.write(begin, campaign_id, by="a", now=now - timedelta(seconds=1)) is None
    assert await store.write(begin, campaign_id, by="a", now=now) is not None
    assert await store.write(begin, campaign_id, by="b", now=now + TURN / 2) is None


async def test_what_was_broken_off_is_begun_anew_as_of_a_new_instant(store: Store, now: datetime) -> None:
    campaign_id = await store.write(_scheduled, now)
    first = await store.write(begin, campaign_id, by="a", now=now)
    assert first is not None
    await _write_all(store, first, now, portions=1)
    assert len(await store.read(_ledger)) == 2
    later = now + TURN + timedelta(seconds=1)
    second = await store.write(begin, campaign_id, by="b", now=later)
    assert second is not None
    assert not await _write_all(store, first, later)  # the first one woke up, and has no say any more
    assert not await store.write(finish, first, now=later)
    assert await store.write(clear, second, now=later)
    assert not await store.write(clear, second, now=later)
    assert await store.read(_ledger) == []
    assert await _write_all(store, second, later)
    assert await store.write(finish, second, now=later)
    assert len(await store.read(_ledger)) == 6


async def test_the_only_process_need_not_wait_for_the_one_before_it(
    sqlite_store: Store, now: datetime
) -> None:
    campaign_id = await sqlite_store.write(_scheduled, now)
    await sqlite_store.write(begin, campaign_id, by="a", now=now)
    assert await sqlite_store.write(begin, campaign_id, by="b", now=now, alone=True) is not None


async def test_of_two_who_share_a_way_the_first_alone_gets_it(sqlite_store: Store, now: datetime) -> None:
    def same(session: Session) -> int:
        for each in range(2):
            add_person(
                session, name=f"R{each}", addresses=[f"r{each}@readers.example"], slack_user_id=f"U{each}"
            )
        return add_campaign(
            session,
            now=now,
            state=CampaignState.SCHEDULED,
            audience=to_keep(Audience(everyone=True)),
            channels=["U1"],
        )

    campaign_id = await sqlite_store.write(same)
    turn = await sqlite_store.write(begin, campaign_id, by="a", now=now)
    assert turn is not None
    assert await _write_all(sqlite_store, turn, now)
    assert await sqlite_store.write(finish, turn, now=now)
    assert [row[1] for row in await sqlite_store.read(_ledger)] == ["U0", "U1"]


def test_a_portion_is_small_enough_to_keep_nobody_waiting() -> None:
    assert PORTION <= 1000

"""A copy of the database is silent until a person releases it, and then sends nothing that may have gone out."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from store import outbox
from store.kinds import CampaignState, Medium, OutboxState, RecipientState
from store.models import AuditEntry, Campaign, CampaignRecipient, OutboxMessage
from store.outbox import Draft
from store.release import Home, at_home, hold, release, renew
from store.store import Store
from tests.store.campaigns.rows import add_campaign, add_recipients


@pytest.fixture
def home(database_url: str) -> Home:
    return Home.of(database_url)


def _furnish(session: Session, now: datetime) -> None:
    outbox.enqueue(
        session, Draft("answer:1", Medium.EMAIL, "answer", "ada@member.example", body=b"Hi"), now=now
    )
    add_recipients(session, add_campaign(session, now=now), 2, now=now)


async def test_a_database_is_at_home_where_it_first_runs_and_stays_so(
    store: Store, home: Home, now: datetime
) -> None:
    assert await store.write(at_home, home, now=now)
    for _ in range(3):
        await store.write(renew, home, now=now)
        assert await store.write(at_home, home, now=now)


async def test_a_person_can_hold_it_and_let_it_go(store: Store, home: Home, now: datetime) -> None:
    await store.write(_furnish, now)
    await store.write(hold, home, actor="cli", now=now)
    await store.write(renew, home, now=now)
    assert not await store.write(at_home, home, now=now)
    assert await store.write(release, home, actor="cli", now=now) == 3
    assert await store.write(at_home, home, now=now)
    actions = await store.read(lambda session: [row.action for row in session.exec(select(AuditEntry))])
    assert actions == ["house.held", "house.released"]


async def test_a_copy_elsewhere_is_silent_and_what_waited_in_it_is_a_person_s_to_decide(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    store, home = Store.open(sqlite_url), Home.of(sqlite_url)
    assert await store.write(at_home, home, now=now)
    await store.write(renew, home, now=now)
    await store.write(_furnish, now)
    store.close()
    (tmp_path / "copy").mkdir()
    for name in ("whodoes.sqlite3", "whodoes.sqlite3.released"):
        shutil.copyfile(tmp_path / name, tmp_path / "copy" / name)
    there = f"sqlite:///{tmp_path}/copy/whodoes.sqlite3"
    copy = Store.open(there)
    try:
        assert not await copy.write(at_home, Home.of(there), now=now)
        assert await copy.write(release, Home.of(there), actor="cli", now=now) == 3
        assert await copy.write(at_home, Home.of(there), now=now)
        assert await copy.read(_states) == (
            {OutboxState.UNCERTAIN},
            {RecipientState.UNCERTAIN},
            [CampaignState.PAUSED],
        )
    finally:
        copy.close()


async def test_an_older_copy_put_back_in_its_place_is_silent(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    home = Home.of(sqlite_url)
    store = Store.open(sqlite_url)
    assert await store.write(at_home, home, now=now)
    await store.write(renew, home, now=now)
    store.close()
    backup = tmp_path / "backup"
    shutil.copyfile(tmp_path / "whodoes.sqlite3", backup)
    store = Store.open(sqlite_url)
    for minutes in range(3):
        await store.write(renew, home, now=now + timedelta(minutes=minutes))
    store.close()
    with (tmp_path / "whodoes.sqlite3").open("wb") as place:  # the same file, with the content of before
        place.write(backup.read_bytes())
    store = Store.open(sqlite_url)
    try:
        assert not await store.write(at_home, home, now=now)
        assert await store.write(release, home, actor="cli", now=now) == 0
        assert await store.write(at_home, home, now=now)
    finally:
        store.close()


async def test_a_crash_between_the_file_and_the_database_silences_nothing(
    sqlite_url: str, now: datetime
) -> None:
    home, store = Home.of(sqlite_url), Store.open(sqlite_url)
    try:
        await store.write(at_home, home, now=now)
        await store.write(renew, home, now=now)

        def broken(session: Session) -> None:
            renew(session, home, now=now)
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError):
            await store.write(broken)
        assert await store.write(at_home, home, now=now)
    finally:
        store.close()


def _states(session: Session) -> tuple[set[OutboxState], set[RecipientState], list[CampaignState]]:
    return (
        {row.state for row in session.exec(select(OutboxMessage))},
        {row.state for row in session.exec(select(CampaignRecipient))},
        [row.state for row in session.exec(select(Campaign))],
    )

"""kill -9 while a broadcast goes out: nobody lost, nobody twice, and whatever cannot be known is told."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from store.campaigns.ledger import LEASE
from tests.campaigns.own_postgres import OwnPostgres
from tests.campaigns.torment import Setting, Torment, tormented

# Of the ledger itself, before anybody gets anything.
WRITING = ("uncommitted write", "committed write", "uncommitted finish", "committed finish")
IN_SLACK = ("uncommitted hand_over", "committed hand_over", "slack sending", "slack replied")  # soon over
SENDING = (
    "claimed", "marked", "data_sent", "replied", "settled", "uncommitted take", "committed take",
    *IN_SLACK, "uncommitted _turn", "uncommitted take_back", "committed take_back",
)  # fmt: skip
BEGINNING_ALONE = ("uncommitted end_leases", "committed end_leases")
CRASHED = "the server crashed"
FEW = Setting(readers=60, in_slack=6, channels=1, slow=0.01, speed=150)


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A server that no other test uses, since this one is crashed."""
    folder = Path(tempfile.mkdtemp(prefix="whodoes-pg-"))
    server = OwnPostgres(folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


async def killed_through(torment: Torment, kills: int) -> None:
    """At the points of the beginning, then at the others in turn, and as often anywhere."""
    for point in WRITING + IN_SLACK:
        await torment.die_at(point)
    points = cycle(SENDING + BEGINNING_ALONE * torment.url.startswith("sqlite"))
    while (left := kills - torment.kills.total()) > 0 and not torment.over:
        most = await torment.portion(left)
        if most and torment.chance.random() < 0.7:  # who dies at a point has sent something mostly
            await torment.die_at(next(points), nth=torment.chance.randint(1, 3), most=most + 1)
        else:
            await torment.begin()
            await torment.kill_anywhere(most=most)
        await torment.let_some_unsubscribe()
        await torment.look_after()


@pytest.mark.timeout(300)  # many processes begin one after the other: on a busy machine that takes its time
async def test_a_broadcast_killed_anywhere_loses_nobody_and_reaches_nobody_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with tormented(database_url, tmp_path, FEW) as torment:
        await killed_through(torment, kills=14)
        await torment.finish()
        await torment.assert_all_is_well()


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [11])
async def test_two_hundred_kills_in_a_broadcast_to_a_thousand(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    async with tormented(database_url, tmp_path, Setting(seed=seed, readers=1_200)) as torment:
        await killed_through(torment, kills=200)
        await torment.finish()
        assert torment.kills.total() >= 200
        print(await torment.assert_all_is_well())  # noqa: T201 - what a long run is for


async def struck_in_turn(torment: Torment, kills: int, *, restart: Callable[[], None]) -> None:
    """One sender or the other is killed, or dies at a point, or is frozen until its leases are over."""
    lease = LEASE.total_seconds() / torment.setting.speed
    senders = range(len(torment.senders))
    points = cycle(SENDING)
    for sender in senders:
        await torment.begin(sender)
    turn = 0
    while torment.kills.total() < kills and not torment.over:
        turn += 1
        struck = torment.chance.choice(senders)
        await torment.grown_by(torment.chance.randint(0, 4))
        if CRASHED not in torment.kills and torment.kills.total() >= kills // 2:
            await asyncio.to_thread(restart)
            torment.kills[CRASHED] += len(senders)  # each may lose what it has in hand
        elif turn % 12 == 5:
            await torment.freeze(struck, 1.3 * lease)
        else:
            await torment.kill_anywhere(struck, most=0)
            doomed = torment.chance.random() < 0.5
            await torment.begin(
                struck, point=next(points) if doomed else "", nth=torment.chance.randint(1, 3)
            )
        await torment.let_some_unsubscribe()
        await torment.look_after()
    for sender in list(torment.running):
        await torment.kill(sender)


@pytest.mark.timeout(300)
async def test_three_senders_killed_and_frozen_in_turn_share_one_database(
    own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    setting = replace(FEW, senders=3)
    async with tormented(own_postgres.url, tmp_path, setting) as torment:
        await struck_in_turn(torment, 10, restart=own_postgres.crash)
        await torment.finish()
        await torment.assert_all_is_well()


@pytest.mark.torture
@pytest.mark.timeout(1800)
async def test_two_hundred_blows_to_three_senders_and_a_crash_of_the_server(
    own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    setting = Setting(senders=3, connections=1, slow=0.25, seed=13)
    async with tormented(own_postgres.url, tmp_path, setting) as torment:
        await struck_in_turn(torment, 200, restart=own_postgres.crash)
        await torment.finish()
        assert torment.kills.total() >= 200
        print(await torment.assert_all_is_well())  # noqa: T201 - what a long run is for

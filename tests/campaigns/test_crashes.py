"""kill -9 while a broadcast goes out: nobody lost, nobody twice, and whatever cannot be known is told."""

from itertools import cycle
from pathlib import Path

import pytest

from tests.campaigns.torment import Setting, Torment, tormented

IN_FLIGHT = 8  # four mails, four posts
WRITING = (
    "uncommitted write",
    "committed write",
    "uncommitted finish",
    "committed finish",
)  # the ledger itself
HANDING_OVER = (
    "uncommitted hand_over_mails", "committed hand_over_mails", "uncommitted hand_over", "committed hand_over",
    "uncommitted take_back", "committed take_back",
)  # fmt: skip
SENDING = (
    "uncommitted _turn", "committed _turn", "mail sending", "mail replied", "slack sending", "slack replied",
    "uncommitted end_leases", "committed end_leases",
)  # fmt: skip
FEW = Setting(readers=60, in_slack=6, channels=1)


async def killed_through(torment: Torment, kills: int) -> None:
    """At the points of the beginning, then at the others in turn, and as often anywhere."""
    for point in WRITING:
        await torment.die_at(point)
    points = cycle(HANDING_OVER + SENDING)
    while torment.kills.total() < kills:
        if torment.chance.random() < 0.5:
            await torment.die_at(next(points), nth=torment.chance.randint(1, 3))
        else:
            await torment.begin()
            await torment.kill_anywhere()
        await torment.let_some_unsubscribe()
        await torment.look_after()


async def test_a_broadcast_killed_anywhere_loses_nobody_and_reaches_nobody_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with tormented(database_url, tmp_path, FEW) as torment:
        await killed_through(torment, kills=12)
        await torment.finish()
        await torment.assert_all_is_well(in_flight=IN_FLIGHT)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [11])
async def test_two_hundred_kills_in_a_broadcast_to_a_thousand(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    async with tormented(database_url, tmp_path, Setting(seed=seed)) as torment:
        await killed_through(torment, kills=200)
        await torment.finish()
        print(await torment.assert_all_is_well(in_flight=IN_FLIGHT))  # noqa: T201 - what a long run is for

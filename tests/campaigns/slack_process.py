"""The Slack double in a process of its own, with as many members and channels as a campaign needs.

`python -m tests.campaigns.slack_process FILE PEOPLE CHANNELS SPEED` prints its API's address; accepted calls go to the file.
Its clock is the senders', who ask it what was said since when.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from tests.campaigns.region import channel, fast_clock, slack_id
from tests.doubles.slack.server import SlackDouble

TROUBLES, PAUSE = 3, 0.5  # of each kind, and seconds


async def serve(record: Path, people: int, channels: int, speed: int) -> None:
    async with SlackDouble(state=record, clock=fast_clock(speed)) as slack:
        for number in range(people):
            slack.workspace.add_user(slack_id(number), f"member{number}")
        for number in range(channels):
            slack.workspace.add_channel(channel(number), f"news-{number}")
        print(slack.api_url, flush=True)  # noqa: T201 - whoever started us reads it
        for taken in (True, False) * TROUBLES:
            slack.drop(
                "chat.postMessage", accepted=taken
            )  # no answer to the next post, which is said or is not
            await asyncio.sleep(PAUSE)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(Path(sys.argv[1]), *map(int, sys.argv[2:5])))

"""The double as a process of its own: prints its URL, then serves until it is told to stop."""

import argparse
import asyncio
import signal
from pathlib import Path

from tests.doubles.slack.server import SlackDouble


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--state", type=Path, default=None, help="accepted calls are appended here, as JSON lines"
    )
    return parser.parse_args()


async def serve(port: int, state: Path | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with SlackDouble(port=port, state=state) as slack:
        print(slack.url, flush=True)  # noqa: T201 - whoever started us reads it
        await stop.wait()


if __name__ == "__main__":
    given = arguments()
    asyncio.run(serve(given.port, given.state))

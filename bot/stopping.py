"""Being told to stop: once for an orderly end, twice for one at once."""

import asyncio
import os
import signal


def stop_on_signals(stop: asyncio.Event) -> None:
    """The first signal lets work in hand finish; a second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)

"""Points at which a process ends itself as `kill -9` would: named ones, and before and after each commit."""

import os
import signal
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from scheduler.delivery import Sender
from store.outbox import Claimed
from store.outcome import Outcome
from store.store import Store

P = ParamSpec("P")
R = TypeVar("R")


class Doom:
    """Called with the name of each point that is passed; at the n-th passing of its own it is over."""

    def __init__(self, point: str = "", nth: int = 1) -> None:
        self._point = point
        self._left = nth

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class WatchedStore(Store):
    """Passes "uncommitted NAME" when a write has done its work and nothing is on the disk yet, and "committed NAME"."""

    at: Doom = Doom()

    async def write(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        name = getattr(fn, "__name__", "")

        def work(session: Session) -> R:
            result = fn(session, *args, **kwargs)
            session.flush()
            self.at(f"uncommitted {name}")
            return result

        result = await super().write(work)
        self.at(f"committed {name}")
        return result


class WatchedSender:
    """A medium's sender; passes "NAME sending" before a message and "NAME replied" after it."""

    def __init__(self, sender: Sender, name: str, at: Doom) -> None:
        self._sender = sender
        self._name = name
        self._at = at

    async def send(self, message: Claimed) -> Outcome:
        self._at(f"{self._name} sending")
        outcome = await self._sender.send(message)
        self._at(f"{self._name} replied")
        return outcome

    async def look_up(self, message: Claimed) -> Outcome:
        return await self._sender.look_up(message)

"""What may go wrong with a call, set by the test and used up call by call."""

import asyncio
from dataclasses import dataclass

from tests.doubles.slack.records import JSON

ANY_METHOD = "*"


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the next `times` calls of a method (to one channel only, if named)."""

    method: str
    times: int = 1
    status: int = 200
    retry_after: float = 1
    error: str | None = None
    delay: float = 0.0
    drop: str | None = None  # "before": nothing is done; "after": done and recorded, but no reply
    channel: str | None = None

    def fits(self, method: str, args: JSON) -> bool:
        if self.times <= 0 or self.method not in {ANY_METHOD, method}:
            return False
        return self.channel is None or self.channel == args.get("channel")


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._coming.append(fault)

    def clear(self) -> None:
        self._coming.clear()

    async def take(self, method: str, args: JSON) -> Fault | None:
        """The fault this call meets, its delay already waited for."""
        for fault in self._coming:
            if fault.fits(method, args):
                fault.times -= 1
                await asyncio.sleep(fault.delay)
                return fault
        return None

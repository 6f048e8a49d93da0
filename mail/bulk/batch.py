"""A few mails on their way to the relay together, and the truth about how far each of them got."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from mail.relay import Envelope
from store.outcome import Outcome, Postponed, Unknown

Made: TypeAlias = Envelope | Outcome


@dataclass(slots=True)
class Batch:
    """`make` writes the mail of a number, just before it is sent, or says why there is none.

    `go_on` is asked before each. What was not begun when it says no, or when the relay is gone, has no outcome.
    """

    size: int
    make: Callable[[int], Made]
    go_on: Callable[[], bool]
    outcomes: list[Outcome | None] = field(init=False)
    _waiting: deque[int] = field(init=False)
    _offered: deque[int] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.outcomes = [None] * self.size
        self._waiting = deque(range(self.size))

    @property
    def done(self) -> bool:
        return not self._waiting or not self.go_on()

    def take(self, unfit: Callable[[Envelope], Outcome | None]) -> Envelope | None:
        """The next to be offered; None where there is none, or no more shall be. `unfit`: why this relay can't have it."""
        while self._waiting and self.go_on():
            number = self._waiting.popleft()
            made = self.make(number)
            refused = unfit(made) if isinstance(made, Envelope) else made
            if refused is None and isinstance(made, Envelope):
                self._offered.append(number)
                return made
            self.outcomes[number] = refused
        return None

    def settle(self, outcome: Outcome) -> None:
        """What the relay said of the one offered first."""
        self.outcomes[self._offered.popleft()] = outcome

    def broke(self, cause: str, *, in_the_air: bool, blame: bool) -> None:
        """The relay broke off. `in_the_air`: the content of the one offered first had left, and no reply had come.

        What was only offered is offered anew, unless it is to `blame`: the first on its connection.
        """
        if in_the_air:
            self.settle(Unknown(f"The relay broke off before it confirmed the message ({cause})."))
        elif blame and self._offered:
            self.settle(Postponed(f"The relay broke off before the message was sent ({cause})."))
        while self._offered:
            self._waiting.appendleft(self._offered.pop())

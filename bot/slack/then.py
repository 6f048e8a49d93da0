"""What follows a press of a button or a form that was sent in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.assistant.acting import Told
from store.outbox import Draft

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Then:
    """`told`: a line for whoever did it alone. `opens`: a form. Of a form that was sent in, `errors` by field keep it
    open as it is, and `becomes` is the form it turns into. `home`: their Home tab shows something else now. `drafts`:
    messages that go out with it."""

    told: str = ""
    done: bool = True
    opens: JSON | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    becomes: JSON | None = None
    home: bool = False
    first: int = 0  # of their introductions to show in the Home tab
    drafts: tuple[Draft, ...] = ()


def after(told: Told) -> Then:
    return Then(told.text, told.done, home=True)

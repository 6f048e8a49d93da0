"""Who answers which button and which form.

To add a button or a form:
1. Give its `action_id` (of a form: its `callback_id`) a name that begins with its family and a colon: "letter:answer:yes".
2. Write, in a module of that family, `pressed(session, click, doing) -> Then | None` and, where it has forms,
   `submitted(session, form, doing) -> Then | None`. They run in one write transaction, under the evidence of what
   Slack sent (`doing.act`), once for each press, and never call Slack. None means: no button of this version is
   called so, and its presser is told that.
3. Enter the family below.
What follows is said by a `Then`: `told` goes to whoever pressed (beside the message; in the Home tab; in the form),
`opens` is a form to open now, `drafts` go to the outbox and out at once, `home` draws their Home tab anew. Of a form
that was sent in, `errors` keep it open, `becomes` replaces it; `told` takes its place, so that it is surely seen.
A button inside a form that opens another one replaces it. A new surface needs no listener: all buttons, forms and
menus that search come in through bot/slack/listeners.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlmodel import Session

from bot.slack import (
    after_events,
    announcing,
    arranging,
    attending,
    awarding,
    home_actions,
    introducing,
    menu,
    mistakes,
    planning,
)
from bot.slack.arrivals import Click
from bot.slack.buttons import ACTIONS
from bot.slack.doing import Doing
from bot.slack.modals.forms import Filled
from bot.slack.pressing import pressed as under_an_answer
from bot.slack.then import Then

Pressed: TypeAlias = Callable[[Session, Click, Doing], Then | None]
Submitted: TypeAlias = Callable[[Session, Filled, Doing], Then | None]


def _nothing(_session: Session, _what: object, _doing: Doing) -> Then | None:
    return None


@dataclass(frozen=True, slots=True)
class Family:
    pressed: Pressed = _nothing
    submitted: Submitted = _nothing


def _introduction_pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    return introducing.pressed(session, click.action, click.value, doing.act, index=doing.index)


def _introduction_form(session: Session, form: Filled, doing: Doing) -> Then | None:
    return introducing.submitted(session, form, doing.act)


def _home_pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    return home_actions.pressed(session, click.action, click.value, doing.act)


def _home_form(session: Session, form: Filled, doing: Doing) -> Then | None:
    return home_actions.submitted(session, form, doing.act, doing.account)


def _event_pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    return (
        attending.pressed(session, click, doing)
        or planning.pressed(session, click, doing)
        or arranging.pressed(session, click, doing)
    )


def _event_form(session: Session, form: Filled, doing: Doing) -> Then | None:
    return (
        attending.submitted(session, form, doing)
        or planning.submitted(session, form, doing)
        or arranging.submitted(session, form, doing)
    )


FAMILIES: Mapping[str, Family] = {
    "letter": Family(_introduction_pressed, _introduction_form),
    "intro": Family(_introduction_pressed, _introduction_form),
    "home": Family(_home_pressed, _home_form),
    "menu": Family(menu.pressed, menu.submitted),
    "announce": Family(announcing.pressed, announcing.submitted),
    "award": Family(awarding.pressed, awarding.submitted),
    "event": Family(_event_pressed, _event_form),
    "after": Family(after_events.pressed, after_events.submitted),
    "mistake": Family(mistakes.pressed, mistakes.submitted),
    **dict.fromkeys(ACTIONS, Family(under_an_answer)),
}


def family_of(name: str) -> Family:
    """Of an action_id or callback_id; one that answers nothing where there is none."""
    return FAMILIES.get(name.partition(":")[0], Family())

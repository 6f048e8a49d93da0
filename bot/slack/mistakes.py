"""From "Wrong or out of date?": to the form that tells the team what is wrong, or, for one's own entry, to edit it."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.assistant.proposing import report_mistake
from bot.assistant.wording import Item
from bot.slack import home_actions
from bot.slack.arrivals import Click
from bot.slack.blocks.cards import WRONG
from bot.slack.blocks.home import EDIT
from bot.slack.doing import Doing
from bot.slack.modals.forms import Filled
from bot.slack.modals.mistakes import WHICH, organisation_of, which_modal
from bot.slack.then import Then, after
from store.people import Member

CHOOSE = "Choose whose entry it is."


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    """On a card: the organisation's id and the ask."""
    if not click.action.startswith(WRONG):
        return None
    number, _, ask_id = click.value.partition(" ")
    known = number.isdecimal() and number.isascii() and len(number) < 16
    return correcting(session, ((int(number), ""),), ask_id, doing) if known else None


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    if form.callback != WHICH:
        return None
    number = organisation_of(form)
    if number is None:
        return Then(errors={"organisation": CHOOSE})
    ask_id = str(form.kept.get("ask") or "") or None
    return after(report_mistake(session, number, form.text("words"), doing.act, ask_id=ask_id))


def named_in(items: Sequence[Item]) -> tuple[tuple[int, str], ...]:
    """The organisations of an answer as it is seen."""
    found = {each.organisation_id: each.title for each in items if each.organisation_id is not None}
    return tuple(found.items())


def correcting(session: Session, named: Sequence[tuple[int, str]], ask_id: str, doing: Doing) -> Then:
    """The form for whichever of these it is; none where an answer named nobody."""
    if not named:
        return Then()
    if len(named) > 1:
        return Then(opens=which_modal(named, ask_id=ask_id))
    number, by = named[0][0], doing.act.by
    if isinstance(by, Member) and by.organisation_id == number:
        own = home_actions.pressed(session, EDIT, str(number), doing.act)
        return own or Then()
    return home_actions.report_form(session, number, ask_id)

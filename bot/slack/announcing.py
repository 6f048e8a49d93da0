"""Broadcasts from Slack: `/whodoes announce …`, its forms, and the buttons under its progress."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlmodel import Session

from bot.assistant.acting import Told
from bot.assistant.campaigns.drafting import STAFF_ONLY, draft
from bot.assistant.campaigns.looking import Look, look, reaches
from bot.assistant.campaigns.progress import lines, progress
from bot.assistant.campaigns.sending import approve, decline, send, try_on_me
from bot.assistant.campaigns.steering import cancel, pause, resend, resume
from bot.assistant.rights import Action, allowed
from bot.slack.arrivals import Click
from bot.slack.doing import Doing
from bot.slack.modals import broadcasts as forms
from bot.slack.modals.forms import Filled
from bot.slack.then import Then, after
from store.campaigns.report import Summary, summaries
from store.kinds import CampaignState, RecipientState

HOW = (
    "I know: announce, announce list, announce 3 (to send it), and announce approve, decline, pause, resume, cancel, "
    "report, resend failed or resend uncertain, each with the number."
)
LISTED = 10

Step: TypeAlias = Callable[..., Told]
STEPS: Mapping[str, Step] = {
    "decline": decline,
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "test": try_on_me,
}
PRESSES: Mapping[str, Step] = {
    forms.PAUSE: pause,
    forms.RESUME: resume,
    forms.CANCEL: cancel,
    forms.TRY: try_on_me,
}


def commanded(session: Session, words: str, channel: str, doing: Doing) -> Then:
    """What stands behind `/whodoes announce`."""
    if not allowed(session, doing.act, Action.BROADCAST):
        return Then(STAFF_ONLY.text, done=False)
    parts = words.lower().split()
    if not parts:
        return Then(opens=forms.write_modal(channel))
    if parts == ["list"]:
        return Then(
            "\n".join(map(_in_a_line, summaries(session, limit=LISTED))) or "There is no broadcast yet."
        )
    number = int(parts[-1]) if parts[-1].isascii() and parts[-1].isdecimal() and len(parts[-1]) < 10 else None
    if number is None:
        return Then(HOW, done=False)
    match parts[:-1]:
        case []:
            return _to_confirm(session, number, doing)
        case ["approve"]:
            return _to_approve(session, number, doing)
        case ["report"]:
            return _reported(session, number)
        case ["resend", ("failed" | "uncertain") as which]:
            return after(resend(session, number, [RecipientState(which)], doing.act))
        case [word] if word in STEPS:
            return after(STEPS[word](session, number, doing.act))
    return Then(HOW, done=False)


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    step = PRESSES.get(click.action)
    if step is None or not (click.value.isascii() and click.value.isdecimal() and len(click.value) < 10):
        return None
    told = step(session, int(click.value), doing.act)
    return Then(told.text, told.done)


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    number = form.number("campaign") or 0
    match form.callback:
        case forms.WRITE:
            return _written(session, form, doing)
        case forms.SEND:
            return after(send(session, number, doing.act, people=form.number("people") or 0))
        case forms.APPROVE:
            return after(approve(session, number, doing.act))
    return None


def _written(session: Session, form: Filled, doing: Doing) -> Then:
    told = draft(session, forms.draft_of(form), doing.act)
    if not told.done or told.about is None:
        return Then(errors={"subject": told.text}) if told is not STAFF_ONLY else Then(told.text, done=False)
    found = look(session, told.about, doing.act)
    return Then(becomes=forms.send_modal(found)) if isinstance(found, Look) else after(found)


def _to_confirm(session: Session, number: int, doing: Doing) -> Then:
    found = look(session, number, doing.act)
    if isinstance(found, Told):
        return after(found)
    if found.state is not CampaignState.DRAFT:
        return _reported(session, number)
    return Then(opens=forms.send_modal(found))


def _to_approve(session: Session, number: int, doing: Doing) -> Then:
    found = look(session, number, doing.act)
    if isinstance(found, Told):
        return after(found)
    return Then(opens=forms.approve_modal(found))


def _reported(session: Session, number: int) -> Then:
    found = progress(session, number)
    if found is None:
        return Then("There is no such broadcast.", done=False)
    return Then("\n".join([f"Broadcast {number}, “{found.subject}”: {found.state}", *lines(found)]))


def _in_a_line(each: Summary) -> str:
    sent = each.counts[RecipientState.SENT]
    return f"{each.id}. {each.subject}: {each.state.value}, {sent:,} of {reaches(0, each.recipients or each.expected)}"

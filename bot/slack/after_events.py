"""After an event, in Slack: a guest says how it was, staff read it and bring together who missed each other."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.events.after_answers import NOT_THERE, said_by, say
from bot.assistant.events.after_wording import SAID, thanks_key
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY
from bot.assistant.events.wishes import introduce, leave, suggestions
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.requesting import PartyRef
from bot.assistant.letters import letter_of
from bot.assistant.rights import Action, allowed, may
from bot.slack.arrivals import Click
from bot.slack.blocks.event_rows import HEARD, WISHES
from bot.slack.blocks.letters import SAY
from bot.slack.doing import Doing
from bot.slack.modals import after_event as drawn
from bot.slack.modals.forms import Filled
from bot.slack.then import Then, after
from store.events.feedback import Wished, heard, wishes
from store.kinds import WishState
from store.models import Event, LetterRecord
from store.people import Member


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    if click.action == SAY:
        return _form(session, click.value, doing.act)
    if click.action == HEARD:
        return _heard(session, _number(click.value), doing)
    if click.action == WISHES:
        return _waiting(session, doing)
    if click.action.startswith(f"{drawn.INTRODUCE}:") or click.action == drawn.LEAVE:
        return _decided(session, click, doing)
    return None


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    if form.callback != SAY:
        return None
    told = say(session, form.number("event") or 0, drawn.said_in_form(form), doing.act)
    letter = letter_of(session, str(form.kept.get("token") or ""))
    if told.done and letter is not None and _is_theirs(letter, doing.act) and letter.answered_at is None:
        letter.answered_at, letter.answer = doing.act.now, form.text("score") or SAID
        session.add(letter)
    return after(told)


def _form(session: Session, token: str, act: Act) -> Then:
    letter = letter_of(session, token)
    if letter is None or not _is_theirs(letter, act):
        return after(reply_to_letter(session, token, SAID, act))  # which says why not, and has it audited
    event = session.get(Event, _number(letter.about.partition(":")[2]))
    if event is None or event.id is None:
        return Then(NOT_THERE, done=False)
    return Then(opens=drawn.say_modal(event, said_by(session, event.id, letter.person_id), token=token))


def _heard(session: Session, event_id: int, doing: Doing, *, notice: str = "") -> Then:
    if not allowed(session, doing.act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return Then(STAFF_ONLY.text, done=False)
    event = session.get(Event, event_id)
    if event is None:
        return Then(NO_EVENT.text, done=False)
    found = heard(session, event_id, letter_key=thanks_key(event_id))
    suggested = _suggested(session, found.wishes, doing)
    return Then(opens=drawn.heard_modal(event, found, suggested, notice=notice))


def _waiting(session: Session, doing: Doing, *, notice: str = "") -> Then:
    if not allowed(session, doing.act, Action.BROKER_INTRODUCTION):
        return Then(STAFF_ONLY.text, done=False)
    found = wishes(session, state=WishState.OPEN)
    suggested = _suggested(session, found, doing)
    return Then(opens=drawn.wishes_modal(suggested, total=len(found), notice=notice))


def _decided(session: Session, click: Click, doing: Doing) -> Then:
    where, wish_id, organisation_id, person_id = (*map(_number, click.value.split(" ", 3)), 0, 0, 0, 0)[:4]
    if click.action == drawn.LEAVE:
        told = leave(session, wish_id, doing.act)
    else:
        other = PartyRef(organisation_id or None, person_id or None)
        told = introduce(session, wish_id, other, doing.act)
    if not may(doing.act.by, Action.PLAN_EVENT, doing.act.medium):
        return after(told)
    shown = (
        _heard(session, where, doing, notice=told.text)
        if where
        else _waiting(session, doing, notice=told.text)
    )
    return Then(done=told.done, opens=shown.opens) if shown.opens else after(told)


def _suggested(session: Session, found: Sequence[Wished], doing: Doing) -> tuple[drawn.Suggested, ...]:
    """With whom each may mean, where that is still to be decided; of those alone that are shown."""
    return tuple(
        drawn.Suggested(
            each,
            suggestions(session, each, doing.index, now=doing.act.now)
            if each.state is WishState.OPEN
            else (),
        )
        for each in found[: drawn.WISHES_SHOWN]
    )


def _is_theirs(letter: LetterRecord, act: Act) -> bool:
    return isinstance(act.by, Member) and act.by.person_id == letter.person_id


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else 0

"""Members answer an event in Slack: by a form, from an invitation or from their Home tab."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.events.attending import MEMBERS_ONLY, NO_EVENT, respond
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.letters import letter_of
from bot.assistant.rights import Action, may
from bot.slack.arrivals import Click
from bot.slack.blocks.event_rows import ANSWER
from bot.slack.blocks.letters import COMPANY
from bot.slack.doing import Doing
from bot.slack.modals.event_answer import answer_modal, answered
from bot.slack.modals.forms import Filled
from bot.slack.then import Then, after
from store.events.guests import guest
from store.kinds import EventState
from store.models import Event, LetterRecord
from store.people import Member


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    if click.action == COMPANY:
        return _from_letter(session, click.value, doing.act)
    return _form(session, _number(click.value), doing.act) if click.action == ANSWER else None


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    if form.callback != ANSWER:
        return None
    said = answered(form)
    if isinstance(said, dict):
        return Then(errors=said)
    answer, company = said
    told = respond(session, form.number("event") or 0, answer, doing.act, company)
    letter = letter_of(session, str(form.kept.get("token") or ""))
    if told.done and letter is not None and _is_theirs(letter, doing.act) and letter.answered_at is None:
        letter.answered_at, letter.answer = doing.act.now, answer.value
        session.add(letter)
    return after(told)


def _from_letter(session: Session, token: str, act: Act) -> Then:
    letter = letter_of(session, token)
    if letter is None or not _is_theirs(letter, act):
        return after(reply_to_letter(session, token, "yes", act))  # which says why not, and has it audited
    return _form(session, _number(letter.about.partition(":")[2]), act, token=token)


def _form(session: Session, event_id: int, act: Act, *, token: str = "") -> Then:
    if not may(act.by, Action.ATTEND, act.medium):
        return Then(MEMBERS_ONLY, done=False)
    event = session.get(Event, event_id)
    if event is None or event.state is EventState.PLANNED:
        return Then(NO_EVENT, done=False)
    before = guest(session, event_id, act.by.person_id) if isinstance(act.by, Member) else None
    return Then(opens=answer_modal(event, before, token=token))


def _is_theirs(letter: LetterRecord, act: Act) -> bool:
    return isinstance(act.by, Member) and act.by.person_id == letter.person_id


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else 0

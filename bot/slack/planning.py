"""Events planned from Slack by staff: put in, changed, announced, called off, and who came; decided by the assistant."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.marking import mark
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY, announce, cancel, change, plan
from bot.assistant.rights import Action, allowed
from bot.slack.arrivals import Click, Surface
from bot.slack.blocks import event_rows as drawn
from bot.slack.coming import coming, row_of
from bot.slack.doing import Doing
from bot.slack.modals import event_form as form_of
from bot.slack.modals import event_lists as lists
from bot.slack.modals.event_form import EventForm
from bot.slack.modals.event_reading import Known, read
from bot.slack.modals.event_texts import THANKS, Texts, changed, texts_of
from bot.slack.modals.forms import Filled
from bot.slack.then import Then
from store.events.listing import guests, one_planned
from store.events.seats import hold, taken
from store.kinds import EventKind
from store.models import Event, Organisation, Site

SAVE_AGAIN = "Save again if that is what you want."
MEANWHILE = "Somebody made this “{}” meanwhile. " + SAVE_AGAIN
TOO_FEW = (
    "{} seats are taken: nobody loses theirs, and no more are given until there are fewer. " + SAVE_AGAIN
)


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    """What a button of staff's does; None where none of this version is called so."""
    if click.action.startswith(f"{drawn.CAME}"):
        return _came(session, click, doing.act)
    press = PRESSES.get(click.action.removesuffix(":more").removesuffix(":earlier"))
    return None if press is None else press(session, click, doing.act)


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    take = FORMS.get(form.callback)
    return None if take is None else take(session, form, doing.act)


def plan_form(session: Session, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    texts = {"kind": EventKind.NETWORKING.value, "zone": act.house.rules.zone, "thanks": THANKS}
    return Then(opens=form_of.event_modal(EventForm(texts, _sectors(session))))


def _list(session: Session, click: Click, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    page = coming(session, now=act.now, first=_number(click.value), most=lists.EVENTS_SHOWN)
    return Then(opens=lists.list_modal(page.rows, now=act.now, first=page.first, total=page.total))


def _change_form(session: Session, click: Click, act: Act) -> Then:
    event_id = _number(click.value)
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return _refused(STAFF_ONLY)
    event = session.get(Event, event_id)
    if event is None:
        return _refused(NO_EVENT)
    texts = texts_of(event)
    return Then(opens=form_of.event_modal(EventForm(texts, _sectors(session), event_id, now=texts)))


def _announce(session: Session, click: Click, act: Act) -> Then:
    told = announce(session, _number(click.value), act)
    return _shown(session, told, act, in_modal=click.surface == Surface.MODAL.value)


def _cancel_form(session: Session, click: Click, act: Act) -> Then:
    event_id = _number(click.value)
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return _refused(STAFF_ONLY)
    row = row_of(session, event_id, now=act.now)
    return _refused(NO_EVENT) if row is None else Then(opens=lists.cancel_modal(row))


def _guests(session: Session, click: Click, act: Act) -> Then:
    number, _, first = click.value.partition(" ")
    return _guest_list(session, _number(number), _number(first), act)


def _guest_list(session: Session, event_id: int, first: int, act: Act, *, notice: str = "") -> Then:
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return _refused(STAFF_ONLY)
    event = one_planned(session, event_id)
    if event is None:
        return _refused(NO_EVENT)
    listed = guests(session, event_id)
    return Then(opens=lists.guests_modal(event, listed, now=act.now, first=first, notice=notice))


def _came(session: Session, click: Click, act: Act) -> Then:
    number, first, came, who = (*click.value.split(" ", 3), "", "", "", "")[:4]
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{_number(number)}"):
        return _refused(STAFF_ONLY)
    told = mark(session, _number(number), [who], act, came=came == "yes")
    return _guest_list(session, _number(number), _number(first), act, notice=told.text)


def _take_plan(session: Session, form: Filled, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    texts = form_of.texts_in(form)
    found = read(texts, frozenset(texts), _known(session))
    if found.wrong:
        return Then(errors=form_of.errors_by_block(form, found.wrong))
    return _saved(session, form, plan(session, found.fields, act), act)


def _take_change(session: Session, form: Filled, act: Act) -> Then:
    """Only what was changed in this form is sent: what somebody else changed meanwhile stays."""
    event_id = form.number("event") or 0
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return _refused(STAFF_ONLY)
    event = hold(session, event_id)
    if event is None:
        return _refused(NO_EVENT)
    now, said, marks = texts_of(event), form_of.texts_in(form), form_of.marks_in(form)
    theirs = changed(said, marks)
    merged = {**now, **{name: said[name] for name in theirs}}
    found = read(merged, theirs, _known(session), before=now)
    if found.wrong:
        return Then(errors=form_of.errors_by_block(form, found.wrong))
    if notes := _doubts(session, event, form, merged, theirs):
        return _once_more(session, event_id, form, merged, notes)
    return _saved(session, form, change(session, event_id, found.fields, act), act)


def _doubts(
    session: Session, event: Event, form: Filled, merged: Texts, theirs: frozenset[str]
) -> dict[str, str]:
    """What is asked back once, by field: another's change of the same, fewer seats than are taken."""
    now = texts_of(event)
    meanwhile = changed(now, form_of.marks_in(form))
    notes = {
        name: MEANWHILE.format(" ".join(now[name].split())[:200] or "empty")
        for name in theirs & meanwhile
        if merged[name] != now[name]
    }
    seats, have = merged["capacity"], taken(session, event)
    if "capacity" in theirs and seats and int(seats) < have and form.number("agreed") != int(seats):
        notes["capacity"] = " ".join(filter(None, (notes.get("capacity"), TOO_FEW.format(f"{have:,}"))))
    return notes


def _once_more(
    session: Session, event_id: int, form: Filled, merged: Texts, notes: Mapping[str, str]
) -> Then:
    event = session.get(Event, event_id)
    assert event is not None  # noqa: S101 - narrows the type: it is held
    agreed = int(merged["capacity"]) if "capacity" in notes else form.number("agreed")
    again = EventForm(
        merged, _sectors(session), event_id, now=texts_of(event), round=form_of.round_of(form) + 1,
        notes=notes, agreed=agreed,
    )  # fmt: skip
    return Then(done=False, becomes=form_of.event_modal(again))


def _saved(session: Session, form: Filled, told: Told, act: Act) -> Then:
    if not told.done:
        field = next((name for word, name in PLACES.items() if word in told.text), "title")
        return Then(errors=form_of.errors_by_block(form, {field: told.text}))
    then = _shown(session, told, act, in_modal=True)
    return replace(then, becomes=then.opens, opens=None, home=True)


def _take_cancel(session: Session, form: Filled, act: Act) -> Then:
    told = cancel(session, form.number("event") or 0, form.text("reason"), act)
    then = _shown(session, told, act, in_modal=True)
    return replace(then, becomes=then.opens, opens=None, home=True)


def _shown(session: Session, told: Told, act: Act, *, in_modal: bool) -> Then:
    """In a form the event stands there again, with what became of it; in the Home tab it is told above."""
    row = row_of(session, told.about, now=act.now) if told.about is not None else None
    if row is None or not in_modal:
        return Then(told.text, told.done, home=True)
    return Then(done=told.done, opens=lists.one_modal(row, now=act.now, notice=told.text))


def _refused(told: Told) -> Then:
    return Then(told.text, done=False, home=True)


def _known(session: Session) -> Known:
    towns = session.exec(select(Site.town).distinct())
    return Known(towns={each.casefold() for each in towns if each})


def _sectors(session: Session) -> tuple[str, ...]:
    return tuple(sorted({each for each in session.exec(select(Organisation.sector).distinct()) if each}))


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else 0


Press: TypeAlias = Callable[[Session, Click, Act], Then]
Take: TypeAlias = Callable[[Session, Filled, Act], Then]

# Where what the assistant would not take is said, by a word of it.
PLACES = {"time zone": "zone", "end before": "end_time", "last longer": "end_date", "Seats are": "capacity",
          "Registration": "close_date", "join url": "join_url", "organiser is": "organiser", "url is": "url"}  # fmt: skip
PRESSES: Mapping[str, Press] = {
    drawn.PLAN: lambda session, _click, act: plan_form(session, act),
    drawn.LIST: _list,
    drawn.CHANGE: _change_form,
    drawn.ANNOUNCE: _announce,
    drawn.CANCEL: _cancel_form,
    drawn.GUESTS: _guests,
}
FORMS: Mapping[str, Take] = {
    form_of.PLAN: _take_plan,
    form_of.CHANGE: _take_change,
    lists.CALL_OFF: _take_cancel,
}

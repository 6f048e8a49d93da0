"""What hangs on events, from Slack by staff: programme, sponsors with what they were promised, series."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY
from bot.assistant.events.programme import line_of, write_programme
from bot.assistant.events.series import begin, end
from bot.assistant.events.sponsors import add_sponsor, mark_promises, remove_sponsor
from bot.assistant.rights import Action, allowed
from bot.slack.arrivals import Click
from bot.slack.blocks.event_rows import END_SERIES, PROGRAMME, SERIES, SPONSORS
from bot.slack.doing import Doing
from bot.slack.modals import event_lines as lines
from bot.slack.modals import event_series as serial
from bot.slack.modals.event_texts import EVERYONE
from bot.slack.modals.forms import Filled
from bot.slack.modals.origin import told_modal
from bot.slack.then import Then
from store.events.inviting import Audience, to_keep
from store.events.programme import items_of
from store.events.seats import hold
from store.events.series import all_series
from store.events.sponsors import sponsors_of
from store.kinds import EventKind
from store.models import Event


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    press = PRESSES.get(click.action)
    return None if press is None else press(session, click.value, doing.act)


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    take = FORMS.get(form.callback)
    return None if take is None else take(session, form, doing.act)


def _programme_form(session: Session, value: str, act: Act) -> Then:
    event = _event(session, _number(value), act)
    if isinstance(event, Told):
        return _refused(event)
    now = _programme(session, event)
    return Then(opens=lines.programme_modal(event, now, now=now))


def _take_programme(session: Session, form: Filled, act: Act) -> Then:
    """What another made of it since the form was opened is shown once, before this takes its place."""
    event = _event(session, form.number("event") or 0, act)
    if isinstance(event, Told):
        return _refused(event)
    said, now = lines.programme_in(form), _programme(session, event)
    if lines.mark_of(now) != form.kept.get("mark") and now != said:
        again = lines.programme_modal(
            event, said, now=now, round=(form.number("round") or 0) + 1, note=lines.MEANWHILE
        )
        return Then(done=False, becomes=again)
    told = write_programme(session, event.id or 0, said, act)
    if not told.done:
        return Then(errors=lines.programme_error(form, told.text))
    return _shown(told)


def _sponsors_form(session: Session, value: str, act: Act) -> Then:
    event = _event(session, _number(value), act)
    if isinstance(event, Told):
        return _refused(event)
    return Then(opens=lines.sponsors_modal(event, sponsors_of(session, event.id or 0)))


def _take_sponsors(session: Session, form: Filled, act: Act) -> Then:
    event = _event(session, form.number("event") or 0, act)
    if isinstance(event, Told):
        return _refused(event)
    said, number = lines.sponsors_in(form), event.id or 0
    if not said.name and (said.level or said.promised):
        return Then(errors={"name": "Whose is it? Write the sponsor's name."})
    names = {each.id: each.name for each in sponsors_of(session, number)}
    for sponsor, kept in said.ticks.items():
        if sponsor in names and kept:
            mark_promises(session, number, names[sponsor], act, kept=kept)
    for sponsor in said.gone:
        if sponsor in names:
            remove_sponsor(session, number, names[sponsor], act)
    if said.name:
        told = add_sponsor(session, number, said.name, act, level=said.level, promised=said.promised)
        if not told.done:
            return Then(errors={"name": told.text})
    return Then(becomes=lines.sponsors_modal(event, sponsors_of(session, number), notice="Saved."), home=True)


def _series_list(session: Session, _value: str, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    return Then(opens=serial.all_series_modal(all_series(session)))


def _series_form(session: Session, _value: str, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    return Then(opens=serial.series_modal(act.house.rules.zone))


def _take_series(session: Session, form: Filled, act: Act) -> Then:
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(STAFF_ONLY)
    if wrong := serial.series_in(form):
        return Then(errors=dict(wrong))
    told = begin(session, _fields(form), act)
    if not told.done:
        field = next((name for word, name in PLACES.items() if word in told.text), "title")
        return Then(errors={field: told.text})
    return _shown(told)


def _end_series(session: Session, value: str, act: Act) -> Then:
    told = end(session, _number(value), act)
    if not allowed(session, act, Action.PLAN_EVENT):
        return _refused(told)
    return Then(done=told.done, opens=serial.all_series_modal(all_series(session), notice=told.text))


def _fields(form: Filled) -> dict[str, Any]:
    first = date.fromisoformat(form.text("date"))
    kind = next((each for each in EventKind if each.value == form.text("kind")), EventKind.NETWORKING)
    seats = form.text("capacity")
    everyone = {"audience": to_keep(Audience(everyone=True))} if form.text("everyone") == EVERYONE else {}
    return {
        "title": form.text("title"), "kind": kind, "zone": form.text("zone").replace(" ", "_"),
        "rule": serial.rule_in(form, first), "first_local": f"{first.isoformat()}T{form.text('time')}",
        "minutes": int(form.text("minutes") or 120), "venue": form.text("venue"), "town": form.text("town"),
        "summary": form.text("summary"), "capacity": int(seats) if seats.isdecimal() else None, **everyone,
    }  # fmt: skip


def _event(session: Session, event_id: int, act: Act) -> Event | Told:
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    return hold(session, event_id) or NO_EVENT


def _programme(session: Session, event: Event) -> str:
    return "\n".join(line_of(each, event.zone) for each in items_of(session, event.id or 0))


def _shown(told: Told) -> Then:
    return replace(Then(home=True), becomes=told_modal(told.text))


def _refused(told: Told) -> Then:
    return Then(told.text, done=False, home=True)


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else 0


Press: TypeAlias = Callable[[Session, str, Act], Then]
Take: TypeAlias = Callable[[Session, Filled, Act], Then]

# Where what the assistant would not take is said, by a word of it.
PLACES = {"time zone": "zone", "rule": "rule", "Seats are": "capacity", "last": "minutes", "first": "date"}
PRESSES: Mapping[str, Press] = {
    PROGRAMME: _programme_form,
    SPONSORS: _sponsors_form,
    SERIES: _series_list,
    f"{SERIES}_plan": _series_form,
    END_SERIES: _end_series,
}
FORMS: Mapping[str, Take] = {
    lines.PROGRAMME: _take_programme,
    lines.SPONSORS: _take_sponsors,
    serial.SERIES: _take_series,
}

"""Series of events: begun, changed, ended and left out once by staff; the tick puts in what comes next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from sqlmodel import Session

from bot.assistant.acting import HOUSE, Act, Told
from bot.assistant.events.planning import FIELDS, NO_EVENT, STAFF_ONLY, Unfit, cancel, event_of
from bot.assistant.events.wording import short_day
from bot.assistant.rights import Action, allowed
from store.events.seats import hold
from store.events.series import (
    NoRule,
    coming,
    events_of,
    hold_series,
    instant,
    local,
    missing,
    rule_of,
    walls,
)
from store.kinds import EventKind, EventState
from store.models import AuditEntry, Event, EventSeries

NO_SERIES = Told(False, "There is no such series.")
OF_EACH = {"title", "starts_at", "ends_at", "zone", "registration_from", "registration_until"}
SHARED = frozenset(FIELDS - OF_EACH)  # what every event of the series begins with


def begin(session: Session, fields: Mapping[str, Any], act: Act) -> Told:
    """Put a series in. `fields`: title, rule, zone, first_local, minutes; the rest is every event's own, parsed."""
    if not allowed(session, act, Action.PLAN_EVENT):
        return STAFF_ONLY
    series = EventSeries(title="", rule="", zone="", first_local="", minutes=0, made_at=act.now)
    try:
        _lay(series, {"zone": act.house.rules.zone, "minutes": 120, **fields}, now=act.now)
    except (Unfit, NoRule) as problem:
        return Told(False, str(problem))
    session.add(series)
    session.flush()
    put = _put_in(session, series, now=act.now)
    _audit(session, series, act.actor, now=act.now, action="series.begun", details={"put_in": len(put)})
    return Told(True, f"{series.title} is a series now. {_listed(put)}", series.id)


def put_in(session: Session, series_id: int, *, now: datetime) -> None:
    """The tick's part. Safe to repeat, and to do twice at once."""
    series = hold_series(session, series_id)
    if series is not None and (put := _put_in(session, series, now=now)):
        _audit(session, series, HOUSE, now=now, action="series.put_in", details={"put_in": len(put)})


def edit(session: Session, series_id: int, fields: Mapping[str, Any], act: Act) -> Told:
    """Change those to come that are as the series made them; what is announced or was changed by hand stays, and is named."""
    if not allowed(session, act, Action.PLAN_EVENT):
        return STAFF_ONLY
    series = hold_series(session, series_id)
    if series is None:
        return NO_SERIES
    if series.ended_at is not None:
        return Told(False, f"{series.title} has ended. Begin a new one.", series_id)
    ahead = [event for event in events_of(session, series) if event.starts_at > act.now]
    ours = [event for event in ahead if _as_made(series, event)]
    left = [event for event in ahead if event not in ours and event.state is not EventState.CANCELLED]
    try:
        _lay(series, fields, now=act.now)
    except (Unfit, NoRule) as problem:
        session.expire(series)
        return Told(False, str(problem), series_id)
    gone = [event for event in ahead if event.state is EventState.CANCELLED]
    _leave_room(series, [*left, *gone], now=act.now)
    kept = {local(wall) for wall in coming(series, now=act.now)}
    for event in ours:
        if event.series_local in kept:
            _renew(series, event)
            session.add(event)
        else:
            session.delete(event)  # nobody saw it, and the series has its day no more
    session.add(series)
    session.flush()
    _put_in(session, series, now=act.now)
    _audit(
        session, series, act.actor, now=act.now, action="series.changed", details={"fields": sorted(fields)}
    )
    told = f"{series.title} is changed. {_listed(_to_come(session, series, act.now))}"
    return Told(True, told + _left(left), series_id)


def end(session: Session, series_id: int, act: Act) -> Told:
    """No more are put in; those that nobody saw yet go, the others stay. Safe to repeat."""
    if not allowed(session, act, Action.PLAN_EVENT):
        return STAFF_ONLY
    series = hold_series(session, series_id)
    if series is None:
        return NO_SERIES
    if series.ended_at is not None:
        return Told(True, f"{series.title} has ended already.", series_id)
    ahead = [event for event in events_of(session, series) if event.starts_at > act.now]
    left = []
    for event in ahead:
        if _as_made(series, event):
            session.delete(event)
        elif event.state is not EventState.CANCELLED:
            left.append(event)
    series.ended_at = act.now
    session.add(series)
    _audit(session, series, act.actor, now=act.now, action="series.ended", details={"left": len(left)})
    return Told(True, f"{series.title} has ended; no more of it are put in.{_left(left)}", series_id)


def skip(session: Session, event_id: int, act: Act) -> Told:
    """Leave one out: it is called off before anybody saw it, and not put in again."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    event = hold(session, event_id)
    if event is None:
        return NO_EVENT
    if event.series_id is None:
        return Told(False, f"{event.title} belongs to no series. Cancel it.", event_id)
    if event.state is EventState.OPEN:
        return Told(
            False,
            f"{event.title} on {short_day(event)} is announced. Cancel it, so that people hear.",
            event_id,
        )
    told = cancel(session, event_id, "", act)
    if not told.done:
        return told
    return Told(True, f"{event.title} on {short_day(event)} is left out.", event_id)


def _lay(series: EventSeries, fields: Mapping[str, Any], *, now: datetime) -> None:
    """Raises Unfit or NoRule, before any event is touched."""
    own = {name: fields[name] for name in ("title", "zone", "minutes", "first_local") if name in fields}
    for name, value in own.items():
        setattr(series, name, value)
    if "rule" in fields:
        series.rule = rule_of(fields["rule"])
    shared = {name: value for name, value in fields.items() if name not in {*own, "rule"}}
    if unknown := set(shared) - SHARED:
        raise Unfit(f"A series has no {', '.join(sorted(unknown))}.")
    series.pattern = {**series.pattern, **{name: _kept(value) for name, value in shared.items()}}
    try:
        first = datetime.fromisoformat(series.first_local)
    except ValueError:
        raise Unfit("A series needs the day and time of its first event, such as 2027-01-28 17:30.") from None
    if first.tzinfo is not None:
        raise Unfit("Give the first one by the clock on the wall, without an offset.")
    series.first_local = local(first)
    sample = event_of(_fields(series, first), zone=series.zone, now=now)
    series.title, series.zone = sample.title, sample.zone
    _check_first(series, first)


def _check_first(series: EventSeries, first: datetime) -> None:
    opening = next(walls(series.rule, first), None)
    if opening is None:
        raise NoRule("By that rule it would never take place.")
    if opening != first:
        raise NoRule(
            f"{first.day} {first:%B %Y} is not a day of that rule; its first is "
            f"{opening:%A} {opening.day} {opening:%B %Y}: begin with that."
        )


def _kept(value: Any) -> Any:
    return value.value if isinstance(value, EventKind) else value


def _fields(series: EventSeries, wall: datetime) -> dict[str, Any]:
    try:
        starts = instant(wall, series.zone)
        ends = starts + timedelta(minutes=series.minutes)
    except (LookupError, ValueError, OSError):
        raise Unfit(f"“{series.zone[:60]}” is not a time zone; they look like Europe/London.") from None
    except OverflowError:
        raise Unfit("It would last too long.") from None
    pattern = dict(series.pattern)
    if "kind" in pattern:
        pattern["kind"] = EventKind(pattern["kind"])
    return {**pattern, "title": series.title, "zone": series.zone, "starts_at": starts, "ends_at": ends}


def _put_in(session: Session, series: EventSeries, *, now: datetime) -> list[Event]:
    put = []
    for wall in missing(session, series, now=now):
        event = event_of(_fields(series, wall), zone=series.zone, now=now)
        event.series_id, event.series_local = series.id, local(wall)
        session.add(event)
        put.append(event)
    session.flush()
    return put


def _as_made(series: EventSeries, event: Event) -> bool:
    """Neither announced nor called off nor changed by hand, however that was done."""
    if event.state is not EventState.PLANNED:
        return False
    made = _made(series, event)
    return all(getattr(event, name) == getattr(made, name) for name in FIELDS)


def _made(series: EventSeries, event: Event) -> Event:
    wall = datetime.fromisoformat(event.series_local)
    return event_of(_fields(series, wall), zone=series.zone, now=event.starts_at)


def _renew(series: EventSeries, event: Event) -> None:
    made = _made(series, event)
    for name in FIELDS:
        setattr(event, name, getattr(made, name))


def _leave_room(series: EventSeries, left: Sequence[Event], *, now: datetime) -> None:
    """An event that stays stands in for the nearest one by the new rule: nobody has two of them in one month."""
    days = coming(series, now=now)
    gaps = [later - earlier for earlier, later in pairwise(days)]
    near = min(gaps, default=timedelta(days=14)) / 2
    for event in left:
        if event.series_local in {local(day) for day in days}:
            continue
        was = datetime.fromisoformat(event.series_local)
        nearest = min(days, key=lambda day: abs(day - was), default=None)
        if nearest is not None and abs(nearest - was) < near:
            series.skipped = [*series.skipped, local(nearest)]
            days = tuple(day for day in days if day != nearest)


def _to_come(session: Session, series: EventSeries, now: datetime) -> list[Event]:
    return [
        event
        for event in events_of(session, series)
        if event.starts_at > now and event.state is EventState.PLANNED
    ]


def _listed(events: Sequence[Event]) -> str:
    if not events:
        return "None is due within a year."
    days = ", ".join(f"{short_day(event)} {event.starts_at:%Y}" for event in islice(events, 8))
    more = f" and {len(events) - 8} more" if len(events) > 8 else ""
    return f"Planned: {days}{more}."


def _left(left: Sequence[Event]) -> str:
    if not left:
        return ""
    named = ", ".join(f"number {event.id} on {short_day(event)} {event.starts_at:%Y}" for event in left)
    return f" Left as they are, since they are announced or were changed by hand: {named}."


def _audit(
    session: Session, series: EventSeries, actor: str, *, now: datetime, action: str, details: dict[str, Any]
) -> None:
    session.add(
        AuditEntry(at=now, actor=actor, action=action, subject=f"series:{series.id}", details=details)
    )
    session.flush()

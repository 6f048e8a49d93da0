"""A table of events is brought in: what people were told of is changed as by hand, so that they and their calendars hear."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.events.planning import FIELDS, change
from store.events.seats import hold
from store.importing.applying import Progress, import_table
from store.importing.plan import EventWork, Plan
from store.importing.table import Table
from store.places.gazetteer import Gazetteer


def import_events(
    session: Session, table: Table, gazetteer: Gazetteer, act: Act, *, progress: Progress | None = None
) -> Plan:
    """Plan and apply in one transaction; returns what was done. Whoever may import was asked at the door."""

    def change_events(session: Session, works: Sequence[EventWork]) -> Sequence[EventWork]:
        return [_changed(session, work, act) if work.key > 0 else work for work in works]

    return import_table(
        session, table, gazetteer, now=act.now, actor="cli", progress=progress, change_events=change_events
    )


def _changed(session: Session, work: EventWork, act: Act) -> EventWork:
    """The fields of the event's own are changed here; its state, programme and sponsors are left to write."""
    fields = {name: value for name, value in work.values.items() if name in FIELDS}
    if fields:
        told = change(session, work.key, fields, act)
        assert told.done, told.text  # noqa: S101 - the plan let nothing through that it refuses
    if "programme" in work.values and (event := hold(session, work.key)) is not None:
        event.sequence, event.changed_at = event.sequence + 1, act.now  # calendars show the programme
        session.add(event)
    return replace(work, values={name: value for name, value in work.values.items() if name not in FIELDS})

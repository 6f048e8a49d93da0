"""A small network whose staff plan events and whose members come to them: a test plays them through."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.assistant.acting import Told
from bot.assistant.events.attending import Company, respond
from bot.assistant.events.planning import announce, cancel, change, plan
from bot.assistant.events.ticking import due
from store.events.inviting import Audience, to_keep
from store.kinds import Rsvp, Seat
from store.models import Attendance, Event, ReminderRound
from tests.bot.assistant.introductions.network import Network

LONDON = "Europe/London"


def at(wall: str, zone: str = LONDON) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


class Evenings(Network):
    """`sam` is of the team; everything happens at `now`."""

    def an_event(
        self, starts: str = "2027-01-28T17:30", *, by: int, announced: bool = True, **fields: Any
    ) -> int:
        """For everybody, unless `fields` say otherwise; returns its id."""
        fields.setdefault("title", "Winter networking evening")
        fields.setdefault("audience", to_keep(Audience(everyone=True)))
        told = plan(
            self.session, {"starts_at": at(starts, fields.get("zone", LONDON)), **fields}, self.act(by)
        )
        assert told.about is not None, told.text
        if announced:
            self.announces(told.about, by=by)
        return told.about

    def announces(self, event_id: int, *, by: int) -> Told:
        return announce(self.session, event_id, self.act(by))

    def changes(self, event_id: int, *, by: int, **fields: Any) -> Told:
        return change(self.session, event_id, fields, self.act(by))

    def cancels(self, event_id: int, *, by: int, reason: str = "") -> Told:
        return cancel(self.session, event_id, reason, self.act(by))

    def answers(self, event_id: int, who: int, answer: Rsvp, **company: Any) -> Told:
        return respond(self.session, event_id, answer, self.act(who), Company(**company))

    def seat(self, event_id: int, who: int) -> Seat | None:
        row = self.session.exec(
            select(Attendance).where(Attendance.event_id == event_id, Attendance.person_id == who)
        ).first()
        return None if row is None else row.seat

    def event(self, event_id: int) -> Event:
        found = self.session.get(Event, event_id)
        assert found is not None
        return found

    def rounds(self, event_id: int) -> list[ReminderRound]:
        return list(self.session.exec(select(ReminderRound).where(ReminderRound.event_id == event_id)))

    def events_tick(self) -> None:
        """What is due of events, until nothing is, and then the post."""
        for each in due(self.session, self.house, self.now):
            place: int | None = 0
            while place is not None:
                place = each.do(self.session, place)
        self.deliver(tick=False)

    def goes_on(self, until: str, *, step: timedelta = timedelta(minutes=30)) -> None:
        """Time passes to a wall clock in London, with a tick every half hour."""
        end = at(until)
        while self.now < end:
            self.now = min(self.now + step, end)
            self.events_tick()

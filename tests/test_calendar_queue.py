"""The waiting list under everything people, staff and time do to it: through the public doors."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session, col, select

from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Rsvp, Seat
from store.models import Attendance
from tests.bot.assistant.events.evenings import Evenings
from tests.bot.assistant.introductions.conftest import memory_engine

WHO = st.integers(0, 5)
A_DAY = timedelta(hours=24)


class AQueue(RuleBasedStateMachine):
    """Six people and an evening with few seats. `before`: who had what, with how many seats, since when, a step ago."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = memory_engine()
        self.net = Evenings(Session(self.engine, expire_on_commit=False), Rules(quiet_from=0, quiet_until=0))
        self.sam = self.net.staff()
        self.people = [self.net.person(f"Member {number}") for number in range(6)]
        self.event = 0
        self.over = False
        self.before: dict[int, tuple[Seat, int, datetime | None]] = {}
        self.given = 0  # seats, after the step before

    def teardown(self) -> None:
        self.net.session.close()
        self.engine.dispose()

    @initialize(capacity=st.integers(0, 4))
    def begin(self, capacity: int) -> None:
        self.event = self.net.an_event("2026-12-09T17:30", by=self.sam, capacity=capacity)
        self.remember()

    @rule(who=WHO, guest=st.booleans())
    def comes(self, who: int, guest: bool) -> None:
        company = {"guest": "Gil Oak"} if guest else {}
        self.net.answers(self.event, self.people[who], Rsvp.YES, **company)
        self.check(answered=self.people[who])

    @rule(who=WHO)
    def sends_somebody_else(self, who: int) -> None:
        before = self.seats()
        self.net.answers(self.event, self.people[who], Rsvp.YES, substitute="Ivy Elm")
        if before.get(self.people[who], (Seat.NONE, 0, None))[0] is Seat.HELD:
            assert self.seats()[self.people[who]][:2] == before[self.people[who]][:2], (
                "a substitute changed the seats"
            )
        self.check(answered=self.people[who])

    @rule(who=WHO, answer=st.sampled_from([Rsvp.NO, Rsvp.MAYBE]))
    def declines_or_doubts(self, who: int, answer: Rsvp) -> None:
        self.net.answers(self.event, self.people[who], answer)
        self.check(answered=self.people[who])

    @rule(capacity=st.integers(0, 5))
    def staff_change_the_number(self, capacity: int) -> None:
        self.net.changes(self.event, by=self.sam, capacity=capacity)
        self.check()

    @rule(hours=st.sampled_from([1, 5, 12, 23, 24, 25]))
    def time_passes(self, hours: int) -> None:
        self.net.now += timedelta(hours=hours)
        self.net.events_tick()
        self.check()

    @rule()
    def the_clock_ticks_again(self) -> None:
        self.net.events_tick()
        before = self.seats()
        self.net.events_tick()
        assert self.seats() == before, "ticking twice did more"
        self.check()

    @precondition(lambda self: self.net.now > datetime.fromisoformat("2026-11-27T00:00+00:00"))
    @rule()
    def it_is_cancelled(self) -> None:
        self.net.cancels(self.event, by=self.sam)
        self.over = True
        self.check()

    def seats(self) -> dict[int, tuple[Seat, int, datetime | None]]:
        rows = self.net.session.exec(
            select(Attendance).where(Attendance.event_id == self.event, col(Attendance.seat) != Seat.NONE)
        ).all()
        assert len({row.person_id for row in rows}) == len(rows), "somebody is booked twice"
        return {row.person_id or 0: (row.seat, row.seats, row.seat_since) for row in rows}

    def check(self, *, answered: int | None = None) -> None:
        """What one step may have changed."""
        now = self.seats()
        # Above the number only where staff lowered it below what was given, and then nothing is added.
        assert self.taken() <= max(self.fields().capacity, self.given), "a seat was given twice"
        for who, (seat, _, _) in self.before.items():
            left = now.get(who, (Seat.NONE, 0, None))[0]
            if who != answered and seat is Seat.HELD:
                assert left is Seat.HELD, "somebody lost their seat"
            if who != answered and seat is Seat.WAITING:
                assert left in {Seat.WAITING, Seat.OFFERED}, "somebody fell out of the queue"
        offered = [who for who, (seat, _, _) in now.items() if seat is Seat.OFFERED]
        for who in offered:
            if self.before.get(who, (Seat.NONE, 0, None))[0] is Seat.WAITING:
                self.nobody_before(who, now)
        self.remember()

    def nobody_before(self, who: int, now: dict[int, tuple[Seat, int, datetime | None]]) -> None:
        """First come, first offered, among those whom the seats fit."""
        since = self.before[who][2]
        for other, (seat, seats, waiting) in now.items():
            earlier = seat is Seat.WAITING and waiting is not None and since is not None and waiting < since
            assert not earlier or seats > now[who][1], f"{other} was overtaken by {who}"

    def remember(self) -> None:
        self.before = self.seats()
        self.given = self.taken()

    def taken(self) -> int:
        return sum(seats for seat, seats, _ in self.seats().values() if seat in {Seat.HELD, Seat.OFFERED})

    def fields(self) -> Any:
        return self.net.event(self.event)

    @invariant()
    def no_free_seat_stays_unoffered(self) -> None:
        if not self.event or self.over or self.net.now >= self.fields().starts_at:
            return
        free = max(0, self.fields().capacity - self.taken())
        waiting = [seats for seat, seats, _ in self.seats().values() if seat is Seat.WAITING]
        assert all(seats > free for seats in waiting), "a seat is free while somebody waits for it"

    @invariant()
    def every_offer_was_sent_once_and_ends(self) -> None:
        if not self.event:
            return
        rows = self.net.session.exec(select(Attendance).where(Attendance.seat == Seat.OFFERED)).all()
        for row in rows:
            assert row.offered_until is not None
            assert row.offered_until <= min(self.net.now + A_DAY, self.fields().starts_at)
        keys = [each.key for who in self.people for each in self.net.had(who, LetterKind.OFFER)]
        assert len(keys) == len(set(keys)), "one offer was sent twice"


TestQueue = AQueue.TestCase
TestQueue.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)

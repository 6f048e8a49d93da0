"""Seats under everything people do: nobody loses one, none is given twice, none stays free while somebody waits."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, SQLModel, create_engine, select

from store.events.seats import OFFER_FOR, TAKEN, free, give_back, settle, take
from store.kinds import EventKind, EventState, Rsvp, Seat
from store.models import Attendance, Event

BEGIN = datetime(2027, 1, 4, 9, tzinfo=UTC)
PEOPLE = st.integers(0, 7)


class AnEvening(RuleBasedStateMachine):
    """People come, wait, take a guest along, decline; staff change the number of seats; time passes."""

    def __init__(self) -> None:
        super().__init__()
        engine = create_engine("sqlite://")
        SQLModel.metadata.create_all(engine)
        Event.metadata.create_all(engine)
        self.session = Session(engine)
        self.now = BEGIN
        self.given = 0  # seats, when it was last looked

    def teardown(self) -> None:
        bind = self.session.get_bind()
        self.session.close()
        bind.engine.dispose()

    @initialize(capacity=st.one_of(st.none(), st.integers(0, 5)))
    def begin(self, capacity: int | None) -> None:
        starts_at = BEGIN + timedelta(days=9)
        self.event = Event(
            title="Evening", kind=EventKind.NETWORKING, starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3), capacity=capacity,
        )  # fmt: skip
        self.session.add(self.event)
        self.session.flush()
        self.people = [Attendance(event_id=self.event.id or 0, token=str(number)) for number in range(8)]
        self.session.add_all(self.people)
        self.session.flush()

    @rule(who=PEOPLE, seats=st.integers(1, 3))
    def comes(self, who: int, seats: int) -> None:
        person = self.people[who]
        before, had = person.seat, person.seats
        take(self.session, self.event, person, seats, now=self.now)
        if before in TAKEN:
            assert person.seat is Seat.HELD, "a seat was lost by asking for it"
            assert person.seats in {seats, had}
        self.settles()

    @rule(who=PEOPLE)
    def declines(self, who: int) -> None:
        give_back(self.session, self.people[who], now=self.now)
        self.settles()

    @rule(capacity=st.one_of(st.none(), st.integers(0, 6)))
    def staff_change_the_number(self, capacity: int | None) -> None:
        held = {each.id for each in self.people if each.seat is Seat.HELD}
        self.given = sum(each.seats for each in self.people if each.seat in TAKEN)
        self.event.capacity = capacity
        self.settles()
        assert held <= {each.id for each in self.people if each.seat is Seat.HELD}, "somebody was thrown out"

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.settles()

    @rule()
    def it_is_cancelled(self) -> None:
        if self.now > BEGIN + timedelta(days=5):
            self.event.state = EventState.CANCELLED
            self.settles()

    def settles(self) -> None:
        queue = sorted((each for each in self.people if each.seat is Seat.WAITING), key=_turn)
        result = settle(self.session, self.event, now=self.now)
        for place, each in enumerate(queue):
            if each.id in result.offered:
                overtaken = [one for one in queue[:place] if one.seat is Seat.WAITING]
                assert all(one.seats > each.seats for one in overtaken), "overtaken"
        assert settle(self.session, self.event, now=self.now) == type(result)(), "settling twice did more"

    @invariant()
    def no_seat_is_given_twice(self) -> None:
        """Where staff lowered the number below what was given, what was given stands, and no more is."""
        if not hasattr(self, "people") or self.event.capacity is None:
            return
        taken = sum(each.seats for each in self.people if each.seat in TAKEN)
        assert taken <= max(self.event.capacity, self.given)
        self.given = taken

    @invariant()
    def no_free_seat_stays_unoffered(self) -> None:
        if not hasattr(self, "people") or self.event.state is not EventState.OPEN:
            return
        if self.now >= self.event.starts_at:
            return
        room = free(self.event, self.people)
        waiting = [each for each in self.people if each.seat is Seat.WAITING]
        assert not waiting or (room is not None and all(each.seats > room for each in waiting))

    @invariant()
    def offers_end(self) -> None:
        for each in getattr(self, "people", ()):
            if each.seat is Seat.OFFERED:
                assert each.offered_until is not None
                assert self.now < each.offered_until <= min(self.now + OFFER_FOR, self.event.starts_at)
            else:
                assert each.offered_until is None
            assert each.seat is not Seat.HELD or each.rsvp is Rsvp.YES


def _turn(attendance: Attendance) -> tuple[datetime, int]:
    return attendance.seat_since or BEGIN, attendance.id or 0


TestSeats = AnEvening.TestCase
TestSeats.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_the_next_in_the_queue_has_a_day_and_then_it_goes_on() -> None:
    evening = AnEvening()
    evening.begin(capacity=1)
    ada, ben, cy = evening.people[:3]
    for person in (ada, ben, cy):
        take(evening.session, evening.event, person, 1, now=evening.now)
        evening.now += timedelta(minutes=1)
    assert [each.seat for each in (ada, ben, cy)] == [Seat.HELD, Seat.WAITING, Seat.WAITING]
    give_back(evening.session, ada, now=evening.now)
    assert settle(evening.session, evening.event, now=evening.now).offered == (ben.id,)
    evening.now += timedelta(hours=23, minutes=59)
    assert settle(evening.session, evening.event, now=evening.now).offered == ()
    evening.now += timedelta(minutes=1)
    settled = settle(evening.session, evening.event, now=evening.now)
    assert (settled.lapsed, settled.offered) == ((ben.id,), (cy.id,))
    assert evening.session.exec(select(Attendance).where(Attendance.seat == Seat.OFFERED)).one().id == cy.id
    evening.teardown()

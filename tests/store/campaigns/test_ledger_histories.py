"""Whatever workers, crashes, staff and readers do, in any order: nobody is written to twice but by choice, nobody is lost.

What went over the wire is kept outside the database, as the other side would know it.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, select

from store.campaigns.again import again
from store.campaigns.ledger import (
    LEASE,
    Claimed,
    claim,
    end_leases,
    expire,
    extend,
    mark_sending,
    put_back,
    settle,
)
from store.campaigns.moving import settle_end
from store.kinds import CampaignState, RecipientState
from store.models import Campaign, CampaignRecipient, Person, Table
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from tests.factories import NOW
from tests.store.campaigns.rows import add_campaign, add_recipients

T = TypeVar("T")
READERS = 8
WORKERS = st.sampled_from(["a", "b", "c"])
ANSWERS = st.sampled_from([Sent("250"), Refused("550"), Postponed("451"), Unknown("cut off")])


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        Table.metadata.create_all(self.engine)
        self.now: datetime = NOW
        self.id = self.write(lambda session: add_campaign(session, now=NOW))
        self.rows = self.write(lambda session: add_recipients(session, self.id, READERS, now=NOW))
        self.holding: dict[str, list[Claimed]] = {"a": [], "b": [], "c": []}  # claimed, not begun
        self.sending: dict[str, list[Claimed]] = {"a": [], "b": [], "c": []}
        self.wire: Counter[int] = Counter()  # what the relay took
        self.chosen: Counter[int] = Counter()  # by staff, once more
        self.left: set[int] = set()  # opted out, and what the wire had by then

    def write(self, work: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            return work(session)

    @rule(worker=WORKERS, number=st.integers(1, 3))
    def claims(self, worker: str, number: int) -> None:
        taken = self.write(lambda s: claim(s, owner=worker, limit=number, now=self.now))
        assert len(taken) <= number
        assert self.left.isdisjoint(each.id for each in taken)
        assert not taken or self.state() is CampaignState.RUNNING
        self.holding[worker] += taken

    @rule(worker=WORKERS)
    def begins(self, worker: str) -> None:
        """What the database says, the worker does: it sends those alone."""
        ours = self.holding[worker]
        still = self.still_ours(ours)
        marked = self.write(lambda s: mark_sending(s, ours, now=self.now))
        assert marked <= still
        assert not marked or self.state() is CampaignState.RUNNING
        begun = {each.id: each for each in ours if each.id in marked}
        self.sending[worker] += begun.values()
        self.holding[worker] = []

    @rule(worker=WORKERS, outcome=ANSWERS)
    def the_relay_answers(self, worker: str, outcome: Outcome) -> None:
        for each in self.sending[worker]:
            self.wire[each.id] += isinstance(outcome, Sent | Unknown)
        results = [(each, outcome) for each in self.sending[worker]]
        ours = self.still_ours(self.sending[worker])
        assert self.write(lambda s: settle(s, results, now=self.now)) == ours
        self.sending[worker] = []

    @rule(worker=WORKERS, took=st.booleans())
    def a_worker_dies(self, worker: str, took: bool) -> None:
        """In the middle of it: the relay may have taken what was on the wire."""
        for each in self.sending[worker]:
            self.wire[each.id] += took
        self.sending[worker], self.holding[worker] = [], []

    @rule(worker=WORKERS)
    def a_worker_stops_kindly(self, worker: str) -> None:
        ours = self.holding[worker]
        self.write(lambda s: put_back(s, ours, now=self.now))
        self.holding[worker] = []

    @rule(worker=WORKERS)
    def a_worker_beats(self, worker: str) -> None:
        ours = self.holding[worker] + self.sending[worker]
        self.write(lambda s: extend(s, ours, now=self.now))

    @rule(passed=st.sampled_from([1, 60, LEASE.total_seconds() + 1, 86_400]))
    def time_passes(self, passed: float) -> None:
        self.now += timedelta(seconds=passed)

    @rule()
    def leases_are_looked_at(self) -> None:
        self.write(lambda s: expire(s, self.now))

    @rule()
    def everything_restarts(self) -> None:
        for worker in self.sending:
            self.a_worker_dies(worker, took=False)
        self.now += timedelta(seconds=1)
        self.write(lambda s: end_leases(s, self.now))
        assert RecipientState.SENDING not in set(self.states().values())

    @rule(reader=st.integers(0, READERS - 1))
    def a_reader_opts_out(self, reader: int) -> None:
        row_id = self.rows[reader]
        in_hand = {
            each.id for held in (self.holding, self.sending) for ours in held.values() for each in ours
        }

        def opt_out(session: Session) -> None:
            row = session.get_one(CampaignRecipient, row_id)
            session.get_one(Person, row.person_id).newsletters = False

        self.write(opt_out)
        if row_id not in in_hand:
            self.left.add(row_id)

    @rule(state=st.sampled_from([CampaignState.RUNNING, CampaignState.PAUSED]))
    def staff_pause_or_resume(self, state: CampaignState) -> None:
        if self.state() in {CampaignState.RUNNING, CampaignState.PAUSED}:
            self.write(lambda s: setattr(s.get_one(Campaign, self.id), "state", state))

    @rule()
    def it_is_looked_whether_it_is_over(self) -> None:
        self.write(lambda s: settle_end(s, self.id, now=self.now))
        if self.state() is CampaignState.DONE:
            assert set(self.states().values()).isdisjoint({RecipientState.QUEUED, RecipientState.SENDING})

    @rule(state=st.sampled_from([RecipientState.FAILED, RecipientState.UNCERTAIN]))
    def staff_send_again(self, state: RecipientState) -> None:
        before = self.states()
        number = self.write(lambda s: again(s, self.id, [state], now=self.now))
        chosen = [each for each, was in before.items() if was is state]
        assert number == len(chosen)
        self.chosen.update(chosen)
        if number:
            self.write(lambda s: _reopen(s, self.id))

    @invariant()
    def nobody_has_it_twice_but_by_choice(self) -> None:
        assert all(self.wire[each] <= 1 + self.chosen[each] for each in self.rows)

    @invariant()
    def nobody_is_lost_and_what_is_said_is_true(self) -> None:
        states = self.states()
        assert set(states) == set(self.rows)
        for each, state in states.items():
            if state is RecipientState.SENT:
                assert self.wire[each] >= 1
            if state is RecipientState.QUEUED and not self.chosen[each]:
                assert self.wire[each] == 0

    def still_ours(self, claimed: list[Claimed]) -> frozenset[int]:
        """What nobody else took, and nobody judged, since."""
        open_ones = {RecipientState.QUEUED, RecipientState.SENDING}
        rows = self.write(lambda s: {r.id: r.model_dump() for r in s.exec(select(CampaignRecipient))})
        return frozenset(
            each.id
            for each in claimed
            if (rows[each.id]["owner"], rows[each.id]["attempt"]) == (each.owner, each.attempt)
            and rows[each.id]["state"] in open_ones
        )

    def state(self) -> CampaignState:
        return self.write(lambda s: s.get_one(Campaign, self.id).state)

    def states(self) -> dict[int, RecipientState]:
        rows = self.write(lambda s: [(r.id, r.state) for r in s.exec(select(CampaignRecipient))])
        return {number: state for number, state in rows if number is not None}

    def teardown(self) -> None:
        self.engine.dispose()


def _reopen(session: Session, campaign_id: int) -> None:
    campaign: Any = session.get_one(Campaign, campaign_id)
    if campaign.state is CampaignState.DONE:
        campaign.state, campaign.finished_at = CampaignState.RUNNING, None


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=20, stateful_step_count=35, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

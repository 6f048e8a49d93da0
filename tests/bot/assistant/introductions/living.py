"""A region that lives through a history: its people, its clock, the post, and what each action is held to."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis.stateful import RuleBasedStateMachine
from sqlmodel import Session, select

from bot.assistant.acting import Act
from store import outbox
from store.introductions.rules import Rules
from store.kinds import Medium
from store.models import Introduction
from store.outbox import Claimed
from store.outcome import Outcome, Sent, Unknown
from tests.bot.assistant.introductions.conftest import memory_engine
from tests.bot.assistant.introductions.histories import NOTES, everything, may_leave
from tests.bot.assistant.introductions.network import BOTH, Network
from tests.doubles.carrier import carried

RULES = Rules(
    requests_a_month=5, asked_a_month=2, organisation_a_month=3, pair_cool_down=timedelta(days=40), silences=2,
)  # fmt: skip
FIRMS = ("Alder Assays", "Birch Biologics", "Cedar Cells")
NAMES = ("Ada Finch", "Ben Oduya", "Cleo Marsh", "Dev Nair", "Esme Holt", "Finn Roe")
REACHED = (BOTH, BOTH, [Medium.EMAIL], BOTH, [Medium.SLACK], [Medium.EMAIL])


class Living(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = memory_engine()
        self.session = Session(self.engine, expire_on_commit=False)
        self.net = net = Network(self.session, RULES)
        self.in_hand: list[Claimed] = []
        self.firms = [net.firm(name) for name in FIRMS]
        self.people = [
            net.person(name, self.firms[at % len(FIRMS)], media=REACHED[at], main_contact=at < len(FIRMS))
            for at, name in enumerate(NAMES)
        ]
        self.staff = net.staff()
        self.commit()

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()

    def take(self, most: int) -> int:
        self.net.tick()
        taken = outbox.claim(self.session, owner="test", media=BOTH, now=self.net.now, limit=most)
        for message in taken:
            may_leave(self.session, carried(message, at=self.net.now), self.net.sent, self.net.now)
        self.in_hand += taken
        self.commit()
        return len(taken)

    def settle(self, how: Callable[[Claimed], Outcome]) -> None:
        for message in self.in_hand:
            outcome = how(message)
            outbox.settle(self.session, message, outcome, now=self.net.now)
            if isinstance(outcome, Sent | Unknown):
                self.net.sent.append(carried(message, at=self.net.now))
        self.in_hand = []
        self.commit()
        self.net.tick()
        self.commit()

    def tick(self) -> None:
        self.net.tick()
        self.commit()
        before = everything(self.session)
        self.net.tick()
        assert everything(self.session) == before, "the same moment again changed something"
        self.commit()

    def twice(self, who: int, action: Callable[[Act], object], *, noted: bool = False) -> object:
        """The same message twice, as a network that repeats itself brings it. `noted`: an attempt is, each time."""
        act = self.net.act(who)
        told = action(act)
        self.commit()
        but = NOTES if noted else ()
        before = everything(self.session, but=but)
        action(act)
        assert everything(self.session, but=but) == before, "the same message again changed something"
        self.commit()
        return told

    def commit(self) -> None:
        """Each action in a session that knows nothing of the one before."""
        self.session.commit()
        self.session.expunge_all()

    def numbers(self) -> list[int]:
        return [each for each in self.session.exec(select(Introduction.id)) if each is not None]

    def number(self, at: int) -> int:
        found = self.numbers()
        return found[-1 - at % len(found)]

"""A request that came back: asked again at another address, else left to staff; what both agreed to still goes out."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.assistant.letters import LetterKind
from store.bounced import Told, record
from store.kinds import BounceKind, BounceProof, Held, OutboxState
from store.kinds import IntroductionState as State
from store.models import Address, OutboxMessage
from tests.bot.assistant.introductions.network import Network

FIRST, SECOND = "cleo@larkspur.example", "cleo.marsh@home.example"


class Asked:
    """Ada asked for Larkspur, where Cleo is reached by mail alone: by the addresses that she has."""

    def __init__(self, session: Session, *addresses: str) -> None:
        self.net = Network(session)
        oriel, self.larkspur = self.net.firm("Oriel Proteins"), self.net.firm("Larkspur Vectors")
        self.ada, self.sam = self.net.person("Ada Finch", oriel), self.net.staff()
        self.cleo = self.net.person("Cleo Marsh", self.larkspur, media=(), main_contact=True)
        for position, address in enumerate(addresses):
            session.add(Address(address=address, person_id=self.cleo, position=position))
        session.flush()

    def asks(self) -> int:
        told = self.net.asks(self.ada, self.larkspur)
        assert told.about is not None
        self.net.deliver()
        return told.about

    def comes_back(self, address: str, kind: BounceKind = BounceKind.HARD, status: str = "5.1.1") -> None:
        """The last mail to this address."""
        row = self._to(address)[-1]
        told = Told(address, kind, BounceProof.TOKEN, status, "no such user", outbox_id=row.id)
        record(self.net.session, told, now=self.net.now)
        self.net.wait(seconds=15)
        self.net.deliver()

    def went_to(self, address: str) -> list[OutboxState]:
        return [row.state for row in self._to(address)]

    def _to(self, address: str) -> list[OutboxMessage]:
        rows = select(OutboxMessage).where(OutboxMessage.recipient == address).order_by(col(OutboxMessage.id))
        return list(self.net.session.exec(rows))


def test_a_request_that_came_back_goes_to_the_next_address(session: Session) -> None:
    asked = Asked(session, FIRST, SECOND)
    introduction = asked.asks()
    asked.comes_back(FIRST)
    assert asked.net.state(introduction) is State.ASKED
    assert asked.went_to(SECOND) == [OutboxState.SENT]


def test_where_no_address_is_left_staff_are_told_at_once(session: Session) -> None:
    asked = Asked(session, FIRST, SECOND)
    introduction = asked.asks()
    asked.comes_back(FIRST)
    asked.comes_back(SECOND)
    assert asked.net.held(introduction) == (State.REQUESTED, Held.NOBODY)
    assert asked.net.had(asked.sam, LetterKind.STAFF)


def test_a_full_mailbox_leaves_the_request_to_staff_and_counts_as_no_silence(session: Session) -> None:
    asked = Asked(session, FIRST)
    introduction = asked.asks()
    asked.comes_back(FIRST, BounceKind.SOFT, "5.2.2")
    assert asked.net.held(introduction) == (State.REQUESTED, Held.NOBODY)


def test_who_called_our_mail_spam_is_asked_no_more_yet_what_both_agreed_to_reaches_them(
    session: Session,
) -> None:
    asked = Asked(session, FIRST)
    introduction = asked.asks()
    asked.comes_back(FIRST, BounceKind.COMPLAINT, "")
    assert asked.net.state(introduction) is State.ASKED, "the request has arrived"
    asked.net.says(asked.cleo, "yes")
    asked.net.wait(minutes=30)
    asked.net.deliver()
    assert asked.net.had(asked.cleo, LetterKind.HANDOFF)
    asked.net.now += timedelta(days=200)
    other = asked.net.person("Vera Blum", asked.net.firm("Hazel Assays"))
    again = asked.net.asks(other, asked.larkspur)
    assert asked.net.held(again.about) == (State.REQUESTED, Held.NOBODY)

"""A region whose members read by mail, or in Slack, and a broadcast to all of them, as staff send it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.campaigns.drafting import Draft, draft
from bot.assistant.campaigns.looking import Look, look
from bot.assistant.campaigns.sending import send
from bot.assistant.campaigns.steering import resume
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.letters import SlackCarrier
from mail.letters import MailCarrier
from mail.render.reply import From
from store.campaigns.audience import Audience
from store.campaigns.rules import Rules
from store.kinds import CampaignState, Medium, StaffRole
from store.models import Campaign
from store.people import by_id
from tests.factories import add_organisation, add_person

BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)
SENDER = From("ask@cluster.example", "whodoes", "The Northmoor cluster, 1 Mill Lane, Northmoor")
HOUSE = House(
    "the Northmoor cluster",
    letterbox=Letterbox(
        {
            Medium.SLACK: SlackCarrier(),
            Medium.EMAIL: MailCarrier(SENDER, pages="https://pages.cluster.example"),
        }
    ),
    campaigns=Rules(approval_above=1_000_000, cancel_window=timedelta(), late_after=timedelta(days=365)),
    pages="https://pages.cluster.example",
)
BODY = "Come **all** to the autumn evening in Northmoor.\n\n" + "There is much to tell. " * 30


def fast_clock(speed: int) -> Callable[[], datetime]:
    """A clock every process agrees on, `speed` times as fast as the wall's, so that back-off need not be sat out."""

    def clock() -> datetime:
        return BEGINNING + (datetime.now(UTC) - BEGINNING) * speed

    return clock


def slack_id(number: int) -> str:
    return f"U7{number:06d}"


def channel(number: int) -> str:
    return f"C7{number:06d}"


def address(number: int) -> str:
    return f"reader{number}@firm{number % 50}.example"


def furnish(session: Session, readers: int, in_slack: int, *, now: datetime) -> int:
    """The id of whoever sends. The first `in_slack` of the readers are in Slack; all have an address."""
    firms = [
        add_organisation(session, name=f"Firm {number}", ref=f"firm{number}", town="Macclesfield", now=now)
        for number in range(50)
    ]
    for number in range(readers):
        add_person(
            session, name=f"Reader {number}", organisation_id=firms[number % 50], now=now, addresses=[address(number)],
            slack_user_id=slack_id(number) if number < in_slack else None,
        )  # fmt: skip
    return add_person(session, name="Ada Author", staff_role=StaffRole.STAFF, newsletters=False, now=now)


def broadcast(session: Session, author: int, channels: int, *, now: datetime) -> int:
    """Drafted and sent, as far as staff are concerned. Its number."""
    act = _act(session, author, now)
    named = tuple(channel(number) for number in range(channels))
    told = draft(session, Draft("Autumn evening", BODY, Audience(everyone=True), channels=named), act)
    assert told.done, told.text
    assert told.about is not None
    found = look(session, told.about, act)
    assert isinstance(found, Look)
    told = send(session, told.about, act, people=found.people)
    assert told.done, told.text
    assert told.about is not None
    return told.about


def go_on(session: Session, campaign_id: int, author: int, *, now: datetime) -> bool:
    """As staff do where the circuit breaker paused it. True where it had."""
    if session.get_one(Campaign, campaign_id).state is not CampaignState.PAUSED:
        return False
    return resume(session, campaign_id, _act(session, author, now)).done


def _act(session: Session, who: int, now: datetime) -> Act:
    return Act(by_id(session, who), Medium.TERMINAL, f"test:{now.isoformat()}", HOUSE, now)

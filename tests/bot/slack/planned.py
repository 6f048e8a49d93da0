"""A team and its members in Slack, with an event or two: what the tests of events there begin with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.blocks.event_rows import EventRow
from bot.slack.letters import SlackCarrier
from store.events.inviting import Audience, to_keep
from store.events.listing import Planned
from store.introductions.rules import Rules
from store.kinds import EventKind, EventState, Medium, StaffRole
from store.models import Event, Organisation
from tests.doubles.slack.records import ALICE, BOB, JSON, View
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_event, add_person

SOON = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=30)
TITLE = "Winter evening <!channel> & *friends*"
HOUSE = House(
    "Northmoor",
    rules=Rules(quiet_from=0, quiet_until=0),
    letterbox=Letterbox({Medium.SLACK: SlackCarrier()}),
)


def add_team(session: Session) -> None:
    """Bob is of the team, Alice a member."""
    larkspur = session.exec(select(Organisation.id).where(Organisation.name == "Larkspur Vectors Ltd")).one()
    add_person(
        session, name="Ada <!here> Finch", organisation_id=larkspur, slack_user_id=ALICE, topics=["gmp"]
    )
    add_person(session, name="Sam Reed", slack_user_id=BOB, staff_role=StaffRole.STAFF)


def add_evening(session: Session, /, **fields: Any) -> int:
    """For everybody, in thirty days, not announced; returns its id."""
    fields = {"title": TITLE, "starts_at": SOON, "state": EventState.PLANNED, "venue": "Wharf Hall", **fields}
    fields.setdefault("audience", to_keep(Audience(everyone=True)))
    add_event(session, **fields)
    return session.exec(select(Event.id).order_by(col(Event.id).desc())).first() or 0


def the_event(session: Session) -> Event:
    event = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert event is not None
    session.expunge(event)
    return event


def a_row(title: str = TITLE, **fields: Any) -> EventRow:
    event = {
        "id": 7, "title": title, "kind": EventKind.NETWORKING, "state": EventState.OPEN, "starts_at": SOON,
        "ends_at": SOON + timedelta(hours=3), "zone": "Europe/London", "venue": title, "town": title, "capacity": 40,
        "invited": 12, "seats": 5, "waiting": 2, "declined": 1, "came": 3,
    }  # fmt: skip
    return EventRow(Planned(**{**event, **fields}), invites=3, tells=11)


def words(view: View | JSON) -> str:
    body = view.body if isinstance(view, View) else view
    return str(body["blocks"])


async def form(slack: SlackDouble, user: str, callback: str, *, saying: str = "") -> View:
    """The form of that name once it is open for them, and says that."""

    def there() -> View | None:
        mine = [view for view in slack.workspace.views.values() if view.user == user]
        return next(
            (
                view
                for view in reversed(mine)
                if view.body["callback_id"] == callback and saying in words(view)
            ),
            None,
        )

    found = await slack.wait_for(there)
    assert found is not None
    return found


async def home(slack: SlackDouble, user: str, *, saying: str = "") -> View:
    """As it is drawn for this opening: nothing that was drawn before is taken for it."""
    slack.workspace.homes.pop(user, None)
    await slack.home_opened(user=user)
    await slack.wait_for(lambda: user in slack.workspace.homes and saying in words(slack.home(user=user)))
    return slack.home(user=user)


def by_field(view: View) -> Callable[[str], str]:
    """The block_id of a field by its name: a form that came back has new ones."""
    blocks = [str(block.get("block_id")) for block in view.body["blocks"]]
    return lambda name: next(each for each in blocks if each.partition(":")[0] == name)

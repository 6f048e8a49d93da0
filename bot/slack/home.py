"""The Home tab of one person, put together from what they may see: read anew each time, never kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.assistant.acting import Act
from bot.assistant.gaps import gaps_since
from bot.assistant.introductions.looking import mine, queue
from bot.assistant.linking import Linked, status
from bot.assistant.proposing import listing, open_proposals
from bot.assistant.rights import Action, may
from bot.slack.blocks.home import ForStaff, Health, HomePage, Preferences, view
from bot.slack.coming import ahead
from store import outbox_by_hand
from store.directory import coming_events
from store.events.feedback import wishes
from store.introductions.limits import is_paused
from store.kinds import InboxState, Medium, PausedBy, WishState
from store.models import InboxItem, Person
from store.people import by_slack_id, staff_ids

JSON = dict[str, Any]

GAPS_OF = timedelta(days=30)
EVENTS_SHOWN = 3  # to staff, with their buttons; the list has the others


@dataclass(frozen=True, slots=True)
class Account:
    """A Slack account, and whether it belongs to another workspace that shares a channel with ours."""

    user: str
    team: str = ""
    foreign: bool = False


def home_of(
    session: Session, account: Account, act: Act, *, connection: str = "", first: int = 0, notice: str = ""
) -> JSON:
    """The view to publish. `connection`: how the socket is, in a word; `first` of their introductions to show;
    `notice`: what became of what they just did there."""
    act = replace(
        act, by=by_slack_id(session, account.user)
    )  # who they are by now: an action may have changed it
    link = status(session, account.user, account.team, now=act.now)
    events = coming_events(session, now=act.now)
    if not isinstance(link, Linked):
        return view(HomePage(act.house.region, link, account.foreign, events, notice=notice))
    page = HomePage(
        region=act.house.region,
        link=link,
        foreign=account.foreign,
        events=events,
        listing=listing(session, link.person_id),
        preferences=_preferences(session, link.person_id, act.now),
        mine=mine(session, link.person_id, act.now),
        first=first,
        notice=notice,
        for_staff=_for_staff(session, act, connection),
    )
    return view(page)


def _preferences(session: Session, person_id: int, now: datetime) -> Preferences | None:
    person = session.get(Person, person_id)
    if person is None:
        return None
    return Preferences(
        introductions=person.introductions,
        paused=is_paused(person, now=now),
        paused_until=person.introductions_paused_until,
        by_silence=person.introductions_paused_by is PausedBy.SILENCE,
        newsletters=person.newsletters,
        topics=tuple(person.topics),
    )


def _for_staff(session: Session, act: Act, connection: str) -> ForStaff | None:
    if not may(act.by, Action.SEE_QUEUES, act.medium):
        return None
    return ForStaff(
        queue=queue(session, act),
        staff=staff_names(session),
        proposals=open_proposals(session),
        events=ahead(session, now=act.now, most=EVENTS_SHOWN),
        now=act.now,
        wishes=len(wishes(session, state=WishState.OPEN)),
        gaps=gaps_since(session, act.now - GAPS_OF),
        health=_health(session, connection),
    )


def _health(session: Session, connection: str) -> Health:
    last = session.exec(
        select(func.max(col(InboxItem.received_at))).where(InboxItem.medium == Medium.SLACK)
    ).one()
    set_aside = session.exec(
        select(func.count()).select_from(InboxItem).where(InboxItem.state == InboxState.SET_ASIDE)
    ).one()
    return Health(connection, last, outbox_by_hand.counts(session), set_aside)


def staff_names(session: Session) -> Mapping[int, str]:
    """Everybody with a role on the staff, by person."""
    rows = session.exec(
        select(Person).where(col(Person.id).in_(staff_ids(session))).order_by(col(Person.name))
    )
    return {person.id: person.name for person in rows if person.id is not None}

"""What whoever answers a press or a form is given: who did it, by which message, and what to look things up in."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.slack.home import Account
from store.kinds import Medium
from store.people import by_slack_id
from store.search.index import Index


@dataclass(frozen=True, slots=True)
class Doing:
    """One person's press of a button, form, command or shortcut. `act.evidence` is the id of what Slack sent."""

    act: Act
    account: Account
    index: Index
    cards: bool = False  # whether answers are drawn as cards


@dataclass(frozen=True, slots=True)
class Here:
    """What the desk works with: the same for everybody, but for the time."""

    index: Index
    house: House
    owner: str  # who claims the messages that are sent at once
    now: datetime
    home_team: str = ""  # our own workspace; "" while it is not known
    cards: bool = False  # whether answers are drawn as cards

    def doing(self, session: Session, user: str, team: str, evidence: str) -> Doing:
        foreign = bool(team and self.home_team and team != self.home_team)
        by = by_slack_id(session, user)
        act = Act(by=by, medium=Medium.SLACK, evidence=evidence, house=self.house, now=self.now, who=user)
        return Doing(act, Account(user, team or self.home_team, foreign), self.index, self.cards)

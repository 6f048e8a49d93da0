"""The topics people can hear of: a few from the start, others as staff add them."""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from store.kinds import CampaignKind
from store.models import Topic

NEWSLETTER, ANNOUNCEMENTS, EVENTS = "newsletter", "announcements", "events"
# What cannot go: the kinds of mail there are. Their names and words can change.
OWN = frozenset({NEWSLETTER, ANNOUNCEMENTS, EVENTS})
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY, LONGEST_NAME, LONGEST_ABOUT = 40, 100, 300


class UnfitTopic(ValueError):
    """Why this cannot be a topic, in words for whoever said it."""


@dataclass(frozen=True, slots=True)
class Heading:
    key: str
    name: str
    about: str
    retired: bool = False


def topics(session: Session, *, retired: bool = False) -> tuple[Heading, ...]:
    """In their order. `retired`: those too that nobody is offered any more."""
    rows = session.exec(select(Topic).order_by(col(Topic.position), col(Topic.key)))
    return tuple(
        Heading(row.key, row.name, row.about, row.retired) for row in rows if retired or not row.retired
    )


def topic_of(kind: CampaignKind, said: str) -> str:
    """What a campaign is about where it says nothing else."""
    return said or (NEWSLETTER if kind is CampaignKind.NEWSLETTER else ANNOUNCEMENTS)


def put_topic(session: Session, key: str, name: str, about: str) -> bool:
    """Add one, or change its words. True where it is new. Raises UnfitTopic."""
    key, name, about = key.strip().casefold(), " ".join(name.split()), " ".join(about.split())
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise UnfitTopic(
            f"A topic's key is one short word, such as “skills” or “life-sciences”: “{key[:60]}” is none."
        )
    if not 0 < len(name) <= LONGEST_NAME or len(about) > LONGEST_ABOUT:
        raise UnfitTopic("A topic needs a name of up to 100 characters, and about 300 to say what it is.")
    row = session.get(Topic, key)
    new = row is None
    if row is None:
        row = Topic(key=key, name=name, position=len(topics(session, retired=True)))
    row.name, row.about, row.retired = name, about, False
    session.add(row)
    session.flush()
    return new


def retire_topic(session: Session, key: str) -> bool:
    """What people chose stays, should it come back. False where there is none of that key."""
    if key in OWN:
        raise UnfitTopic("That one stays: it is a kind of mail there is. Its name and words can be changed.")
    row = session.get(Topic, key)
    if row is None or row.retired:
        return False
    row.retired = True
    session.add(row)
    session.flush()
    return True

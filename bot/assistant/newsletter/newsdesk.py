"""News for the newsletter: anybody of the network may send some in, staff pick, mend or decline."""

import re

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.rights import Action, allowed, may
from store.kinds import NewsState
from store.models import AuditEntry
from store.newsletter.news import LONGEST_TITLE, Piece, Submission, decide, edit, submit
from store.people import Member

STAFF_ONLY = Told(False, "Only staff can decide what is in the newsletter.")
STRANGERS = "News comes from members of the network. Write to the team, and they pass yours on."
EMPTY = "Write what is new behind “news:”, its headline on the first line."
THANKS = "Thank you: the team has it for the newsletter."
NO_SUCH = Told(False, "There is no such piece of news, or it was printed already.")
_NEWS = re.compile(r"\s*news(?: item)?\s*:[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://[^\s<>\"]{4,900}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def news_in(text: str) -> str | None:
    """What stands behind "news:" at the very beginning; None where nothing of the sort does."""
    found = _NEWS.match(text[:10_000])
    return None if found is None else found[1].strip()


def take_news(session: Session, text: str, act: Act, *, title: str = "") -> Told:
    """A headline on the first line (or `title`), the rest below it; the first link in it is kept as its link."""
    if not may(act.by, Action.REPORT_MISTAKE, act.medium):
        return Told(False, STRANGERS)
    head, _, rest = text.strip().partition("\n")
    if title.strip():
        head, rest = title, text
    elif not rest.strip():
        head, rest = _split(head)
    if not head.strip():
        return Told(False, EMPTY)
    link = _LINK.search(text)
    number = submit(
        session,
        Submission(
            head[:LONGEST_TITLE], rest.strip(), act.actor, act.evidence, link[0].rstrip(".,;)") if link else "",
            act.by.organisation_id if isinstance(act.by, Member) else None,
        ),
        now=act.now,
    )  # fmt: skip
    return Told(True, THANKS, number)


def pick(session: Session, number: int, act: Act) -> Told:
    return _decided(session, number, NewsState.PICKED, act)


def decline(session: Session, number: int, act: Act) -> Told:
    return _decided(session, number, NewsState.DECLINED, act)


def mend(
    session: Session, number: int, act: Act, *, title: str | None = None, text: str | None = None,
    link: str | None = None,
) -> Told:  # fmt: skip
    if not allowed(session, act, Action.BROADCAST, subject=f"news:{number}"):
        return STAFF_ONLY
    found = edit(session, number, title, text, link)
    if found is None:
        return NO_SUCH
    _audit(session, act, "news.edited", found)
    return Told(True, f"“{found.title}” is changed.", number)


def _decided(session: Session, number: int, state: NewsState, act: Act) -> Told:
    if not allowed(session, act, Action.BROADCAST, subject=f"news:{number}"):
        return STAFF_ONLY
    found = decide(session, number, state, by=act.actor, now=act.now)
    if found is None:
        return NO_SUCH
    _audit(session, act, f"news.{state.value}", found)
    said = "is picked for the next issue" if state is NewsState.PICKED else f"is {state.value}"
    return Told(True, f"“{found.title}” {said}.", number)


def _split(line: str) -> tuple[str, str]:
    """One paragraph: its first sentence is the headline."""
    first, *others = _SENTENCE.split(line.strip(), maxsplit=1)
    return (first.rstrip("."), " ".join(others)) if len(first) <= LONGEST_TITLE else (first[:80] + " …", line)


def _audit(session: Session, act: Act, action: str, found: Piece) -> None:
    session.add(AuditEntry(at=act.now, actor=act.actor, action=action, subject=f"news:{found.id}"))
    session.flush()

"""Pieces of news that people send in: kept as they came, picked, edited or declined by staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.keys import fitting, storable
from store.kinds import NewsState
from store.models import NewsItem, Organisation

LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK = 200, 4000, 1000


@dataclass(frozen=True, slots=True)
class Submission:
    """As somebody sent it; `evidence` is the message it came by."""

    title: str
    text: str
    by: str
    evidence: str
    link: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    id: int
    title: str
    text: str
    link: str
    state: NewsState
    by: str
    organisation: str
    submitted_at: datetime
    issue_id: int | None


def submit(session: Session, given: Submission, *, now: datetime) -> int:
    """The same message twice is one piece. Returns its number."""
    evidence = fitting(given.evidence)
    before = session.exec(select(NewsItem.id).where(NewsItem.evidence == evidence)).first()
    if before is not None:
        return before
    row = NewsItem(
        title=one_line(given.title)[:LONGEST_TITLE],
        text=storable(given.text.replace("\r\n", "\n")).strip()[:LONGEST_TEXT],
        link=one_line(given.link)[:LONGEST_LINK],
        by=given.by,
        organisation_id=given.organisation_id,
        evidence=evidence,
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def decide(session: Session, number: int, state: NewsState, *, by: str, now: datetime) -> Piece | None:
    """Pick, decline, or put it back; None where there is none, or it was printed already."""
    row = session.get(NewsItem, number)
    if row is None or row.state is NewsState.PRINTED:
        return None
    row.state, row.decided_by, row.decided_at = state, by, now
    session.add(row)
    session.flush()
    return piece(session, number)


def edit(
    session: Session, number: int, title: str | None, text: str | None, link: str | None
) -> Piece | None:
    row = session.get(NewsItem, number)
    if row is None or row.state is NewsState.PRINTED:
        return None
    row.title = row.title if title is None or not title.strip() else one_line(title)[:LONGEST_TITLE]
    row.text = row.text if text is None else storable(text).strip()[:LONGEST_TEXT]
    row.link = row.link if link is None else one_line(link)[:LONGEST_LINK]
    session.add(row)
    session.flush()
    return piece(session, number)


def piece(session: Session, number: int) -> Piece | None:
    row = session.get(NewsItem, number)
    return None if row is None else _piece(row, _names(session, [row]))


def pieces(session: Session, *states: NewsState, limit: int = 200) -> tuple[Piece, ...]:
    """Those in these states, the oldest first; all of them where none is named."""
    rows = select(NewsItem).order_by(col(NewsItem.id)).limit(limit)
    found = session.exec(rows.where(col(NewsItem.state).in_(states)) if states else rows).all()
    names = _names(session, found)
    return tuple(_piece(row, names) for row in found)


def one_line(text: str) -> str:
    return storable(" ".join(text.split()))


def _names(session: Session, rows: Sequence[NewsItem]) -> dict[int | None, str]:
    ids = [row.organisation_id for row in rows]
    found = session.exec(select(Organisation).where(col(Organisation.id).in_([each for each in ids if each])))
    return {each.id: each.name for each in found}


def _piece(row: NewsItem, names: dict[int | None, str]) -> Piece:
    return Piece(
        row.id or 0, row.title, row.text, row.link, row.state, row.by, names.get(row.organisation_id, ""),
        row.submitted_at, row.issue_id,
    )  # fmt: skip

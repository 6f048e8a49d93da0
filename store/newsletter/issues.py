"""The issues: one file each, kept as staff wrote it, and in the archive once it went out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import CampaignState, NewsState
from store.models import Campaign, NewsItem, NewsletterIssue

_OUT = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.DONE)


@dataclass(frozen=True, slots=True)
class Issue:
    id: int
    slug: str
    title: str
    source: str
    campaign_id: int | None
    changed_at: datetime
    published_at: datetime | None


def keep(session: Session, slug: str, title: str, source: str, *, now: datetime) -> Issue | None:
    """A new issue, or a change to one; the picked news are in it. None where it is out already."""
    row = _row(session, slug)
    if row is None:
        row = NewsletterIssue(slug=slug, title=title, source=source, made_at=now, changed_at=now)
    if row.published_at is not None:
        return None
    row.title, row.source, row.changed_at = title, source, now
    session.add(row)
    session.flush()
    picked = select(NewsItem).where(NewsItem.state == NewsState.PICKED, col(NewsItem.issue_id).is_(None))
    for item in session.exec(picked).all():
        item.issue_id = row.id
        session.add(item)
    session.flush()
    return _issue(row)


def issue(session: Session, slug: str = "") -> Issue | None:
    """That one; without a name the one that was changed last."""
    if slug:
        row = _row(session, slug)
    else:
        row = session.exec(select(NewsletterIssue).order_by(col(NewsletterIssue.changed_at).desc())).first()
    return None if row is None else _issue(row)


def issue_by_id(session: Session, number: int) -> Issue | None:
    row = session.get(NewsletterIssue, number)
    return None if row is None else _issue(row)


def all_issues(session: Session) -> tuple[Issue, ...]:
    rows = session.exec(select(NewsletterIssue).order_by(col(NewsletterIssue.slug).desc()))
    return tuple(_issue(row) for row in rows)


def published(session: Session, *, limit: int = 60) -> tuple[Issue, ...]:
    """Those in the archive, the latest first."""
    rows = session.exec(
        select(NewsletterIssue)
        .where(col(NewsletterIssue.published_at).is_not(None))
        .order_by(col(NewsletterIssue.published_at).desc())
        .limit(limit)
    )
    return tuple(_issue(row) for row in rows)


def hand_over(session: Session, slug: str, campaign_id: int) -> None:
    """It is that campaign which sends it."""
    row = _row(session, slug)
    if row is not None:
        row.campaign_id = campaign_id
        session.add(row)
        session.flush()


def publish_what_went_out(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Into the archive with each issue whose campaign began; its news are printed. Safe to repeat."""
    rows = _gone_out(session)
    for row in rows:
        row.published_at = now
        session.add(row)
        for item in session.exec(select(NewsItem).where(NewsItem.issue_id == row.id)).all():
            if item.state is NewsState.PICKED:
                item.state = NewsState.PRINTED
                session.add(item)
    session.flush()
    return tuple(row.slug for row in rows)


def unpublished(session: Session) -> bool:
    """Whether some issue went out, and is not in the archive yet."""
    return bool(_gone_out(session))


def _gone_out(session: Session) -> Sequence[NewsletterIssue]:
    return session.exec(
        select(NewsletterIssue)
        .join(Campaign, col(Campaign.id) == col(NewsletterIssue.campaign_id))
        .where(
            col(NewsletterIssue.published_at).is_(None),
            col(Campaign.frozen_at).is_not(None),
            col(Campaign.state).in_(_OUT),
        )
    ).all()


def _row(session: Session, slug: str) -> NewsletterIssue | None:
    return session.exec(select(NewsletterIssue).where(NewsletterIssue.slug == slug)).first()


def _issue(row: NewsletterIssue) -> Issue:
    return Issue(
        row.id or 0, row.slug, row.title, row.source, row.campaign_id, row.changed_at, row.published_at
    )

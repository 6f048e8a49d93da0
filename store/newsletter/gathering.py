"""What a new issue is made of: the news that was picked, and what the directory and the calendar have since the last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from store.directory import ComingEvent, coming_events
from store.kinds import Listing, NeedKind, NewsState
from store.models import NeedOrOffer, NewsletterIssue, Organisation, Site
from store.newsletter.news import Piece, pieces

NEW_WITHIN = timedelta(days=35)  # where there was no issue before
MOST_MEMBERS, MOST_EVENTS, MOST_NEEDS = 30, 8, 12


@dataclass(frozen=True, slots=True)
class NewMember:
    name: str
    town: str
    summary: str
    website: str


@dataclass(frozen=True, slots=True)
class OpenNeed:
    organisation: str
    text: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Material:
    news: tuple[Piece, ...]
    members: tuple[NewMember, ...]
    events: tuple[ComingEvent, ...]
    needs: tuple[OpenNeed, ...]


def material(session: Session, *, now: datetime) -> Material:
    """Of listed organisations alone; nothing of a person's."""
    return Material(
        pieces(session, NewsState.PICKED),
        _members(session, since=_since(session, now).date(), today=now.date()),
        coming_events(session, now=now, limit=MOST_EVENTS),
        _needs(session, today=now.date()),
    )


def _since(session: Session, now: datetime) -> datetime:
    last = session.exec(
        select(NewsletterIssue.published_at)
        .where(col(NewsletterIssue.published_at).is_not(None))
        .order_by(col(NewsletterIssue.published_at).desc())
    ).first()
    return max(last, now - 3 * NEW_WITHIN) if last is not None else now - NEW_WITHIN


def _members(session: Session, *, since: date, today: date) -> tuple[NewMember, ...]:
    rows = session.execute(
        select(col(Organisation.name), col(Site.town), col(Organisation.summary), col(Organisation.website))
        .join(
            Site,
            (col(Site.organisation_id) == col(Organisation.id)) & (col(Site.position) == 0),
            isouter=True,
        )
        .where(
            col(Organisation.member_since) > since,
            col(Organisation.member_since) <= today,
            col(Organisation.listing) == Listing.LISTED,
        )
        .order_by(col(Organisation.name))
        .limit(MOST_MEMBERS)
    )
    return tuple(NewMember(name, town or "", summary, website) for name, town, summary, website in rows)


def _needs(session: Session, *, today: date) -> tuple[OpenNeed, ...]:
    rows = session.execute(
        select(col(Organisation.name), col(NeedOrOffer.text), col(NeedOrOffer.expires_on))
        .join(Organisation, col(Organisation.id) == col(NeedOrOffer.organisation_id))
        .where(
            col(NeedOrOffer.kind) == NeedKind.NEED,
            col(NeedOrOffer.expires_on).is_(None) | (col(NeedOrOffer.expires_on) >= today),
            col(Organisation.listing) == Listing.LISTED,
        )
        .order_by(col(NeedOrOffer.dated_on).desc(), col(NeedOrOffer.id).desc())
        .limit(MOST_NEEDS)
    )
    return tuple(OpenNeed(name, text, until) for name, text, until in rows)

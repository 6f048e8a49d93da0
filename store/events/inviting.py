"""Who is invited to an event: everybody its audience names and who wants to hear of such things."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from store.consent.invitations import wanting_invitations
from store.kinds import Listing, OrganisationKind
from store.models import Organisation, Person, Site


@dataclass(frozen=True, slots=True)
class Audience:
    """All that is set must fit; nothing set is nobody, `everyone` is everybody."""

    everyone: bool = False
    kinds: tuple[OrganisationKind, ...] = ()
    sectors: tuple[str, ...] = ()  # as the directory has them, in any case
    towns: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # what people said they like to hear of

    @property
    def nobody(self) -> bool:
        return not (self.everyone or self.kinds or self.sectors or self.towns or self.topics)


_AUDIENCE = TypeAdapter(Audience)


def audience_of(kept: Mapping[str, Any]) -> Audience:
    """As the event keeps it; what is written there otherwise invites nobody."""
    try:
        return _AUDIENCE.validate_python(dict(kept))
    except ValidationError:
        return Audience()


def to_keep(audience: Audience) -> dict[str, Any]:
    kept: dict[str, Any] = _AUDIENCE.dump_python(audience, mode="json")
    return kept


def invited(session: Session, audience: Audience, *, now: datetime) -> tuple[int, ...]:
    """The people's ids, in order. Whoever wants no mail unasked, or had this month's, is in no audience."""
    if audience.nobody:
        return ()
    rows = session.execute(
        sql_select(
            col(Person.id),
            col(Person.topics),
            col(Organisation.kind),
            col(Organisation.sector),
            col(Organisation.id),
        )
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .where(col(Person.newsletters).is_(True))
        .where(col(Organisation.listing).is_(None) | (col(Organisation.listing) == Listing.LISTED))
        .order_by(col(Person.id))
    ).all()
    there = _in_towns(session, audience.towns)
    found = tuple(
        person_id
        for person_id, topics, kind, sector, organisation_id in rows
        if (not audience.kinds or kind in audience.kinds)
        and _meet(audience.sectors, [sector or ""])
        and _meet(audience.topics, topics)
        and (not audience.towns or organisation_id in there)
    )
    return wanting_invitations(session, found, now=now)


def _meet(wanted: tuple[str, ...], have: list[str] | None) -> bool:
    return not wanted or not {each.casefold() for each in wanted}.isdisjoint(
        each.casefold() for each in have or ()
    )


def _in_towns(session: Session, towns: tuple[str, ...]) -> frozenset[int]:
    wanted = {each.casefold() for each in towns}
    rows = session.exec(select(Site.organisation_id, Site.town)).all() if wanted else []
    return frozenset(organisation_id for organisation_id, town in rows if town.casefold() in wanted)

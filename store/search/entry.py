"""One organisation as the index sees it: plain values, cut loose from the database."""

from dataclasses import dataclass
from datetime import date

from store.kinds import OrganisationKind, SizeBand
from store.places.place import Point


@dataclass(frozen=True, slots=True)
class EntrySite:
    """One site."""

    town: str = ""
    county: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class EntryPerson:
    """A person who agreed to be found."""

    id: int
    name: str
    role: str = ""
    expertise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Only what may be found: unlisted organisations and people never become entries."""

    id: int
    ref: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: OrganisationKind | None = None
    sector: str = ""
    summary: str = ""
    capabilities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    sites: tuple[EntrySite, ...] = ()
    people: tuple[EntryPerson, ...] = ()
    size: SizeBand | None = None
    confirmed_on: date | None = None
    website: str = ""

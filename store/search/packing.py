"""Keeps entries small in memory: packed until one is shown."""

import json
import zlib
from datetime import date
from typing import Any

from store.kinds import OrganisationKind, SizeBand
from store.places.place import Point
from store.search.entry import Entry, EntryPerson, EntrySite

QUICKEST = 1  # zlib's level: a sixth of the best one's time for nearly its size


def pack(entry: Entry) -> bytes:
    """An entry as bytes, about half as long as its texts."""
    fields = (
        entry.id, entry.ref, entry.name, entry.aliases, entry.kind, entry.sector, entry.summary, entry.capabilities,
        entry.tags, entry.needs, entry.offers, [_site(each) for each in entry.sites],
        [(each.id, each.name, each.role, each.expertise) for each in entry.people], entry.size,
        entry.confirmed_on and entry.confirmed_on.toordinal(), entry.website,
    )  # fmt: skip
    return zlib.compress(json.dumps(fields, separators=(",", ":")).encode(), QUICKEST)


def unpack(packed: bytes) -> Entry:
    (
        number, ref, name, aliases, kind, sector, summary, capabilities, tags, needs, offers, sites, people, size,
        confirmed, website,
    ) = json.loads(zlib.decompress(packed))  # fmt: skip
    return Entry(
        id=number,
        ref=ref,
        name=name,
        aliases=tuple(aliases),
        kind=None if kind is None else OrganisationKind(kind),
        sector=sector,
        summary=summary,
        capabilities=tuple(capabilities),
        tags=tuple(tags),
        needs=tuple(needs),
        offers=tuple(offers),
        sites=tuple(_site_of(each) for each in sites),
        people=tuple(EntryPerson(each, name, role, tuple(known)) for each, name, role, known in people),
        size=None if size is None else SizeBand(size),
        confirmed_on=None if confirmed is None else date.fromordinal(confirmed),
        website=website,
    )


def _site(site: EntrySite) -> tuple[Any, ...]:
    point = site.point and (site.point.latitude, site.point.longitude)
    return (site.town, site.county, site.region, site.postcode, site.country, point)


def _site_of(fields: list[Any]) -> EntrySite:
    town, county, region, postcode, country, point = fields
    return EntrySite(town, county, region, postcode, country, None if point is None else Point(*point))

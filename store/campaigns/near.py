"""Which organisations are near a place, or in an area, and how that is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from store.models import Site
from store.places.gazetteer import Gazetteer
from store.places.place import Place, Point, miles_between

USUAL_MILES = 10.0  # of a town or a postcode, where nobody said how far


class UnknownPlace(ValueError):
    """No place of that name is known; the text says so."""


@dataclass(frozen=True, slots=True)
class Near:
    """ "Macclesfield", 15 miles; of a county or region the miles do not count."""

    place: str
    miles: float | None = None


def placed(name: str) -> Place:
    """Raises UnknownPlace."""
    found = Gazetteer.load().find(name)
    if not found:
        near = Gazetteer.load().find_near(name)
        hint = f" Did you mean {near[0].name}?" if near else ""
        raise UnknownPlace(f"I know no place called “{name[:60]}”.{hint}")
    return found[0]


def organisations_near(session: Session, places: Sequence[Near]) -> dict[int, str]:
    """Organisation id -> how it is near: "is 4 miles from Macclesfield", "is in Cheshire". Raises UnknownPlace."""
    wanted = [(placed(each.place), each.miles) for each in places]
    found: dict[int, str] = {}
    for site in session.exec(select(Site).order_by("organisation_id", "position")):
        if site.organisation_id in found:
            continue
        words = next(filter(None, (_nearness(site, place, miles) for place, miles in wanted)), "")
        if words:
            found[site.organisation_id] = words
    return found


def _nearness(site: Site, place: Place, miles: float | None) -> str:
    gazetteer = Gazetteer.load()
    point = _point(site, gazetteer)
    if place.is_area:
        inside = gazetteer.covers(
            place, town=site.town, county=site.county, region=site.region, postcode=site.postcode,
            country=site.country, point=point,
        )  # fmt: skip
        return f"is in {place.name}" if inside else ""
    if point is None or place.point is None:
        return ""
    far = miles_between(place.point, point)
    if far > (USUAL_MILES if miles is None else miles):
        return ""
    return f"is in or beside {place.name}" if far < 1 else f"is {far:.0f} miles from {place.name}"


def _point(site: Site, gazetteer: Gazetteer) -> Point | None:
    if site.latitude is not None and site.longitude is not None:
        return Point(site.latitude, site.longitude)
    return gazetteer.locate(town=site.town, county=site.county, postcode=site.postcode, country=site.country)

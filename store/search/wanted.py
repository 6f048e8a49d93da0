"""What an ask is understood to seek: the index's input."""

from dataclasses import dataclass
from enum import StrEnum

from store.kinds import OrganisationKind, SizeBand
from store.places.place import Place


class Nearness(StrEnum):
    IN = "in"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """A place named in the ask, as it is read. `said` is the asker's own spelling."""

    place: Place
    said: str
    nearness: Nearness = Nearness.IN
    radius_miles: float | None = None  # None: the index's default for `nearness`


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: text for what is sought, the rest as filters or boosts.

    `topic` is free text already stripped of greeting, filler, place, kind and size words, in the asker's spelling;
    `places` are alternatives ("Leeds or York"); `excluded` are kinds the asker ruled out ("not universities"),
    `without` anything else they did, each in their own words ("not CROs", "nothing to do with animals"),
    `outside` places they did ("not in London");
    `literally` are words of the topic that are meant as they are spelt, and slips of nothing else ("exactly Xyz").
    """

    topic: str
    places: tuple[WantedPlace, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    sizes: tuple[SizeBand, ...] = ()
    excluded: tuple[OrganisationKind, ...] = ()
    without: tuple[str, ...] = ()
    literally: tuple[str, ...] = ()
    outside: tuple[WantedPlace, ...] = ()

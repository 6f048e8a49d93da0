"""The phrases answers are made of: what was looked for, where a hit is, how fresh, who is there."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.assistant.messages import Understood
from bot.assistant.readings import as_read, short
from bot.assistant.reasons import SIZE_WORDS
from store.kinds import OrganisationKind, SizeBand
from store.search.entry import Entry, EntryPerson
from store.search.found import Hit
from store.search.wanted import Nearness, Wanted, WantedPlace

KIND_WORDS = {
    OrganisationKind.COMPANY: "companies",
    OrganisationKind.MULTINATIONAL: "multinationals",
    OrganisationKind.SUPPLIER: "suppliers",
    OrganisationKind.UNIVERSITY: "universities",
    OrganisationKind.NHS: "NHS organisations",
    OrganisationKind.PUBLIC_BODY: "public bodies",
    OrganisationKind.INVESTOR: "investors",
}
MILES_IN_KM = 1.609344
CLOSE_TO_WHOLE = 0.01
_QUOTES = str.maketrans("", "", '“”„«»"*`')


def describe(understood: Understood) -> str:
    """ "viral vectors · within 15 miles of Macclesfield": what was looked for, in one line, as it was read."""
    wanted = understood.wanted
    topic = as_read(" ".join(wanted.topic.translate(_QUOTES).split()), understood.readings)
    left_out = (*(KIND_WORDS[kind] for kind in wanted.excluded), *(short(each) for each in wanted.without))
    parts = (
        short(topic),
        f"spelt exactly {listed(f'“{short(word)}”' for word in wanted.literally)}"
        if wanted.literally
        else "",
        " or ".join(KIND_WORDS[kind] for kind in wanted.kinds),
        _sizes(wanted) if wanted.sizes else "",
        where(wanted.places),
        f"not {where(wanted.outside)}" if wanted.outside else "",
        f"leaving out {listed(left_out)}" if left_out else "",
    )
    return " · ".join(part for part in parts if part)


def where(places: Sequence[WantedPlace]) -> str:
    """ "within 15 miles of Macclesfield or Leeds"; nothing for no place."""
    told: list[str] = []
    before = ""
    for place in places:
        how = _how_near(place)
        told.append(place.place.name if how == before else f"{how} {place.place.name}")
        before = how
    return " or ".join(told)


def _sizes(wanted: Wanted) -> str:
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM}:
        return "fewer than 250 people"
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL}:
        return "fewer than 50 people"
    return " or ".join(SIZE_WORDS[size] for size in wanted.sizes)


def _how_near(wanted: WantedPlace) -> str:
    if wanted.radius_miles is not None:
        return f"within {radius(wanted.radius_miles)} of"
    return "near" if wanted.nearness is Nearness.NEAR else "in"


def radius(miles: float) -> str:
    """In kilometres where these were asked for, which shows in their being whole."""
    kilometres = miles * MILES_IN_KM
    if not _is_whole(miles) and _is_whole(kilometres):
        return f"{round(kilometres)} km"
    return f"{miles:.2g} miles" if miles < 1 else _in_miles(round(miles, 1))


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < CLOSE_TO_WHOLE


def _in_miles(miles: float) -> str:
    return f"{miles:g} mile{'' if miles == 1 else 's'}"


def line_of(hit: Hit, *more: str) -> str:
    distance = "" if hit.distance_miles is None else _away(hit.distance_miles)
    return " · ".join(part for part in (hit.place, distance, *more, freshness(hit.confirmed_on)) if part)


def _away(distance: float) -> str:
    return "less than a mile away" if distance < 1 else f"{_in_miles(round(distance))} away"


def freshness(confirmed_on: date | None) -> str:
    if confirmed_on is None:
        return "not confirmed yet"
    return f"confirmed {confirmed_on.day} {confirmed_on:%B %Y}"


def kind_and_size(entry: Entry) -> str:
    kind = "NHS" if entry.kind is OrganisationKind.NHS else entry.kind.value if entry.kind else ""
    return ", ".join(
        part for part in (entry.sector, kind, SIZE_WORDS[entry.size] if entry.size else "") if part
    )


def named_people(people: tuple[EntryPerson, ...]) -> str:
    return "People: " + "; ".join(in_person(person) for person in people)


def in_person(person: EntryPerson) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last

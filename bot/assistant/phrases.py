"""The phrases answers are made of: what was understood, why a hit is there, where it is, how fresh."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import assert_never

from bot.assistant.messages import Understood
from store.kinds import OrganisationKind, SizeBand
from store.search.entry import Entry, EntryPerson
from store.search.found import Hit, Reason, ReasonKind
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
SIZE_WORDS = {
    SizeBand.MICRO: "fewer than 10 people",
    SizeBand.SMALL: "10 to 49 people",
    SizeBand.MEDIUM: "50 to 249 people",
    SizeBand.LARGE: "250 people or more",
}
SMALL_WORDS = frozenset({"a", "and", "for", "in", "of", "on", "the", "to"})
SIZES = frozenset(size.value for size in SizeBand)
FIELD_WORDS = {
    "capabilities": "what they do",
    "lead": "summary",
    "summary": "summary",
    "rest": "summary",
    "name": "name",
    "aliases": "other names",
    "people": "people",
    "tags": "tags",
    "sector": "sector",
    "needs": "needs",
    "offers": "offers",
    "place": "place",
}


def describe(understood: Understood) -> str:
    """ "viral vectors · within 15 miles of Macclesfield": what was looked for, in one line."""
    wanted = understood.wanted
    parts = [short(wanted.topic)] if wanted.topic else []
    parts += [" or ".join(KIND_WORDS[kind] for kind in wanted.kinds)] if wanted.kinds else []
    parts += [_sizes(wanted)] if wanted.sizes else []
    parts += [" or ".join(_place(place) for place in wanted.places)] if wanted.places else []
    parts += ["not " + " or ".join(KIND_WORDS[kind] for kind in wanted.excluded)] if wanted.excluded else []
    return " · ".join(parts)


def _sizes(wanted: Wanted) -> str:
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM}:
        return "fewer than 250 people"
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL}:
        return "fewer than 50 people"
    return " or ".join(SIZE_WORDS[size] for size in wanted.sizes)


def _place(wanted: WantedPlace) -> str:
    if wanted.radius_miles is not None:
        return f"within {wanted.radius_miles:g} miles of {wanted.place.name}"
    return f"near {wanted.place.name}" if wanted.nearness is Nearness.NEAR else f"in {wanted.place.name}"


def readings(understood: Understood) -> tuple[str, ...]:
    places = tuple(
        f"I read “{short(place.said)}” as {place.place.name}."
        for place in understood.wanted.places
        if _folded(place.said) not in _folded(place.place.name)
        and _folded(place.place.name) not in _folded(place.said)
    )
    topic = understood.wanted.topic
    told = (each for each in understood.readings if each.kind is not ReasonKind.MEANING or _adds(each))
    return tuple(_reading(reason, topic) for reason in told) + places


def _adds(reason: Reason) -> bool:
    """Not "lateral flow" for "lateral flow test"."""
    said, meant = _folded(reason.said), _folded(reason.matched)
    return said not in meant and meant not in said


def _reading(reason: Reason, topic: str) -> str:
    said = _as_said(reason.said, topic)
    if reason.kind is not ReasonKind.MEANING:
        return f"I read “{said}” as “{reason.matched}”."
    if _abbreviates(reason.said, reason.matched):
        return f"{said} = {reason.matched}"
    return f"For “{said}” I also looked for “{reason.matched}”."


def _as_said(words: str, topic: str) -> str:
    """The asker's own capitals: the index works in lower case."""
    at = topic.casefold().find(words.casefold())
    return short(topic[at : at + len(words)] if at >= 0 else words)


def _abbreviates(brief: str, long: str) -> bool:
    """CRO for contract research organisation, IVDR for in vitro diagnostic regulation; not one long word for another."""
    words = long.casefold().replace("-", " ").split()
    telling = [word for word in words if word not in SMALL_WORDS]
    spelt = {"".join(word[0] for word in some) for some in (words, telling)}
    return " " not in brief and any(len(each) > 1 and brief.casefold().startswith(each) for each in spelt)


def line_of(hit: Hit, *more: str) -> str:
    distance = "" if hit.distance_miles is None else _miles(hit.distance_miles)
    return " · ".join(part for part in (hit.place, distance, *more, freshness(hit.confirmed_on)) if part)


def _miles(distance: float) -> str:
    if distance < 1:
        return "less than a mile away"
    miles = round(distance)
    return f"{miles} mile{'' if miles == 1 else 's'} away"


def freshness(confirmed_on: date | None) -> str:
    if confirmed_on is None:
        return "not confirmed yet"
    return f"confirmed {confirmed_on.day} {confirmed_on:%B %Y}"


def why(hit: Hit) -> tuple[str, ...]:
    """The hit's reasons as short phrases, each once, in the order of the index; words of one field together."""
    phrases: list[str] = []
    for (kind, field), reasons in groupby(hit.reasons, key=lambda reason: (reason.kind, reason.field)):
        if kind is ReasonKind.WORDS:
            words = ", ".join(dict.fromkeys(f"“{reason.matched}”" for reason in reasons))
            phrases.append(f"{words} in {FIELD_WORDS.get(field, field)}" if field else words)
        elif kind is ReasonKind.MEANING:
            phrases += [_phrase(reason) for reason in _met_together(reasons)]
        else:
            phrases += [_phrase(reason) for reason in reasons]
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def _met_together(reasons: Iterable[Reason]) -> list[Reason]:
    """Words of the ask that met the same words of the entry are told as one: "viral vector", not each by itself."""
    said: dict[str, list[str]] = {}
    first: dict[str, Reason] = {}
    for reason in reasons:
        said.setdefault(reason.matched.casefold(), []).append(reason.said)
        first.setdefault(reason.matched.casefold(), reason)
    return [replace(first[key], said=" ".join(dict.fromkeys(words))) for key, words in said.items()]


def _phrase(reason: Reason) -> str:
    field = FIELD_WORDS.get(reason.field, reason.field)
    match reason.kind:
        case ReasonKind.NAME:
            return f"named “{reason.matched}”"
        case ReasonKind.SPELLING:
            return f"“{short(reason.said)}” read as “{reason.matched}”"
        case ReasonKind.MEANING:
            told = f"“{reason.matched}”" + (f" in {field}" if field else "")
            return (
                told if _abbreviates(reason.said, reason.matched) else f"{told}, for “{short(reason.said)}”"
            )
        case ReasonKind.PLACE | ReasonKind.WORDS:
            return ""  # places stand in the item's line, with the distance; words are told together
        case ReasonKind.SIZE:
            return SIZE_WORDS[SizeBand(reason.matched)] if reason.matched in SIZES else reason.matched
        case ReasonKind.KIND:
            return reason.matched
    assert_never(reason.kind)


def kind_and_size(entry: Entry) -> str:
    return ", ".join(
        part
        for part in (
            entry.sector,
            entry.kind.value if entry.kind else "",
            SIZE_WORDS[entry.size] if entry.size else "",
        )
        if part
    )


def named_people(people: tuple[EntryPerson, ...]) -> str:
    return "People: " + "; ".join(in_person(person) for person in people)


def in_person(person: EntryPerson) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def short(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"

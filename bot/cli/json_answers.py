"""Answers as JSON for other programs: a documented, stable schema (README, "JSON answers")."""

from dataclasses import asdict
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from bot.assistant.messages import (
    Acted,
    Answer,
    Events,
    Help,
    Introduced,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    PeopleThere,
    SmallTalk,
    Stopped,
    Unclear,
)
from bot.assistant.wording import Item, put_in_words
from store.directory import ComingEvent
from store.search.found import Hit
from store.search.wanted import WantedPlace


def as_json(answer: Answer) -> dict[str, Any]:
    """`hits` fit; `nearest` do not, and are there only when nothing fits."""
    reply = put_in_words(answer)
    items = {item.organisation_id: item for item in reply.items}
    hits, nearest = _hits_of(answer)
    return {
        "kind": kind_of(answer),
        "understood": reply.understood,
        "readings": list(reply.readings),
        "search": _search_of(answer),
        "hits": [_hit(hit, items.get(hit.id)) for hit in hits],
        "nearest": [_hit(hit, items.get(hit.id)) for hit in nearest],
        "total": answer.total + answer.beyond if isinstance(answer, Matches) else len(hits),
        "full": answer.full if isinstance(answer, Matches) else None,
        "text": reply.lead,
        "next_words": list(reply.next_words),
        "events": [_event(event) for event in answer.events] if isinstance(answer, Events) else [],
        "awards": [asdict(line) for line in answer.lines] if isinstance(answer, Acted) else [],
        "introduction": {"done": answer.told.done, "id": answer.told.about}
        if isinstance(answer, Introduced)
        else None,
    }


def kind_of(answer: Answer) -> str:
    match answer:
        case Matches():
            return "matches"
        case NoMatch():
            return "no_match"
        case OneOrganisation():
            return "organisation"
        case NobodyOfThatName():
            return "nobody_of_that_name"
        case PeopleThere():
            return "people"
        case Introduced():
            return "introduction"
        case Events():
            return "events"
        case Acted():
            return "awards"
        case Help():
            return "help"
        case SmallTalk():
            return "small_talk"
        case Stopped():
            return "stopped"
        case Unclear():
            return "unclear"
    assert_never(answer)


def _hits_of(answer: Answer) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    if isinstance(answer, Matches):
        return answer.hits, ()
    if isinstance(answer, OneOrganisation):
        return (answer.hit, *answer.others), ()
    if isinstance(answer, PeopleThere):
        return tuple(hit for hit, _ in answer.places), ()
    if isinstance(answer, Introduced):
        return (answer.hit,) if answer.hit else (), ()
    return (), answer.nearest if isinstance(answer, NoMatch) else ()


def _search_of(answer: Answer) -> dict[str, Any] | None:
    """The search as it was understood, field by field; None where none was made."""
    if not isinstance(answer, Matches | NoMatch):
        return None
    wanted = answer.understood.wanted
    return {
        "topic": wanted.topic,
        "literally": list(wanted.literally),
        "places": [_place(each) for each in wanted.places],
        "outside": [_place(each) for each in wanted.outside],
        "kinds": [each.value for each in wanted.kinds],
        "sizes": [each.value for each in wanted.sizes],
        "excluded": [each.value for each in wanted.excluded],
        "without": list(wanted.without),
    }


def _place(wanted: WantedPlace) -> dict[str, Any]:
    miles = wanted.radius_miles
    return {
        "said": wanted.said,
        "name": wanted.place.name,
        "nearness": wanted.nearness.value,
        "radius_miles": None if miles is None else round(miles, 2),
    }


def _event(event: ComingEvent) -> dict[str, Any]:
    zone = ZoneInfo(event.zone)
    return {
        "title": event.title,
        "kind": event.kind.value,
        "starts_at": event.starts_at.astimezone(zone).isoformat(),
        "ends_at": event.ends_at.astimezone(zone).isoformat(),
        "venue": event.venue,
        "town": event.town,
        "url": event.url,
    }


def _hit(hit: Hit, item: Item | None) -> dict[str, Any]:
    return {
        "id": hit.id,
        "ref": hit.ref,
        "name": hit.name,
        "score": round(hit.score, 4),
        "why": list(item.why) if item else [],
        "excerpt": item.excerpt if item else hit.excerpt,
        "place": hit.place,
        "distance_miles": None if hit.distance_miles is None else round(hit.distance_miles, 1),
        "confirmed_on": hit.confirmed_on.isoformat() if hit.confirmed_on else None,
    }

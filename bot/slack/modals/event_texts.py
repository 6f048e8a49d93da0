"""An event as the fields of its form hold it: texts by field, and which of them somebody changed."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias
from zoneinfo import ZoneInfo

from store.events.inviting import audience_of
from store.models import Event

Texts: TypeAlias = Mapping[str, str]

FIELDS = (
    "title", "kind", "start_date", "start_time", "end_date", "end_time", "zone", "venue", "town", "join_url", "url",
    "capacity", "everyone", "kinds", "sectors", "towns", "topics", "open_date", "open_time", "close_date",
    "close_time", "organiser", "summary", "reminders", "thanks",
)  # fmt: skip
EVERYONE, THANKS = "everyone", "thanks"
SEVERAL = frozenset({"kinds", "sectors"})  # chosen: in whatever order


def texts_of(event: Event) -> dict[str, str]:
    """Wall clocks are those of its zone."""
    start_date, start_time = _wall(event.starts_at, event.zone)
    end_date, end_time = _wall(event.ends_at, event.zone)
    open_date, open_time = _wall(event.registration_from, event.zone)
    close_date, close_time = _wall(event.registration_until, event.zone)
    to = audience_of(event.audience)
    return {
        "title": event.title, "kind": event.kind.value, "start_date": start_date, "start_time": start_time,
        "end_date": end_date, "end_time": end_time, "zone": event.zone, "venue": event.venue, "town": event.town,
        "join_url": event.join_url, "url": event.url,
        "capacity": "" if event.capacity is None else str(event.capacity),
        "everyone": EVERYONE if to.everyone else "", "kinds": "\n".join(to.kinds), "sectors": "\n".join(to.sectors),
        "towns": ", ".join(to.towns), "topics": ", ".join(to.topics), "open_date": open_date, "open_time": open_time,
        "close_date": close_date, "close_time": close_time, "organiser": event.organiser, "summary": event.summary,
        "reminders": "\n".join(event.reminders), "thanks": THANKS if event.thanks else "",
    }  # fmt: skip


def marks_of(texts: Texts) -> dict[str, str]:
    """What tells a text from another, short enough for a form to carry."""
    return {field: _mark(field, texts.get(field, "")) for field in FIELDS}


def changed(texts: Texts, marks: Mapping[str, str]) -> frozenset[str]:
    """The fields that read otherwise than those of these marks."""
    return frozenset(
        field for field in FIELDS if field in texts and _mark(field, texts[field]) != marks.get(field)
    )


def _wall(at: datetime | None, zone: str) -> tuple[str, str]:
    if at is None:
        return "", ""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"


def _mark(field: str, text: str) -> str:
    parts = sorted(text.split("\n")) if field in SEVERAL else text.split()
    return sha256(json.dumps(parts).encode()).hexdigest()[:8]

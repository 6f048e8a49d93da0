"""The form of an event read: the fields of the event that somebody changed, or by field what is wrong with them."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.slack.modals.event_texts import Texts
from store.events.inviting import Audience, to_keep
from store.events.slots import NoReminder, reminder_of
from store.events.walls import instant_of
from store.importing.refusal import Unreadable
from store.kinds import EventKind, OrganisationKind

MOST_SEATS = 100_000
LONGEST = timedelta(days=30)
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\\]{1,64}@[^@\s<>,;:\"()\\]+\.[^@\s<>,;:\"()\\.]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory has, in lower case: an audience of what it does not have is a slip."""

    sectors: Collection[str] = ()
    towns: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """`fields` by the event's own names; `wrong` by the form's."""

    fields: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


class Wrong(ValueError):
    """What a field cannot be, in words for whoever wrote it."""

    def __init__(self, at: str, words: str) -> None:
        super().__init__(words)
        self.at = at


def read(texts: Texts, changed: Collection[str], known: Known, *, before: Texts | None = None) -> Read:
    """What is changed, and what follows from it: an end moves with its start. `before`: the event as it was."""
    found = Read()
    for fields, part in PARTS:
        if before is not None and set(fields).isdisjoint(changed):
            continue
        try:
            found.fields.update(part(texts, changed, known, before or {}))
        except Wrong as problem:
            found.wrong[problem.at] = str(problem)
    _in_order(found)
    return found


def _in_order(found: Read) -> None:
    starts, ends = found.fields.get("starts_at"), found.fields.get("ends_at")
    if starts and ends and ends - starts > LONGEST:
        found.wrong["end_date"] = f"It would last longer than {LONGEST.days} days."
    opens, closes = found.fields.get("registration_from"), found.fields.get("registration_until")
    if opens and closes and closes <= opens:
        found.wrong["close_date"] = "Registration would close before it opens."


def _title(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    if not texts.get("title", "").strip():
        raise Wrong("title", "An event needs a title.")
    return {"title": texts["title"]}


def _kind(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    kind = next((each for each in EventKind if each.value == texts.get("kind")), None)
    if kind is None:
        raise Wrong("kind", "Choose what it is.")
    return {"kind": kind}


def _when(texts: Texts, changed: Collection[str], _known: Known, before: Texts) -> dict[str, Any]:
    zone = texts.get("zone", "").strip().replace(" ", "_")
    if zone not in available_timezones():
        raise Wrong("zone", f"“{zone[:60]}” is not a time zone; they look like Europe/London.")
    found: dict[str, Any] = {}
    if not before or not {"start_date", "start_time", "zone"}.isdisjoint(changed):
        found = {"zone": zone, "starts_at": _instant(texts, "start", zone)}
    end = dict(texts)
    if before and {"end_date", "end_time"}.isdisjoint(changed):
        end["end_date"] = _moved(before["end_date"], before["start_date"], texts["start_date"])
    end["end_date"] = end.get("end_date") or texts["start_date"]
    if end.get("end_time"):
        found["ends_at"] = _instant(end, "end", zone)
        if (end["end_date"], end["end_time"]) <= (texts["start_date"], texts["start_time"]):
            raise Wrong("end_time", "It would end before it starts.")
    elif texts.get("end_date") or before:
        raise Wrong("end_time", "Say the time at which it ends, too.")
    return found


def _moved(end: str, was: str, becomes: str) -> str:
    """An event that moves to another day lasts as many days as before."""
    try:
        return str(date.fromisoformat(end) + (date.fromisoformat(becomes) - date.fromisoformat(was)))
    except (ValueError, OverflowError):  # which is said of the start, or of an end before it
        return end


def _instant(texts: Texts, which: str, zone: str) -> datetime:
    day, clock = texts.get(f"{which}_date", ""), texts.get(f"{which}_time", "")
    if not day or not clock:
        raise Wrong(f"{which}_date" if not day else f"{which}_time", "Choose the day and the time.")
    try:
        return instant_of(clock, zone, day=date.fromisoformat(day))
    except Unreadable as problem:
        said = str(problem).partition(": write ")[0]  # which a picker cannot
        raise Wrong(f"{which}_time", f"{said}. Choose another time.") from None
    except (ValueError, OverflowError):
        raise Wrong(f"{which}_date", "That is no day of the calendar.") from None


def _registration(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    return {
        "registration_from": _bound(texts, "open", "00:00"),
        "registration_until": _bound(texts, "close", "23:59"),
    }


def _bound(texts: Texts, which: str, usual: str) -> datetime | None:
    """A day alone is the whole of it."""
    day, clock = texts.get(f"{which}_date", ""), texts.get(f"{which}_time", "")
    if not day and clock:
        raise Wrong(f"{which}_date", "Choose the day, too.")
    zone = texts.get("zone", "").strip().replace(" ", "_")
    if not day or zone not in available_timezones():  # which is said where the zone stands
        return None
    return _instant({f"{which}_date": day, f"{which}_time": clock or usual}, which, zone)


def _capacity(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    said = texts.get("capacity", "").strip().replace(",", "")
    if not said:
        return {"capacity": None}
    if not (said.isdecimal() and said.isascii() and len(said) <= 7 and int(said) <= MOST_SEATS):
        raise Wrong("capacity", f"Seats are a number from 0 to {MOST_SEATS:,}; leave it empty for no limit.")
    return {"capacity": int(said)}


def _link(name: str) -> "Part":
    def read_link(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
        said = texts.get(name, "").strip()
        if said and not _is_link(said):
            raise Wrong(name, "That is no link I can give out; it begins with https:// and names a place.")
        return {name: said}

    return read_link


def _is_link(said: str) -> bool:
    try:
        parts = urlsplit(said)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not re.search(r"[\s<>\"|]", said)


def _organiser(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    said = texts.get("organiser", "").strip()
    if said and not _ADDRESS.fullmatch(said):
        raise Wrong("organiser", "That is no mail address.")
    return {"organiser": said}


def _reminders(texts: Texts, _changed: Collection[str], _known: Known, _before: Texts) -> dict[str, Any]:
    names = _listed(texts.get("reminders", ""))
    try:
        return {"reminders": [reminder_of(each).name for each in names]}
    except NoReminder as problem:
        raise Wrong("reminders", str(problem)) from None


def _audience(texts: Texts, _changed: Collection[str], known: Known, _before: Texts) -> dict[str, Any]:
    towns, topics = _listed(texts.get("towns", "")), _listed(texts.get("topics", ""))
    kinds = tuple(each for each in OrganisationKind if each.value in texts.get("kinds", "").split("\n"))
    sectors = tuple(each for each in texts.get("sectors", "").split("\n") if each)
    everyone = bool(texts.get("everyone"))
    if everyone and (towns or topics or kinds or sectors):
        raise Wrong("everyone", "Either everybody, or those you choose below.")
    if unknown := [each for each in towns if each.casefold() not in known.towns]:
        raise Wrong("towns", f"No organisation of the directory is in “{unknown[0][:60]}”.")
    return {"audience": to_keep(Audience(everyone, kinds, sectors, tuple(towns), tuple(topics)))}


def _listed(text: str) -> list[str]:
    """Words between commas or on lines of their own."""
    return [said for each in re.split(r"[,\n]", text) if (said := " ".join(each.split()))]


def _words(name: str) -> "Part":
    return lambda texts, _changed, _known, _before: {name: texts.get(name, "")} if name in texts else {}


Part: TypeAlias = Callable[[Texts, Collection[str], Known, Texts], Mapping[str, Any]]

PARTS: tuple[tuple[tuple[str, ...], Part], ...] = (
    (("title",), _title),
    (("kind",), _kind),
    (("start_date", "start_time", "end_date", "end_time", "zone"), _when),
    (("venue",), _words("venue")),
    (("town",), _words("town")),
    (("summary",), _words("summary")),
    (("join_url",), _link("join_url")),
    (("url",), _link("url")),
    (("capacity",), _capacity),
    (("everyone", "kinds", "sectors", "towns", "topics"), _audience),
    (("open_date", "open_time", "close_date", "close_time", "zone"), _registration),
    (("organiser",), _organiser),
    (("reminders",), _reminders),
    (("thanks",), lambda texts, _changed, _known, _before: {"thanks": bool(texts.get("thanks"))}),
)

"""The form in which staff put an event in, or change one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.blocks.letters import context, section
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.modals.event_texts import EVERYONE, FIELDS, THANKS, Texts, marks_of
from bot.slack.modals.forms import (
    INPUT_MOST,
    Filled,
    address_field,
    choice_field,
    date_field,
    link_field,
    modal,
    number_field,
    several_field,
    text_field,
    tick_field,
    time_field,
)
from store.kinds import EventKind, OrganisationKind

JSON = dict[str, Any]

PLAN, CHANGE = "event:plan", "event:change"
KINDS = tuple((each.value, each.value.capitalize()) for each in EventKind)
ORGANISATIONS = tuple(
    (each.value, "NHS" if each is OrganisationKind.NHS else each.value.capitalize())
    for each in OrganisationKind
)
LONG_SUMMARY = "The summary is longer than a form in Slack holds, and stays as it is."
VALUE_MOST = 150  # characters of a choice


@dataclass(frozen=True, slots=True)
class EventForm:
    """`now`: the event as it is by now, which changes are told from. `round` rises each time it comes back, so that
    Slack shows what stands in it anew. `notes` are said under a field, in plain words."""

    texts: Texts
    sectors: Sequence[str] = ()
    event_id: int | None = None
    now: Texts = field(default_factory=dict)
    round: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    agreed: int | None = None  # the number of seats they were warned of


def event_modal(form: EventForm) -> JSON:
    blocks = [
        block
        for name, drawn in _fields(form)
        for block in (drawn, *context(escaped(form.notes.get(name, ""), 600)))
    ]
    kept: JSON = {"round": form.round}
    if form.event_id is None:
        return modal("Plan an event", PLAN, blocks, submit="Save", kept=kept)
    kept |= {"event": form.event_id, "marks": marks_of(form.now), "agreed": form.agreed}
    return modal("Change the event", CHANGE, blocks, submit="Save", kept=kept)


def texts_in(form: Filled) -> dict[str, str]:
    """What was filled in, by field: those alone that the form has."""
    ending = _ending(round_of(form))
    return {name: form.text(f"{name}{ending}") for name in FIELDS if f"{name}{ending}" in form.fields}


def errors_by_block(form: Filled, wrong: Mapping[str, str]) -> dict[str, str]:
    ending = _ending(round_of(form))
    return {f"{name}{ending}": words for name, words in wrong.items()}


def round_of(form: Filled) -> int:
    return form.number("round") or 0


def marks_in(form: Filled) -> dict[str, str]:
    marks = form.kept.get("marks")
    return {str(name): str(mark) for name, mark in marks.items()} if isinstance(marks, dict) else {}


def _ending(number: int) -> str:
    return f":{number}" if number else ""


def _fields(form: EventForm) -> Iterator[tuple[str, JSON]]:
    ending = _ending(form.round)
    for name, drawn in (*_what(form.texts), *_whom(form), *_small_print(form.texts)):
        yield name, {**drawn, "block_id": f"{name}{ending}"} if drawn["type"] == "input" else drawn


def _what(texts: Texts) -> Iterator[tuple[str, JSON]]:
    zone = texts.get("zone", "")
    clock = "On the wall clock of the time zone below."
    yield "title", text_field("title", "Title", initial=texts.get("title", ""), most=300, lines=False)
    yield "kind", choice_field("kind", "Kind", KINDS, initial=texts.get("kind", ""))
    yield "start_date", date_field("", "Starts on", initial=texts.get("start_date", ""), optional=False)
    start = texts.get("start_time", "")
    yield "start_time", time_field("", "at", zone=zone, initial=start, optional=False, hint=clock)
    same_day = "Left empty: the same day."
    yield "end_date", date_field("", "Ends on", initial=texts.get("end_date", ""), hint=same_day)
    two_hours = "Left empty: two hours after the start."
    yield "end_time", time_field("", "until", zone=zone, initial=texts.get("end_time", ""), hint=two_hours)
    looks = "Such as Europe/London."
    yield "zone", text_field("", "Time zone", initial=zone, most=60, lines=False, hint=looks)
    yield "venue", _line("Venue", texts.get("venue", ""), 300)
    yield "town", _line("Town", texts.get("town", ""), 120)
    only = "Those who come get it, and nobody else."
    yield "join_url", link_field("", "Link to join", initial=texts.get("join_url", ""), hint=only)
    yield "url", link_field("", "Page that tells more", initial=texts.get("url", ""))
    seats = "Left empty: as many as come. 0: nobody can."
    yield "capacity", number_field("", "Seats", initial=texts.get("capacity", ""), hint=seats)


def _whom(form: EventForm) -> Iterator[tuple[str, JSON]]:
    texts = form.texts
    yield "", section("*Who is invited*, of those who want to hear of such things. All you choose must fit.")
    ticked = bool(texts.get("everyone"))
    yield "everyone", tick_field("", "Everybody", EVERYONE, "Invite everybody", initial=ticked)
    kinds = texts.get("kinds", "").split("\n")
    yield "kinds", several_field("", "Kinds of organisation", ORGANISATIONS, initial=kinds)
    chosen = [each for each in texts.get("sectors", "").split("\n") if each]
    listed = list(
        dict.fromkeys(each for each in (*chosen, *form.sectors) if each and len(each) <= VALUE_MOST)
    )
    if listed:
        yield "sectors", several_field("", "Sectors", [(each, each) for each in listed], initial=chosen)
    yield "towns", _line("Towns", texts.get("towns", ""), 1000, hint="Between commas: Chester, Leeds.")
    yield "topics", _line("Topics people follow", texts.get("topics", ""), 1000, hint="Between commas.")


def _small_print(texts: Texts) -> Iterator[tuple[str, JSON]]:
    zone = texts.get("zone", "")
    yield "", section("*Registration*, where it is not open from the announcement to the start.")
    for which, label in (("open", "Opens on"), ("close", "Closes on")):
        yield f"{which}_date", date_field("", label, initial=texts.get(f"{which}_date", ""))
        yield f"{which}_time", time_field("", "at", zone=zone, initial=texts.get(f"{which}_time", ""))
    answers = "Calendars name it as the organiser. Left empty: my own."
    organiser = texts.get("organiser", "")
    yield "organiser", address_field("", "Organiser", initial=organiser, optional=True, hint=answers)
    summary = texts.get("summary", "")
    if len(summary) > INPUT_MOST:
        yield "", section(LONG_SUMMARY)
    else:
        yield "summary", text_field("", "Summary", initial=summary, most=INPUT_MOST, optional=True)
    usual = (
        "One a line, such as “14d unanswered”, “2d going”, “2h going”, which is what you get if it is empty."
    )
    reminders = texts.get("reminders", "")
    yield "reminders", text_field("", "Reminders", initial=reminders, most=1000, optional=True, hint=usual)
    ticked = bool(texts.get("thanks"))
    yield "thanks", tick_field("", "Afterwards", THANKS, "Thank who came, and ask how it was", initial=ticked)


def _line(label: str, initial: str, most: int, *, hint: str = "") -> JSON:
    return text_field("", label, initial=initial, most=most, lines=False, optional=True, hint=hint)

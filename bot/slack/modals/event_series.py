"""The form of a series: events that come again by a rule, most often one of a few."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.slack.blocks.event_rows import END_SERIES, confirm
from bot.slack.blocks.letters import button, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.event_form import KINDS
from bot.slack.modals.event_texts import EVERYONE
from bot.slack.modals.forms import (
    Filled,
    choice_field,
    date_field,
    modal,
    number_field,
    text_field,
    tick_field,
    time_field,
)
from store.events.series import SeriesLine
from store.kinds import EventKind

JSON = dict[str, Any]

SERIES, SHOWN = "event:series", "event:shown"
SHOWN_MOST = 30
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RULES = (
    ("weekly", "Every week, on that weekday"),
    ("monthly", "Every month, on that weekday of it"),
    ("quarterly", "Every third month, on that weekday of it"),
    ("yearly", "Every year, on that weekday of that month"),
)
CHOOSE = "Choose one, or write a rule below."
NO_DAY = "Choose the day and the time of the first one."
LASTS = "Minutes are a number from 1 to 43,200."


def series_modal(zone: str) -> JSON:
    own = "RFC 5545, where none of these fits: FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU"
    blocks = [
        text_field("title", "Title", most=300, lines=False),
        choice_field("kind", "Kind", KINDS, initial=EventKind.NETWORKING.value),
        date_field(
            "date", "The first is on", optional=False, hint="“That weekday” is its: the fourth Thursday, say."
        ),
        time_field("time", "at", zone=zone, optional=False, hint="On the wall clock of the time zone below."),
        choice_field("often", "It comes again", RULES, initial="quarterly", optional=True),
        text_field("rule", "Another rule", most=500, lines=False, optional=True, hint=own),
        number_field("minutes", "Each lasts, in minutes", initial="120"),
        text_field("zone", "Time zone", initial=zone, most=60, lines=False, hint="Such as Europe/London."),
        text_field("venue", "Venue", most=300, lines=False, optional=True),
        text_field("town", "Town", most=120, lines=False, optional=True),
        number_field("capacity", "Seats", hint="Left empty: as many as come."),
        tick_field("everyone", "Everybody", EVERYONE, "Invite everybody, once each is announced"),
        text_field("summary", "Summary", most=3000, optional=True),
    ]
    return modal("Plan a series", SERIES, blocks, submit="Save")


def series_in(form: Filled) -> Mapping[str, str] | dict[str, str]:
    """What is wrong by field, where something is."""
    wrong = {}
    if not form.text("date") or not form.text("time"):
        wrong["date" if not form.text("date") else "time"] = NO_DAY
    if not form.text("rule") and form.text("often") not in {name for name, _ in RULES}:
        wrong["often"] = CHOOSE
    minutes = form.text("minutes") or "120"
    if not (minutes.isdecimal() and minutes.isascii() and len(minutes) < 6 and 0 < int(minutes) <= 43_200):
        wrong["minutes"] = LASTS
    return wrong


def rule_in(form: Filled, first: date) -> str:
    """The rule that was written, or the chosen one for the weekday of the first: its fifth of a month is the last."""
    if form.text("rule"):
        return form.text("rule")
    weekday, place = DAYS[first.weekday()], (first.day - 1) // 7 + 1
    nth = f"{place if place < 5 else -1}{weekday}"
    return {
        "weekly": f"FREQ=WEEKLY;BYDAY={weekday}",
        "monthly": f"FREQ=MONTHLY;BYDAY={nth}",
        "quarterly": f"FREQ=MONTHLY;INTERVAL=3;BYDAY={nth}",
        "yearly": f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={nth}",
    }[form.text("often")]


def all_series_modal(found: Sequence[SeriesLine], *, notice: str = "") -> JSON:
    blocks = [section(f"→ {escaped(notice, 1500)}")] if notice else []
    blocks.append({"type": "actions", "elements": [button(f"{SERIES}_plan", "Plan a series", "new")]})
    for each in found[:SHOWN_MOST]:
        said = section(
            f"{bold(each.title, 300)}{' · ended' if each.ended else ''}\n"
            f"{escaped(each.rule, 500)}, from {escaped(each.first.replace('T', ' '), 40)} ({escaped(each.zone, 60)})"
        )
        sure = confirm(
            "End it?",
            "No more are put in; those nobody saw yet go, what is announced takes place.",
            yes="End it",
        )
        ending = {"accessory": button(END_SERIES, "End it", str(each.id)) | {"confirm": sure}}
        blocks.append(said if each.ended else said | ending)
    if not found:
        blocks.append(section("There is no series yet."))
    return modal("Series", SHOWN, blocks)

"""Spans of days as people ask for events in them: "next week", "in spring 2027"."""

import re
from datetime import date, timedelta

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
SPAN = re.compile(
    r"^(?P<rest>.+?) (?:in |during |over |for )?(?P<span>today|tonight|tomorrow|(?:this|next) (?:week|weekend|month|year)"
    rf"|(?:(?:this|next|the) )?(?:{'|'.join(SEASONS)})(?: 20\d\d)?)$"
)


def days_of(span: str, today: date) -> tuple[date, date]:
    """The first and the last day of it; a season that is over is next year's. Weeks begin on Monday."""
    following = span.startswith("next ")
    unit = span.removeprefix("this ").removeprefix("next ").removeprefix("the ")
    if unit in {"today", "tonight", "tomorrow"}:
        day = today + timedelta(days=unit == "tomorrow")
        return day, day
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=following)
    if unit == "week":
        return monday, monday + timedelta(days=6)
    if unit == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if unit == "month":
        first = _months_on(today.replace(day=1), int(following))
        return first, _months_on(first, 1) - timedelta(days=1)
    if unit == "year":
        return date(today.year + following, 1, 1), date(today.year + following, 12, 31)
    return _season(unit, today)


def _season(words: str, today: date) -> tuple[date, date]:
    season, _, year = words.partition(" ")
    first = date(int(year or today.year), SEASONS[season], 1)
    if not year and today.month < 3 and season == "winter":
        first = date(today.year - 1, 12, 1)
    last = _months_on(first, 3) - timedelta(days=1)
    if not year and last < today:
        return _season(f"{season} {today.year + 1}", today)
    return first, last


def _months_on(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)

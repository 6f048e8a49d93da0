"""Reads dates and times as people write them in Britain: the day comes first."""

import math
import re
from datetime import date, datetime, time, timedelta

from store.importing.refusal import Unreadable
from store.importing.table import Value
from store.importing.text import line_of

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_EXCEL_START = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119
_YEARS = range(1200, 2201)
_LONGEST_DATE = 60  # characters
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s\-/]+([a-z]+)\.?,?[\s\-/]+(\d{4}|\d{2})", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"([a-z]+)\.?[\s\-/,]+(\d{4}|\d{2})", re.IGNORECASE)
_NUMBER_YEAR = re.compile(r"(\d{1,2})/(\d{4})")
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE
)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_CLOCK_AFTER = re.compile(
    r"(?P<day>.*?)[\sT,]+(?:at\s+)?(?P<clock>\d{1,2}(?:[:.]\d{2}){1,2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)",
    re.IGNORECASE,
)


def date_of(cell: Value) -> date:
    """The day meant; the first of the month or year when no day is given."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return _of_number(cell)
    text = _WEEKDAY.sub("", line_of(cell)[:_LONGEST_DATE], count=1)
    try:
        found = _of_text(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in _YEARS:
        raise Unreadable(f"“{text}” is not a date we can read (try 12/03/2024 or 2024-03-12)")
    return found


def year_of(cell: Value) -> int:
    """A year, out of "1998", "est. 1998", or a date."""
    if isinstance(cell, str) and (found := re.fullmatch(r"\D*(\d{4})\D*", line_of(cell))):
        year = int(found[1])
    elif isinstance(cell, int | float) and cell in _YEARS:
        year = int(cell)
    else:
        year = date_of(cell).year
    if year not in _YEARS:
        raise Unreadable(f"“{line_of(cell)}” is not a year")
    return year


def time_of(cell: Value) -> time:
    """A time of day: 18:00, 6pm, 6.30 pm, or Excel's fraction of a day."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        seconds = round(cell * 86400) % 86400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    text = line_of(cell)[:_LONGEST_DATE]
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
        if found[4] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise Unreadable(f"“{text}” is not a time we can read (try 18:00)")


def moment_of(cell: Value) -> tuple[date, time | None, datetime | None]:
    """A day, its time if one is given, and the whole instant when the cell says its offset too."""
    if isinstance(cell, datetime):
        return cell.date(), cell.time(), None
    if isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer() and int(cell) in _EXCEL_DAYS:
        return _of_number(int(cell)), time_of(cell - int(cell)), None
    if not isinstance(cell, str):
        return date_of(cell), None, None
    text = line_of(cell)[:_LONGEST_DATE]
    try:
        whole = datetime.fromisoformat(text)
    except ValueError:
        whole = None
    if whole and len(text) > 10:
        return whole.date(), whole.time(), whole if whole.tzinfo else None
    if found := _CLOCK_AFTER.fullmatch(text):
        return date_of(found["day"]), time_of(found["clock"]), None
    return date_of(text), None, None


def _of_number(number: float) -> date:
    whole = int(number) if math.isfinite(number) else 0
    if whole == number and whole in range(1800, 2201):
        return date(whole, 1, 1)
    if whole in _EXCEL_DAYS:
        return _EXCEL_START + timedelta(days=whole)
    raise Unreadable(f"“{number}” is not a date")


def _of_text(text: str) -> date | None:
    if text.isdigit():
        return _of_number(int(text))
    if found := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _day_first(int(found[1]), int(found[2]), _full_year(found[3]))
    if found := _DAY_MONTH.fullmatch(text):
        return date(_full_year(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_DAY.fullmatch(text):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    if found := _MONTH_YEAR.fullmatch(text):
        return date(_full_year(found[2]), _month(found[1]), 1)
    if found := _NUMBER_YEAR.fullmatch(text):
        return date(int(found[2]), int(found[1]), 1)
    return None


def _day_first(first: int, second: int, year: int) -> date:
    """Day first; only what cannot be (03/25/2024) is read month first."""
    return date(year, first, second) if second > 12 >= first else date(year, second, first)


def _month(name: str) -> int:
    number = _MONTHS.get(name.lower())
    if number is None:
        raise ValueError(name)
    return number


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)

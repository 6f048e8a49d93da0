"""The day a line says something happened: "on 12 May", "yesterday", "last Tuesday", "two weeks ago"."""

import re
from datetime import date, timedelta

from store.importing.dates import date_of
from store.importing.refusal import Unreadable

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WORDS = {
    "today": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tonight": 0, "just now": 0,
    "the day before yesterday": 2, "yesterday morning": 1, "yesterday afternoon": 1, "yesterday evening": 1,
    "yesterday": 1, "last night": 1, "last week": 7,
}  # fmt: skip
_ON = r"(?:\b(?:on|in|from)\s+)?(?:\bthe\s+)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
_SINCE = re.compile(r"\b(?:since|as of)\s*$", re.IGNORECASE)
_WAYS = (
    re.compile(rf"\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?P<unit>day|week)s?\s+ago\b", re.IGNORECASE),
    re.compile(rf"{_ON}\b(?P<whole>\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d{{2}}))(?!\d)", re.IGNORECASE),
    re.compile(
        rf"{_ON}(?:\b(?:{'|'.join(_DAYS)}),?\s+(?:the\s+)?)?\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}(?![\w])",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:on|from)\s+(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}(?![\w])", re.IGNORECASE),
    re.compile(rf"\bin\s+(?P<month>{_MONTH}){_YEAR}(?![\w])", re.IGNORECASE),
    re.compile(rf"\b(?P<which>last|this|on)\s+(?P<weekday>{'|'.join(_DAYS)})\b", re.IGNORECASE),
)  # fmt: skip


def day_in(text: str, today: date) -> tuple[str, date | None]:
    """The text without its date, and the date; None where it says none. Raises Unreadable (31 June)."""
    for way in _WAYS:
        if found := way.search(text):
            day = _day(found, today)
            before = _SINCE.sub("", text[: found.start()]).rstrip(" ,;")
            return f"{before} {text[found.end() :].lstrip()}".strip(" ,;"), day
    return text, None


def _day(found: re.Match[str], today: date) -> date:
    parts = found.groupdict()
    if word := parts.get("word"):
        return today - timedelta(days=_WORDS[word.lower()])
    if weekday := parts.get("weekday"):
        back = (today.weekday() - _DAYS.index(weekday.lower())) % 7
        return today - timedelta(days=back or (7 if parts["which"].lower() == "last" else 0))
    if unit := parts.get("unit"):
        count = _NUMBERS.get(parts["count"].lower()) or int(parts["count"])
        return today - timedelta(days=count * (7 if unit.lower() == "week" else 1))
    if whole := parts.get("whole"):
        return date_of(whole.replace(".", "/"))
    return _of_month(parts.get("day"), parts["month"], parts.get("year"), today)


def _of_month(day: str | None, month: str, year: str | None, today: date) -> date:
    """Without a year the latest that is not to come; without a day the first of the month."""
    said = f"{day or 1} {month.rstrip('.')}"
    if year:
        return date_of(f"{said} {year}")
    for nearest in (today.year, today.year - 1, today.year - 2, today.year - 3, today.year - 4):
        try:
            found = date_of(f"{said} {nearest}")
        except Unreadable:  # the 29th of February of most years
            continue
        if found <= today:
            return found
    raise Unreadable(f"“{said}” is not a date we can read (try 12 March 2026)")

"""Lists inside a line of a mail: "We need (1) a courier for samples, (2) a lab for karyotyping" becomes lines of their own."""

import re
from collections.abc import Iterator

from bot.assistant import ask_signs as signs

MOST_READ = 4000  # characters of a line in which a list is looked for

_MARK = re.compile(r"(?:^|(?<=[\s:,;]))\(?(?P<label>\d|i{1,3}|iv|v|[a-e])\)\s+(?=\S)", re.IGNORECASE)
_COUNTS = (tuple("123456789"), ("i", "ii", "iii", "iv", "v"), tuple("abcde"))
_BETWEEN = re.compile(r"(?:[\s,;]|\band\b|\bor\b)*$", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|near|around|within|from|close to)\b .{0,30}?(?:[A-Z]|\d)")


def in_lines(words: str) -> Iterator[str]:
    """The lines of a mail; of one that counts whom it seeks, each of them on a line of its own."""
    for line in words.splitlines():
        marks = list(_MARK.finditer(line[:MOST_READ]))
        ends = [*(mark.start() for mark in marks[1:]), len(line)]
        items = (
            [_BETWEEN.sub("", line[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
            if marks
            else []
        )
        if (
            len(items) > 1
            and _counts(marks)
            and all(signs.names_somebody(each) or each.endswith("?") for each in items)
        ):
            lead = line[: marks[0].start()].rstrip(" ,:;")
            yield from ([f"{lead}:"] if lead else [])
            yield from (f"- {each}" for each in items)
        else:
            yield line


def is_lead(said: str) -> bool:
    """Whether it only leads up to the list below it."""
    return said.rstrip().endswith(":")


def places_all(lead: str) -> bool:
    """Whether it says where all of them should be."""
    return bool(_PLACED.search(lead))


def _counts(marks: list[re.Match[str]]) -> bool:
    labels = tuple(mark["label"].lower() for mark in marks)
    return any(labels == count[: len(labels)] for count in _COUNTS)

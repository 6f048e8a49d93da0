"""The line at the head of our mails: whatever stands below it in a reply is known to be the past, however it is quoted."""

import re

MARKER = "reply above this line"  # as it is known again, in any case and behind any quoting
LINE = f"-- {MARKER} --"

_FIRST_WORD = MARKER.split()[0]
_AROUND = re.compile(r"[\s>|*_~\u200b-\u200f\u2060\xad]+")
_DASHES = "-=\u2010-\u2015"
_MARKED = re.compile(rf"[{_DASHES} ]*[{_DASHES}] ?{MARKER}\b|{MARKER}[{_DASHES} ]*$")


def may_hold_marker(line: str) -> bool:
    """A cheap look before a close one: whether the mark's first word is there at all."""
    return _FIRST_WORD in line.casefold()


def holds_marker(line: str, following: str = "") -> bool:
    """Whether the mark begins this line; a mail program may have quoted it, set it bold, or broken it over two.

    Whoever only speaks of it, in the middle of a sentence, says something new.
    """
    here = _plain(line)
    if _MARKED.match(here):
        return True
    return here.strip(" -") != "" and bool(_MARKED.match(f"{here} {_plain(following)}"))


def _plain(line: str) -> str:
    return _AROUND.sub(" ", line.casefold()).strip()

"""Gives each line of a mail's text one letter for what it is, so that short patterns can tell the new from the quoted."""

import re
import tomllib
from enum import StrEnum
from importlib.resources import files

MARKER = "reply above this line"  # in a mail of ours: everything from here on is known to be the past


class Line(StrEnum):
    EMPTY = "e"
    RULE = "d"  # dashes, underscores, equal signs
    SIGNATURE = "g"  # "-- "
    HEADER = "h"  # a line of a quoted mail's header
    WROTE = "b"  # "On Monday, Ann wrote:", each of its lines
    QUOTE = "q"
    PHONE = "m"  # "Sent from my phone"
    ORIGINAL = "o"  # "-----Original Message-----"
    FORWARD = "f"
    MARKER = "k"
    TEXT = "t"


LONGEST_LINE = 400  # characters of a line that are looked at
MOST_WROTE_LINES = 4
WRAPPED_FROM = 60  # a quoted line this long may have been broken by the mail program


def _words(key: str) -> str:
    """All languages' words for one thing, as alternatives, the longest first."""
    table = tomllib.loads(files("mail").joinpath("quote_words.toml").read_text("utf-8"))
    words = {word for language in table.values() for word in language.get(key, ())}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_WROTE = re.compile(rf"(?:\b|(?<=[^\x00-\u02ff]))(?:{_words('wrote')})(?:\W|$)", re.IGNORECASE)
_HEADER = re.compile(
    rf"[*_\s]*(?:(?P<from>{_words('from')})|(?P<sent>{_words('sent')})|(?P<to>{_words('to')})"
    rf"|(?P<subject>{_words('subject')}))[*_]?\s?[*_]?[:：][*_]?(?P<value>.*)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(rf"[-_*\s>]*-{{2,}}\s*(?:{_words('original')})\s*:?\s*-*\W*", re.IGNORECASE)
_FORWARD = re.compile(
    rf"(?:[-_*\s>]*-{{2,}}\s*(?:{_words('forwarded')})\b.*|\s*(?:{_words('forwarded')})\s?[:：]\W*)",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*[<(\[]\s*https?://[^\s<>]*[>)\]]?\s*$")
_PHONE = re.compile(rf"(?:{_words('phone')})(?:\s|(?<=[^\x00-\u02ff]))?[^,.!?;:]{{2,50}}", re.IGNORECASE)
_PHONE_END = re.compile(
    rf"[^,.!?;:]{{0,30}}(?:phone|pad|android|outlook|mobil|galaxy|telefon)[^,.!?;:]{{0,20}}(?:{_words('phone_end')}|gesendet)\W{{0,2}}",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*([-=_*~#─—])(?:\s?\1){1,}\s*")
_QUOTE = re.compile(r"\s{0,3}>")
_ADDRESS = re.compile(r"[^\s<>@\"(),:;]{1,64}@[^\s<>@\"(),:;]{1,255}")
_DATE = re.compile(r"\d{4}|\d{1,2}[:.hH]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_DATE_AT_START = re.compile(r"\W{0,3}(?:\w{1,12}\.?,?\s){0,2}\W?\d")
_DECORATION = " \t-_*<>|\u200e\u200f\u202a\u202b\u202c"


def letters_of(lines: list[str]) -> str:
    """One letter a line. Each line is looked at a fixed number of times."""
    letters = [_alone(line[:LONGEST_LINE]) for line in lines]
    _join_wrapped_quotes(lines, letters)
    _mark_wrote(lines, letters)
    return "".join(letters)


def _alone(line: str) -> Line:
    """What the line is by itself."""
    bare = line.strip()
    if not bare:
        return Line.EMPTY
    if MARKER in bare.lower():
        return Line.MARKER
    if _QUOTE.match(line):
        return Line.QUOTE
    if bare == "--":
        return Line.SIGNATURE
    return _of_words(bare)


def _of_words(bare: str) -> Line:
    unlinked = _LINK.sub("", bare)
    for pattern, letter in (
        (_RULE, Line.RULE),
        (_ORIGINAL, Line.ORIGINAL),
        (_FORWARD, Line.FORWARD),
        (_PHONE, Line.PHONE),
        (_PHONE_END, Line.PHONE),
        (_HEADER, Line.HEADER),
    ):
        if pattern.fullmatch(unlinked.strip()):
            return letter
    return Line.TEXT


def _join_wrapped_quotes(lines: list[str], letters: list[Line]) -> None:
    """A quoted line that a mail program broke goes on without its >."""
    for at in range(1, len(lines)):
        follows = letters[at] is Line.TEXT and letters[at - 1] is Line.QUOTE
        if (
            follows
            and len(lines[at - 1]) >= WRAPPED_FROM
            and not lines[at][:1].isupper()
            and lines[at][:1].isalpha()
        ):
            letters[at] = Line.QUOTE


def _mark_wrote(lines: list[str], letters: list[Line]) -> None:
    """Find each "… wrote:", by its end, and the line it begins on, at most three above."""
    for end, line in enumerate(lines):
        if letters[end] in (Line.TEXT, Line.HEADER) and _may_end(line):
            quoted = _next_is_quote(letters, end)
            for start in range(end, max(-1, end - MOST_WROTE_LINES), -1):
                if letters[start] not in (
                    Line.TEXT,
                    Line.HEADER,
                    Line.QUOTE if start == end - 1 else Line.TEXT,
                ):
                    break
                joined = " ".join(part[:LONGEST_LINE].strip() for part in lines[start : end + 1])
                if _is_wrote(joined, one_line=start == end, quoted=quoted):
                    letters[start : end + 1] = [Line.WROTE] * (end + 1 - start)
                    break


def _may_end(line: str) -> bool:
    tail = line[-LONGEST_LINE:].rstrip()
    return tail.endswith((":", "：", ">", "--", "wrote"))


def _next_is_quote(letters: list[Line], at: int) -> bool:
    following = (letter for letter in letters[at + 1 : at + 6] if letter is not Line.EMPTY)
    return next(following, None) is Line.QUOTE


def _is_wrote(joined: str, *, one_line: bool, quoted: bool) -> bool:
    """Whether this is how a quote is announced: who, when, and a verb or an address, in any order."""
    bare = joined.strip(_DECORATION)
    verb, dated, address = _WROTE.search(bare), _DATE.search(bare), _ADDRESS.search(bare)
    closed = joined.rstrip(" -*").endswith((":", "：")) or joined.rstrip().endswith("--")
    begins = bool(_DATE_AT_START.match(bare))
    if verb and closed and dated and begins:
        return True
    if address and dated and begins and (closed or quoted):
        return True
    return bool(
        verb
        and closed
        and one_line
        and len(bare) <= 120
        and (address or quoted or joined.rstrip().endswith("--"))
    )

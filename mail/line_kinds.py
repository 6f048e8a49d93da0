"""Gives each line of a mail's text one letter for what it is, so that short patterns can tell the new from the quoted."""

import re
import tomllib
from enum import StrEnum
from importlib.resources import files

from mail.marker import holds_marker, may_hold_marker


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
    REGARDS = "r"
    LEGAL = "l"
    TEXT = "t"


LONGEST_LINE = 400  # characters of a line that are looked at
MOST_WROTE_LINES = 4
LONGEST_NAME = 120
WRAPPED_FROM = 60  # a quoted line this long may have been broken by the mail program


def _listed(key: str) -> list[str]:
    """All languages' words for one thing, the longest first."""
    table = tomllib.loads(files("mail").joinpath("quote_words.toml").read_text("utf-8"))
    words = {word for language in table.values() for word in language.get(key, ())}
    return sorted(words, key=lambda word: (-len(word), word))


def _words(key: str) -> str:
    return "|".join(re.escape(word) for word in _listed(key))


_WROTE = re.compile(
    rf"(?:\b|(?<=[^\x00-\u02ff])|(?<=\d)(?=[^\x00-\u02ff]))(?:{_words('wrote')})(?:\W|$)", re.IGNORECASE
)
_HEADER = re.compile(
    rf"[*_\s]*(?:(?P<from>{_words('from')})|(?P<sent>{_words('sent')})|(?P<to>{_words('to')})"
    rf"|(?P<subject>{_words('subject')}))[*_]?\s?[*_]?[:：][*_]?(?P<value>.*)",
    re.IGNORECASE,
)
_DASHED = r"(?=[_*\s>]*--)[-_*\s>]*+"  # without a way back: a line of dashes is looked at once
_ORIGINAL = re.compile(rf"{_DASHED}(?:{_words('original')})\s*:?\s*-*\W*", re.IGNORECASE)
_FORWARD = re.compile(
    rf"(?:{_DASHED}(?:{_words('forwarded')})\b.*|\s*(?:{_words('forwarded')})\s?[:：]\W*)",
    re.IGNORECASE,
)
FORWARD_LINE, ORIGINAL_LINE, HEADER_LINE = _FORWARD, _ORIGINAL, _HEADER
_ANNOUNCING = tuple(word.lower() for word in (*_listed("forwarded"), *_listed("original")))
# A label in the middle of a line, as some programs run a whole header together: "<ann@fen.example>To: Ben … GMT+1Subject: …"
HEADER_LABEL = re.compile(
    rf"(?:{_words('from')}|{_words('sent')}|{_words('to')}|{_words('subject')})\s?[:：](?=\s)"
)
_REGARDS = re.compile(rf"(?:{_words('regards')})(?:\s+(?:{_words('regards')}))?[,.!]?", re.IGNORECASE)
_LEGAL = re.compile(
    r"\W*(?:confidentiality (?:notice|note)|disclaimer|legal notice|this (?:e-?mail|message|communication|transmission)\b"
    r".{0,80}\b(?:confidential|privileged|intended (?:only |solely )?for)\b).*",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*[<(\[]\s*https?://[^\s<>]*[>)\]]?\s*$")
_PHONE = re.compile(rf"(?:{_words('phone')})(?:\s|(?<=[^\x00-\u02ff]))?[^,.!?;:]{{2,50}}", re.IGNORECASE)
_PHONE_END = re.compile(
    rf"[^,.!?;:]{{0,30}}(?:phone|pad|android|outlook|mobil|galaxy|telefon)[^,.!?;:]{{0,20}}(?:{_words('phone_end')}|gesendet)\W{{0,2}}",
    re.IGNORECASE,
)
_LINK_PIECE = re.compile(r"\s?(?=\S*[=/)_&%])\S+(?:\s>)?")
_RULE = re.compile(r"\s*([-=_*~#─—])(?:\s?\1){1,}\s*")
_QUOTE = re.compile(r"\s{0,3}>")
_ADDRESS = re.compile(r"[^\s<>@\"(),:;]{1,64}@[^\s<>@\"(),:;]{1,255}")
_DATE = re.compile(r"(?<!\w)(?:19|20|25)\d\d(?![0-9A-Za-z])|\d{1,2}[:.hH]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_QUOTING = re.compile(rf"(?:{_words('quoting')})\s", re.IGNORECASE)
_DATE_AT_START = re.compile(
    r"(?:In a message dated |\W?בתאריך )?\W{0,3}(?:[^\s\d]{1,5}\s)?(?:[^\s\d]{1,15}\s){0,2}\W?\d"
)
_DECORATION = " \t-_*<>|\u200e\u200f\u202a\u202b\u202c"


def may_hand_on(text: str) -> bool:
    """Whether the words for a forwarded or an original message are in a text at all: a cheap look before a close one."""
    lowered = text.lower()
    return any(word in lowered for word in _ANNOUNCING)


def letters_of(lines: list[str]) -> str:
    """One letter a line. Each line is looked at a fixed number of times."""
    letters = [_alone(line[:LONGEST_LINE]) for line in lines]
    _join_wrapped_quotes(lines, letters)
    _mark_wrote(lines, letters)
    _mark_markers(lines, letters)
    return "".join(letters)


def _alone(line: str) -> Line:
    """What the line is by itself."""
    bare = line.strip()
    if not bare:
        return Line.EMPTY
    if _QUOTE.match(line) and bare != ">:":
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
        (_REGARDS, Line.REGARDS),
        (_LEGAL, Line.LEGAL),
        (_HEADER, Line.HEADER),
    ):
        if pattern.fullmatch(unlinked.strip()):
            return letter
    return Line.TEXT


def _mark_markers(lines: list[str], letters: list[Line]) -> None:
    """Our own mark, and what announces the quote that begins with it, in whatever language."""
    if not any(may_hold_marker(line[:LONGEST_LINE]) for line in lines):
        return
    for at, line in enumerate(lines):
        following = lines[at + 1][:LONGEST_LINE] if at + 1 < len(lines) else ""
        if letters[at] is Line.EMPTY or not holds_marker(line[:LONGEST_LINE], following):
            continue
        letters[at] = Line.MARKER
        above = next((up for up in range(at - 1, max(at - 4, -1), -1) if letters[up] is not Line.EMPTY), at)
        announced = lines[above][:LONGEST_LINE].rstrip(_DECORATION)
        dated = bool(_DATE.search(announced) or _ADDRESS.search(announced))
        if letters[above] is Line.TEXT and dated and announced.endswith((":", "：")):
            letters[above] = Line.WROTE


def _join_wrapped_quotes(lines: list[str], letters: list[Line]) -> None:
    """A quoted line that a mail program broke goes on without its >: a long one, or a link."""
    for at in range(1, len(lines)):
        if letters[at] is Line.TEXT and letters[at - 1] is Line.QUOTE:
            first = lines[at][:1]
            prose = len(lines[at - 1]) >= WRAPPED_FROM and first.isalpha() and not first.isupper()
            between = letters[at + 1 : at + 2] == [Line.QUOTE]
            if prose or (between and _LINK_PIECE.fullmatch(lines[at][:LONGEST_LINE])):
                letters[at] = Line.QUOTE


def _mark_wrote(lines: list[str], letters: list[Line]) -> None:
    """Find each "… wrote:" by its end, and the line it begins on, at most three above."""
    for end, line in enumerate(lines):
        if letters[end] is not Line.TEXT or not _may_end(line[-LONGEST_LINE:].rstrip()):
            continue
        start = _start_of_wrote(lines, letters, end)
        letters[start : end + 1] = [Line.WROTE] * (end + 1 - start)


def _may_end(line: str) -> bool:
    return line.endswith((":", "：", ">", "--")) or bool(_WROTE.search(line[-20:]))


def _start_of_wrote(lines: list[str], letters: list[Line], end: int) -> int:
    """The line an announcement that ends here begins on; the line after `end` where there is none."""
    quoted = _next_is_quote(letters, end)
    joined = ""
    for start in range(end, max(-1, end - MOST_WROTE_LINES), -1):
        if letters[start] not in (Line.TEXT, Line.HEADER, Line.QUOTE) or (
            letters[start] is Line.QUOTE and start == end
        ):
            break
        joined = f"{lines[start][:LONGEST_LINE].strip()} {joined}".rstrip()
        if _begins_with_date(joined, quoted=quoted):
            return start
    return end if _begins_with_name(lines[end][-LONGEST_LINE:], quoted=quoted) else end + 1


def _next_is_quote(letters: list[Line], at: int) -> bool:
    following = (letter for letter in letters[at + 1 : at + 6] if letter is not Line.EMPTY)
    return next(following, None) is Line.QUOTE


def _begins_with_date(line: str, *, quoted: bool) -> bool:
    """ "On 3 May 2024 at 10:00, Ann <ann@fen.example> wrote:" in any order after the date."""
    bare = line.strip(_DECORATION)
    if not (_DATE_AT_START.match(bare) and _DATE.search(bare)):
        return False
    verb = _last_verb(bare)
    if verb:
        return _is_closed(line) and _names_nobody_else(bare[verb.end() :])
    if quoted and line.endswith((":", "：")) and len(_DATE.findall(bare)) >= 2:
        return True  # day and hour above a quote, in a language not known here
    return bool(_ADDRESS.search(bare)) and (quoted or line.endswith(":"))


def _names_nobody_else(after_verb: str) -> bool:
    """After the verb comes a name, an address, a date or nothing, but no further sentence."""
    dated = _DATE.search(after_verb) or _ADDRESS.search(after_verb)
    return bool(dated) or not any(word[0].islower() for word in after_verb.split())


def _begins_with_name(line: str, *, quoted: bool) -> bool:
    """ "Ann <ann@fen.example> wrote on 3 May:"; a date before name and verb would belong to some other text."""
    bare = line.strip(_DECORATION)
    if len(bare) > LONGEST_NAME or not _is_closed(line):
        return False
    if _QUOTING.match(bare):
        return quoted or bool(_ADDRESS.search(bare))
    verb, dated = _last_verb(bare), _DATE.search(bare)
    address = _ADDRESS.search(bare, 0, verb.start()) if verb else None
    if not verb or (
        dated and dated.start() < verb.start() and not (address and address.end() <= dated.start())
    ):
        return False
    after = bare[verb.end() :].strip(" :：")
    return (quoted or bool(address) or line.rstrip().endswith("--")) and (
        not after or bool(_DATE.search(after))
    )


def _last_verb(line: str) -> re.Match[str] | None:
    return next(iter(reversed(list(_WROTE.finditer(line)))), None)


def _is_closed(line: str) -> bool:
    bare = line.rstrip(_DECORATION)
    return bare.endswith((":", "：")) or any(verb.end() >= len(bare) for verb in _WROTE.finditer(bare))

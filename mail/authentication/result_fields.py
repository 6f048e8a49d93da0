"""Reads one Authentication-Results field (RFC 8601 2.2): whose it is and what it found. Never raises; linear in its length."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST = 8_000  # characters of one field
MOST_RESULTS = 50
SPOILT = "\0"  # no field has one: they are cleaned

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<word>[^\s;="()]+)|(?P<mark>[;=])|(?P<comment>\())', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Result:
    """One method's verdict: "dkim", "pass", {"header.d": "firm.example"}; all lower-case."""

    method: str
    verdict: str
    properties: Mapping[str, str] = field(default_factory=dict)


def read_field(value: str) -> tuple[str, tuple[Result, ...]]:
    """The id and the results of one field; ("", ()) where it is none. Linear in its length."""
    if len(value) > LONGEST:  # the beginning of a name is another name
        return "", ()
    try:
        parts = list(_parts(_tokens(value)))
    except ValueError:
        return "", ()
    if not parts or not parts[0] or "=" in parts[0]:
        return "", ()
    authserv_id = parts[0][0].casefold()
    return authserv_id, tuple(each for part in parts[1:MOST_RESULTS] if (each := _result(part)))


def _tokens(value: str) -> Iterator[str]:
    """Words, quoted strings without their quotes, and the marks ; and =; comments, nested ones too, left out.

    What runs on without a space is SPOILT: "header.d=firm.example(.evil.example" is how a name of somebody's making would
    be taken for another's. Raises ValueError for a comment or a quoted string without its end.
    """
    at, last, ended = 0, "", -1
    value = value.rstrip()
    while found := _TOKEN.match(value, at):
        begins = found.start(found.lastgroup or 0)
        at = _after_comment(value, found.end()) if found["comment"] else found.end()
        if found["mark"]:
            yield from (each for each in (last, found["mark"]) if each)
            last = ""
        elif begins == ended:
            last = SPOILT
        elif not found["comment"]:
            if last:
                yield last
            last = found["word"] or _unquoted(found["quoted"])
        ended = -1 if found["mark"] else at
    if at < len(value):
        raise ValueError("a quoted string without its end")
    if last:
        yield last


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) or " "


def _after_comment(value: str, at: int) -> int:
    depth = 1
    while depth:
        if at >= len(value):
            raise ValueError("a comment without its end")
        if value[at] == "\\":
            at += 1
        depth += {"(": 1, ")": -1}.get(value[at : at + 1], 0)
        at += 1
    return at


def _parts(tokens: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for each in tokens:
        if each == ";":
            yield part
            part = []
        else:
            part.append(each)
    yield part


def _result(part: Sequence[str]) -> Result | None:
    """ "dkim=pass reason=… header.d=firm.example": pairs around their marks."""
    pairs = [
        (part[at - 1].casefold(), part[at + 1].casefold())
        for at, each in enumerate(part)
        if each == "=" and 0 < at < len(part) - 1
    ]
    if not pairs:
        return None  # "none", or nonsense
    (method, verdict), *properties = pairs
    first: dict[str, str] = {}
    for name, value in properties:
        first.setdefault(name, value)  # said twice, the first counts
    return Result(method.partition("/")[0], verdict, first)

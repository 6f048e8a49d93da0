"""A campaign's mail taken apart once, so that each reader's copy is put together from bytes.

One copy is written for a reader who is made up, and cut wherever something of theirs stands: what is left is the same for
everybody. A token has one length and letters that no encoding changes, so lines break at the same places for all of them;
a line with the words of why somebody gets it is encoded anew for each such why.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from mail.render.headers import one_line
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import ReadersCopy, copy_with, words_of
from mail.render.newsletter import Rendered, escaped
from mail.render.written import quoted_line
from mail.sender import wire_form

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
SOFT = rb"(?:=\r\n)?"


@dataclass(frozen=True, slots=True)
class Template:
    """Bytes with places in them: `whole % fields`. Of a token that is broken over two lines the parts have places."""

    whole: bytes
    parts: tuple[tuple[bytes, int, int], ...]

    def filled(self, fields: dict[bytes, bytes]) -> bytes:
        for name, begin, end in self.parts:
            fields[name] = fields[b"token"][begin:end]
        return self.whole % fields


@dataclass(frozen=True, slots=True)
class StandIn:
    """What stands where a reader's own will: chance made it, so nobody's text holds it."""

    token: str
    digest: str
    why: str
    address: str
    date: datetime

    @classmethod
    def new(cls) -> "StandIn":
        def chance(letters: int) -> str:
            return "".join(secrets.choice(ALPHABET) for _ in range(letters))

        seconds = secrets.randbelow(2**29)
        return cls(
            f"u{chance(26)}", secrets.token_hex(16), chance(30), f"{chance(30)}@reader.invalid",
            datetime.fromtimestamp(seconds, UTC),
        )  # fmt: skip

    def places(self, why_lines: Mapping[bytes, bytes]) -> "re.Pattern[bytes]":
        """Of all of it at once, the longest first; a group's name is that of its place."""
        named = {
            **{name: re.escape(line) for name, line in why_lines.items()},
            b"to": re.escape(f"To: {self.address}\r\n".encode()),
            b"signed_to": re.escape(f"to:{self.address}\r\n".encode()),
            b"date": re.escape(format_datetime(self.date).encode()),
            b"token": SOFT.join(bytes([each]) for each in self.token.encode()),
            b"digest": re.escape(self.digest.encode()),
        }
        return re.compile(b"|".join(b"(?P<%b>%b)" % each for each in named.items()))


@dataclass(frozen=True, slots=True)
class WhyLine:
    """A line that says why, in the text or (`as_html`) in the page."""

    line: bytes  # with the stand-in's words
    stand_in: StandIn
    as_html: bool

    def of(self, why: str, token: bytes) -> bytes:
        """As the mail has it, with its line end."""
        words = one_line(why)
        said = (escaped(words) if self.as_html else words).encode("utf-8", "replace")
        line = self.line.replace(self.stand_in.token.encode(), token)
        return quoted_line(line.replace(self.stand_in.why.encode(), said)).encode("ascii")

    @property
    def names_token(self) -> bool:
        return self.stand_in.token.encode() in self.line


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy taken apart: `template` cuts whatever was made of it, and why_lines fill what the templates call w0, w1 …"""

    raw: bytes
    places: "re.Pattern[bytes]"
    stuffed_places: "re.Pattern[bytes]"
    why_lines: Mapping[bytes, WhyLine]


def taken_apart(rendered: Rendered, subject: str, mailing: Mailing, ways: WaysOut) -> Taken:
    """Raises what writing a copy raises."""
    own = StandIn.new()
    copy = ReadersCopy(Mailbox(own.address, ""), "", own.token, own.why)
    raw = copy_with(own.digest, rendered, subject, copy, mailing=mailing, ways=ways, now=own.date)
    words = words_of(rendered, copy, mailing, ways)
    found = [
        WhyLine(line, own, as_html)
        for text, as_html in ((words.text, False), (words.page, True))
        for line in dict.fromkeys(text.encode("utf-8").splitlines())
        if own.why.encode() in line
    ]
    lines = {b"w%d" % number: each for number, each in enumerate(found)}
    its_own = {name: each.of(own.why, own.token.encode()) for name, each in lines.items()}
    stuffed = {name: stuffed_lines(line) for name, line in its_own.items()}
    return Taken(raw, own.places(its_own), own.places(stuffed), lines)


def template(
    text: bytes, places: "re.Pattern[bytes]", each: Callable[[bytes], bytes] = lambda same: same
) -> Template:
    """Cut at its places; what is between them goes through `each`."""
    pieces: list[bytes] = []
    parts: list[tuple[bytes, int, int]] = []
    end = 0
    for found in places.finditer(text):
        pieces += (each(text[end : found.start()]).replace(b"%", b"%%"), _place(found, parts))
        end = found.end()
    pieces.append(each(text[end:]).replace(b"%", b"%%"))
    return Template(b"".join(pieces), tuple(dict.fromkeys(parts)))


def _place(found: "re.Match[bytes]", parts: list[tuple[bytes, int, int]]) -> bytes:
    name = (found.lastgroup or "").encode()
    if name != b"token" or b"=" not in found[0]:
        return b"%%(%b)b" % name
    before, _, after = found[0].partition(b"=\r\n")
    at, length = len(before), len(before) + len(after)
    parts += ((b"t%d" % at, 0, at), (b"u%d" % at, at, length))
    return b"%%(t%d)b=\r\n%%(u%d)b" % (at, at)


def stuffed_lines(lines: bytes) -> bytes:
    """Whole lines, as they stand on the wire."""
    return wire_form(lines)

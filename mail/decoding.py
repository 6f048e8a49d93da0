"""From whatever bytes a stranger sent to text that is safe to keep: lenient parsing, charsets, HTML."""

import base64
import codecs
import html
import quopri
import re
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from itertools import islice

from resiliparse.extract.html2text import extract_plain_text

from mail.html_quotes import marked, quoted

LONGEST_TEXT = 64 * 1024  # characters of a body that are looked at
MOST_LINES = 1_000
LONGEST_HTML = 512 * 1024
LONGEST_HEADER = 8 * 1024
LONGEST_PARAMETERS = (
    2 * 1024
)  # of Content-Type and its like: reading a thousand parameters takes a thousand squared
MOST_OPEN_TAGS = 5_000

# What is parsed at all. The parser's work is lines times open containers, its memory the number of parts.
MOST_RAW_LINES = 200_000  # 10 MB of base64 are 140,000
MOST_SEPARATORS = 2_000
MOST_CONTENT_TYPES = 200
MOST_CONTAINERS = 40
MANY_CONTAINERS = 10  # more may be open at once than any program nests: then a quarter of the lines

_SEPARATOR = re.compile(rb"^--", re.MULTILINE)
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.MULTILINE | re.IGNORECASE)
_CONTAINER = re.compile(rb"^content-type[ \t]*:\s*(?:multipart|message)\b", re.MULTILINE | re.IGNORECASE)

# Slow on purpose-made input, or not a charset of any mail.
_NO_CHARSETS = {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"}
_ASCII = {"ascii", "us-ascii"}
_ESCAPED = b"\x1b$B"
# What mail programs call by one name and write in a larger set (as the Encoding Standard of the web reads them), and old names.
_LARGER = {
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-1": "cp1252", "big5": "big5hkscs",
    "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "iso2022_jp": "iso2022_jp_ext",
}  # fmt: skip
_CALLED = {
    "x-sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "x-mac-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "x-windows-949": "cp949", "x-cp1252": "cp1252", "x-cp1251": "cp1251",
    "ks_c_5601": "cp949", "utf8mb4": "utf-8", "unicode": "utf-8", "x-unicode-2-0-utf-7": "utf-7", "windows-31j": "cp932",
    "windows-874": "cp874", "dos-874": "cp874", "windows-936": "gb18030", "x-x-big5": "big5hkscs", "cp-850": "cp850",
}  # fmt: skip

_BREAKS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
_CONTROLS = dict.fromkeys([*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xFEFF])
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # they reorder what is shown
_CLEANING: dict[int, str | None] = {**_BREAKS, **_CONTROLS, **_DIRECTIONS}
_SURROGATES = re.compile("[\ud800-\udfff]")

_OPENING = re.compile(r"<[a-z]", re.IGNORECASE)
_CLOSING = re.compile(r"</[a-z]|<(?:br|hr|img|meta|link|input|col|area|base|wbr)\b|/>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?\n]*)\?=")
_ENCODED_WORDS = re.compile(_ENCODED_WORD.pattern + r"(?:\s*" + _ENCODED_WORD.pattern + ")*")
_SPACES = re.compile(r"\s+")


class _ShortHeaders(Compat32):
    """The forgiving policy, its headers cut. The modern one fails on 4 of 1,000 real mails, and its header grammar
    needs a second for a header of 8 kB made for that; encoded words and charsets are read below instead."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: LONGEST_PARAMETERS if name[:8].lower() == "content-" else LONGEST_HEADER]


def parse(raw: bytes) -> Message:
    """The mail's tree of parts, or only its header where the tree cannot be built."""
    bounded = _bounded(raw)
    try:
        return BytesParser(policy=_ShortHeaders()).parsebytes(bounded)
    except Exception:  # noqa: BLE001 - the standard parser has no list of the ways it fails on hostile input
        return BytesHeaderParser(policy=_ShortHeaders()).parsebytes(bounded[:LONGEST_TEXT])


def _bounded(raw: bytes) -> bytes:
    """The mail up to where it has more lines, parts or containers than any honest one."""
    raw = unix_lines(raw)
    nested = next(islice(_CONTAINER.finditer(raw), MANY_CONTAINERS, None), None)
    most = MOST_RAW_LINES // 4 if nested else MOST_RAW_LINES
    if raw.count(b"\n") > most:
        raw = b"\n".join(raw.split(b"\n", most)[:most])
    for pattern, most in (
        (_SEPARATOR, MOST_SEPARATORS),
        (_CONTENT_TYPE, MOST_CONTENT_TYPES),
        (_CONTAINER, MOST_CONTAINERS),
    ):
        beyond = next(islice(pattern.finditer(raw), most, None), None)
        raw = raw[: beyond.start()] if beyond else raw
    return raw


def unix_lines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def decoded(payload: bytes, charset: str) -> str:
    """The payload's text. A charset that is unknown, or wrong, is tried as UTF-8, then as Windows-1252."""
    known = _known(charset)
    if _ESCAPED in payload and (not known or known in _ASCII):
        known = "iso2022_jp_ext"  # seven bits of Japanese look like ASCII to whoever sent them
    for name in (known, "utf-8"):
        try:
            if name:
                return payload.decode(name)
        except ValueError:
            continue
    return payload.decode(known if known and known not in _ASCII else "cp1252", errors="replace")


def _known(charset: str) -> str:
    try:
        called = charset.strip().lower()
        name = codecs.lookup(_CALLED.get(called, called)).name
        name = _LARGER.get(name, name)
        b"0000".decode(name, errors="replace")  # refuses those that turn bytes into bytes
    except (LookupError, ValueError):
        return ""
    return "" if name in _NO_CHARSETS else name


def clean(text: str) -> str:
    """The text with \\n for every kind of line break, and neither NULs, control characters nor half characters."""
    if text.isascii() and text.isprintable():  # nearly every header: there is nothing to look for
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", unified).translate(_CLEANING)


def one_line(text: str) -> str:
    text = clean(text)
    if "  " in text or not text.isprintable():
        text = _SPACES.sub(" ", text)
    return text.strip()


def shortened(text: str) -> str:
    """As much of a body as is looked at."""
    return "\n".join(text[:LONGEST_TEXT].split("\n", MOST_LINES)[:MOST_LINES])


def header_text(value: object) -> str:
    """A header as it came, on one line; bytes beyond ASCII are taken for UTF-8, else for Windows-1252."""
    unread = str(value)[:LONGEST_HEADER]
    if not unread.isascii() and _SURROGATES.search(unread):
        unread = decoded(unread.encode("utf-8", "surrogateescape"), "")
    return one_line(unread)


def in_words(header: str) -> str:
    """A header with its encoded words (RFC 2047) read; what cannot be read stays as it is."""
    return one_line(_ENCODED_WORDS.sub(_read_words, header) if "=?" in header else header)


def _read_words(run: re.Match[str]) -> str:
    """Neighbouring words in one charset are one text: a character may be cut between them."""
    read: list[tuple[str, bytes]] = []
    for charset, encoding, content in _ENCODED_WORD.findall(run.group()):
        try:
            data = _b_decoded(content) if encoding in "bB" else _q_decoded(content, charset)
        except ValueError:
            return run.group()
        if read and read[-1][0] == charset.lower():
            data = read.pop()[1] + data
        read.append((charset.lower(), data))
    return "".join(decoded(data, charset.partition("*")[0]) for charset, data in read)


def _b_decoded(content: str) -> bytes:
    return base64.b64decode(content.rstrip("=") + "=" * (-len(content.rstrip("=")) % 4))


def _q_decoded(content: str, charset: str) -> bytes:
    raw = (
        content.encode(_known(charset) or "utf-8", errors="replace")
        if not content.isascii()
        else content.encode()
    )
    return quopri.decodestring(raw, header=True)


def text_of_html(source: str) -> str:
    """What a reader of the HTML would see, a block a line, the quoted past behind ">"."""
    source = source[:LONGEST_HTML]
    unclosed = sum(1 for _ in _OPENING.finditer(source)) - sum(1 for _ in _CLOSING.finditer(source))
    if unclosed <= MOST_OPEN_TAGS:
        try:
            text = extract_plain_text(marked(source), preserve_formatting=True, alt_texts=False)
            return quoted(clean(str(text)))
        except Exception:  # noqa: BLE001, S110 - a foreign parser's failure must not lose the mail
            pass
    lines = clean(html.unescape(_TAG.sub(" ", source))).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def unflowed(text: str, *, delete_space: bool) -> str:
    """Text of format=flowed (RFC 3676) with its paragraphs on one line each."""
    lines: list[str] = []
    open_depth = -1  # quote depth of a paragraph that goes on, or -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        goes_on = content.endswith(" ") and content != "-- "
        piece = content[:-1] if goes_on and delete_space else content
        if depth == open_depth and content != "-- ":
            lines[-1] += piece
        else:
            lines.append(">" * depth + (" " if depth else "") + piece)
        open_depth = depth if goes_on else -1
    return "\n".join(lines)

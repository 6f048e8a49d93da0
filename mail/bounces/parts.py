"""A report taken apart: what its program says in words, in the standard's fields, and of the mail that came back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message

from mail.bounces.addresses import addresses_in
from mail.bounces.report import Returned
from mail.decoding import clean, decoded, parse, text_of_html, unix_lines

LONGEST_RAW = (
    256 * 1024
)  # bytes of a report that are read: its own part comes first, the mail returned after it
LONGEST_TEXT = 48 * 1024
LONGEST_BEGINNING = 64 * 1024
LONGEST_LINE = 1_000
MOST_PARTS = 60
DEEPEST = 8
MOST_HEADERS = 200
# The parser would take each paragraph of such a part for a mail of its own.
_STATUS_PART = re.compile(
    rb"^(content-type[ \t]*:\s{0,9})message/(?:global-)?(delivery-status|feedback-report)",
    re.IGNORECASE | re.MULTILINE,
)
_BLANKS = re.compile(rb"\n{4,}")
_MAILS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/global-headers",
    "message/rfc822-headers",
}
_ID = re.compile(r"<([^<>\s]{1,400})>")
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)")
_BEGINS = re.compile(
    r"""^[ \t>|]{0,9}[-=_*+~\#]{2,80}.{0,30}(?:
          below\s+this\s+line | original\s+(?:mail|message|e-?mail|msg) | (?:copy|text|header|headers|body)\s+of\s+(?:the|your)\s | returned\s+(?:message|mail)
        | (?:undelivered|unsent|rejected|failed)\s+(?:message|mail) | message\s+(?:header|text|follows|body|contents) | message\s+being\s+returned | your\s+message\s+follows | forwarded\s+message
        ) | ^[ \t]{0,9}(?:the[ \t]+)?(?:original\s+message(?!\s+was)|text\s+of\s+your\s+message|header[s]?\s+of\s+the\s+original|included\s+is\s+a\s+copy|your\s+(?:original\s+)?message\s+(?:follows|reads)|below\s+(?:is|this\s+line).{0,40}copy|unsent\s+message).{0,60}:?\s*\.?\s*$
      | ^-{3,80}[ \t]{0,9}\w{0,20}[ \t]{0,9}original\b | ^[ \t]{0,9}The\s+header\s+of\s+the\s+original""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_HEADER_BLOCK = re.compile(
    r"^(?:Return-Path|Received|Message-ID|From|Date|Delivered-To|DKIM-Signature|ARC-[\w-]+|MIME-Version):[^\n]*\n(?:[ \t][^\n]*\n){0,30}[!-9;-~]{2,60}:[^\n]*\n(?:[ \t][^\n]*\n){0,30}[!-9;-~]{2,60}:",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"^([!-9;-~]{2,60}):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)


@dataclass(slots=True)
class Parts:
    headers: Message
    beginning: bytes = b""  # of the mail, its lines cut: for readers that look at everything many times
    notice: str = ""  # the words of the program that reports
    fields: list[str] = field(default_factory=list)  # each a message/delivery-status
    feedback: list[str] = field(default_factory=list)  # each a message/feedback-report
    receipt: bool = False  # it says that a mail was shown or not (RFC 8098): then it has arrived
    returned: Returned = field(default_factory=Returned)


def parts_of(raw: bytes) -> Parts:
    """Never raises: what cannot be read is not there."""
    text = _BLANKS.sub(b"\n\n\n", unix_lines(raw[:LONGEST_RAW].replace(b"\0", b"")).lstrip(b"\n"))
    message = parse(_STATUS_PART.sub(rb"\1text/\2", text))
    lines = text[:LONGEST_BEGINNING].split(b"\n")
    parts = Parts(message, beginning=b"\n".join(line[:LONGEST_LINE] for line in lines))
    plain: list[str] = []
    marked: list[str] = []
    behind: list[str] = []
    for each in _leaves(message, depth=0):
        try:
            _sort_in(each, parts, (plain, marked, behind))
        except Exception:  # noqa: BLE001, S112 - one unreadable part must not cost the others
            continue
    notice, inline = _divided("\n".join(plain) if "".join(plain).strip() else "\n".join(marked))
    parts.notice = notice
    parts.returned = _returned([*behind, inline])
    return parts


def fields_in(text: str) -> Iterator[tuple[str, str]]:
    """Name in lower case and value on one line of every field in a text, in order."""
    for name, value in _FIELD.findall(text):
        yield name.lower(), " ".join(value.split())


def _leaves(part: Message, *, depth: int) -> Iterator[Message]:
    """A mail inside is not opened: the report in it would be somebody else's."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
    elif depth < DEEPEST:
        for child in _children(part):
            yield from _leaves(child, depth=depth + 1)


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return (
        [each for each in inside if isinstance(each, Message)][:MOST_PARTS]
        if isinstance(inside, list)
        else []
    )


def _sort_in(part: Message, parts: Parts, texts: tuple[list[str], list[str], list[str]]) -> None:
    plain, marked, behind = texts
    kind = part.get_content_type()
    if kind == "text/delivery-status":
        parts.fields.append(_text(part))
    elif kind == "text/feedback-report":
        parts.feedback.append(_text(part))
    elif kind == "message/disposition-notification":
        parts.receipt = True
    elif kind in _MAILS:
        behind.append(_inner(part))
    elif kind == "text/html":
        marked.append(text_of_html(_text(part)))
    elif kind.startswith(("text/", "message/", "multipart/")):  # one whose boundary never comes is text
        plain.append(_text(part)[:LONGEST_TEXT])


def _inner(part: Message) -> str:
    """The text of a part that the parser may have taken for mails of its own."""
    inside = _children(part)
    if not inside:
        return _text(part)
    return "\n\n".join(_written(each) for each in inside)[:LONGEST_TEXT]


def _written(inner: Message) -> str:
    lines = [f"{name}: {value}" for name, value in list(inner.raw_items())[:MOST_HEADERS]]
    rest = inner.get_payload()
    return clean("\n".join([*lines, "", rest if isinstance(rest, str) else ""]))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return clean(decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset("")))[
        :LONGEST_TEXT
    ]


def _divided(text: str) -> tuple[str, str]:
    """The program's own words, and what it returns below them in the same text."""
    text = text[:LONGEST_TEXT]
    found = [each for each in (_BEGINS.search(text), _HEADER_BLOCK.search(text)) if each is not None]
    cut = min((each.start() for each in found), default=len(text))
    return text[:cut], text[cut:]


def _returned(texts: Iterable[str]) -> Returned:
    recipients: list[str] = []
    ids: list[str] = []
    paths: list[str] = []
    complained: list[str] = []
    for text in texts:
        for name, value in list(fields_in(text[:LONGEST_TEXT]))[:MOST_HEADERS]:
            if name in {"to", "cc", "x-envelope-to", "delivered-to", "x-original-to", "x-rcpt-to"}:
                recipients += addresses_in(value)
            elif name == "received" and (told := _FOR.search(value)):
                recipients += addresses_in(told[1])
            elif name == "message-id":
                ids += _ID.findall(value)
            elif name == "x-hmxmroriginalrecipient":
                complained += addresses_in(value)
            elif name in {"return-path", "x-envelope-from", "x-postfix-sender"}:
                paths += addresses_in(value)
    return Returned(
        tuple(dict.fromkeys(recipients)), next(iter(ids), ""), tuple(dict.fromkeys(paths)), tuple(complained)
    )

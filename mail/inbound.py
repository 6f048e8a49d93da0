"""Reads one mail as it came from the wire: bytes from a stranger in, an InboundMail or a Refusal out, never an error."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import InvalidHeaderDefect
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.utils import getaddresses
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

from mail.decoding import (
    LONGEST_TEXT,
    clean,
    decoded,
    header_text,
    in_words,
    one_line,
    parse,
    shortened,
    text_of_html,
    unflowed,
    unix_lines,
)
from mail.forwards import Forwarded, forwarded_in, in_plain_form
from mail.reply_text import reply_of

MOST_PARTS = 200
DEEPEST = 20
MOST_ATTACHMENTS = 50
LONGEST_CALENDAR = 80 * 1024  # octets that are looked at: more than an answer may have
MOST_HEADERS = 500
MOST_REFERENCES = 100
LONGEST_HEADERS = 256 * 1024  # characters of all headers; beyond it each is cut to its beginning
ITS_BEGINNING = 100
LONGEST_NAME = 200
WENT_TO = ("Delivered-To", "X-Original-To", "To", "Cc")
LONGEST_FROM = 2_000

_END_OF_HEADERS = re.compile(rb"(?>\r\n|\r|\n){2}")
_A_HEADER = re.compile(rb"^[!-9;-~]+[ \t]*:", re.MULTILINE)
# Folded, indented or spaced: whatever another reader on the way could take for a From.
_FROM_LINE = re.compile(rb"^[ \t]*from[ \t]*(?:\n[ \t]+)?:", re.MULTILINE | re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_HEADERS: Any = HeaderRegistry()  # typed as if every header were the same
_STUB = re.compile(r"\bhtml\b", re.IGNORECASE)
_LONGEST_STUB = 300


@dataclass(frozen=True, slots=True)
class InboundMail:
    message_id: str  # without <>, "" if there is none
    sender: str  # one bare lower-case address, or "" when it cannot be believed to be exactly one
    sender_name: str
    subject: str  # decoded, one line
    text: (
        str  # the newest part the person wrote: quote and signature cut; a forward with the mail it hands on
    )
    full_text: str  # the whole text body, at most 64 kB and 1,000 lines
    in_reply_to: str
    references: tuple[str, ...]
    attachments: tuple[str, ...]  # names only; none is opened
    headers: Message  # every header as plain one-line text; no body
    went_to: tuple[str, ...]  # each field that names who got it, as it stands
    forwarded: Forwarded | None = None  # the mail that this one hands on
    calendar: str = ""  # the first calendar part, or the beginning of a long one


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str


@dataclass(slots=True)
class _Bodies:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    calendar: str = ""


def read_mail(raw: bytes) -> InboundMail | Refusal:
    """Read one mail. Any bytes at all give an answer; a Refusal only where there is nothing to read."""
    raw = raw.replace(b"\0", b"")
    block = _header_block(raw)
    if not raw.strip() or not _A_HEADER.search(block):
        return Refusal("this is not a mail: it has no header")
    message = parse(raw.lstrip(b"\r\n"))
    headers = _plain_headers(message)
    bodies = _bodies(message)
    full_text = shortened(_text(bodies))
    subject = in_words(str(headers.get("Subject", "")))
    handed_on = forwarded_in(full_text, subject=subject)
    sender, name = _sender(headers, from_lines=len(_FROM_LINE.findall(block)))
    return InboundMail(
        message_id=next(iter(_ids(headers, "Message-ID")), ""),
        sender=sender,
        sender_name=name,
        subject=subject,
        text=in_plain_form(handed_on) if handed_on else reply_of(full_text, subject=subject),
        full_text=full_text,
        in_reply_to=next(iter(_ids(headers, "In-Reply-To")), ""),
        references=_ids(headers, "References"),
        attachments=tuple(bodies.attachments[:MOST_ATTACHMENTS]),
        headers=headers,
        went_to=tuple(str(value) for name in WENT_TO for value in headers.get_all(name, [])),
        forwarded=handed_on,
        calendar=bodies.calendar,
    )


def _header_block(raw: bytes) -> bytes:
    raw = raw.lstrip(b"\r\n")
    end = _END_OF_HEADERS.search(raw)
    return unix_lines(raw[: end.start()] if end else raw)


def _plain_headers(message: Message) -> Message:
    """The headers as text that can be asked for without care: the parsed ones may raise when looked at."""
    plain, room = Message(), LONGEST_HEADERS
    for name, value in list(message.raw_items())[:MOST_HEADERS]:
        text = header_text(value)[: max(room, ITS_BEGINNING)]
        plain[one_line(name)] = text
        room -= len(text)
    return plain


def _ids(headers: Message, name: str) -> tuple[str, ...]:
    """The message ids of a header; of a long row the first and the latest."""
    ids = _MESSAGE_ID.findall(" ".join(map(str, headers.get_all(name, []))))
    return tuple(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])


def _sender(headers: Message, *, from_lines: int) -> tuple[str, str]:
    """Address and name of the one sender; ("", name) where two readers of this mail could see two senders."""
    values = [str(value) for value in headers.get_all("From", [])]
    if len(values) != 1 or from_lines != 1 or len(values[0]) > LONGEST_FROM:
        return "", ""
    return _one_sender(values[0])


# Who writes, writes again, and reading it with two parsers is a quarter of reading a mail.
@lru_cache(maxsize=1024)
def _one_sender(value: str) -> tuple[str, str]:
    loose_name, loose_address = _loose_address(value)
    name = in_words(loose_name)[:LONGEST_NAME]
    if not loose_address or _strict_address(value) != loose_address:
        return "", name
    try:
        return validate_email(loose_address, check_deliverability=False).normalized.lower(), name
    except EmailNotValidError:
        return "", name


def _loose_address(value: str) -> tuple[str, str]:
    """Name and address as most readers find them; empty unless there is exactly one."""
    try:
        found = getaddresses([value])
    except RecursionError:  # comments in comments in comments
        return "", ""
    return found[0] if len(found) == 1 else ("", "")


def _strict_address(value: str) -> str:
    """The one address by the grammar of RFC 5322, or "" when there are several, a group, none, or it is broken."""
    try:
        header = _HEADERS("From", value)
        addresses = [address.addr_spec for group in header.groups for address in group.addresses]
    except Exception:  # noqa: BLE001 - the grammar's code raises at random on broken input
        return ""
    broken = any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects)
    grouped = any(group.display_name is not None for group in header.groups)
    return addresses[0] if len(addresses) == 1 and not broken and not grouped else ""


def _bodies(message: Message) -> _Bodies:
    bodies = _Bodies()
    for seen, part in enumerate(_leaves(message, depth=0)):
        if seen >= MOST_PARTS:
            break
        try:
            _sort_in(part, bodies)
        except Exception:  # noqa: BLE001, S112 - one unreadable part must not cost the others
            continue
    return bodies


def _leaves(part: Message, *, depth: int) -> Iterator[Message]:
    """Parts that hold something; a mail inside a mail is one of them, not a way in."""
    if not part.is_multipart() or part.get_content_maintype() != "multipart":
        yield part
    elif depth < DEEPEST:
        for child in part.get_payload():
            if isinstance(child, Message):
                yield from _leaves(child, depth=depth + 1)


def _sort_in(part: Message, bodies: _Bodies) -> None:
    kind = part.get_content_type()
    if kind == "text/calendar" and not bodies.calendar:
        bodies.calendar = _calendar(part)
    name = in_words(header_text(part.get_filename() or ""))[:LONGEST_NAME]
    if name or kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
        bodies.attachments.append(name or one_line(kind))
        return
    payload = part.get_payload(decode=True)
    text = clean(decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset("")))
    if kind == "text/html":
        bodies.html.append(text)
    elif str(part.get_param("format") or "").lower() == "flowed":
        text = text[
            : 4 * LONGEST_TEXT
        ]  # quote marks and ends of paragraphs go; no more than this is looked at
        bodies.plain.append(unflowed(text, delete_space=str(part.get_param("delsp")).lower() == "yes"))
    else:
        bodies.plain.append(text)


def _calendar(part: Message) -> str:
    """A calendar's answer has a few hundred characters; of one that has megabytes the beginning tells whose it is."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return clean(decoded(payload[:LONGEST_CALENDAR], part.get_content_charset("")))


def _text(bodies: _Bodies) -> str:
    """The plain text, unless it is empty or only says that there is HTML."""
    plain = "\n".join(bodies.plain)
    if bodies.html and (not plain.strip() or (len(plain) <= _LONGEST_STUB and _STUB.search(plain))):
        return text_of_html("\n".join(bodies.html)) or plain
    return plain

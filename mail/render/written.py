"""A mail of plain text and HTML as bytes: what the standard library would write, without parsing what it writes.

The library takes each header apart again to fold it, and makes a class for each. A header that is plain and fits on its
line is written as it stands; any other goes the library's way, which also refuses line breaks in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.base64mime import body_encode as body_base64
from email.header import Header
from email.headerregistry import Address
from email.policy import Policy
from email.quoprimime import body_encode
from functools import lru_cache
from typing import Any

NEXT = "\r\n"
WIDTH = 78  # of a line, as the library's policies have it
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)
_PLAIN_ADDRESS = re.compile(r"[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_PLAIN_NAME = re.compile(r"[\w'-]+(?: [\w'-]+)*", re.ASCII)  # a phrase of atoms
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,."]')  # what a phrase may have in quotes only (RFC 5322 3.2.3)
_ENCODED_WORD = "=?"
_ONE_HEADER = re.compile(rb"[^\r\n\0]*(?:\r\n[ \t][^\r\n\0]*)*\r\n")
_AS_IT_STANDS = re.compile(rb"(?:[ -<>-~]*[!-<>-~])?")  # nothing of it is quoted (RFC 2045 6.7)
_TOKEN = re.compile(r"[a-z2-7]{20,}")
_BASE64 = "Content-Transfer-Encoding: base64\r\n"
_PART = 'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'


@dataclass(frozen=True, slots=True)
class Calendar:
    """An entry's text, and what a calendar is to do with it (RFC 6047 2.4)."""

    text: str
    method: str

    @property
    def form(self) -> str:
        return f'Content-Type: text/calendar; charset="utf-8"; method={self.method}\r\n{_BASE64}'

    @property
    def file(self) -> str:
        return (
            'Content-Type: application/ics; name="invite.ics"\r\n'
            f'Content-Disposition: attachment; filename="invite.ics"\r\n{_BASE64}'
        )

    @property
    def content(self) -> str:
        return body_base64(self.text.encode("utf-8"), eol=NEXT)


class WrittenMail:
    """Headers in the order they are put in, and then the two parts."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._lines: list[bytes] = []

    def put(self, name: str, value: str) -> None:
        """Raises ValueError where the value holds a line break."""
        line = f"{name}: {value}"
        plain = len(line) <= WIDTH and _PLAIN.fullmatch(value) and _ENCODED_WORD not in value
        self._lines.append(f"{line}\r\n".encode("ascii") if plain else _folded(self._policy, name, value))

    def put_ids(self, name: str, ids: str) -> None:
        """Message ids in their angle brackets, one a line however many fit on it (mail/render/headers.py)."""
        if _PLAIN.fullmatch(ids) and _ENCODED_WORD not in ids:
            self._lines.append(f"{name}: {f'{NEXT} '.join(ids.split())}{NEXT}".encode("ascii"))
        else:
            self._lines.append(_folded(self._policy, name, ids))

    def put_mailboxes(self, name: str, mailboxes: Sequence[tuple[str, str]]) -> None:
        """Display names ("" for none) and addresses. Raises what `Address` raises where one is none."""
        self._lines.append(mailboxes_line(self._policy, name, mailboxes))

    def as_bytes(self, text: str, page: str, *, boundary: str, calendar: Calendar | None = None) -> bytes:
        """The whole mail; the boundary must be one that nobody's text can hold.

        A calendar entry stands in it twice: as a third form of the message, which programs show with buttons, and as a
        file, for those that look for one.
        """
        forms = [
            f"{_PART.format(kind='plain')}\r\n{_quoted_printable(text)}",
            f"{_PART.format(kind='html')}MIME-Version: 1.0\r\n\r\n{_quoted_printable(page)}",
        ]
        if calendar is not None:
            forms.append(f"{calendar.form}\r\n{calendar.content}")
        head, body = _together("alternative", forms, boundary)
        if calendar is not None:
            parts = [f"{head}\r\n{body}", f"{calendar.file}\r\n{calendar.content}"]
            head, body = _together("mixed", parts, f"=_mixed{boundary}")
        return b"".join((*self._lines, f"MIME-Version: 1.0\r\n{head}\r\n{body}".encode("ascii")))


def mailboxes_line(policy: Policy, name: str, mailboxes: Sequence[tuple[str, str]]) -> bytes:
    """One field of addresses, with its line end."""
    display, address = mailboxes[0]
    if len(mailboxes) > 1 or not _PLAIN_ADDRESS.fullmatch(address):
        return _mailboxes(policy, name, tuple(mailboxes))
    if not display or _PLAIN_NAME.fullmatch(display):
        line = f"{name}: {display} <{address}>" if display else f"{name}: {address}"
        if len(line) <= WIDTH:
            return f"{line}\r\n".encode("ascii")
    return _with_token(policy, name, display, address)


def _with_token(policy: Policy, name: str, display: str, address: str) -> bytes:
    """Folding asks how long an address is, not what its letters are: one of each length is folded for all tokens."""
    token = _TOKEN.search(address)
    if token is None:
        return _mailboxes(policy, name, ((display, address),))
    stand_in = "a" * len(token[0])
    alike = f"{address[: token.start()]}{stand_in}{address[token.end() :]}"
    folded = _mailboxes(policy, name, ((display, alike),))
    if folded.count(stand_in.encode()) != 1:
        return _mailboxes(policy, name, ((display, address),))
    return folded.replace(stand_in.encode(), token[0].encode())


def _together(kind: str, parts: Sequence[str], boundary: str) -> tuple[str, str]:
    """The field that says so, and the parts; no part ends in more line ends than it has."""
    name, its = f"Content-Type: multipart/{kind};", f' boundary="{boundary}"'
    fold = "" if len(name) + len(its) <= WIDTH else "\r\n"
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"{name}{fold}{its}\r\n", f"{body}--{boundary}--\r\n"


def _folded(policy: Policy, name: str, value: Any) -> bytes:
    """Raises ValueError where what the library wrote is more than this one header (CVE-2024-6923)."""
    folded = policy.fold_binary(*policy.header_store_parse(name, value))
    if not _ONE_HEADER.fullmatch(folded):
        raise ValueError(f"the value of {name} would make further headers")
    return folded


@lru_cache(maxsize=256)
def _mailboxes(policy: Policy, name: str, mailboxes: tuple[tuple[str, str], ...]) -> bytes:
    addresses = tuple(Address(display, addr_spec=address) for display, address in mailboxes)
    if _misread(name, mailboxes):
        return _encoded(name, addresses)
    return _folded(policy, name, addresses)


def _misread(name: str, mailboxes: Sequence[tuple[str, str]]) -> bool:
    """Folding names, the library may leave out quotes or encode a comma: then others read other addresses there.

    It does so with names that need quotes and do not fit on the line, or that are partly beyond ASCII.
    """
    names = "".join(display for display, _ in mailboxes)
    line = ", ".join(f'"{display}" <{address}>' for display, address in mailboxes)
    escapes = names.count("\\") + names.count('"')
    too_long = len(f"{name}: {line}") + escapes > WIDTH
    return not names.isascii() or (too_long and bool(_SPECIAL.search(names)))


def _encoded(name: str, addresses: Sequence[Address]) -> bytes:
    """The whole of each display name as encoded words (RFC 2047 5): nothing in them can be read as anything else."""
    shown = (
        f"{Header(each.display_name, 'utf-8', header_name=name).encode(linesep=NEXT)}{NEXT} <{each.addr_spec}>"
        if each.display_name
        else each.addr_spec
        for each in addresses
    )
    return f"{name}: {f',{NEXT} '.join(shown)}{NEXT}".encode("ascii")


def _quoted_printable(text: str) -> str:
    return "".join(map(quoted_line, text.encode("utf-8").splitlines() or [b""]))


@lru_cache(maxsize=1024)  # most lines of a page are the template's
def quoted_line(line: bytes) -> str:
    """One line of a text as quoted-printable has it, with its line end: of itself alone, whatever is around it."""
    if len(line) < WIDTH and _AS_IT_STANDS.fullmatch(line):
        return f"{line.decode('ascii')}\r\n"
    return body_encode(f"{line.decode('latin-1')}\n", WIDTH).replace("\n", "\r\n")

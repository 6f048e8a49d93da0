"""A mail of plain text and HTML as bytes: what the standard library would write, without parsing what it writes.

The library takes each header apart again to fold it, and makes a class for each. A header that is plain and fits on its
line is written as it stands; any other goes the library's way, which also refuses line breaks in it.
"""

import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.policy import Policy
from email.quoprimime import body_encode
from functools import lru_cache
from typing import Any

NEXT = "\r\n"
WIDTH = 78  # of a line, as the library's policies have it
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)
_PLAIN_ADDRESS = re.compile(r"[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_ENCODED_WORD = "=?"
_TOKEN = re.compile(r"[a-z2-7]{20,}")
_PART = 'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'


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
        display, address = mailboxes[0]
        if len(mailboxes) > 1 or not _PLAIN_ADDRESS.fullmatch(address):
            self._lines.append(_mailboxes(self._policy, name, tuple(mailboxes)))
        elif not display and len(name) + 2 + len(address) <= WIDTH:
            self._lines.append(f"{name}: {address}\r\n".encode("ascii"))
        else:
            self._lines.append(self._with_token(name, display, address))

    def as_bytes(self, text: str, page: str, *, boundary: str) -> bytes:
        """The whole mail; the boundary must be one that nobody's text can hold."""
        parts = "".join(
            f"--{boundary}\r\n{_PART.format(kind=kind)}{version}\r\n{_quoted_printable(body)}\r\n"
            for kind, version, body in (("plain", "", text), ("html", "MIME-Version: 1.0\r\n", page))
        )
        kind, its = "Content-Type: multipart/alternative;", f' boundary="{boundary}"'
        fold = "" if len(kind) + len(its) <= WIDTH else "\r\n"
        head = f"MIME-Version: 1.0\r\n{kind}{fold}{its}\r\n\r\n"
        return b"".join((*self._lines, f"{head}{parts}--{boundary}--\r\n".encode("ascii")))

    def _with_token(self, name: str, display: str, address: str) -> bytes:
        """Folding asks how long an address is, not what its letters are: one of each length is folded for all tokens."""
        token = _TOKEN.search(address)
        if token is None:
            return _mailboxes(self._policy, name, ((display, address),))
        stand_in = "a" * len(token[0])
        alike = f"{address[: token.start()]}{stand_in}{address[token.end() :]}"
        folded = _mailboxes(self._policy, name, ((display, alike),))
        if folded.count(stand_in.encode()) != 1:
            return _mailboxes(self._policy, name, ((display, address),))
        return folded.replace(stand_in.encode(), token[0].encode())


def _folded(policy: Policy, name: str, value: Any) -> bytes:
    return policy.fold_binary(*policy.header_store_parse(name, value))


@lru_cache(maxsize=256)
def _mailboxes(policy: Policy, name: str, mailboxes: tuple[tuple[str, str], ...]) -> bytes:
    return _folded(policy, name, tuple(Address(display, addr_spec=address) for display, address in mailboxes))


def _quoted_printable(text: str) -> str:
    return "".join(map(_quoted_line, text.encode("utf-8").splitlines() or [b""]))


@lru_cache(maxsize=1024)  # most lines of a page are the template's
def _quoted_line(line: bytes) -> str:
    return body_encode(f"{line.decode('latin-1')}\n", WIDTH).replace("\n", "\r\n")

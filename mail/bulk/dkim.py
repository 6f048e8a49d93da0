"""A DKIM signature for each mail (RFC 6376): relaxed/relaxed, RSA-SHA256, over all that lets a reader out of a mailing.

Fields are named once more than they occur, so that no relay on the way can add another (RFC 6376 8.15).
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mail.render.mailing import TO_SIGN

ALWAYS = (*TO_SIGN, "Cc")
WHERE_THERE = ("In-Reply-To", "References", "Auto-Submitted", "List-Post", "List-Help", "List-Archive")
LEAST_BITS = 2048
LINE = 72  # letters of the signature on one line
_BLANKS = re.compile(rb"[ \t]+")
_BLANKS_AT_END = re.compile(rb" +\r\n")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


class NoKey(ValueError):
    """A signing key that cannot be used, in words for whoever set it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain under one selector. May be used by several threads at once: the arithmetic holds no lock."""

    domain: str
    selector: str
    key: RSAPrivateKey = field(repr=False)

    def sign(self, mail: bytes, *, now: datetime) -> bytes:
        """The mail, whose lines end in CRLF, with its signature on top."""
        head, body = halves(mail)
        names, signed = signed_fields(fields_of(head))
        return self.signature(names, signed, relaxed_body(body), now=now) + mail

    def signature(self, names: Sequence[str], signed: bytes, body: bytes, *, now: datetime) -> bytes:
        """The field, with its line end, of fields and a body that are canonical already."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain};\r\n s={self.selector};"
            f" t={int(now.timestamp())};\r\n h={_listed(names)};\r\n bh={digest};\r\n b="
        )
        its_own = b"dkim-signature:" + _BLANKS.sub(b" ", value.encode("ascii").replace(b"\r\n", b""))
        made = base64.b64encode(self.key.sign(signed + its_own, PKCS1v15(), SHA256())).decode("ascii")
        lines = "\r\n ".join(made[at : at + LINE] for at in range(0, len(made), LINE))
        return f"DKIM-Signature: {value}{lines}\r\n".encode("ascii")


def signer_of(domain: str, selector: str, file: Path) -> Signer:
    """Raises NoKey; what it says holds nothing of the key."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise NoKey(f"the DKIM key {file} cannot be read ({error.strerror})") from None
    except TypeError:
        raise NoKey(f"the DKIM key {file} has a password; whodoes needs one without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise NoKey(f"{file} holds no private key in PEM form") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise NoKey(f"the DKIM key {file} must be an RSA key of at least {LEAST_BITS} bits")
    return Signer(domain, selector, key)


def halves(mail: bytes) -> tuple[bytes, bytes]:
    """The header, with its last line end, and the body."""
    head, _, body = mail.partition(b"\r\n\r\n")
    return head + b"\r\n", body


def fields_of(head: bytes) -> list[tuple[str, bytes]]:
    """Lower-case names, and the whole fields in canonical form (RFC 6376 3.4.2), in their order."""
    unfolded = _FOLD.sub(b"", head)
    found = []
    for line in unfolded.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            small = name.strip().lower()
            found.append((small.decode("utf-8", "replace"), small + b":" + relaxed_value(value) + b"\r\n"))
    return found


def relaxed_value(value: bytes) -> bytes:
    """Of an unfolded field."""
    return _BLANKS.sub(b" ", value).strip(b" ")


def signed_fields(fields: Iterable[tuple[str, bytes]]) -> tuple[list[str], bytes]:
    """The names that the signature lists, and the fields it is over, the last of one name first (RFC 6376 5.4.2)."""
    by_name: dict[str, list[bytes]] = {}
    for name, whole in fields:
        by_name.setdefault(name, []).insert(0, whole)
    names: list[str] = []
    signed = b""
    for name in (*ALWAYS, *WHERE_THERE):
        there = by_name.get(name.lower(), [])
        names += [name] * (len(there) + (name in ALWAYS))
        signed += b"".join(there)
    return names, signed


def relaxed_lines(lines: bytes) -> bytes:
    """Whole lines of a body, or parts of them that begin and end in no blank (RFC 6376 3.4.4)."""
    return _BLANKS_AT_END.sub(b"\r\n", _BLANKS.sub(b" ", lines))


def relaxed_body(body: bytes) -> bytes:
    """Without empty lines at its end."""
    lines = relaxed_lines(body).rstrip(b"\r\n")
    return lines + b"\r\n" if lines else b""


def _listed(names: Sequence[str]) -> str:
    lines = [names[at : at + 6] for at in range(0, len(names), 6)]
    return ":\r\n ".join(":".join(each) for each in lines)

"""Short tokens that say what they are about and that only we can have made, in letters that mail addresses keep.

A letter for the purpose and 26 of base32: the number of a row and a truncated HMAC-SHA256 (RFC 2104) of both. Case does not
matter, since some systems change it.
"""

import base64
import hashlib
import hmac
import re

NUMBER = 5  # bytes: a million million rows
SIGNATURE = 11  # bytes; with the number 26 letters of base32
LENGTH = 27
_TOKEN = re.compile(r"[a-z][a-z2-7]{26}")
_PADDING = "=" * 6


def token(key: bytes, purpose: str, number: int) -> str:
    """Lower-case, good for ever. `purpose` is one small letter: the same number means another row for each."""
    signed = base64.b32encode(_signed(key, purpose, number)).decode("ascii")
    return f"{purpose}{signed.rstrip('=').lower()}"


def number_of(key: bytes, said: str) -> tuple[str, int] | None:
    """The purpose and the number of a token we made; None for anything else."""
    folded = said.casefold()
    if not _TOKEN.fullmatch(folded):
        return None
    signed = base64.b32decode(f"{folded[1:].upper()}{_PADDING}")
    number = int.from_bytes(signed[:NUMBER], "big")
    genuine = hmac.compare_digest(signed, _signed(key, folded[0], number))
    return (folded[0], number) if genuine else None


def _signed(key: bytes, purpose: str, number: int) -> bytes:
    name = number.to_bytes(NUMBER, "big")
    return name + hmac.digest(key, purpose.encode() + name, hashlib.sha256)[:SIGNATURE]

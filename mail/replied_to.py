"""Which mail of ours a mail replies to, as the address says it came to: the envelope's first, then the headers'."""

import re
from collections.abc import Iterator

from mail.arrived import Arrived
from mail.tokens import LETTER, Purpose

LOOKED_AT = 16_000  # characters of each field
_OF_A_LETTER = re.compile(rf"{LETTER}([a-z2-7]{{8,32}})")


def answered_mail(arrived: Arrived) -> int | None:
    """The inbox id of the mail whose answer this replies to; None where no token that we signed says so."""
    addresses = arrived.post.addresses
    for said in _tokens(arrived):
        token = addresses.signed(said) if addresses else None
        if token is not None and token.purpose is Purpose.ANSWER:
            return token.number
    return None


def letter_token(arrived: Arrived) -> str:
    """The token of the letter this replies to, for its record to know; "" where no address holds one."""
    found = (_OF_A_LETTER.fullmatch(said) for said in _tokens(arrived))
    return next((each[1] for each in found if each), "")


def _tokens(arrived: Arrived) -> Iterator[str]:
    """What stands where a token would, of every address it came to. Anybody can write anything there."""
    addresses = arrived.post.addresses
    if addresses is None:
        return
    for recipient in arrived.rcpt_tos:
        yield from filter(None, (addresses.inside(recipient),))
    for value in arrived.mail.went_to:
        yield from addresses.all_inside(value[:LOOKED_AT])

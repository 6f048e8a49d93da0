"""Which domains belong to one organisation: DMARC's relaxed alignment (RFC 7489 3.1 and 3.2)."""

from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

LONGEST = 253  # octets of a name (RFC 1035)


def ascii_domain(domain: str) -> str:
    """Lower-case A-labels without the root's dot; "" where it is no domain.

    By IDNA 2008, as addresses are read: that of 2003, which Python has, takes "faß.example" for its neighbour "fass.example".
    """
    said = domain.strip().removesuffix(".").lower()
    if len(said) > LONGEST:
        return ""
    try:
        return said if said.isascii() else idna.encode(said, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def organisation(domain: str) -> str:
    """The domain that was registered: "firm.co.uk" of "mail.firm.co.uk"; itself where the list knows no more."""
    plain = ascii_domain(domain)
    return (_suffixes().privatesuffix(plain) or plain) if plain else ""


def aligned(domain: str, from_domain: str, *, strict: bool = False) -> bool:
    """Whether what was proved for `domain` speaks for the From's."""
    one, other = ascii_domain(domain), ascii_domain(from_domain)
    if not one or not other:
        return False
    return one == other if strict else organisation(one) == organisation(other)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

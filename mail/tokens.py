"""Addresses of ours that carry a signed token: whatever comes back to one says by itself what it is about.

The tokens are those of store/signing.py: whether a local part's case counts is ours to say (RFC 5321 2.4), and it does not.
For whom a row is, the row itself tells.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from store.signing import number_of, token

LONGEST = 33  # letters that an address has room for
LONGEST_LOCAL = 64  # octets of a local part (RFC 5321 4.5.3.1.1)
PLACE = "{token}"
LETTER = "l"  # before the token of a letter, which the letter's own record knows
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`|~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`|~-]+)*")


class Purpose(StrEnum):
    """What a token is for; the same number means another row for each."""

    ANSWER = "r"  # replies to our answer: the number is the inbox row of the mail that was answered
    READER = "u"  # a member's way out of mailings: the number is the person's (store/consent/readers.py)
    SUBSCRIBER = "s"  # the same of who is no member
    RETURN = "b"  # where delivery reports go: the number is the outbox row of what was sent
    COPY = "m"  # the same of a campaign's mail: the number is its row of the ledger


@dataclass(frozen=True, slots=True)
class Token:
    purpose: Purpose
    number: int


@dataclass(frozen=True, slots=True)
class TokenAddresses:
    """Makes and reads them. `form` has the token's place in it: "ask+{token}@cluster.example"."""

    form: str
    key: bytes = field(repr=False)

    def address(self, purpose: Purpose, number: int) -> str:
        """Lower-case, good for ever and for any number of mails."""
        return self.of(token(self.key, purpose.value, number))

    def of(self, token: str) -> str:
        """The address with a token that is not one of ours to sign, such as a letter's."""
        return self.form.replace(PLACE, token)

    def of_letter(self, token: str) -> str:
        """Where the answer to that letter comes to."""
        return self.of(f"{LETTER}{token}")

    def all_inside(self, text: str) -> list[str]:
        """What stands in the token's place of each address of this form in a text, such as a header."""
        found: list[str] = _in_texts(self.form.casefold()).findall(text.casefold())
        return found

    def inside(self, address: str) -> str:
        """What stands in the token's place; "" where the address is not of this form."""
        before, _, after = self.form.casefold().partition(PLACE)
        said = address.casefold()
        fits = said.startswith(before) and said.endswith(after) and len(said) > len(before) + len(after)
        return said[len(before) : len(said) - len(after)] if fits else ""

    def read(self, address: str) -> Token | None:
        """The token of an address, where we signed it."""
        return self.signed(self.inside(address))

    def signed(self, said: str) -> Token | None:
        """What stood in the token's place, where we signed it."""
        found = number_of(self.key, said)
        if found is None or found[0] not in set(Purpose):
            return None
        return Token(Purpose(found[0]), found[1])


def plus_form(address: str) -> str:
    """Where tokens stand unless the settings say otherwise: behind a plus (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{PLACE}@{_ascii(domain)}"


def checked_form(form: str) -> str:
    """The form in lower case, its domain in ASCII. Raises ValueError, in words for whoever wrote it."""
    local, at, domain = form.strip().lower().rpartition("@")
    filled = local.replace(PLACE, "a" * LONGEST)
    if not at or local.count(PLACE) != 1 or PLACE in domain:
        raise ValueError(
            "write one address with one {token} before the @, such as r-{token}@reply.cluster.example"
        )
    if not _LOCAL.fullmatch(filled) or not _DOMAIN.fullmatch(_ascii(domain)):
        raise ValueError("that is no mail address: r-{token}@reply.cluster.example would be one")
    if len(filled) > LONGEST_LOCAL:
        raise ValueError(
            f"what is before the @ leaves no room: beside {{token}} it may have {LONGEST_LOCAL - LONGEST} characters"
        )
    return f"{local}@{_ascii(domain)}"


@lru_cache(maxsize=8)
def _in_texts(form: str) -> re.Pattern[str]:
    before, _, after = form.partition(PLACE)
    return re.compile(f"{re.escape(before)}([a-z2-7]{{2,{LONGEST}}}){re.escape(after)}")


def _ascii(domain: str) -> str:
    """As envelopes have it (RFC 5890); as it stands where that cannot be."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain

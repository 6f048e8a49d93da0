"""Addresses in texts and fields of reports, which nobody writes by the rules."""

import re

LONGEST = 320
_ADDRESS = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~@-])"
    r"([\w!#$%&'*+/=?^`{|}~-](?:[\w.!#$%&'*+/=?^`{|}~-]{0,62}[\w!#$%&'*+/=?^`{|}~-])?"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_](?:[\w-]{0,61}[^\W_])?)"
)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_MACHINES = re.compile(r"(?:mailer-?daemon|postmaster|mail-?daemon|double-bounce|abuse)@", re.IGNORECASE)


def addresses_in(text: str) -> list[str]:
    """Whatever looks like an address, lower-case, in order, each once."""
    return list(dict.fromkeys(found.lower() for found in _ADDRESS.findall(text) if len(found) <= LONGEST))


def machine(address: str) -> bool:
    """Whether only programs and their keepers read what is sent there."""
    return _MACHINES.match(address) is not None


def field_address(value: str) -> str:
    """The address of "rfc822; a@b.example", perhaps in xtext (RFC 3461 4); "" where there is none."""
    kind, separator, rest = value.partition(";")
    said = (rest if separator else kind).strip().strip("<>\"' ").strip()
    if found := addresses_in(said):
        return found[0]
    read = _XTEXT.sub(lambda code: chr(int(code[1], 16)), said)
    return next(iter(addresses_in(read)), "")

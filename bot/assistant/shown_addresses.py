"""A stranger's address as people are shown it: a domain in letters that can pass for others stands there as the DNS has it."""

import unicodedata

import idna


def shown_address(address: str) -> str:
    """ "ann@xn--fn-nlc.example" where the domain only looks like one they know; "ann@münchen.example" as it is.

    Latin letters with their marks are told apart by whoever reads English; of other scripts some look the same (UTS 39).
    """
    local, at, domain = address.rpartition("@")
    if all(_is_latin(letter) for letter in domain):
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except (idna.IDNAError, UnicodeError):
        return f"{local}{at}{domain.encode('ascii', 'backslashreplace').decode('ascii')}"


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN SMALL LETTER")

"""How an organisation's name is recognised when it is written another way."""

import re
import unicodedata

from store.importing.text import one_line

_NOT_WORD = re.compile(r"[\W_]+")
_SUFFIXES = frozenset(
    [
        "ltd",
        "limited",
        "plc",
        "llp",
        "llc",
        "lp",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "sarl",
        "bv",
        "nv",
        "ab",
        "as",
        "aps",
        "oy",
        "oyj",
        "srl",
        "spa",
        "pty",
        "kk",
        "cic",
        "cio",
        "ug",
        "se",
    ]
)
LONGEST_NAME = 300


def name_key(name: str) -> str:
    """The name folded, without "The", "Ltd" and their like: "The Larkspur Co. Ltd" and "larkspur" are one."""
    words = folded_words(name)
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and (words[-1] in _SUFFIXES or words[-1] == "and"):
        words.pop()
    return (" ".join(words) or one_line(name).casefold())[:LONGEST_NAME]


def person_key(name: str) -> str:
    return " ".join(folded_words(name)) or one_line(name).casefold()


def folded_words(name: str) -> list[str]:
    letters = (
        unicodedata.normalize("NFKD", one_line(name).casefold())
        .replace("&", " and ")
        .replace("'", "")
        .replace("’", "")
    )
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(".", "")
    return _NOT_WORD.sub(" ", letters).split()

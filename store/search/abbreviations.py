"""Finds what the directory itself spells out in brackets, "contract research organisation (CRO)", for the lexicon."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.search.entry import Entry
from store.search.lexicon import Lexicon
from store.search.words import STOP_WORDS, stems_of, words_of

_BRACKETS = re.compile(r"([^()\n]{1,200})\(([^()\n]{2,90})\)")
_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9&/-]{1,9}")
_NOT_BEYOND = re.compile(r"[.;:!?,]\s")  # an expansion does not reach over these


@dataclass(frozen=True, slots=True)
class SpeltOut:
    """An abbreviation and what it stands for, with the names of those who write it so."""

    said: str
    meant: str
    seen_in: tuple[str, ...]


def spelt_out(entries: Iterable[Entry], lexicon: Lexicon) -> tuple[SpeltOut, ...]:
    """What the lexicon lacks, what most organisations write first."""
    written: dict[tuple[str, str], tuple[str, str]] = {}
    seen: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for entry in entries:
        for short, long in _pairs(entry):
            key = (_key(short), _key(long))
            if _is_new(short, key[1], lexicon) and not _is_name(long, entry):
                written.setdefault(key, (short, long))
                seen[key][entry.name] = None
    order = sorted(seen, key=lambda key: (-len(seen[key]), key))
    return tuple(SpeltOut(*written[key], tuple(seen[key])) for key in order)


def _pairs(entry: Entry) -> Iterator[tuple[str, str]]:
    for text in (entry.summary, *entry.capabilities, *entry.tags, *entry.offers):
        for before, inside in _BRACKETS.findall(text):
            if _is_short(inside.strip()):
                short, long = inside.strip(), _NOT_BEYOND.split(before)[-1]
            elif words := before.split():
                short, long = words[-1], f" {inside.strip()}"
            else:
                continue
            if _is_short(short) and (expansion := _expansion(short, long)):
                yield _singular(short), expansion


def _is_short(text: str) -> bool:
    return bool(_SHORT.fullmatch(text)) and sum(letter.isupper() for letter in text) >= 2


def _singular(short: str) -> str:
    return short[:-1] if short.endswith("s") and short[:-1].isupper() else short


def _expansion(short: str, text: str) -> str:
    """The words before the bracket that the letters come from, read backwards; the first starts a word (Schwartz & Hearst)."""
    letters = [letter for letter in _singular(short).lower() if letter.isalnum()]
    words = text.split()[-min(len(letters) + 5, 2 * len(letters)) :]
    long = " ".join(words)
    at = len(long)
    for number, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and (long[at].lower() != letter or (number == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    start = long.rfind(" ", 0, at + 1) + 1
    found = long[start:].strip(" ,-–")
    return found if len(words_of(found)) > 1 and short not in found.split() else ""


def _is_new(short: str, meant: str, lexicon: Lexicon) -> bool:
    known = {_key(each) for each in lexicon.expansions(short)}
    back = {_key(each) for each in lexicon.expansions(meant)}
    return (
        bool(meant)
        and not STOP_WORDS.issuperset(words_of(short))
        and meant not in known
        and _key(short) not in back
    )


def _is_name(long: str, entry: Entry) -> bool:
    """ "Danebrook Vector Works (DVW)" says a name short, which the name book hears by itself."""
    name = set(stems_of(" ".join((entry.name, *entry.aliases))))
    return name.issuperset(stems_of(long))


def _key(text: str) -> str:
    return " ".join(stems_of(text))

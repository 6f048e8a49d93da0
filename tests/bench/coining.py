"""Coins words and names for made-up organisations out of the pieces of real ones."""

import random
import re
from collections.abc import Iterable, Sequence
from functools import cache

from store.search.entry import Entry

COINED = 400_000  # words that may come up; the first of them often, the last hardly ever
NEW_HEAD, NEW_SURNAME = 0.6, 0.3  # how often a name starts with a coined word, a person has a coined surname
SHORTEST = 5
_WORD = re.compile(r"[A-Za-z]{3,}")
_HALVES = re.compile(r"([A-Za-z]+?[aeiouy][^aeiouy]?)([^aeiouy]?[aeiouy][a-z]*)$")


class Coiner:
    """The same words for the same seed, whatever was coined before."""

    def __init__(self, entries: Sequence[Entry], *, seed: int) -> None:
        names = [_WORD.findall(entry.name) for entry in entries]
        heads = [words[0] for words in names if words]
        halves = [found.groups() for head in heads if (found := _HALVES.match(head))]
        self._starts = sorted({start for start, _ in halves}) or ["Var"]
        self._ends = sorted({end for _, end in halves}) or ["ana"]
        self._heads = sorted(set(heads)) or ["Meridian"]
        self._tails = [" ".join(words[1:]) for words in names if len(words) > 1] or ["Labs"]
        people = [person.name.split() for entry in entries for person in entry.people]
        self._first = sorted({each[0] for each in people if len(each) > 1}) or ["Robin"]
        self._last = sorted({each[-1] for each in people if len(each) > 1}) or ["Hale"]
        self._seed = seed
        self._word = cache(self._coin)

    def word(self, chance: random.Random) -> str:
        """A word that no original has; of Zipf's distribution, so that a few are common and most are met once."""
        return self._word(int(COINED ** chance.random()))

    def name(self, chance: random.Random) -> str:
        head = self._blend(chance) if chance.random() < NEW_HEAD else self._paired(chance)
        return f"{head} {chance.choice(self._tails)}"

    def person(self, chance: random.Random) -> str:
        last = self._blend(chance) if chance.random() < NEW_SURNAME else chance.choice(self._last)
        return f"{chance.choice(self._first)} {last}"

    def _coin(self, rank: int) -> str:
        return self._blend(random.Random(f"{self._seed}:{rank}")).lower()

    def _blend(self, chance: random.Random) -> str:
        word = ""
        while len(word) < SHORTEST:
            word = (word or chance.choice(self._starts)) + chance.choice(self._ends)
        return word.capitalize()

    def _paired(self, chance: random.Random) -> str:
        first, second = chance.sample(self._heads, 2) if len(self._heads) > 1 else (self._heads[0], "")
        return first if chance.random() < 0.5 else f"{first} {second}".strip()


def initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(name)).upper()


def mask(text: str, names: Iterable[str]) -> str:
    """A text with its organisation's names taken out, to put another's in: see `named`."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "\x00")
    return text


def named(text: str, name: str) -> str:
    return text.replace("\x00", name)

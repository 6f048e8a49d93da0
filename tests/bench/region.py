"""A region of any size made out of a smaller one: names of its own, sentences and capabilities mixed among kin."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from store.search.entry import Entry, EntryPerson
from store.search.words import sentences, stem, stems_of
from tests.bench.coining import Coiner, initials, mask, named

KIN = 3  # organisations that share a telling word with the one a new one is made after
TELLING = 6  # words of an organisation by which it finds its kin
COMMONEST = 0.05  # a word of more than this share of the organisations tells no kinship
FROM_KIN = 0.45  # sentences that come from kin
RARE = 3  # a word of at most so many originals may be swapped for another one …
SWAPPED = 2.5  # … which happens about so often in each that is made up
SAYS_MORE = 0.5  # how often a new one has a product of its own name
PRODUCTS = (
    "Its {product} {thing} is used in {phrase}.",
    "The {product} range covers {phrase}.",
    "{product}, its platform for {phrase}, came first.",
    "It also supplies {product} for {phrase}.",
)
THINGS = (
    "platform",
    "assay",
    "system",
    "service",
    "programme",
    "device",
    "line",
    "process",
    "toolkit",
    "software",
)


_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class Original:
    entry: Entry
    said: tuple[str, ...]  # its sentences without its name, their rare words between \x01
    telling: tuple[str, ...]


class Region:
    """The same for the same seed."""

    def __init__(self, entries: Sequence[Entry], *, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._coiner = Coiner(entries, seed=seed)
        self._originals = _originals(entries)
        rare = sum(sentence.count("\x01") / 2 for each in self._originals for sentence in each.said)
        self._swapping = min(0.5, SWAPPED * len(self._originals) / max(1.0, rare))
        self._kin: defaultdict[str, list[Original]] = defaultdict(list)
        for each in self._originals:
            for word in each.telling:
                self._kin[word].append(each)

    def grown(self, organisations: int) -> Iterator[Entry]:
        """The originals, or as many of them as that, and then made-up ones."""
        chosen = [each.entry for each in self._originals]
        self._chance.shuffle(chosen)
        people = 0
        for number in range(1, organisations + 1):
            entry = chosen[number - 1] if number <= len(chosen) else self._made()
            numbered = tuple(replace(each, id=people + at) for at, each in enumerate(entry.people, 1))
            people += len(numbered)
            ref = entry.ref if number <= len(chosen) else f"made:{number}"
            yield replace(entry, id=number, ref=ref, people=numbered)

    def _made(self) -> Entry:
        base, chance = self._chance.choice(self._originals), self._chance
        kin, name = self._kin_of(base), self._coiner.name(chance)
        other = chance.choice(kin).entry
        return replace(
            base.entry,
            name=name,
            aliases=(initials(name),) if base.entry.aliases else (),
            summary=named(" ".join(self._said(base, kin)), name),
            capabilities=self._mixed(base.entry.capabilities, other.capabilities),
            tags=self._mixed(base.entry.tags, other.tags),
            needs=other.needs,
            offers=other.offers,
            sites=tuple(replace(site) for site in base.entry.sites),
            people=tuple(self._person(each) for each in base.entry.people),
            website=f"https://{''.join(filter(str.isalnum, name.lower()))}.example",
        )

    def _kin_of(self, base: Original) -> list[Original]:
        if not base.telling:
            return [base]
        return self._chance.choices(self._kin[self._chance.choice(base.telling)], k=KIN)

    def _said(self, base: Original, kin: Sequence[Original]) -> Iterator[str]:
        chance = self._chance
        for at, sentence in enumerate(base.said):
            other = chance.choice(kin)
            if other.said and chance.random() < FROM_KIN:
                sentence = other.said[min(at, len(other.said) - 1)]
            yield self._varied(sentence)
        if chance.random() < SAYS_MORE:
            product, phrase = self._coiner.word(chance).capitalize(), self._phrase(kin)
            yield chance.choice(PRODUCTS).format(product=product, thing=chance.choice(THINGS), phrase=phrase)

    def _varied(self, sentence: str) -> str:
        pieces = sentence.split("\x01")
        for at in range(1, len(pieces), 2):
            if self._chance.random() < self._swapping:
                word = self._coiner.word(self._chance)
                pieces[at] = word.capitalize() if pieces[at][0].isupper() else word
        return "".join(pieces)

    def _phrase(self, kin: Sequence[Original]) -> str:
        """Some words of a sentence of kin, and perhaps a word that was not there before."""
        sentence = self._chance.choice(self._chance.choice(kin).said or ("research",))
        words = sentence.replace("\x00", "it").replace("\x01", "").split()
        start = self._chance.randrange(max(1, len(words) - 4))
        return " ".join((self._coiner.word(self._chance), *words[start : start + 4])).strip(" .,;")

    def _mixed(self, own: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
        both = list(dict.fromkeys((*own, *others)))
        return tuple(self._chance.sample(both, min(len(both), len(own) or len(others))))

    def _person(self, person: EntryPerson) -> EntryPerson:
        return replace(person, name=self._coiner.person(self._chance))


def write_lines(path: Path, entries: Iterable[Entry]) -> Path:
    """As JSON lines that can be imported."""
    with path.open("w", encoding="utf-8") as target:
        for entry in entries:
            target.write(json.dumps(_row(entry)) + "\n")
    return path


def _row(entry: Entry) -> dict[str, Any]:
    site = entry.sites[0] if entry.sites else None
    place = {} if site is None else {"town": site.town, "postcode": site.postcode, "country": site.country}
    lists = {
        "capabilities": list(entry.capabilities),
        "tags": list(entry.tags),
        "aliases": list(entry.aliases),
    }
    return {
        "ref": entry.ref,
        "name": entry.name,
        "summary": entry.summary,
        "website": entry.website,
        **place,
        **lists,
    }


def _originals(entries: Sequence[Entry]) -> list[Original]:
    words = [frozenset(stems_of(_told(entry))) for entry in entries]
    held = Counter(word for each in words for word in each)
    most = max(2, COMMONEST * len(entries))
    originals = []
    for entry, own in zip(entries, words, strict=True):
        shared = sorted((held[word], word) for word in own if 2 <= held[word] <= most)
        said = tuple(_marked(mask(each, _names(entry)), held) for each in sentences(entry.summary))
        originals.append(Original(entry, said, tuple(word for _, word in shared[:TELLING])))
    return originals


def _marked(sentence: str, held: Counter[str]) -> str:
    return _LONG_WORD.sub(
        lambda word: f"\x01{word[0]}\x01" if held[stem(word[0].lower())] <= RARE else word[0], sentence
    )


def _told(entry: Entry) -> str:
    return " ".join((entry.summary, *entry.capabilities, *entry.tags))


def _names(entry: Entry) -> set[str]:
    """A name as it may stand in its own summary: whole, and with a full stop that the field left out."""
    return {spelt for name in (entry.name, *entry.aliases) if len(name) > 2 for spelt in (f"{name}.", name)}

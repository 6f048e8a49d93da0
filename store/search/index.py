"""The directory's index, in memory: a search in, hits with their reasons out."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from store.places.gazetteer import Gazetteer
from store.search.answered import as_hit, named_hit
from store.search.common_words import is_common
from store.search.entry import Entry
from store.search.explaining import Directory, Searched, explained
from store.search.explanation import Explanation
from store.search.found import Found, Hit
from store.search.gate import fitting
from store.search.lexicon import Lexicon
from store.search.names import NameBook
from store.search.ranking import (
    CANDIDATES,
    EVERYONE,
    LOOKED_AT,
    Ranked,
    kind_worth,
    sift,
    size_worth,
    with_coverage,
)
from store.search.reading import Reading, Term, read
from store.search.siting import PlaceFit, Siting
from store.search.table import Table, fields_of
from store.search.vocabulary import Vocabulary
from store.search.wanted import Wanted, WantedPlace
from store.search.words import FILLER_WORDS, plain, words_of

NEAREST = 3  # shown when nothing fits
FURTHEST = 50  # how far down a list anybody goes


@dataclass(frozen=True, slots=True)
class NameMatch:
    """An organisation, or a person there (`hit.person_id`), meant by name. `score` 0..1, 1 is exact."""

    hit: Hit
    score: float
    name: str
    """The name it matched, as the directory writes it."""


class Index:
    """Safe to share among threads: readers and an updater take turns."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon | None = None) -> None:
        self.gazetteer = gazetteer
        self.lexicon = self._shipped = Lexicon.load() if lexicon is None else lexicon
        self._own_rows: tuple[tuple[str, str], ...] = ()
        self._turn = threading.RLock()
        self._entries: dict[int, Entry] = {}
        self._texts: dict[int, str] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._table = Table()
        self._vocabulary = Vocabulary(self.lexicon.words)
        self._names = NameBook()
        self._siting = Siting(gazetteer)

    def __len__(self) -> int:
        return len(self._entries)

    def use_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Have these rows, and no others, beside the lexicon's own; the entries stay as they are."""
        given = tuple(rows)
        with self._turn:
            if given != self._own_rows:
                self.lexicon = self._shipped.beside(given) if given else self._shipped
                self._vocabulary.keep(self.lexicon.words)
                self._own_rows = given

    def put(self, entries: Iterable[Entry]) -> None:
        """Insert entries, or replace those of the same id."""
        given = {entry.id: entry for entry in entries}
        with self._turn:
            self.drop(given)
            rows = []
            for entry in given.values():
                fields = fields_of(entry)
                rows.append((entry.id, fields))
                self._entries[entry.id] = entry
                self._texts[entry.id] = " | ".join(fields)
                self._words[entry.id] = frozenset(_words(entry))
                self._vocabulary.add(self._words[entry.id])
                self._names.add(entry)
            self._table.put(rows)

    def drop(self, ids: Iterable[int]) -> None:
        """Forget entries; unknown ids are passed over."""
        with self._turn:
            known = [each for each in dict.fromkeys(ids) if each in self._entries]
            self._table.drop(known)
            for each in known:
                del self._entries[each], self._texts[each]
                self._vocabulary.remove(self._words.pop(each))
                self._names.remove(each)

    def entries(self) -> tuple[Entry, ...]:
        """All of them, in the order of their ids."""
        with self._turn:
            return tuple(self._entries[each] for each in sorted(self._entries))

    def entry(self, entry_id: int) -> Entry | None:
        return self._entries.get(entry_id)

    def knows(self, word: str) -> bool:
        """Whether any entry, or the lexicon, uses this word or a form of it."""
        with self._turn:
            return all(self._vocabulary.holds(each) or self.lexicon.says(each) for each in words_of(word))

    def is_ordinary(self, word: str) -> bool:
        """Whether this is a word of the directory or of everyday English, so no misspelling of anything."""
        return plain(word) in FILLER_WORDS or self.knows(word) or is_common(plain(word))

    def can_read(self, word: str) -> bool:
        """Whether a word is ordinary or at least a misspelling of one the directory uses."""
        with self._turn:
            return self.is_ordinary(word) or bool(self._vocabulary.spellings(plain(word)))

    def is_rare(self, word: str, *, most: int) -> bool:
        """Whether at most so many entries use this word, and it is no everyday or technical one: a name's word."""
        with self._turn:
            known = self.lexicon.says(word) or is_common(plain(word))
            return not known and self._vocabulary.entries_with(plain(word)) <= most

    def has_anyone_in(self, place: WantedPlace) -> bool:
        with self._turn:
            return any(self._siting.best(entry.sites, (place,)).worth for entry in self._entries.values())

    def find_names(self, text: str, *, looked_up: bool = False) -> tuple[NameMatch, ...]:
        """Who is meant by a name, the likeliest first. After a look-up phrase ("contact for …") less is enough."""
        with self._turn:
            return tuple(
                NameMatch(named_hit(self._entries[named.entry_id], named, text, score), score, named.name)
                for named, score in self._names.find(text, loosely=looked_up)
            )

    def search(self, wanted: Wanted, *, limit: int = 10) -> Found:
        """Who fits, the best `limit` of them with their reasons; reasons are what costs time."""
        with self._turn:
            reading, ranked = self._looked(wanted)
            return self._found(wanted, reading, ranked, limit=limit)

    def explain(self, wanted: Wanted, *, limit: int = 10) -> Explanation:
        """The same search with the figures of its steps, for the best `limit` and the first who fell out."""
        with self._turn:
            reading, ranked = self._looked(wanted)
            found = self._found(wanted, reading, ranked, limit=limit)
            steps = list(self._steps(reading, wanted))
            searched = Searched(wanted, reading, steps, ranked, found)
            return explained(searched, Directory(self._entries, self._texts, self._siting), limit=limit)

    def _looked(self, wanted: Wanted) -> tuple[Reading, list[Ranked]]:
        reading = read(wanted.topic, self._vocabulary, self.lexicon)
        filtered = bool(wanted.places or wanted.kinds or wanted.sizes)
        return reading, self._ranked(wanted, reading) if reading.terms or filtered else []

    def _found(self, wanted: Wanted, reading: Reading, ranked: Sequence[Ranked], *, limit: int) -> Found:
        answering = fitting(ranked)
        if answering:
            hits = self._hits(answering[:limit], reading, wanted)
            rest = tuple(each.id for each in answering[limit:FURTHEST])
            return Found(hits, readings=reading.readings, rest=rest)
        nearest, missed = self._nearest(wanted, reading)
        return Found((), nearest, reading.readings, missed)

    def _ranked(self, wanted: Wanted, reading: Reading) -> list[Ranked]:
        if not reading.terms:
            return self._everyone(wanted)
        scores: dict[int, float] = {}
        for worth, step in self._steps(reading, wanted):
            for entry_id, score in step.items():
                scores[entry_id] = scores.get(entry_id, 0.0) + worth * score
        sifted = sift(scores, self._entries, wanted, self._siting)[:LOOKED_AT]
        return with_coverage(sifted, reading, self._texts)

    def _steps(self, reading: Reading, wanted: Wanted) -> Iterator[tuple[float, dict[int, float]]]:
        """How good entries are for the phrases that are worth the same, and that worth."""
        limit = EVERYONE if wanted.places or wanted.kinds else CANDIDATES
        for worth, phrases in reading.sought:
            yield worth, self._table.ranked(phrases, limit=limit)

    def _everyone(self, wanted: Wanted) -> list[Ranked]:
        """Nothing but a place, a kind or a size was asked for: all whom that fits, the nearest first."""
        ranked = []
        for entry in self._entries.values():
            worth = kind_worth(entry.kind, wanted) * size_worth(entry.size, wanted.sizes)
            fit = self._siting.best(entry.sites, wanted.places)
            worth *= fit.worth if wanted.places else 1.0
            if worth >= 1.0 or (worth and wanted.places and not (wanted.kinds or wanted.sizes)):
                ranked.append(Ranked(entry.id, worth, 1.0, fit))
        return sorted(ranked, key=lambda each: (-each.score, each.fit.miles or 0.0, each.id))

    def _nearest(self, wanted: Wanted, reading: Reading) -> tuple[tuple[Hit, ...], str]:
        """What comes closest when nothing fits: the same elsewhere, else a part of what was asked."""
        if not (reading.terms or wanted.places):
            return (), ""
        where = " or ".join(place.said for place in wanted.places)
        anywhere = replace(wanted, places=())
        ranked = self._ranked(anywhere, reading)
        answering = fitting(ranked)
        if not (wanted.places and answering):
            close = [each for each in ranked if each.covered][:NEAREST]
            missing = [term.said for term in reading.terms if not self._is_covered(term, close)]
            return self._hits(close, reading, anywhere), " ".join(missing) or wanted.topic or where
        sited = [
            Ranked(each.id, each.score, each.covered, self._site(each.id, wanted.places))
            for each in answering
        ]
        sited.sort(key=lambda each: (1e9 if each.fit.miles is None else each.fit.miles, -each.score, each.id))
        return self._hits(sited[:NEAREST], reading, wanted), where

    def _hits(self, ranked: Sequence[Ranked], reading: Reading, wanted: Wanted) -> tuple[Hit, ...]:
        return tuple(as_hit(self._entries[each.id], each, reading, wanted) for each in ranked)

    def _site(self, entry_id: int, places: tuple[WantedPlace, ...]) -> PlaceFit:
        return self._siting.nearest(self._entries[entry_id].sites, places)

    def _is_covered(self, term: Term, ranked: Sequence[Ranked]) -> bool:
        phrases = (*term.stems, *(key for _, key in term.meanings))
        return any(f" {phrase} " in f" {self._texts[each.id]} " for phrase in phrases for each in ranked)


def _words(entry: Entry) -> Iterable[str]:
    people = (part for person in entry.people for part in (person.name, person.role, *person.expertise))
    sites = (part for site in entry.sites for part in (site.town, site.county))
    texts = (entry.name, entry.summary, entry.sector, *entry.aliases, *entry.capabilities, *entry.tags)
    return words_of(" ".join((*texts, *entry.offers, *people, *sites)))

"""The directory's index, in memory: a search in, hits with their reasons out."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from store.places.gazetteer import Gazetteer
from store.search.answered import found, hit, named_hit
from store.search.common_words import is_common
from store.search.entry import Entry
from store.search.explaining import explained
from store.search.explanation import Explanation
from store.search.found import Found, Hit
from store.search.lexicon import Lexicon
from store.search.likeness import Likeness
from store.search.name_forms import Named, names_of
from store.search.names import NameBook
from store.search.rows import Rows
from store.search.searching import Parts, Search
from store.search.siting import Siting
from store.search.table import Table, texts_of
from store.search.vectors import WordVectors
from store.search.vocabulary import Vocabulary
from store.search.wanted import Wanted, WantedPlace
from store.search.words import FILLER_WORDS, plain, words_of

COMPACTED = 4  # a quarter of the rows may be gone before they are forgotten for good …
ALWAYS_KEPT = 1000  # … or so many
BATCH = 2000  # entries taken in at a time


@dataclass(frozen=True, slots=True)
class NameMatch:
    """An organisation, or a person there (`hit.person_id`), meant by name. `score` 0..1, 1 is exact."""

    hit: Hit
    score: float
    name: str
    """The name it matched, as the directory writes it."""


class Index:
    """Safe to share among threads: readers and an updater take turns. With `vectors` meaning orders those that fit."""

    def __init__(
        self, gazetteer: Gazetteer, lexicon: Lexicon | None = None, *, vectors: WordVectors | None = None
    ) -> None:
        self.gazetteer = gazetteer
        self.lexicon = self._shipped = Lexicon.load() if lexicon is None else lexicon
        self._own_rows: tuple[tuple[str, str], ...] = ()
        self.revision = 0  # of the directory that it shows
        self._turn = threading.RLock()
        self._rows = Rows()
        self._table = Table()
        self._vocabulary = Vocabulary(self._table.forms, self.lexicon.words, together=self._table.rows_with)
        self._names = NameBook()
        self._siting = Siting(gazetteer)
        self._likeness = None if vectors is None else Likeness(vectors)

    @property
    def _parts(self) -> Parts:
        return Parts(self._rows, self._table, self._siting, self._vocabulary, self.lexicon, self._likeness)

    def __len__(self) -> int:
        return len(self._rows)

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
        given = list({entry.id: entry for entry in entries}.values())
        with self._turn:
            self.drop(entry.id for entry in given)
            for start in range(0, len(given), BATCH):
                batch = given[start : start + BATCH]
                self._siting.add(batch, first=self._rows.count)
                self._rows.add(batch)
                texts = [texts_of(entry) for entry in batch]
                self._vocabulary.add(self._table.add(texts), entries=len(batch))
                if self._likeness:
                    self._likeness.add(texts)
                self._names.add(batch)

    def drop(self, ids: Iterable[int]) -> None:
        """Forget entries; unknown ids are passed over."""
        with self._turn:
            known = [each for each in dict.fromkeys(ids) if self._rows.row(each) is not None]
            for start in range(0, len(known), BATCH):
                batch = known[start : start + BATCH]
                texts = [texts_of(entry) for each in batch if (entry := self.entry(each))]
                self._names.remove(batch)
                rows = self._rows.drop(batch)
                self._vocabulary.remove(self._table.drop(rows, texts), entries=len(batch))
                if self._likeness:
                    self._likeness.drop(rows)
            if self._rows.count - len(self._rows) > max(ALWAYS_KEPT, self._rows.count // COMPACTED):
                renumbered = self._rows.compact()
                self._table.compact(renumbered)
                self._siting.compact(renumbered)
                self._names.compact()
                if self._likeness:
                    self._likeness.compact(renumbered)

    def entries(self) -> Iterator[Entry]:
        """All of them, in the order of their ids."""
        with self._turn:
            ids = sorted(self._rows.ids[self._rows.alive].tolist())
        return (entry for each in ids if (entry := self.entry(each)))

    def entry(self, entry_id: int) -> Entry | None:
        with self._turn:
            row = self._rows.row(entry_id)
            return None if row is None else self._rows.entry(row)

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
            folded = plain(word)
            return self.is_ordinary(word) or bool(
                self._vocabulary.spelling(folded) or self._vocabulary.apart(folded)
            )

    def is_rare(self, word: str, *, most: int) -> bool:
        """Whether at most so many entries use this word, and it is no everyday or technical one: a name's word."""
        with self._turn:
            known = self.lexicon.says(word) or is_common(plain(word))
            return not known and self._vocabulary.entries_with(plain(word)) <= most

    def has_anyone_in(self, place: WantedPlace) -> bool:
        with self._turn:
            fits = self._siting.rows(self._rows.count, (place,))
            return bool(np.any((fits.worths > 0) & self._rows.alive))

    def find_names(self, text: str, *, looked_up: bool = False) -> tuple[NameMatch, ...]:
        """Who is meant by a name, the likeliest first. After a look-up phrase ("contact for …") less is enough."""
        with self._turn:
            return tuple(
                NameMatch(named_hit(entry, named, text, bearer.score), bearer.score, named.name)
                for bearer in self._names.find(text, loosely=looked_up)
                if (entry := self.entry(bearer.entry_id))
                for named in [list(names_of(entry))[bearer.place]]
            )

    def names_beginning(self, text: str) -> Iterator[tuple[Entry, Named]]:
        """Who has a name with words that begin so, while it is being typed; an entry as often as its names fit."""
        with self._turn:
            bearers = self._names.beginning(text)
        for bearer in bearers:
            if entry := self.entry(bearer.entry_id):
                yield entry, list(names_of(entry))[bearer.place]

    def search(self, wanted: Wanted, *, limit: int = 10, today: date | None = None) -> Found:
        """Who fits, the best `limit` of them with their reasons.

        With `today` what nobody confirmed for long counts a little less, and equals take turns from day to day.
        """
        with self._turn:
            return found(Search(self._parts, wanted, today=today), limit=limit)

    def explain(self, wanted: Wanted, *, limit: int = 10, today: date | None = None) -> Explanation:
        """The same search with the figures of its steps, for the best `limit` and the first who fell out."""
        with self._turn:
            return explained(Search(self._parts, wanted, today=today), limit=limit)

    def tell(self, ids: Sequence[int], wanted: Wanted, *, first: int, last: int) -> Found:
        """Entries `first` to `last` (from 1) of a search's list, as its hits; those that are gone are left out."""
        with self._turn:
            search = Search(self._parts, wanted)
            listed = [
                (at, row) for at, each in enumerate(ids, start=1) if (row := self._rows.row(each)) is not None
            ]
            return Found(
                tuple(hit(search, row) for at, row in listed if first <= at <= last),
                readings=search.reading.readings,
                full=sum(search.is_full(row) for _, row in listed),
            )

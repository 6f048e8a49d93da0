"""The index that a process shares among its faces, kept up with the directory by its revision."""

import ctypes
import sys
import threading

from sqlmodel import Session

from store.directory import changes_since, current_revision
from store.places.gazetteer import Gazetteer
from store.region_words import own_rows
from store.search.index import Index
from store.search.lexicon import Lexicon
from store.search.vectors import WordVectors

MANY = 1000  # entries taken in at once, after which much memory lies idle
SURELY_BEHIND = 3  # looks in a row at a database that knows less than the index


class LiveIndex:
    """`await store.read(live.catch_up)` before asking: cheap when nothing changed, right in every process."""

    def __init__(
        self,
        gazetteer: Gazetteer | None = None,
        lexicon: Lexicon | None = None,
        *,
        vectors: WordVectors | None = None,
    ) -> None:
        self.gazetteer = gazetteer or Gazetteer.load()
        self._lexicon = lexicon
        self._vectors = vectors
        self.index = Index(self.gazetteer, lexicon, vectors=vectors)
        self._revision = 0
        self._behind = 0
        self._catching_up = threading.Lock()

    def catch_up(self, session: Session) -> None:
        """Take in every change committed since the last time. Safe from several threads at once."""
        if current_revision(session) == self._revision:
            return
        with self._catching_up:
            if current_revision(session) >= self._revision:
                self._behind = 0
                self._take(session, self.index, since=self._revision)
                return
            # An older snapshot of this database, which passes; or another database, restored from a copy, which stays.
            self._behind += 1
            if self._behind >= SURELY_BEHIND:
                fresh = Index(self.gazetteer, self._lexicon, vectors=self._vectors)
                self._take(session, fresh, since=0)
                self.index, self._behind = fresh, 0  # whole before anybody asks it

    def _take(self, session: Session, index: Index, *, since: int) -> None:
        reached, taken = since, 0
        for changes in changes_since(session, since):
            index.drop(changes.drop)
            index.put(changes.put)
            reached, taken = changes.revision, taken + len(changes.put)
        index.use_rows(own_rows(session))
        self._revision = index.revision = reached
        if taken > MANY:
            _give_memory_back()


def _give_memory_back() -> None:
    """Taking in many entries leaves holes in the heap, a third of it, which glibc returns only when told to."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)

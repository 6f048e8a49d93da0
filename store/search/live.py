"""The index that a process shares among its faces, kept up with the directory by its revision."""

import threading

from sqlmodel import Session

from store.directory import changes_since, current_revision
from store.places.gazetteer import Gazetteer
from store.region_words import own_rows
from store.search.index import Index
from store.search.lexicon import Lexicon


class LiveIndex:
    """`await store.read(live.catch_up)` before asking: cheap when nothing changed, right in every process."""

    def __init__(self, gazetteer: Gazetteer | None = None, lexicon: Lexicon | None = None) -> None:
        self.gazetteer = gazetteer or Gazetteer.load()
        self._lexicon = lexicon
        self.index = Index(self.gazetteer, lexicon)
        self._revision = 0
        self._catching_up = threading.Lock()

    def catch_up(self, session: Session) -> None:
        """Take in every change committed since the last time. Safe from several threads at once."""
        if current_revision(session) == self._revision:
            return
        with self._catching_up:
            if current_revision(session) < self._revision:  # another database, or one restored from a copy
                self.index = Index(self.gazetteer, self._lexicon)
                self._revision = 0
            changes = changes_since(session, self._revision)
            self.index.drop(changes.drop)
            self.index.put(changes.put)
            self.index.use_rows(own_rows(session))
            self._revision = changes.revision

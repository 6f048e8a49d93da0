"""whodoes itself: understood and searched in memory, or the whole way an ask goes, recorded in the database."""

import asyncio
from collections.abc import Sequence

from bot.assistant.intents import About, WhoDoes
from bot.assistant.understanding import understand
from bot.cli.asking import Terminal
from bot.cli.json_answers import as_json
from store.kinds import Medium
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry
from store.search.index import Index
from store.search.lexicon import Lexicon
from store.search.live import LiveIndex
from store.search.vectors import installed_vectors
from store.store import Store
from tests.bench.peers.peer import DEPTH, NotMeasured, Scored


class Whodoes:
    def __init__(self, *, lexicon: bool = True, vectors: bool = False) -> None:
        """Raises NotMeasured where vectors are wanted and not installed."""
        known = installed_vectors() if vectors else None
        if vectors and known is None:
            raise NotMeasured("the extra whodoes[vectors] is not installed")
        self.index = Index(Gazetteer.load(), None if lexicon else Lexicon(()), vectors=known)

    def fill(self, entries: Sequence[Entry]) -> None:
        self.index.put(entries)

    def search(self, text: str) -> Scored:
        return answered(text, self.index)

    def megabytes_outside(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


class Recorded:
    """As at a terminal: the index caught up with the database, the ask answered and recorded."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._live = LiveIndex()
        self._store: Store | None = None

    def fill(self, url: str) -> None:
        self._store = Store.open(url)
        self._runner.run(self._store.read(self._live.catch_up))
        self._terminal = Terminal(self._store, self._live)

    def search(self, text: str) -> Scored:
        given = self._runner.run(self._terminal.ask(text, page=DEPTH, alone=True))
        return [(hit["ref"] or str(hit["id"]), 0.0) for hit in as_json(given)["hits"]]

    def megabytes_outside(self) -> float:
        return 0.0

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._runner.close()


def answered(text: str, index: Index) -> Scored:
    """Who an ask finds, by what it seeks or by name."""
    match understand(text, index=index, medium=Medium.TERMINAL):
        case WhoDoes(wanted=wanted):
            return [(hit.ref, hit.score) for hit in index.search(wanted, limit=DEPTH).hits]
        case About(matches=matches):
            return list({match.hit.ref: match.score for match in matches}.items())[:DEPTH]
        case _:
            return []

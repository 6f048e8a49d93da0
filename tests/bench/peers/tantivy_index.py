"""Peer: tantivy, BM25 over English stems, any word of the ask; alone, or with near words beside them.

One text an organisation: tantivy adds fields up, and asks judged were answered worse by several than by one.
"""

from collections.abc import Sequence

import tantivy

from tests.bench.peers.peer import DEPTH, Document, Scored, content_of, everything_in

HEAP_BYTES = 50_000_000
SHORTEST_NEAR, SHORTEST_TWO_EDITS = 4, 8
NEAR = 3.0  # what a near word is worth; a query of near words alone knows no rarity


class Tantivy:
    def __init__(self, *, near: bool = False) -> None:
        self._near = near
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("ref", stored=True, tokenizer_name="raw")
        schema.add_text_field("stems", tokenizer_name="en_stem")
        if near:
            schema.add_text_field("words", tokenizer_name="default")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        self._searcher = self._index.searcher()

    def fill(self, documents: Sequence[Document]) -> None:
        writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for each in documents:
            told = everything_in(each)
            words = {"words": told} if self._near else {}
            writer.add_document(tantivy.Document(ref=each.ref, stems=told, **words))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str) -> Scored:
        words = content_of(text)
        if not words:
            return []
        found = self._searcher.search(self._any(words), DEPTH, count=False).hits
        return [(self._searcher.doc(at)["ref"][0], score) for score, at in found]

    def _any(self, words: Sequence[str]) -> tantivy.Query:
        stems = self._index.parse_query(" ".join(f'"{word}"' for word in words), ["stems"])
        near = [self._like(word) for word in words if self._near and len(word) >= SHORTEST_NEAR]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, each) for each in (stems, *near)])

    def _like(self, word: str) -> tantivy.Query:
        edits = 1 if len(word) < SHORTEST_TWO_EDITS else 2
        like = tantivy.Query.fuzzy_term_query(self._schema, "words", word, distance=edits)
        return tantivy.Query.boost_query(like, NEAR)

    def megabytes_outside(self) -> float:
        return 0.0

    def close(self) -> None:
        pass

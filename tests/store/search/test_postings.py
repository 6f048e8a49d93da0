"""Phrases are found exactly where they stand, whatever was added since, settled and forgotten."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from store.search.postings import COLUMN_BITS, COLUMN_MASK, Postings

Rows = list[list[list[int]]]  # the stems of each column of each row; 0 is no word

ROWS = st.lists(st.lists(st.lists(st.integers(1, 5), max_size=6), min_size=1, max_size=3), max_size=6)
PHRASES = st.lists(st.integers(1, 6), min_size=1, max_size=4)


def add(postings: Postings, rows: Rows, *, first: int) -> None:
    stems: list[int] = []
    tags: list[int] = []
    for row, columns in enumerate(rows, start=first):
        for column, words in enumerate(columns):
            stems += [*words, 0]
            tags += [row << COLUMN_BITS | column] * (len(words) + 1)
    postings.add(np.array(stems, dtype=np.int32), np.array(tags, dtype=np.uint32))


def standing(postings: Postings, phrase: list[int]) -> list[tuple[int, int]]:
    tags = postings.tags(postings.phrase(phrase))
    return [(int(tag) >> COLUMN_BITS, int(tag) & COLUMN_MASK) for tag in tags]


def read_through(rows: Rows, phrase: list[int]) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, columns in enumerate(rows)
        for column, words in enumerate(columns)
        for at in range(len(words))
        if words[at : at + len(phrase)] == phrase
    ]


@settings(max_examples=300)
@given(
    batches=st.lists(ROWS, max_size=4),
    phrase=PHRASES,
    recent=st.integers(0, 30),
    gone=st.sets(st.integers(0, 23)),
)
def test_a_phrase_is_where_reading_all_texts_finds_it(
    batches: list[Rows], phrase: list[int], recent: int, gone: set[int]
) -> None:
    postings = Postings(recent=recent)
    rows: Rows = []
    for batch in batches:
        add(postings, batch, first=len(rows))
        rows += batch
    assert standing(postings, phrase) == read_through(rows, phrase)

    kept = [row for row in range(len(rows)) if row not in gone]
    numbers = np.full(max(1, len(rows)), -1, dtype=np.int64)
    numbers[kept] = range(len(kept))
    postings.compact(numbers)
    left = [rows[row] for row in kept]
    assert standing(postings, phrase) == read_through(left, phrase)

    add(postings, [[phrase]], first=len(left))
    assert standing(postings, phrase) == read_through([*left, [phrase]], phrase)
    assert len(postings) == sum(len(words) for columns in [*left, [phrase]] for words in columns)

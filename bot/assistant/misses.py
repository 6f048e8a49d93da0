"""Tells a gap of the region from a word that nobody knows, and from fingers on a keyboard."""

import re
from enum import StrEnum

from store.search.index import Index
from store.search.wanted import Wanted
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

_VOWEL = re.compile(r"[aeiouyà-öø-ÿ]|[^a-z]")  # letters of other scripts are no mash
_KEYS = tuple(keys for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for keys in (row, row[::-1]))
_FIRST_KEYS, _KEYS_ANYWHERE = 4, 5  # keys side by side; "property" has four of them, but not to begin with
_CONSONANTS = 5  # a word of so many letters has a vowel


class Sense(StrEnum):
    """What an ask that nobody fits tells staff."""

    GAP = "gap"  # it names something that people know: nobody here has it
    DOUBTFUL = "doubtful"  # its words are in no list of ours; it may be new, or nonsense
    NONSENSE = "nonsense"


def sense_of(wanted: Wanted, index: Index) -> Sense:
    """What a search that found nobody was for. One telling word that is known makes a gap of it."""
    telling = [word for word in words_of(wanted.topic) if word not in STOP_WORDS]
    telling = [word for word in telling if word not in FILLER_WORDS] or telling
    worded = [word for word in telling if index.is_ordinary(word) or not _is_mashed(word)]
    if not telling or any(index.can_read(word) for word in worded):
        return Sense.GAP
    return Sense.DOUBTFUL if worded else Sense.NONSENSE


def _is_mashed(word: str) -> bool:
    """One letter again and again, keys side by side, or too many letters without a vowel."""
    return (
        len(set(word)) == 1
        or word.isdigit()
        or any(run in keys for run in _runs(word) for keys in _KEYS)
        or (len(word) >= _CONSONANTS and not _VOWEL.search(word))
    )


def _runs(word: str) -> list[str]:
    anywhere = [word[at : at + _KEYS_ANYWHERE] for at in range(len(word) - _KEYS_ANYWHERE + 1)]
    return [*anywhere, word[:_FIRST_KEYS]] if len(word) >= _FIRST_KEYS else []

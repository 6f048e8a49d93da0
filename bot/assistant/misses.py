"""Tells a gap of the region from a word that nobody knows, and from fingers on a keyboard."""

import re
from enum import StrEnum

from store.search.index import Index
from store.search.wanted import Wanted
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

_VOWEL = re.compile(r"[aeiouyà-öø-ÿ]|[^a-z]")  # letters of other scripts are no mash
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN = 4  # keys side by side
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
    if not telling or any(index.can_read(word) for word in telling):
        return Sense.GAP
    return Sense.NONSENSE if all(_is_mashed(word) for word in telling) else Sense.DOUBTFUL


def _is_mashed(word: str) -> bool:
    if len(set(word)) == 1 or word.isdigit():
        return True
    if any(word[at : at + _RUN] in row or word[at : at + _RUN] in row[::-1] for row in _ROWS for at in range(max(1, len(word) - _RUN + 1)) if len(word) >= _RUN):  # fmt: skip
        return True
    return len(word) >= _CONSONANTS and not _VOWEL.search(word)

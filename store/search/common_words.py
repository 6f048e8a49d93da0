"""Everyday English: words that are meant as they stand, even where no organisation uses them."""

import gzip
from functools import cache
from pathlib import Path

_ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("er", ""),
    ("ers", ""),
)


@cache
def _common() -> frozenset[str]:
    packed = Path(__file__).with_name("common_words.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def is_common(word: str) -> bool:
    """Whether a plain word, or what it is a regular form of, is everyday English."""
    words = _common()
    if word in words:
        return True
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            base = word[: -len(ending)] + instead
            if base in words or (len(base) > 2 and base[-1] == base[-2] != base[-3] and base[:-1] in words):
                return True
    return False

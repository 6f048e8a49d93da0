"""What a word sounds like, for slips that keep the consonants and little else."""

import re
from functools import lru_cache

_SOFT_C = re.compile(r"c(?=[eiy])")
_REPEATED = re.compile(r"(.)\1+")
_HARD = str.maketrans({"c": "k", "q": "k", "z": "s"})
_SILENT = str.maketrans("", "", "aeiouwhy")


@lru_cache(maxsize=10_000)
def sound_of(word: str) -> str:
    """The consonants one hears: the same for "leukemia" and "lewchemia"."""
    heard = (
        word.replace("ch", "k").replace("ck", "k").replace("ph", "f").replace("sh", "s").replace("x", "ks")
    )
    heard = _SOFT_C.sub("s", heard).translate(_HARD)
    return heard[:1] + _REPEATED.sub(r"\1", heard[1:].translate(_SILENT))

"""Turns text into comparable words: one case, one spelling for British and American, one form for plural and tense."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

import Stemmer

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONG_ENOUGH = 6  # shorter words (shoe, toe, hoe) are never Greek in origin
_OUR = re.compile(r"our(?=(?:s|ed|ing|al|able|ite|ist|ful|less|y|er|ers|ation)?$)")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!Inc\.)(?<!Ltd\.)(?<!Co\.)(?<!St\.)(?<!Dr\.)(?<!Corp\.)\s+(?=[A-Z\"“0-9])|\n+"
)
_HOURS = frozenset({"hour", "hours", "hourly", "yours", "ours", "tours", "fours", "pours", "pouring", "pour"})
_ISE = re.compile(r"(?<=.{2}[^aeiou])is(?=(?:e|ed|es|er|ers|ing|ation|ations|ational)$)")
_DOUBLED = re.compile(r"ll(?=(?:ed|ing|er|ers)$)")
_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_WHOLE: dict[str, str] = _LISTS["spellings"]
STOP_WORDS = frozenset(_LISTS["stop"].split())
FILLER_WORDS = frozenset(_LISTS["filler"].split())
_RE_WORDS = re.compile(
    r"(?:cent|fib|lit|met|calib|theat|spect|lust|sab|som|millilit|kilomet|millimet|nanomet|micromet|centimet|epicent)re[sd]?$"
)


_stemmer = Stemmer.Stemmer("english", 0)  # our own cache below is quicker than its


def plain(text: str) -> str:
    """Lower case without accents."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    apart = unicodedata.normalize("NFKD", lowered.replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a text, plain, without a possessive 's."""
    return [bare(word) for word in WORD.findall(plain(text))]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The form under which a plain word is indexed and sought."""
    return str(_stemmer.stemWord(one_spelling(word)))


def one_spelling(word: str) -> str:
    """British and American spellings fall together; the result is a key, not always an English word."""
    if word in _WHOLE:
        return _WHOLE[word]
    if len(word) < _LONG_ENOUGH - 1 or word.isdigit() or word in _HOURS:
        return word
    if _RE_WORDS.search(word):
        word = re.sub(r"re(?=[sd]?$)", "er", word)
    if len(word) >= _LONG_ENOUGH:
        word = word.replace("ae", "e")
        if not word.endswith(("oe", "oes", "oed", "oer")):
            word = word.replace("oe", "e")
        word = (
            word.replace("sulph", "sulf")
            .replace("yse", "yze")
            .replace("ysing", "yzing")
            .replace("yser", "yzer")
        )
        word = _DOUBLED.sub("l", _ISE.sub("iz", word))
    return _OUR.sub("or", word)


def stems_of(text: str) -> list[str]:
    """What the index holds of a text, in order, without stop words."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS]


def sentences(text: str) -> list[str]:
    """The sentences of a text, each once; a line is at least one."""
    pieces = (piece.strip() for piece in _SENTENCE_END.split(text))
    return list(dict.fromkeys(piece for piece in pieces if piece))


def bare(word: str) -> str:
    if word.isalnum():  # nearly always
        return word
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    return word.replace("'", "").replace("’", "")

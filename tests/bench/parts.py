"""The parts of understanding and searching, as data: what to put in the place of each to do without it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from bot.assistant.traits import Traits
from bot.assistant.whereabouts import Whereabouts
from store.search.lexicon import Lexicon
from store.search.table import WEIGHTS

_VOCABULARY, _READING, _NAMES = "store.search.vocabulary", "store.search.reading", "store.search.names"
_TABLE, _GATE, _WORDS = "store.search.table", "store.search.gate", "store.search.words"
_SPOKEN = "store.search.spoken"
_UNDERSTANDING = "bot.assistant.understanding"
_BY_NAME = "bot.assistant.by_name"


@dataclass(frozen=True, slots=True)
class Swap:
    """`target` is “module:attribute” or “module:Class.attribute”; it must be there, or nothing would be measured."""

    target: str
    instead: Any


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    swaps: tuple[Swap, ...]


def _always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


def _itself(text: str, *_: Any, **__: Any) -> str:
    return text


def _part(title: str, *pairs: tuple[str, Any]) -> Part:
    return Part(title, tuple(Swap(target, instead) for target, instead in pairs))


def _nowhere(text: str, *_: Any, **__: Any) -> Whereabouts:
    return Whereabouts(text)


def _no_traits(text: str, *_: Any, **__: Any) -> Traits:
    return Traits(text)


PARTS = {
    # understanding
    "mails": _part(
        "the ask taken out of a mail",
        (f"{_UNDERSTANDING}:looks_like_mail", _always(False)),
        (f"{_UNDERSTANDING}:looks_like_sentences", _always(False)),
    ),
    "small-talk": _part("small talk", (f"{_UNDERSTANDING}:small_talk", _always(None))),
    "names": _part("names", (f"{_UNDERSTANDING}:named", _always(None))),
    "look-ups": _part("look-up phrases", (f"{_BY_NAME}:look_up_in", _always(None))),
    "rare-name": _part("a bare name needs a rare word", (f"{_BY_NAME}:has_rare_word", _always(True))),
    "places": _part("places", (f"{_UNDERSTANDING}:whereabouts_of", _nowhere)),
    "traits": _part("kinds and sizes", (f"{_UNDERSTANDING}:traits_of", _no_traits)),
    "topic": _part("leading and trailing words cut", (f"{_UNDERSTANDING}:topic_of", _itself)),
    # reading
    "lexicon": _part("the lexicon", ("store.search.lexicon:Lexicon.load", staticmethod(lambda: Lexicon(())))),
    "meaning-worth": _part(
        "a meaning counts less than the word",
        (f"{_READING}:MEANT", 1.0),
        (f"{_READING}:MEANT_BY_PHRASE", 1.0),
    ),
    "meaning-parts": _part("single words of a longer meaning", (f"{_READING}:PART", 0.0)),
    "pairs": _part("two-word terms", (f"{_READING}:_pairs", _always([]))),
    "alternatives": _part(
        "alternatives (or, and)", (f"{_SPOKEN}:_alternatives", lambda _, count: [0] * count)
    ),
    "run-together": _part("words run together", (f"{_SPOKEN}:_run_together", _always(()))),
    "torn-apart": _part("words torn apart", (f"{_SPOKEN}:_torn", _always(False))),
    "otherwise": _part("known words written otherwise", (f"{_READING}:written_otherwise", _always(()))),
    "filler": _part(
        "filler words", (f"{_READING}:FILLER_WORDS", frozenset()), (f"{_READING}:_FILLERS", frozenset())
    ),
    "spelling": _part("spelling", (f"{_VOCABULARY}:Vocabulary.spelling", _always(None))),
    "text-slips": _part("slips in the directory", (f"{_VOCABULARY}:Vocabulary.commoner", _always(None))),
    "sound": _part("the sound of words", (f"{_VOCABULARY}:sound_of", _itself)),
    "commonness": _part("common words are likelier meant", (f"{_VOCABULARY}:COMMONNESS", 0.0)),
    "everyday": _part("everyday English is no slip", (f"{_VOCABULARY}:is_common", _always(False))),
    # words
    "one-spelling": _part(
        "British and American as one",
        (f"{_WORDS}:one_spelling", _itself),
        (f"{_VOCABULARY}:one_spelling", _itself),
    ),
    "stems": _part("stems", (f"{_WORDS}:_stemmer", SimpleNamespace(stemWord=str))),
    # ranking
    "lead": _part(
        "weight of the first sentences",
        (f"{_TABLE}:WEIGHTS", {**WEIGHTS, "lead": WEIGHTS["rest"], "opening": WEIGHTS["rest"]}),
    ),
    "weights": _part("weights of the fields", (f"{_TABLE}:WEIGHTS", dict.fromkeys(WEIGHTS, 1.0))),
    "length": _part("the length of texts", (f"{_TABLE}:LENGTH_SHARE", 0.0)),
    "coverage": _part(
        "coverage in the score",
        ("store.search.ranking:UNCOVERED", 1.0),
        ("store.search.searching:UNCOVERED", 1.0),
    ),
    # deciding that nothing fits
    "gate": _part("the gate", (f"{_GATE}:ENOUGH", 0.0)),
    "gate-score": _part("the score's say at the gate", (f"{_GATE}:PER_SCORE", 0.0)),
    "beside-best": _part(
        "a cut beside the best", (f"{_GATE}:BESIDE_BEST", 0.0), (f"{_GATE}:COVERED_BESIDE_BEST", 0.0)
    ),
    # the name book
    "name-slips": _part("misspelt names", (f"{_NAMES}:NameBook._nearly", _always(()))),
    "name-starts": _part(
        "parts of names",
        (f"{_NAMES}:NameBook._partly", _always(())),
        (f"{_NAMES}:NameBook._begins_nearly", _always(())),
    ),
    "name-sound": _part("the sound of names", (f"{_NAMES}:sound_of_name", _itself)),
    "name-words": _part("every word of a name must agree", (f"{_NAMES}:_words_agree", _always(True))),
}

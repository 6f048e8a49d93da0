"""Reads the topic of a search into terms: each word of it, how telling it is, and everything it may stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from store.search.found import Reason, ReasonKind
from store.search.lexicon import Lexicon
from store.search.vocabulary import Vocabulary
from store.search.words import FILLER_WORDS, STOP_WORDS, WORD, stem, words_of

_FILLERS = frozenset(stem(word) for word in FILLER_WORDS)
MOST_WORDS = 60  # of a topic; an ask says what it seeks in fewer


@dataclass(slots=True)
class Term:
    """One telling word of the ask."""

    said: str
    stems: tuple[str, ...]  # its own, or those of its corrected spellings
    rarity: float
    meanings: tuple[tuple[str, str], ...] = ()  # what it also means: (as written, as stems)


@dataclass(frozen=True, slots=True)
class Reading:
    """A topic, read. `exact` and `meant` are phrases of stems to look for, the asker's own and the lexicon's."""

    terms: tuple[Term, ...]
    exact: tuple[str, ...]
    meant: tuple[str, ...]
    parts: tuple[str, ...]  # single words of the longer meanings: they help only beside something better
    readings: tuple[Reason, ...] = field(default=())


def read(topic: str, vocabulary: Vocabulary, lexicon: Lexicon) -> Reading:
    words, said = words_of(topic)[:MOST_WORDS], WORD.findall(topic)[:MOST_WORDS]
    if len(words) != len(said):
        said = words
    telling = _telling(words)
    reasons: list[Reason] = []
    stems: list[tuple[str, ...]] = []
    for position, word in enumerate(words):
        own: tuple[str, ...] = (stem(word),)
        if position in telling and not vocabulary.holds(word) and not lexicon.says(word):
            spelt = vocabulary.spellings(word)
            reasons += [Reason(ReasonKind.SPELLING, said[position], each.word) for each in spelt[:1]]
            own = tuple(stem(each.word) for each in spelt) or own
        elif position in telling and (commoner := vocabulary.commoner(word)):
            reasons += [Reason(ReasonKind.SPELLING, said[position], each.word) for each in commoner]
            own = (*own, *(stem(each.word) for each in commoner))
        stems.append(own)
    return _reading((words, said), stems, sorted(telling), vocabulary, lexicon, reasons)


def _telling(words: Sequence[str]) -> set[int]:
    """Where the words are that say what is sought; filler counts only when there is nothing else."""
    content = {at for at, word in enumerate(words) if word not in STOP_WORDS}
    return {at for at in content if words[at] not in FILLER_WORDS} or content


def _reading(
    words_said: tuple[Sequence[str], Sequence[str]],
    stems: Sequence[tuple[str, ...]],
    telling: Sequence[int],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    reasons: list[Reason],
) -> Reading:
    words, asked = words_said
    terms = {
        at: Term(asked[at], stems[at], min(vocabulary.rarity(each) for each in stems[at])) for at in telling
    }
    meant: dict[str, str] = {}
    for meaning in lexicon.meanings([each[0] for each in stems]):
        held = tuple(pair for pair in meaning.expansions if _is_held(pair[1], vocabulary))
        covered = [terms[at] for at in range(meaning.start, meaning.end) if at in terms]
        for term in covered:
            term.meanings += held
            rarities = [_rarity(key, vocabulary) for _, key in held]
            term.rarity = min([term.rarity, max([*rarities, 1.0])]) if rarities else term.rarity
        if covered and held:
            said = " ".join(asked[meaning.start : meaning.end])
            reasons.append(Reason(ReasonKind.MEANING, said, held[0][0]))
            meant.update({key: text for text, key in held})
    exact = [each for at in telling for each in stems[at]]
    exact += _pairs(words, stems)
    parts = {part for phrase in meant if " " in phrase for part in phrase.split()} - set(exact)
    return Reading(
        tuple(terms.values()), tuple(dict.fromkeys(exact)), tuple(meant), tuple(sorted(parts)), tuple(reasons)
    )


def _pairs(words: Sequence[str], stems: Sequence[tuple[str, ...]]) -> list[str]:
    """Two-word phrases, filler words too ("contract research organisations"), stop words passed over as in the texts."""
    content = [stems[at][0] for at, word in enumerate(words) if word not in STOP_WORDS]
    return [
        f"{first} {second}"
        for first, second in pairwise(content)
        if not (first in _FILLERS and second in _FILLERS)
    ]


def _is_held(key: str, vocabulary: Vocabulary) -> bool:
    return bool(key) and all(vocabulary.holds_stem(part) for part in key.split())


def _rarity(key: str, vocabulary: Vocabulary) -> float:
    return max(vocabulary.rarity(part) for part in key.split())

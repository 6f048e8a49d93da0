"""Reads the topic of a search into terms: each word of it, how telling it is, and everything it may stand for."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from store.search.found import Reason, ReasonKind
from store.search.lexicon import Lexicon, Meaning
from store.search.spoken import Spoken, spoken, written_otherwise
from store.search.vocabulary import Vocabulary
from store.search.words import FILLER_WORDS, STOP_WORDS, stem, words_of

_FILLERS = frozenset(stem(word) for word in FILLER_WORDS)
OWN = 1.0  # what the asker's own words and pairs of words are worth in the ranking …
MEANT = 0.7  # … what the lexicon gives for a word …
MEANT_BY_PHRASE = 0.85  # … and for several words together, which is surer
PART = 0.15  # a single word of a longer meaning helps only beside something better


@dataclass(slots=True)
class Term:
    """One telling word of the ask."""

    said: str
    stems: tuple[str, ...]  # its own, or those of its corrected spellings
    rarity: float
    meanings: tuple[tuple[str, str], ...] = ()  # what it also means: (as written, as stems)
    alternative: int = 0  # "stents or catheters, and valves": 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A topic, read. `sought` are phrases of stems to look for, by what they are worth."""

    terms: tuple[Term, ...]
    sought: tuple[tuple[float, tuple[str, ...]], ...]
    readings: tuple[Reason, ...]


def read(topic: str, vocabulary: Vocabulary, lexicon: Lexicon, *, literally: Iterable[str] = ()) -> Reading:
    """`literally` are words that are spelt as they are meant."""
    meant = {word for each in literally for word in words_of(each)}
    heard = spoken(topic, vocabulary, lexicon, literally=meant)
    words = [each.word for each in heard]
    said = _telling(words)
    spelt = [
        _spelt(word, vocabulary, lexicon) if at in said and word not in meant else (word,)
        for at, word in enumerate(words)
    ]
    best = [each[0] for each in spelt]
    telling = said & _telling(best)  # "compnies" says no more than "companies"
    stems = [tuple(stem(each) for each in spellings) for spellings in spelt]
    terms = {
        at: Term(
            heard[at].said,
            stems[at],
            min(vocabulary.rarity(each) for each in stems[at]),
            alternative=heard[at].alternative,
        )
        for at in sorted(telling)
    }
    meanings = list(_held_meanings(lexicon.meanings([each[0] for each in stems]), terms, vocabulary))
    worths = {stemmed: OWN for at in terms for stemmed in stems[at]}
    worths |= dict.fromkeys(_pairs(best, stems), OWN)
    for meaning in meanings:
        _mean(meaning, terms, worths, vocabulary)
    for meaning in _held_meanings(written_otherwise(best, vocabulary), terms, vocabulary):
        _mean(meaning, terms, worths, vocabulary, worth=OWN)
    return Reading(tuple(terms.values()), _by_worth(worths), tuple(_readings(heard, best, terms, meanings)))


def _readings(
    heard: Sequence[Spoken], best: Sequence[str], terms: Container[int], meanings: Iterable[Meaning]
) -> Iterator[Reason]:
    """What of the ask was read as something else than it was written: each piece once."""
    read_as: dict[int, list[str]] = {}
    for at, each in enumerate(heard):
        if at in terms:
            read_as.setdefault(each.at, []).append(best[at])
    written = {each.at: each.said for each in heard}
    for said, words in {written[at]: words for at, words in read_as.items()}.items():
        if words_of(said) != words:
            yield Reason(ReasonKind.SPELLING, said, " ".join(words))
    for meaning in meanings:
        said = " ".join(dict.fromkeys(each.said for each in heard[meaning.start : meaning.end]))
        yield Reason(ReasonKind.MEANING, said, _spelt_out(said, meaning))


def _spelt_out(said: str, meaning: Meaning) -> str:
    """Of what an abbreviation means, the words that it abbreviates: CRO is short for no "contract research"."""
    letters = said.upper().removesuffix("S")
    for written, _ in meaning.expansions:
        if "".join(word[0] for word in words_of(written)).upper() == letters:
            return written
    return meaning.expansions[0][0]


def _telling(words: Sequence[str]) -> set[int]:
    """Where the words are that say what is sought; filler counts only when there is nothing else."""
    content = {at for at, word in enumerate(words) if word not in STOP_WORDS}
    return {at for at in content if words[at] not in FILLER_WORDS} or content


def _spelt(word: str, vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[str, ...]:
    """The word, or what it is a misspelling of; both, where an entry has the same slip."""
    if not (vocabulary.holds(word) or lexicon.says(word)):
        return (vocabulary.spelling(word) or word,)
    commoner = vocabulary.commoner(word)
    return (commoner, word) if commoner else (word,)


def _held_meanings(
    meanings: Iterable[Meaning], terms: dict[int, Term], vocabulary: Vocabulary
) -> Iterator[Meaning]:
    """The meanings of telling words, with those expansions only that some entry may hold."""
    for meaning in meanings:
        held = tuple(pair for pair in meaning.expansions if vocabulary.holds_phrase(pair[1]))
        if held and any(at in terms for at in range(meaning.start, meaning.end)):
            yield Meaning(meaning.start, meaning.end, held)


def _mean(
    meaning: Meaning,
    terms: dict[int, Term],
    worths: dict[str, float],
    vocabulary: Vocabulary,
    *,
    worth: float | None = None,
) -> None:
    """Let the words of the ask stand for this too. They are no rarer than what they stand for."""
    covered = [terms[at] for at in range(meaning.start, meaning.end) if at in terms]
    rarest = max(1.0, *(vocabulary.phrase_rarity(key) for _, key in meaning.expansions))
    worth = worth or (MEANT_BY_PHRASE if len(covered) > 1 else MEANT)
    for term in covered:
        term.meanings += meaning.expansions
        term.rarity = min(term.rarity, rarest)
    for _, key in meaning.expansions:
        worths[key] = max(worths.get(key, 0.0), worth)
        if " " in key:
            for part in key.split():
                worths.setdefault(part, PART)


def _by_worth(worths: dict[str, float]) -> tuple[tuple[float, tuple[str, ...]], ...]:
    steps = sorted(set(worths.values()), reverse=True)
    return tuple((step, tuple(phrase for phrase, worth in worths.items() if worth == step)) for step in steps)


def _pairs(words: Sequence[str], stems: Sequence[tuple[str, ...]]) -> list[str]:
    """Two-word phrases, filler words too ("contract research organisations"), stop words passed over as in the texts."""
    content = [stems[at][0] for at, word in enumerate(words) if word not in STOP_WORDS]
    return [
        f"{first} {second}"
        for first, second in pairwise(content)
        if not (first in _FILLERS and second in _FILLERS)
    ]

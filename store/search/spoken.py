"""The words of a topic as they were written, with those run together taken apart and those torn apart put together."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from store.search.common_words import is_common
from store.search.lexicon import Lexicon, Meaning
from store.search.vocabulary import Vocabulary
from store.search.words import STOP_WORDS, WORD, stem, words_of

MOST_WORDS = 60  # of a topic; an ask says what it seeks in fewer
_SEPARATOR = re.compile(r"[,/;&]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word to look for. `said` is what the asker wrote, `at` the how-manieth word it was; `alternative` numbers
    "stents or catheters": 0, 1."""

    word: str
    said: str
    at: int
    alternative: int


def spoken(
    topic: str, vocabulary: Vocabulary, lexicon: Lexicon, *, literally: Collection[str]
) -> list[Spoken]:
    """What nobody writes as the asker did is read as two words, or as one: "lateralflow", "micro fluidics"."""
    found: list[Spoken] = []
    for each in _written(topic):
        before = found[-1] if found else None
        if before and _torn(before.word, each.word, vocabulary, lexicon):
            found[-1] = replace(before, word=before.word + each.word, said=f"{before.said} {each.said}")
        elif each.word not in literally and (parts := _run_together(each.word, vocabulary, lexicon)):
            found += [replace(each, word=part) for part in parts]
        else:
            found.append(each)
    return found


def written_otherwise(words: list[str], vocabulary: Vocabulary) -> Iterator[Meaning]:
    """What known words are also written as: "bio marker" as "biomarker", "woundcare" as "wound care"."""
    for at, word in enumerate(words):
        if at and STOP_WORDS.isdisjoint(words[at - 1 : at + 1]):
            joined = words[at - 1] + word
            if vocabulary.entries_with(joined):
                yield Meaning(at - 1, at + 1, ((joined, stem(joined)),))
        if vocabulary.holds(word) and not is_common(word) and (parts := vocabulary.apart(word)):
            yield Meaning(at, at + 1, ((" ".join(parts), " ".join(map(stem, parts))),))


def _written(topic: str) -> Iterator[Spoken]:
    """Each word, and how many times "or", "and", a comma or a stroke stand before it."""
    said = WORD.findall(topic)[:MOST_WORDS]
    words = words_of(topic)[:MOST_WORDS]
    if len(words) != len(said):  # folding took a letter apart
        said = words
    for at, alternative in enumerate(_alternatives(topic, len(words))):
        yield Spoken(words[at], said[at], at, alternative)


def _alternatives(topic: str, count: int) -> list[int]:
    counted, number, end = [], 0, 0
    for spot in WORD.finditer(topic):
        number += bool(_SEPARATOR.search(topic, end, spot.start())) or spot[0].lower() in {"or", "and"}
        counted.append(number)
        end = spot.end()
    return [*counted, *[number] * count][:count]


def _run_together(word: str, vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[str, ...]:
    if vocabulary.holds(word) or lexicon.says(word) or is_common(word):
        return ()
    return vocabulary.apart(word) or ()


def _torn(first: str, second: str, vocabulary: Vocabulary, lexicon: Lexicon) -> bool:
    joined = first + second
    if (
        not STOP_WORDS.isdisjoint((first, second))
        or not joined.isalpha()
        or not vocabulary.entries_with(joined)
    ):
        return False
    return any(not (vocabulary.holds(word) or lexicon.says(word)) for word in (first, second))

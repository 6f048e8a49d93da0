"""The words of the directory, how many entries hold each, and the spelling they suggest for a word nobody uses."""

import math
from collections.abc import Callable, Iterable, Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from store.search.common_words import is_common
from store.search.forms import Forms, Used
from store.search.growing import Growing
from store.search.shapes import Shapes
from store.search.sounding import sound_of
from store.search.words import FILLER_WORDS, STOP_WORDS, one_spelling, stem

_SAY_NOTHING = STOP_WORDS | FILLER_WORDS  # "compnies" says no more than "companies"
SHORTEST_CORRECTED = 4
EDIT = 1.3  # an edit weighs a little more than its share of the letters
COMMONNESS = 0.035  # how much a tenfold commoner word is preferred: two edits never beat one by this alone
SAME_CONSONANTS = 0.05  # vowels are what people get wrong
SHORTEST_RUN, LONGEST_RUN = 4, 40  # letters of two words run together: "xray" …
OFTEN = 3  # … where a part is as short as that, more than one entry must write them apart
SLIP_OF_THE_TEXT, MUCH_COMMONER = (
    2,
    40,
)  # a word of so few entries, so near to one of so many more, is a slip itself


Together = Callable[[str], int]


def _never(_: str) -> int:
    return 0


class Vocabulary:
    def __init__(self, forms: Forms, also: Iterable[str] = (), *, together: Together = _never) -> None:
        """`also` are words that nobody need use to be spellings of what is said: those of the lexicon.

        `together` tells how many entries have two stems, joined by a space, one after the other.
        """
        self._forms = forms
        self._together = together
        self._entries = 0
        self._stems: Growing[np.int32] = Growing(np.int32)
        self._words: Growing[np.int32] = Growing(np.int32)
        # Of each form: whether a slip may be meant for it, how it looks, and how it sounds.
        self._meant: Growing[np.bool_] = Growing(np.bool_)
        self._shapes = Shapes()
        self._sounds: Growing[np.uint32] = Growing(np.uint32)
        self._suggested: dict[str, str | None] = {}
        self._always: frozenset[str] = frozenset()
        self.keep(also)

    def keep(self, also: Iterable[str]) -> None:
        """Take these for the lexicon's words from now on, and those it had before no longer."""
        before, self._always = self._always, _SAY_NOTHING | frozenset(also)
        numbers = [self._forms.number(word) for word in self._always]
        self._take_forms()
        self._meant.values[numbers] = [_may_be_meant(word) for word in self._always]
        for word in before - self._always:
            self._meant.values[self._forms.number(word)] &= self.entries_with(word) > 0
        self._suggested.clear()

    def add(self, used: Used, *, entries: int) -> None:
        """Take in what some entries use."""
        self._entries += entries
        self._take_forms()
        self._stems.values[: len(used.stems)] += used.stems
        words = self._words.values[: len(used.forms)]
        fresh = np.flatnonzero((words == 0) & (used.forms > 0))
        words += used.forms
        self._meant.values[fresh] = [_may_be_meant(self._forms.words[number]) for number in fresh]
        self._suggested.clear()

    def remove(self, used: Used, *, entries: int) -> None:
        self._entries -= entries
        self._stems.values[: len(used.stems)] -= used.stems
        words = self._words.values[: len(used.forms)]
        words -= used.forms
        for number in np.flatnonzero((words == 0) & (used.forms > 0)):
            self._meant.values[number] &= self._forms.words[number] in self._always
        self._suggested.clear()

    def _take_forms(self) -> None:
        """Have a place for every form there is by now."""
        fresh = self._forms.words[len(self._shapes) :]
        self._shapes.add(fresh)
        self._sounds.extend([crc32(sound_of(one_spelling(word)).encode()) for word in fresh])
        self._meant.pad(len(self._forms.words))
        self._words.pad(len(self._forms.words))
        self._stems.pad(self._forms.stems)

    def holds(self, word: str) -> bool:
        return self._held(stem(word)) > 0

    def holds_phrase(self, phrase: str) -> bool:
        """Whether every stem of a phrase is in use, though perhaps not together."""
        return bool(phrase) and all(self._held(part) > 0 for part in phrase.split())

    def phrase_rarity(self, phrase: str) -> float:
        return max(self.rarity(part) for part in phrase.split())

    def rarity(self, stemmed: str) -> float:
        """The inverse document frequency of a stem: 0 for one in every entry, highest for one in none."""
        held = min(self._held(stemmed), self._entries)
        return math.log(1 + (self._entries - held + 0.5) / (held + 0.5))

    def entries_with(self, word: str) -> int:
        """How many entries use exactly this word."""
        number = self._forms.form(word)
        return int(self._words.values[number]) if number is not None and number < len(self._words) else 0

    def _held(self, stemmed: str) -> int:
        """How many entries use this stem."""
        number = self._forms.stem(stemmed)
        return int(self._stems.values[number]) if number is not None and number < len(self._stems) else 0

    def commoner(self, word: str) -> str | None:
        """What a word that hardly anybody uses may be meant for as well: an entry may hold the same slip."""
        held = self._held(stem(word))
        if (
            not 0 < held <= SLIP_OF_THE_TEXT
            or len(word) <= SHORTEST_CORRECTED
            or _has_digit(word)
            or is_common(word)
        ):
            return None
        near = ((-self._held(stem(each)), each) for each, distance in self._close(word, 1) if distance)
        often, best = min(near, default=(0, None))
        return best if -often >= MUCH_COMMONER * held else None

    def apart(self, word: str) -> tuple[str, str] | None:
        """The two words that a word is when they are run together, "lateralflow", if they stand so in more entries."""
        if _has_digit(word):  # a code is no two words
            return None
        best, parts = self._held(stem(word)), None
        for at in range(1, len(word)) if SHORTEST_RUN <= len(word) <= LONGEST_RUN else ():
            first, second = word[:at], word[at:]
            if not (self._is_part(first) and self._is_part(second)):
                continue
            held = self._together(f"{stem(first)} {stem(second)}")
            if held > best and (held >= OFTEN or min(at, len(word) - at) >= SHORTEST_CORRECTED - 1):
                best, parts = held, (first, second)
        return parts

    def _is_part(self, word: str) -> bool:
        return word not in STOP_WORDS and self.entries_with(word) > 0

    def spelling(self, word: str) -> str | None:
        """What a word that nobody uses is likeliest meant for; nothing for codes and plain English."""
        if len(word) < SHORTEST_CORRECTED or _has_digit(word) or word in STOP_WORDS or is_common(word):
            return None
        if word not in self._suggested:
            self._suggested[word] = self._suggest(word)
        return self._suggested[word]

    def _suggest(self, word: str) -> str | None:
        length = len(one_spelling(word))
        edits = 1 if length <= 5 else 2 if length <= 11 else 3
        close = (
            (-self._closeness(word, each, distance), each) for each, distance in self._close(word, edits)
        )
        return min(close, default=(0.0, None))[1]

    def _close(self, word: str, edits: int) -> Iterator[tuple[str, int]]:
        """The words within so many edits of this one, and of those that sound the same the ones with two more."""
        form = one_spelling(word)
        if len(form) > SHORTEST_CORRECTED + 1:
            for each in self._words_where(self._sounds.values == crc32(sound_of(form).encode())):
                distance = OSA.distance(form, one_spelling(each))
                if distance <= edits + 2:
                    yield each, min(int(distance), edits)
        for spelt in dict.fromkeys((word, form)):
            words = self._words_where(self._shapes.within(spelt, edits))
            found = process.extract(spelt, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
            yield from ((each, int(distance)) for each, distance, _ in found)

    def _words_where(self, chosen: NDArray[np.bool_]) -> list[str]:
        return [self._forms.words[number] for number in np.flatnonzero(chosen & self._meant.values)]

    def _closeness(self, word: str, candidate: str, distance: int) -> float:
        same_start = 0.03 if word[0] == candidate[0] else 0.0
        held = 0 if candidate in _SAY_NOTHING else self._held(stem(candidate))
        usual = COMMONNESS * math.log(1 + held)
        heard = SAME_CONSONANTS if sound_of(word) == sound_of(candidate) else 0.0
        return 1 - EDIT * distance / max(len(word), len(candidate)) + usual + same_start + heard


def _may_be_meant(word: str) -> bool:
    """Never a short word or a code: a letter more or less is another one."""
    return len(word) >= SHORTEST_CORRECTED - 1 and not _has_digit(word)


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)

"""Reads a reply to a letter as one of the letter's words, or as none: what is unsure is never taken as consent.

Short phrases are known by heart (and held apart from politeness, greetings and names); a yes with a condition is no yes.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import dropwhile

from bot.assistant.introductions.word_list import (
    ALSO,
    CALENDAR,
    HEDGES,
    LADDER,
    NEUTRAL,
    PHRASES,
    STATED,
    UNSETTLED,
)

LONGEST = 4000  # characters of a reply; who writes more is read by a person
NARROWER = frozenset({"pause", "not yet"})  # than a no
AFFIRM = frozenset({"yes", "resume", "approve"})  # what comes after these may take nothing back

_GREETING = re.compile(
    r"(?:hi|hiya|hello|hey|dear|good (?:morning|afternoon|evening)|morning|afternoon)"
    r"(?:\s+[\w.'’&-]+){0,3}\s*(?:[,!.:–-]+|$)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:kind|best|warm|many|with best|with kind)?\s*(?:regards|wishes)|best|cheers|(?:many )?thanks|thank you|yours"
    r"(?: (?:sincerely|faithfully|truly))?|sincerely|all the best|speak soon|kr|br|ta)\s*[,.!–-]*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"(?:--\s*|sent from my .*|get outlook .*)", re.IGNORECASE)
_BREAK = re.compile(r"\s*(?:([?])|[.!,;:\n()\[\]\"“”]|\s[-–—]+(?=\s)|—)+\s*")
_AND = re.compile(r"\b(?:and|so|then|where|who|which)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BLANKS = re.compile(r"[^\S\n]+")  # a run of thousands would be tried at each of its places
_NAME = re.compile(r"[A-Z][\w.'’-]*")
_MOST_NAMES = 8  # words of a name block's line


def word_of(text: str, choices: Collection[str]) -> str | None:
    """The one of `choices` that the reply is, whatever politeness is around it; None where that is not sure."""
    if not text.strip() or len(text) > LONGEST:
        return None
    known = _known(tuple(choices))
    text = _BLANKS.sub(" ", text)
    said = list(dropwhile(lambda each: _clean(each, known) == "", _segments(text)))  # "Thanks! Yes please."
    if not said:
        return None
    word = _clean(said[0], known)
    return _agreed(word, said[1:], known) if word else _stated(said, choices)


def _agreed(word: str, rest: list[str], known: dict[tuple[str, ...], str]) -> str | None:
    """The word, unless what follows says another, asks something, or takes it back."""
    words, free = {word}, []
    for segment in rest:
        heard = _clean(segment, known)
        if heard is None:
            free.append(segment)
        elif heard:
            words.add(heard)
    agreed = _one(words)
    if agreed is None or any("?" in segment for segment in free):
        return None
    if agreed in AFFIRM and any(HEDGES.search(segment) for segment in free):
        return None
    return agreed


def _stated(said: list[str], choices: Collection[str]) -> str | None:
    """What became of it, told in a sentence: "We met last week". Of several rungs the lowest; plans are none."""
    if any("?" in segment for segment in said):
        return None
    parts = [part for segment in said for part in _AND.split(segment)]
    told = [part for part in parts if not UNSETTLED.search(part)]
    return next(
        (word for word in LADDER if word in choices and any(map(STATED[word].search, told))),
        None,
    )


def _clean(segment: str, known: dict[tuple[str, ...], str]) -> str | None:
    """The word a segment is through and through; "" for mere politeness; None for anything else."""
    words = tuple(word.lower().replace("’", "'") for word in _WORD.findall(segment))
    if not words or ("?" in segment and words != ("why", "not")):
        return None if words else ""
    at, heard = 0, set()
    while at < len(words):
        size = next((n for n in range(min(8, len(words) - at), 0, -1) if words[at : at + n] in known), 0)
        if not size:
            return None
        heard.add(known[words[at : at + size]])
        at += size
    heard.discard("")
    return _one(heard) if heard else ""


def _one(words: set[str]) -> str | None:
    """The one word among several heard: the narrower of a no ("no, not yet"); None where they contradict."""
    narrower = words - {"no"} if words & NARROWER else words
    return next(iter(narrower)) if len(narrower) == 1 else None


@lru_cache(maxsize=64)
def _known(choices: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    """Every phrase that settles one of these choices, word by word, and the polite ones that settle nothing."""
    known = {_split(phrase): "" for phrase in NEUTRAL}
    for choice in choices:
        for phrase in (choice, *PHRASES.get(choice, ()), *ALSO.get(choice, ())):
            known.setdefault(_split(phrase), choice)
    for choice in choices:
        known[_split(choice)] = choice
    return known


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.lower().split())


def _segments(text: str) -> Iterator[str]:
    """The parts between stops, without greeting, sign-off and name; a question keeps its mark."""
    for line in _own_lines(text):
        start = 0
        for found in _BREAK.finditer(line):
            part = line[start : found.start()].strip()
            if part or found.group(1):
                yield part + ("?" if found.group(1) else "")
            start = found.end()
        if line[start:].strip():
            yield line[start:].strip()


def _own_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    kept: list[str] = []
    for number, line in enumerate(lines):
        bare = line if kept else _without_greeting(line)
        if _SIGNATURE.fullmatch(line):
            break
        if kept and _SIGN_OFF.fullmatch(line) and not any(map(_says_more, lines[number + 1 :])):
            break
        if bare.strip():
            kept.append(bare.strip())
    while len(kept) > 1 and _is_name_line(kept[-1]):
        kept.pop()
    if kept:
        kept[-1] = _without_name(kept[-1])
    return kept


def _without_greeting(line: str) -> str:
    """ "Hi Ana, yes": without what is said to somebody; "Hi, yes please" keeps its words."""
    found = _GREETING.match(line)
    if found is None or any(_is_said(word) for word in found.group().split()[1:]):
        return line
    return line[found.end() :]


def _says_more(line: str) -> bool:
    """Whether a line below the sign-off is more than a name and a title."""
    return "?" in line or bool(HEDGES.search(line)) or line.lower().startswith(("ps", "p.s"))


def _is_name_line(line: str) -> bool:
    words = line.split()
    small = {"of", "and", "at", "the", "for", "de", "van", "von", "&", "|", "-", "–", "·"}
    return (
        len(words) <= _MOST_NAMES
        and not _says_more(line)
        and not line.endswith((".", "!"))
        and all(_NAME.match(word) or word.lower() in small for word in words)
        and not any(_is_said(word) for word in words)
    )


def _without_name(line: str) -> str:
    """ "Yes please, Anna" or "Yes. Anna": without the one word at the end that is a name."""
    head, _, last = line.rpartition(" ")
    bare = last.strip(".,!–-")
    named = head.rstrip().endswith((",", ".", "!", "–", "-")) and bare.isalpha() and bare[:1].isupper()
    return head if named and not _is_said(bare) else line


def _is_said(word: str) -> bool:
    """Whether a capitalised word is one that means something here, and not a name."""
    lower = word.lower().strip(".,!")
    return lower in CALENDAR or lower in _single_words() or bool(HEDGES.search(lower))


@lru_cache(maxsize=1)
def _single_words() -> frozenset[str]:
    said = (*NEUTRAL, *(phrase for phrases in (*PHRASES.values(), *ALSO.values()) for phrase in phrases))
    return frozenset(word for phrase in said for word in phrase.split())

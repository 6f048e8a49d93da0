"""Says why an organisation was found, in the words it uses itself, and picks its best sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.search.entry import Entry
from store.search.found import Reason, ReasonKind
from store.search.reading import Reading, Term
from store.search.words import STOP_WORDS, WORD, bare, plain, sentences, stem

EXCERPT_LENGTH = 200
TELLING = frozenset({"capabilities", "summary", "offers"})  # a name, a label or a person is no excerpt
LEAD_IN = 60  # characters shown before the first match of a sentence that is too long


@dataclass(frozen=True, slots=True)
class Matched:
    """A term of the ask met in a text: where, and in what words."""

    term: Term
    start: int
    end: int
    meant: str = ""  # the lexicon's words, when the asker's own are not there


@dataclass(frozen=True, slots=True)
class Why:
    reasons: tuple[Reason, ...]
    excerpt: str


def explain(entry: Entry, reading: Reading) -> Why:
    """Each term's best place in the entry, and the text that says most of them."""
    reasons: dict[str, Reason] = {}
    best: tuple[float, str, int] = (0.0, "", 0)
    sought, stems = {term.said for term in reading.terms}, _stems_of(reading.terms)
    for field, text in _texts(entry):
        if field not in TELLING and len(reasons) == len(sought):
            continue  # every reason is told, and this would be no excerpt
        if _spots(text)[1].isdisjoint(stems):
            continue
        found = list(matches(text, reading.terms))
        if not found:
            continue
        for match in found:
            kind = ReasonKind.MEANING if match.meant else ReasonKind.WORDS
            said = match.term.said
            if said not in reasons:
                reasons[said] = Reason(kind, said, text[match.start : match.end], field)
        told = sum(match.term.rarity for match in {id(match.term): match for match in found}.values())
        if field in TELLING and told > best[0]:
            best = (told, text, min(match.start for match in found))
    said = best[1] or (sentences(entry.summary) or [*entry.capabilities, ""])[0]
    return Why(tuple(reasons.values()), excerpt_of(said, best[2]))


def _stems_of(terms: Sequence[Term]) -> set[str]:
    """Whatever a text must have some of for a term to stand in it."""
    keys = (key for term in terms for _, key in term.meanings)
    return {stem for term in terms for stem in term.stems}.union(*map(_parts, keys))


def matches(text: str, terms: Sequence[Term]) -> Iterator[Matched]:
    """Where the terms stand in a text, the asker's own words before other words for them."""
    spots, there = _spots(text)
    for term in terms:
        if not there.isdisjoint(term.stems):
            own = next(spot for spot in spots if spot[0] in term.stems)
            yield Matched(term, own[1], own[2])
            continue
        for written, key in term.meanings:
            phrase = _parts(key)
            if there.issuperset(phrase) and (span := _phrase(spots, phrase)):
                yield Matched(term, _with_lead(text, span[0], written), span[1], meant=written)
                break


def excerpt_of(text: str, start: int) -> str:
    """At most 200 characters of a text, whole words, around what starts at `start`."""
    text = " ".join(text.split()) if len(text) <= EXCERPT_LENGTH else text
    if len(text) <= EXCERPT_LENGTH:
        return text
    first = max(0, min(start - LEAD_IN, len(text) - EXCERPT_LENGTH + 1))
    if first:
        first = text.find(" ", first) + 1 or first
    room = EXCERPT_LENGTH - 2  # for an ellipsis at either end
    piece = text[first : first + room]
    if first + room < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
    return ("…" if first else "") + " ".join(piece.split())


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """The places where a reason may be found, the most telling first."""
    for capability in entry.capabilities:
        yield "capabilities", capability
    for sentence in sentences(entry.summary):
        yield "summary", sentence
    yield "name", entry.name
    for alias in entry.aliases:
        yield "aliases", alias
    for tag in entry.tags:
        yield "tags", tag
    yield "sector", entry.sector
    for person in entry.people:
        yield "people", ", ".join((person.name, person.role, *person.expertise))
    for offer in entry.offers:
        yield "offers", offer


@lru_cache(maxsize=4096)  # those that are found are found often
def _spots(text: str) -> tuple[tuple[tuple[str, int, int], ...], frozenset[str]]:
    """The stems of a text without stop words, and where each stands; and each of them once."""
    folded = plain(text)
    if len(folded) == len(text):
        found = ((bare(spot[0]), spot) for spot in WORD.finditer(folded))
    else:  # an accent took a character with it: positions in the folded text would be off
        found = ((bare(plain(spot[0])), spot) for spot in WORD.finditer(text))
    spots = tuple((stem(word), spot.start(), spot.end()) for word, spot in found if word not in STOP_WORDS)
    return spots, frozenset(spot[0] for spot in spots)


@lru_cache(maxsize=4096)
def _parts(key: str) -> tuple[str, ...]:
    return tuple(key.split())


def _with_lead(text: str, start: int, written: str) -> int:
    """Take the "in" of "in vitro" along, which is no stem."""
    lead = written.split(" ", 1)[0].lower()
    before = text[:start].rstrip()
    if lead in STOP_WORDS and before.lower().endswith(lead) and not before[: -len(lead)][-1:].isalnum():
        return len(before) - len(lead)
    return start


def _phrase(spots: Sequence[tuple[str, int, int]], phrase: Sequence[str]) -> tuple[int, int] | None:
    for at in range(len(spots) - len(phrase) + 1):
        if all(spots[at + step][0] == part for step, part in enumerate(phrase)):
            return spots[at][1], spots[at + len(phrase) - 1][2]
    return None

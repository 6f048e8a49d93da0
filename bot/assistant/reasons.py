"""Tells why a hit is there as a person would: one clause a field, each thing once, phrases rather than words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.assistant.readings import abbreviates, as_read, folded, same_words, short
from store.kinds import OrganisationKind, SizeBand
from store.search.found import Hit, Reason, ReasonKind
from store.search.words import STOP_WORDS, WORD, bare, plain, stem, stems_of, words_of

A_KIND: dict[str, str] = {
    OrganisationKind.COMPANY: "a company",
    OrganisationKind.MULTINATIONAL: "a multinational",
    OrganisationKind.SUPPLIER: "a supplier",
    OrganisationKind.UNIVERSITY: "a university",
    OrganisationKind.NHS: "an NHS organisation",
    OrganisationKind.PUBLIC_BODY: "a public body",
    OrganisationKind.INVESTOR: "an investor",
}
SIZE_WORDS: dict[str, str] = {
    SizeBand.MICRO: "fewer than 10 people",
    SizeBand.SMALL: "10 to 49 people",
    SizeBand.MEDIUM: "50 to 249 people",
    SizeBand.LARGE: "250 people or more",
}
FIELD_WORDS = {
    "capabilities": "in what they do",
    "lead": "in their summary",
    "summary": "in their summary",
    "rest": "in their summary",
    "name": "in their name",
    "aliases": "in another name of theirs",
    "people": "among their people",
    "tags": "in their tags",
    "sector": "in their sector",
    "needs": "in what they need",
    "offers": "in what they offer",
    "place": "in their place",
}
_BETWEEN = re.compile(r"[\s–—-]{1,3}(?:(?:of|and|the|for|in|de) )?")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of an entry, and those of the ask that they stand for where these are others."""

    told: str
    said: tuple[str, ...]
    other: bool


def why(hit: Hit, readings: Sequence[Reason] = (), topic: str = "") -> tuple[str, ...]:
    """The hit's reasons as short clauses. `readings` and `topic` are the ask's own."""
    named = (_named(each, hit) for each in hit.reasons if each.kind is ReasonKind.NAME)
    traits = (_trait(each) for each in hit.reasons if each.kind in {ReasonKind.KIND, ReasonKind.SIZE})
    told = {(folded(each.said), folded(each.matched)) for each in readings}
    spelt = (
        f"“{short(each.said)}” read as “{each.matched}”"
        for each in hit.reasons
        if each.kind is ReasonKind.SPELLING and (folded(each.said), folded(each.matched)) not in told
    )
    clauses = (*named, *spelt, *_by_field(hit, readings, topic), *traits)
    return tuple(dict.fromkeys(clause for clause in clauses if clause))


def _named(reason: Reason, hit: Hit) -> str:
    if reason.field == "people":
        return f"{reason.matched} works there"
    return "" if folded(reason.matched) == folded(hit.name) else f"also called “{reason.matched}”"


def _trait(reason: Reason) -> str:
    if reason.kind is ReasonKind.KIND:
        return A_KIND.get(reason.matched, reason.matched)
    return SIZE_WORDS.get(reason.matched, reason.matched)


def _by_field(hit: Hit, readings: Sequence[Reason], topic: str) -> Iterable[str]:
    fields: dict[str, list[Reason]] = {}
    for reason in hit.reasons:
        if reason.kind in {ReasonKind.WORDS, ReasonKind.MEANING} and reason.matched.strip():
            fields.setdefault(FIELD_WORDS.get(reason.field, reason.field), []).append(reason)
    topic, asked = as_read(topic, readings), _phrases(readings)
    done: set[str] = set()
    for where, reasons in fields.items():
        pieces = _pieces([_whole(each, asked, readings) for each in reasons], hit.excerpt)
        new = [piece for piece in pieces if folded(piece.told) not in done]
        done |= {folded(piece.told) for piece in new}
        if new:
            in_order = sorted(new, key=lambda piece: _asked_at(piece, topic)) if len(new) > 1 else new
            yield _clause(in_order, where, topic)


def _phrases(readings: Sequence[Reason]) -> list[str]:
    """What of the ask has a meaning as a whole, the longest first."""
    meant = {as_read(each.said, readings) for each in readings if each.kind is ReasonKind.MEANING}
    return sorted(meant, key=lambda phrase: (-len(phrase), phrase))


def _whole(reason: Reason, phrases: Sequence[str], readings: Sequence[Reason]) -> Reason:
    """As read, and for the whole phrase that has the meaning: "cell and gene therapy", not "gene" of it."""
    said = as_read(reason.said, readings)
    if reason.kind is ReasonKind.MEANING:
        words = set(words_of(said))
        said = next((phrase for phrase in phrases if words <= set(words_of(phrase))), said)
    return reason if said == reason.said else replace(reason, said=said)


def _pieces(reasons: Sequence[Reason], excerpt: str) -> list[_Piece]:
    """What matched in one field: the same once, a word not beside the phrase it stands in, neighbours as one."""
    by_words: dict[str, _Piece] = {}
    for reason in reasons:
        key, other = folded(reason.matched), reason.kind is ReasonKind.MEANING
        found = by_words.get(key)
        by_words[key] = (
            _Piece(reason.matched, (reason.said,), other)
            if found is None
            else _Piece(found.told, tuple(dict.fromkeys((*found.said, reason.said))), found.other and other)
        )
    pieces = list(by_words.values())
    if len(pieces) < 2:
        return pieces
    whole = [each for each in pieces if not any(_stands_in(each, other) for other in pieces)]
    return _joined(whole, excerpt)


def _stands_in(piece: _Piece, other: _Piece) -> bool:
    """A word of a phrase that is told, or of one that the other is told for."""
    mine, theirs = _words(piece.told), _words(other.told)
    if len(mine) < len(theirs) and set(mine) <= set(theirs):
        return True
    if piece.other or not other.other:
        return False
    return set(_words(" ".join(piece.said))) < set(_words(" ".join(other.said)))


@lru_cache(maxsize=256)  # each piece is compared with each
def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


def _joined(pieces: Sequence[_Piece], excerpt: str) -> list[_Piece]:
    """Pieces that stand side by side in the excerpt become the phrase they are there, the longest first."""
    left, joined = list(pieces), []
    while left:
        run = max(_runs(left, excerpt), key=len) or [(0, 0, left[0])]
        told = excerpt[run[0][0] : run[-1][1]] if len(run) > 1 else run[0][2].told
        met = [piece for _, _, piece in run]
        said = tuple(dict.fromkeys(word for piece in met for word in piece.said))
        joined.append(
            (min(pieces.index(piece) for piece in met), _Piece(told, said, any(piece.other for piece in met)))
        )
        left = [piece for piece in left if piece not in met]
    return [piece for _, piece in sorted(joined, key=lambda each: each[0])]


def _runs(pieces: Sequence[_Piece], excerpt: str) -> Iterable[list[tuple[int, int, _Piece]]]:
    """Where pieces, each once, follow one another."""
    spots = sorted(
        (found.start(), found.end(), number)
        for number, piece in enumerate(pieces)
        for found in re.finditer(rf"(?<!\w){re.escape(piece.told)}(?!\w)", excerpt)
    )
    run: list[tuple[int, int, _Piece]] = []
    for start, end, number in spots:
        piece = pieces[number]
        beside = run and _BETWEEN.fullmatch(excerpt, run[-1][1], start)
        if not beside or any(piece is other for _, _, other in run):
            yield run
            run = []
        run.append((start, end, piece))
    yield run


def _clause(pieces: Sequence[_Piece], where: str, topic: str) -> str:
    meant = [_standing_for(piece, topic) if piece.other else "" for piece in pieces]
    last = f"{where}, {meant[-1]}" if len(pieces) == 1 and meant[0] else where
    told = [
        f"“{piece.told}”" + (f" ({said})" if said and len(pieces) > 1 else "")
        for piece, said in zip(pieces, meant, strict=True)
    ]
    quoted = " and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0]
    return " ".join(part for part in (quoted, last) if part)


def _asked_at(piece: _Piece, topic: str) -> int:
    """Where in the topic the first word is that it was met by."""
    said = {stem(word) for word in words_of(" ".join(piece.said))}
    asked = [stem(word) for word in words_of(topic)]
    return next((at for at, word in enumerate(asked) if word in said), len(asked))


def _standing_for(piece: _Piece, topic: str) -> str:
    """ "for “viral vector”": the asker's own words for it; nothing where they say the same."""
    said = " ".join(piece.said)
    if same_words(said, piece.told) or abbreviates(said, piece.told):
        return ""
    if set(stems_of(piece.told)) <= set(stems_of(topic)):  # asked for in these very words too
        return ""
    stretches = [short(each) for each in _stretches(said, topic)]
    return "for " + " and ".join(f"“{each}”" for each in stretches)


def _stretches(said: str, topic: str) -> list[str]:
    """The words as they stand in the topic, in its order, those side by side in one."""
    wanted, found = {stem(word) for word in words_of(said)}, list[tuple[int, int]]()
    for spot in WORD.finditer(topic):
        word = stem(bare(plain(spot[0])))
        if word not in wanted:
            continue
        wanted.discard(word)
        between = words_of(topic[found[-1][1] : spot.start()]) if found else []
        if found and STOP_WORDS.issuperset(between):
            found[-1] = (found[-1][0], spot.end())
        else:
            found.append((spot.start(), spot.end()))
    return [topic[start:end] for start, end in found] or [said]

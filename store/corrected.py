"""What askers corrected: kept with their asks, and gathered into words the lexicon may lack."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from store.models import AskRecord
from store.search.lexicon import Lexicon
from store.search.words import FILLER_WORDS, STOP_WORDS, WORD, stem, stems_of, words_of

LOOKED_AT = 50_000  # asks, the latest; a region has that many in years
FOLLOWED_WITHIN = timedelta(days=1)  # a mail is answered the next morning
MOST_WORDS, LONGEST = 6, 100  # of an expression: what a row of the lexicon holds


class Part(StrEnum):
    """What of a search was corrected."""

    TOPIC = "topic"
    SPELLING = "spelling"  # it was meant as it was spelt
    PLACE = "place"
    OTHER = "other"  # kinds, sizes, what was ruled out


@dataclass(frozen=True, slots=True)
class Correction:
    """`asked` was read as `read` (its own words where nothing else was read into them), `meant` was meant."""

    part: Part
    asked: str = ""
    meant: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True)
class AskedAs:
    """People say `said` and mean `meant`. `corrected`: so they told, else the second ask found what the first missed."""

    said: str
    meant: str
    times: int
    last: datetime
    corrected: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    said: str
    meant: str
    at: datetime
    corrected: bool


def asked_as(session: Session, lexicon: Lexicon) -> tuple[AskedAs, ...]:
    """Candidates for the lexicon, what was said most often first. They go when the asks go that they come from."""
    rows = session.exec(
        select(AskRecord).order_by(col(AskRecord.asked_at).desc(), col(AskRecord.id).desc()).limit(LOOKED_AT)
    ).all()
    seen = defaultdict[tuple[str, str, bool], list[_Seen]](list)
    for each in (*_corrected(rows), *_followed(rows)):
        if _is_new(each, lexicon):
            seen[_key(each.said), _key(each.meant), each.corrected].append(each)
    gathered = [_gathered(group) for group in seen.values()]
    return tuple(sorted(gathered, key=lambda each: (-each.times, not each.corrected, each.said, each.meant)))


def _gathered(group: Sequence[_Seen]) -> AskedAs:
    last = max(group, key=lambda each: each.at)
    return AskedAs(last.said, last.meant, len(group), last.at, last.corrected)


def _corrected(rows: Iterable[AskRecord]) -> Iterator[_Seen]:
    for row in rows:
        told = row.correction or {}
        if told.get("part") == Part.TOPIC and isinstance(told.get("asked"), str):
            yield _Seen(*_different(told["asked"], str(told.get("meant", ""))), row.asked_at, corrected=True)


def _followed(rows: Iterable[AskRecord]) -> Iterator[_Seen]:
    """An ask that found somebody right after one of the same conversation that did not, in other words."""
    later: dict[str, AskRecord] = {}
    for row in rows:  # the latest first; thanks and the like in between are passed over
        if not row.wanted:
            continue
        after = later.get(row.conversation)
        later[row.conversation] = row
        if after is None or not row.missed or after.answer_kind != "matches" or after.correction:
            continue
        if after.asked_at - row.asked_at <= FOLLOWED_WITHIN:
            yield _Seen(*_different(_topic(row), _topic(after)), after.asked_at, corrected=False)


def _topic(row: AskRecord) -> str:
    return str((row.wanted or {}).get("topic", ""))


def _different(before: str, after: str) -> tuple[str, str]:
    """Both without the words that they begin or end with alike: "protien assay", "protein assay" -> one word each."""
    first, second = ([(spot[0], stem(words_of(spot[0])[0])) for spot in WORD.finditer(each)] for each in (before, after))  # fmt: skip
    while len(first) > 1 and len(second) > 1 and first[0][1] == second[0][1]:
        del first[0], second[0]
    while len(first) > 1 and len(second) > 1 and first[-1][1] == second[-1][1]:
        del first[-1], second[-1]
    return " ".join(word for word, _ in first), " ".join(word for word, _ in second)


def _is_new(seen: _Seen, lexicon: Lexicon) -> bool:
    """Whether it is something that the lexicon can take and does not have."""
    for text in (seen.said, seen.meant):
        words = words_of(text)
        if len(words) > MOST_WORDS or len(text) > LONGEST:
            return False
        if all(word in STOP_WORDS or word in FILLER_WORDS for word in words):
            return False
    meant = _key(seen.meant)
    return meant != _key(seen.said) and meant not in {_key(each) for each in lexicon.expansions(seen.said)}


def _key(text: str) -> str:
    return " ".join(stems_of(text))

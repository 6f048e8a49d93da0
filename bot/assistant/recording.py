"""Asks as they are kept: what was asked, how it was understood, what was found, for follow-ups and for the gaps."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, func, select

from bot.assistant.messages import Ask
from store.corrected import Correction
from store.kinds import Verdict
from store.models import AskRecord, Feedback
from store.people import Member
from store.search.wanted import Wanted

LOOKED_BACK = 20  # messages of a conversation
KEPT_TEXT = 4000  # characters of an ask that are kept; the inbox has the whole of it

WANTED = TypeAdapter(Wanted)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An ask answered before, as far as what follows it needs."""

    ask_id: str
    wanted: Wanted | None
    hits: tuple[int, ...]
    shown: int
    kind: str = ""  # of the answer it got
    by_member: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ask came to. `hits` are organisation ids, all of them, best first."""

    answer_kind: str
    wanted: Wanted | None = None
    hits: tuple[int, ...] = field(default=())
    shown: int = 0
    missed: bool = False
    doubtful: bool = False  # a miss in words that nobody knows
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked before: the last search, and the last list that numbers in what follows can mean."""

    search: Earlier | None = None
    listed: Earlier | None = None


def record(session: Session, ask: Ask, outcome: Outcome, *, now: datetime) -> None:
    """Keep the ask. The same ask again replaces what was kept of it, so this is safe to repeat."""
    kept = session.get(AskRecord, ask.id)
    if kept is None:
        kept = AskRecord(
            id=ask.id,
            medium=ask.medium,
            conversation=ask.conversation,
            text=_storable(ask.text)[:KEPT_TEXT],
            asked_at=now,
            answer_kind="",
        )
    kept.inbox_id = ask.inbox_id
    kept.person_id = ask.asker.person_id if isinstance(ask.asker, Member) else None
    kept.answer_kind = outcome.answer_kind
    kept.wanted = None if outcome.wanted is None else WANTED.dump_python(outcome.wanted, mode="json")
    kept.hits = list(outcome.hits)
    kept.shown = outcome.shown
    kept.missed = outcome.missed
    kept.doubtful = outcome.doubtful
    kept.correction = None if outcome.correction is None else _storable_correction(outcome.correction)
    session.add(kept)


def before(session: Session, conversation: str, *, ask_id: str, answers: int | None = None) -> Conversation:
    """What the conversation asked before this ask. A search that found nobody leaves the list before it as it was.

    `answers`: the mail whose answer is replied to; what was asked after it counts as not asked.
    """
    found = select(AskRecord).where(AskRecord.conversation == conversation, AskRecord.id != ask_id)
    if answers is not None:
        found = found.where(func.coalesce(AskRecord.inbox_id, 0) <= answers)
    newest_first = (
        col(AskRecord.asked_at).desc(),
        func.coalesce(AskRecord.inbox_id, 0).desc(),
        col(AskRecord.id).desc(),
    )
    rows = session.exec(found.order_by(*newest_first).limit(LOOKED_BACK)).all()
    asked = [_earlier(row) for row in rows if row.hits or row.wanted]
    return Conversation(
        next((each for each in asked if each.wanted), None), next((each for each in asked if each.hits), None)
    )


def earlier(session: Session, ask_id: str) -> Earlier | None:
    row = session.get(AskRecord, ask_id)
    return None if row is None else _earlier(row)


def note_not_meant(session: Session, ask_id: str) -> None:
    """An ask that was not meant so misses nothing: what was meant counts."""
    row = session.get(AskRecord, ask_id)
    if row is not None:
        row.missed = row.doubtful = False


def note_shown(session: Session, ask_id: str, shown: int) -> None:
    row = session.get(AskRecord, ask_id)
    if row is not None and shown > row.shown:
        row.shown = shown


def note_verdict(session: Session, ask_id: str, *, actor: str, verdict: Verdict, now: datetime) -> bool:
    """Keep what an asker thinks of an answer; a second verdict replaces the first. False: no such ask."""
    if session.get(AskRecord, ask_id) is None:
        return False
    session.merge(Feedback(ask_id=ask_id, actor=actor, verdict=verdict, given_at=now))
    return True


def _earlier(row: AskRecord) -> Earlier:
    return Earlier(
        row.id, _wanted(row), tuple(row.hits), row.shown, row.answer_kind, row.person_id is not None
    )


def _wanted(row: AskRecord) -> Wanted | None:
    if row.wanted is None:
        return None
    try:
        return WANTED.validate_python(row.wanted)
    except ValidationError:  # written by a version that understood other things: the thread starts anew
        return None


def _storable_correction(correction: Correction) -> dict[str, str]:
    return {name: _storable(str(said))[:KEPT_TEXT] for name, said in asdict(correction).items()}


def _storable(text: str) -> str:
    """PostgreSQL's text cannot hold NUL, UTF-8 cannot hold half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

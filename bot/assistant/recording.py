"""Asks as they are kept: what was asked, how it was understood, what was found, for follow-ups and for the gaps."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.assistant.messages import Ask
from store.corrected import Correction
from store.kinds import Verdict
from store.models import AskRecord, Feedback
from store.people import Member
from store.search.wanted import Wanted

LOOKED_BACK = 20  # messages of a conversation
MOST_PARTS = 9  # asks of one mail that are told apart by number
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
    after: int = 0  # the first hit has the next number


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
    after: int = 0  # the first hit has the next number
    confidential: bool = False  # that it was asked is kept, and not its words


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked before and made a search or a list, the newest first."""

    asked: tuple[Earlier, ...] = ()

    @property
    def search(self) -> Earlier | None:
        """What is narrowed or corrected: the last search."""
        return next((each for each in self.asked if each.wanted), None)

    @property
    def listed(self) -> Earlier | None:
        """The last list."""
        return next((each for each in self.asked if each.hits), None)

    @property
    def several(self) -> bool:
        """Whether numbers may mean more lists than the last: those of a mail with several asks count on."""
        return self.listed is not None and self.listed.after > 0

    def numbered(self, number: int | None) -> Earlier | None:
        """The list that has that number: of those in one mail the last that begins before it."""
        if number is None:
            return self.listed
        return next((each for each in self.asked if each.hits and each.after < max(number, 1)), None)

    def question(self, number: int | None) -> Earlier | None:
        """The list of the ask with that number, of the last mail that had several; else the last list."""
        whole = self._several_asked()
        if number is None or not whole:
            return self.listed if number in {None, 1} else None
        return next((each for each in self.asked if each.ask_id == part_of(whole, number)), None)

    def unfinished(self) -> tuple[int, ...]:
        """The numbers of the asks in that mail of which not all was shown."""
        whole = self._several_asked()
        parts = {part_of(whole, number): number for number in range(1, MOST_PARTS + 1)} if whole else {}
        more = (each for each in self.asked if each.ask_id in parts and each.shown < len(each.hits))
        return tuple(sorted(parts[each.ask_id] for each in more))

    def _several_asked(self) -> str:
        """The last mail that had several asks, as the id of its first; "" for none."""
        wholes = ((each.ask_id, mail_of(each.ask_id)) for each in self.asked)
        return next((whole for own, whole in wholes if own != whole), "")

    def looked_into(self, kind: str, listed: Earlier) -> Outcome:
        """What only looked into a list leaves it what numbers mean; where there are several, all of them."""
        if self.several:
            return Outcome(kind)
        return Outcome(kind, listed.wanted, listed.hits, listed.shown, after=listed.after)


def part_of(ask_id: str, number: int) -> str:
    """The id of one of several asks in a mail, counted from 1; no Message-ID has a blank."""
    return ask_id if number == 1 else f"{ask_id} #{number}"


def mail_of(ask_id: str) -> str:
    """The id of the mail's first ask."""
    whole, _, number = ask_id.rpartition(" #")
    return whole if whole and number.isdigit() else ask_id


def _recording(insert: sqlite.Insert | postgresql.Insert) -> sa.Executable:
    """What is kept of an ask, whether it is new or was kept before: then when it was first asked stays, and its words."""
    stays = {"id", "medium", "conversation", "text", "asked_at"}
    renewed = {each.name: each for each in insert.excluded if each.name not in stays}
    return insert.on_conflict_do_update(index_elements=["id"], set_=renewed)


# Statements are built once: every ask runs them, and putting one together costs more than the database takes to run it.
_ASK = AskRecord.metadata.tables["ask"]
_RECORD = {
    dialect.__name__.rpartition(".")[2]: _recording(dialect.insert(_ASK)) for dialect in (sqlite, postgresql)
}
_EARLIER = sa.select(
    _ASK.c.id,
    _ASK.c.wanted,
    _ASK.c.hits,
    _ASK.c.shown,
    _ASK.c.answer_kind,
    _ASK.c.person_id.is_not(None).label("by_member"),
    _ASK.c.numbered_after,
)
_its_mail = sa.func.coalesce(_ASK.c.inbox_id, 0)
_BEFORE = (
    _EARLIER.where(_ASK.c.conversation == sa.bindparam("conversation"), _ASK.c.id != sa.bindparam("ask"))
    .order_by(_ASK.c.asked_at.desc(), _its_mail.desc(), _ASK.c.id.desc())
    .limit(LOOKED_BACK)
)
_BEFORE_ANSWER = _BEFORE.where(_its_mail <= sa.bindparam("answers"))
_THIS = _EARLIER.where(_ASK.c.id == sa.bindparam("ask"))


def record(session: Session, ask: Ask, outcome: Outcome, *, now: datetime) -> None:
    """Keep the ask. The same ask again replaces what was kept of it, so this is safe to repeat."""
    values = {
        "id": ask.id,
        "medium": ask.medium,
        "conversation": ask.conversation,
        "text": "" if outcome.confidential else _storable(ask.text)[:KEPT_TEXT],
        "asked_at": now,
        "inbox_id": ask.inbox_id,
        "person_id": ask.asker.person_id if isinstance(ask.asker, Member) else None,
        "answer_kind": outcome.answer_kind,
        "wanted": None if outcome.wanted is None else WANTED.dump_python(outcome.wanted, mode="json"),
        "hits": list(outcome.hits),
        "shown": outcome.shown,
        "numbered_after": outcome.after,
        "missed": outcome.missed,
        "doubtful": outcome.doubtful,
        "correction": None if outcome.correction is None else _storable_correction(outcome.correction),
    }
    connection = session.connection()
    connection.execute(_RECORD[connection.dialect.name], values)


def before(session: Session, conversation: str, *, ask_id: str, answers: int | None = None) -> Conversation:
    """What the conversation asked before this ask. A search that found nobody leaves the list before it as it was.

    `answers`: the mail whose answer is replied to; what was asked after it counts as not asked.
    """
    asked, connection = {"conversation": conversation, "ask": ask_id}, session.connection()
    rows = (
        connection.execute(_BEFORE, asked)
        if answers is None
        else connection.execute(_BEFORE_ANSWER, {**asked, "answers": answers})
    )
    return Conversation(tuple(_earlier(row) for row in rows if row.hits or row.wanted))


def earlier(session: Session, ask_id: str) -> Earlier | None:
    row = session.execute(_THIS, {"ask": ask_id}).first()
    return None if row is None else _earlier(row)


def note_not_meant(session: Session, ask_id: str) -> None:
    """An ask that was not meant so misses nothing: what was meant counts."""
    session.execute(sa.update(_ASK).where(_ASK.c.id == ask_id).values(missed=False, doubtful=False))


def note_shown(session: Session, ask_id: str, shown: int) -> None:
    further = (_ASK.c.id == ask_id) & (_ASK.c.shown < shown)
    session.execute(sa.update(_ASK).where(further).values(shown=shown))


def note_verdict(session: Session, ask_id: str, *, actor: str, verdict: Verdict, now: datetime) -> bool:
    """Keep what an asker thinks of an answer; a second verdict replaces the first. False: no such ask."""
    if session.get(AskRecord, ask_id) is None:
        return False
    session.merge(Feedback(ask_id=ask_id, actor=actor, verdict=verdict, given_at=now))
    return True


def _earlier(row: sa.Row[Any]) -> Earlier:
    return Earlier(
        row.id,
        _wanted(row.wanted),
        tuple(row.hits),
        row.shown,
        row.answer_kind,
        row.by_member,
        row.numbered_after,
    )


def _wanted(kept: dict[str, Any] | None) -> Wanted | None:
    if kept is None:
        return None
    try:
        return WANTED.validate_python(kept)
    except ValidationError:  # written by a version that understood other things: the thread starts anew
        return None


def _storable_correction(correction: Correction) -> dict[str, str]:
    return {name: _storable(str(said))[:KEPT_TEXT] for name, said in asdict(correction).items()}


def _storable(text: str) -> str:
    """PostgreSQL's text cannot hold NUL, UTF-8 cannot hold half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

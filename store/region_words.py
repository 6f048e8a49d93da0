"""The region's own rows of the lexicon: staff add what people here say and what the directory writes for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.directory import next_revision
from store.models import AuditEntry, LexiconRow
from store.search.words import FILLER_WORDS, STOP_WORDS, stem, stems_of, words_of

LONGEST, MOST_WORDS, MOST_MEANINGS = 100, 6, 20


class WordsRefused(Exception):
    """Why a row cannot be taken, in the words of who gave it."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    said: str
    meant: tuple[str, ...]
    added_by: str
    added_at: datetime


def all_rows(session: Session) -> tuple[OwnRow, ...]:
    rows = session.exec(select(LexiconRow).order_by(col(LexiconRow.said_key))).all()
    return tuple(OwnRow(row.said, tuple(row.meant), row.added_by, row.added_at) for row in rows)


def own_rows(session: Session) -> tuple[tuple[str, str], ...]:
    """As a lexicon takes them: (said, "expansion; expansion")."""
    return tuple((row.said, ";".join(row.meant)) for row in all_rows(session))


def add_words(session: Session, said: str, meant: Sequence[str], *, actor: str, now: datetime) -> OwnRow:
    """Add meanings to what the region says, beside those it has already. Every process knows at its next ask."""
    said, key = _said(said)
    given = _meant(meant, said)
    revision = next_revision(session)  # first: it makes changes wait for each other
    row = session.exec(select(LexiconRow).where(LexiconRow.said_key == key)).one_or_none()
    if row is None:
        row = LexiconRow(said=said, said_key=key, meant=[], added_by=actor, added_at=now, revision=revision)
    before = {_key(each) for each in row.meant}
    new = [each for each in given if _key(each) not in before]
    if len(row.meant) + len(new) > MOST_MEANINGS:
        raise WordsRefused(
            f"“{said}” would mean more than {MOST_MEANINGS} things; something so vague finds everybody."
        )
    if not new:
        return OwnRow(row.said, tuple(row.meant), row.added_by, row.added_at)
    row.meant, row.revision = [*row.meant, *new], revision
    session.add(row)
    _audit(session, "lexicon.added", row, new, actor=actor, now=now)
    return OwnRow(row.said, tuple(row.meant), row.added_by, row.added_at)


def remove_words(session: Session, said: str, *, actor: str, now: datetime) -> OwnRow | None:
    """Forget a row of the region's own; None where it has none for this."""
    key = _stems(said)
    next_revision(session)  # first: it makes changes wait for each other
    row = session.exec(select(LexiconRow).where(LexiconRow.said_key == key)).one_or_none()
    if row is None:
        return None
    session.delete(row)
    _audit(session, "lexicon.removed", row, row.meant, actor=actor, now=now)
    return OwnRow(row.said, tuple(row.meant), row.added_by, row.added_at)


def _audit(
    session: Session, action: str, row: LexiconRow, meant: Iterable[str], *, actor: str, now: datetime
) -> None:
    session.flush()
    details = {"said": row.said, "meant": list(meant)}
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=f"lexicon:{row.id}", details=details))


def _said(text: str) -> tuple[str, str]:
    said = _cleaned(text, "What people say")
    words = words_of(said)
    if all(word in STOP_WORDS or word in FILLER_WORDS for word in words):
        raise WordsRefused(f"“{said}” is in asks about anything; name a word that says what is sought.")
    if len(words) > MOST_WORDS:
        raise WordsRefused(f"“{said}” is a sentence; at most {MOST_WORDS} words make an expression.")
    return said, _stems(said)


def _meant(texts: Sequence[str], said: str) -> tuple[str, ...]:
    """Several in one text may stand apart by a semicolon, as in the lexicon's own file."""
    pieces = [piece for text in texts for piece in text.split(";") if piece.strip()]
    by_key = {_key(each): each for each in (_cleaned(piece, "A meaning") for piece in pieces)}
    by_key.pop(_key(said), None)
    by_key.pop("", None)
    if not by_key:
        raise WordsRefused(f"“{said}” needs at least one meaning that is not the same words.")
    return tuple(by_key.values())


def _cleaned(text: str, what: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if ";" in line:
        raise WordsRefused("A semicolon stands between meanings; give one expression at a time.")
    if not words_of(line):
        raise WordsRefused(f"{what} has no word in it.")
    if len(line) > LONGEST:
        raise WordsRefused(f"{what} is longer than {LONGEST} characters: “{line[:40]}…”.")
    return line


def _stems(text: str) -> str:
    return " ".join(stem(word) for word in words_of(text))


def _key(text: str) -> str:
    return " ".join(stems_of(text))

"""The audit is sealed piece by piece: each seal covers the one before, so no line can be changed or taken out unseen.

It shows what was done to the table afterwards; whoever can write seals too could write them all anew, so the last digest
is worth keeping elsewhere, as `whodoes audit --check` prints it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from store.models import AuditEntry, AuditSeal

SETTLED = timedelta(minutes=10)  # after which no transaction brings a line of before any more
MOST = 5000  # lines in one seal


@dataclass(frozen=True, slots=True)
class Checked:
    """`broken` is empty where all is as it was; else it says which lines are not."""

    lines: int
    digest: str
    broken: str = ""


def seal(session: Session, *, now: datetime) -> bool:
    """The next piece. True where there may be another; safe to repeat."""
    last = session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1)).first()
    after = last.last_id if last else 0
    lines = session.exec(
        select(AuditEntry)
        .where(col(AuditEntry.id) > after, AuditEntry.at < now - SETTLED)
        .order_by(col(AuditEntry.id))
        .limit(MOST)
    ).all()
    if not lines:
        return False
    digest = _digest(last.digest if last else "", lines)
    session.add(AuditSeal(last_id=lines[-1].id or 0, lines=len(lines), digest=digest, made_at=now))
    session.flush()
    return len(lines) == MOST


def check(session: Session) -> Checked:
    """Every seal anew, from the first."""
    before, after, number = "", 0, 0
    for each in session.exec(select(AuditSeal).order_by(col(AuditSeal.id))).all():
        lines = session.exec(
            select(AuditEntry)
            .where(col(AuditEntry.id) > after, col(AuditEntry.id) <= each.last_id)
            .order_by(col(AuditEntry.id))
        ).all()
        if len(lines) != each.lines or _digest(before, lines) != each.digest:
            return Checked(
                number, before, f"lines {after + 1} to {each.last_id}, sealed on {each.made_at:%d %B %Y}"
            )
        before, after, number = each.digest, each.last_id, number + len(lines)
    return Checked(number, before)


def _digest(before: str, lines: Sequence[AuditEntry]) -> str:
    digest = hashlib.sha256(before.encode())
    for line in lines:
        said = [line.id, line.at.isoformat(), line.actor, line.action, line.subject, line.details]
        digest.update(json.dumps(said, sort_keys=True, separators=(",", ":"), default=str).encode() + b"\n")
    return digest.hexdigest()

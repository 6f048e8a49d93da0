"""What was asked for lately and nobody has: grouped, and without whoever asked."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.models import AskRecord

LOOKED_AT = 2000  # misses, the latest


@dataclass(frozen=True, slots=True)
class Gap:
    """A topic that was asked for in vain, and how often."""

    topic: str
    times: int


def gaps_since(session: Session, since: datetime, *, limit: int = 10) -> tuple[Gap, ...]:
    """Most asked first. What nobody could read (nonsense, perhaps) is left out."""
    rows = session.exec(
        select(AskRecord.wanted, AskRecord.text)
        .where(
            col(AskRecord.missed).is_(True),
            col(AskRecord.doubtful).is_(False),
            col(AskRecord.asked_at) >= since,
        )
        .order_by(col(AskRecord.asked_at).desc())
        .limit(LOOKED_AT)
    ).all()
    shown: dict[str, str] = {}
    times: Counter[str] = Counter()
    for wanted, text in rows:
        topic = " ".join(str((wanted or {}).get("topic") or text).split())
        shown.setdefault(topic.casefold(), topic)
        times[topic.casefold()] += 1
    return tuple(Gap(shown[key], count) for key, count in times.most_common(limit) if key)

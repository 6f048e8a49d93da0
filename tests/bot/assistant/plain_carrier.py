"""A carrier of letters in plain words, for tests that read what was sent to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Addressed, Letterbox
from store.kinds import Medium
from store.models import OutboxMessage
from store.outbox import Draft
from store.reaching import Reachable


@dataclass(frozen=True, slots=True)
class PlainCarrier:
    """Reaches whoever has an account or address in its medium, one at a time."""

    medium: Medium

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        return len(to) == 1 and bool(self._recipient(to[0]))

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        letter = addressed.letter
        facts = [f"{label}: {value}" for label, value in letter.facts]
        lines = [
            letter.subject,
            letter.lead,
            *letter.paragraphs,
            *facts,
            letter.quoted,
            letter.closing,
            letter.why,
        ]
        return Draft(
            addressed.outbox_key,
            self.medium,
            letter.kind.value,
            self._recipient(addressed.to[0]),
            body="\n".join(line for line in lines if line).encode(),
        )

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        return None

    def _recipient(self, reader: Reachable) -> str:
        found = reader.slack_user_id if self.medium is Medium.SLACK else reader.address
        return found or ""


def house_with(*media: Medium) -> House:
    return House("the Northmoor cluster", letterbox=Letterbox({each: PlainCarrier(each) for each in media}))


def letters(session: Session) -> list[tuple[str, str, str]]:
    """(medium, to, text), as they were queued."""
    rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
    return [(row.medium.value, row.recipient, (row.body or b"").decode()) for row in rows]

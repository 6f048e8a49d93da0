"""A carrier of letters that keeps them as they are: for tests of what is sent, to whom and when, whatever the medium."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.assistant.letters import Addressed, Letter
from store.kinds import Medium
from store.outbox import Claimed, Draft
from store.reaching import Reachable

_LETTER = TypeAdapter(Letter)


@dataclass(frozen=True, slots=True)
class Carried:
    """A message as it left: the letter, whom it went to, and each one's token."""

    key: str
    medium: Medium
    letter: Letter
    readers: tuple[int, ...]
    tokens: tuple[str, ...]
    at: datetime
    revises: str = ""  # the key of the message it edits

    @property
    def text(self) -> str:
        letter = self.letter
        facts = [f"{label}: {value}" for label, value in letter.facts]
        lines = (letter.subject, letter.lead, *letter.paragraphs, *facts, letter.quoted)
        return "\n".join((*lines, letter.closing, letter.why))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(choice.word for choice in self.letter.choices)


@dataclass(frozen=True, slots=True)
class DoubleCarrier:
    """Reaches whoever has what its medium needs. Like Slack, and unlike mail, it may be able to edit what was sent."""

    medium: Medium
    edits: bool = False

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        return bool(to) and all(self._recipient(each) for each in to)

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        return self._draft(addressed, addressed.outbox_key, revises="")

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        key = f"{addressed.outbox_key}:r{number}"
        return self._draft(addressed, key, revises=addressed.outbox_key) if self.edits else None

    def _draft(self, addressed: Addressed, key: str, *, revises: str) -> Draft:
        payload: dict[str, Any] = {
            "letter": _LETTER.dump_python(addressed.letter, mode="json"),
            "readers": [each.person_id for each in addressed.to],
            "tokens": list(addressed.tokens),
            "revises": revises,
        }
        recipient = ", ".join(self._recipient(each) for each in addressed.to)
        return Draft(key, self.medium, addressed.letter.kind.value, recipient, payload=payload)

    def _recipient(self, reader: Reachable) -> str:
        found = reader.slack_user_id if self.medium is Medium.SLACK else reader.address
        return found or ""


def carried(message: Claimed, *, at: datetime) -> Carried:
    """What a claimed message of this carrier says."""
    held = message.payload
    return Carried(
        message.dedup_key, message.medium, _LETTER.validate_python(held["letter"]),
        tuple(held["readers"]), tuple(held["tokens"]), at, held["revises"],
    )  # fmt: skip


def said(letter: Letter) -> str:
    """All its words and choices, for looking for what must not stand in it."""
    return repr(asdict(letter))

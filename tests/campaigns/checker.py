"""What became of a broadcast, by the ledger and by what arrived: nobody lost, nobody twice, and every doubt is told."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from store.campaigns.report import report
from store.kinds import Medium, RecipientState
from store.models import CampaignRecipient

ENDS = {RecipientState.SENT, RecipientState.FAILED, RecipientState.UNCERTAIN, RecipientState.SUPPRESSED}


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    medium: Medium
    destination: str
    state: RecipientState


@dataclass(frozen=True, slots=True)
class Arrived:
    """How often each reader got it. `untold`: of how many mails the relay hung up without a word."""

    mails: Counter[str]  # by address
    posts: Counter[str]  # by the ledger's key
    message_ids: Counter[str]
    untold: int

    def times(self, row: Row) -> int:
        return self.mails[row.destination] if row.medium is Medium.EMAIL else self.posts[row.key]


def arrived(relay: Path, slack: Path, campaign_id: int) -> Arrived:
    lines = [json.loads(line) for line in relay.read_text().splitlines()]
    calls = [json.loads(line) for line in slack.read_text().splitlines()] if slack.exists() else []
    posts = [key for call in calls if (key := _key_of(call, f"campaign:{campaign_id}:"))]
    return Arrived(
        Counter(line["to"] for line in lines if line["taken"]),
        Counter(posts),
        Counter(line["id"] for line in lines if line["taken"]),
        sum(not line["told"] for line in lines),
    )


def _key_of(call: dict[str, object], prefix: str) -> str:
    """The ledger's key of whoever a post is for, "" where it is no copy of the broadcast."""
    metadata = call["args"].get("metadata") if isinstance(call["args"], dict) else None
    if call["method"] != "chat.postMessage" or not metadata:
        return ""
    told = json.loads(metadata) if isinstance(metadata, str) else metadata
    key = next((str(v) for v in told["event_payload"].values() if str(v).startswith(prefix)), "")
    return key.removeprefix(prefix).rpartition(":")[0]


def rows_of(session: Session, campaign_id: int) -> list[Row]:
    found = session.exec(select(CampaignRecipient).where(CampaignRecipient.campaign_id == campaign_id))
    return [Row(row.key, row.medium, row.destination or "", row.state) for row in found]


def listed(session: Session, campaign_id: int) -> set[str]:
    """Whom the report names as uncertain."""
    found = report(session, campaign_id, named=1_000_000)
    assert found is not None
    return {each.key for each in found.missed if each.state is RecipientState.UNCERTAIN}


def assert_nobody_lost_nobody_twice(rows: Collection[Row], came: Arrived, *, told: Collection[str]) -> None:
    """`told`: whom the report names as uncertain."""
    assert {row.state for row in rows} <= ENDS, "somebody is still waiting"
    assert max(came.message_ids.values(), default=1) == 1, "one mail arrived twice"
    twice = [row.key for row in rows if came.times(row) > 1]
    assert twice == [], "somebody got it twice"
    lost = [row.key for row in rows if row.state is RecipientState.SENT and came.times(row) != 1]
    assert lost == [], "said to be sent, never arrived"
    wrongly = [
        row.key
        for row in rows
        if row.state in {RecipientState.FAILED, RecipientState.SUPPRESSED} and came.times(row)
    ]
    assert wrongly == [], "said not to be sent, and it arrived"
    assert set(came.mails) <= {row.destination for row in rows}, "somebody got it who is not in the ledger"
    unsure = {row.key for row in rows if row.state is RecipientState.UNCERTAIN}
    assert set(told) == unsure, "who is in doubt is not told, or not in doubt"


def assert_sound(url: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()

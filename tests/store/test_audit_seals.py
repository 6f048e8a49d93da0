"""A line of the audit that is changed or taken out is seen by its seal."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from scheduler.housekeeping import tidy
from store.audit_seals import check, seal
from store.models import AuditEntry, AuditSeal
from store.store import Store


def _lines(session: Session, now: datetime, number: int = 5) -> None:
    for each in range(number):
        session.add(
            AuditEntry(
                at=now,
                actor="cli",
                action="campaign.sent",
                subject=f"campaign:{each}",
                details={"b": 1, "a": "é"},
            )
        )


async def test_what_is_sealed_is_as_it_was_and_what_is_fresh_waits(store: Store, now: datetime) -> None:
    await store.write(_lines, now)
    assert not await store.write(seal, now=now)
    assert (await store.read(check)).lines == 0
    await tidy(store, now=now + timedelta(hours=1))
    await store.write(_lines, now + timedelta(hours=1), 2)
    await tidy(store, now=now + timedelta(hours=2))
    found = await store.read(check)
    assert (found.lines, found.broken, len(found.digest)) == (7, "", 64)
    assert len(await store.read(lambda session: session.exec(select(AuditSeal)).all())) == 2


@pytest.mark.parametrize("how", ["changed", "taken out"])
async def test_a_line_that_is_changed_or_taken_out_is_seen(store: Store, now: datetime, how: str) -> None:
    def meddle(session: Session) -> None:
        line = session.get_one(AuditEntry, 3)
        if how == "changed":
            line.actor = "person:9"
        else:
            session.delete(line)

    await store.write(_lines, now)
    await store.write(seal, now=now + timedelta(hours=1))
    assert not (await store.read(check)).broken
    await store.write(meddle)
    assert (await store.read(check)).broken == "lines 1 to 5, sealed on 23 November 2026"

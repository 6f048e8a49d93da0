"""Campaigns with recipients, made in a line."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from store.kinds import CampaignKind, CampaignState, Medium
from store.models import Campaign, CampaignRecipient
from tests.factories import add_person


def add_campaign(
    session: Session, *, now: datetime, state: CampaignState = CampaignState.RUNNING, **fields: Any
) -> int:
    fields = {"kind": CampaignKind.ANNOUNCEMENT, "subject": "The autumn evening", "made_by": "cli"} | fields
    campaign = Campaign(state=state, made_at=now, changed_at=now, starts_at=now, frozen_at=now, **fields)
    session.add(campaign)
    session.flush()
    assert campaign.id is not None
    return campaign.id


def add_recipients(
    session: Session, campaign_id: int, number: int, *, now: datetime, first: int = 1
) -> tuple[int, ...]:
    """People "Reader 1" … with reader1@readers.example, each in the ledger; returns the rows' ids."""
    ids = []
    for each in range(first, first + number):
        address = f"reader{each}@readers.example"
        person_id = add_person(session, name=f"Reader {each}", addresses=[address])
        row = CampaignRecipient(
            campaign_id=campaign_id, key=f"person:{person_id}", person_id=person_id, medium=Medium.EMAIL,
            destination=address, name=f"Reader {each}", due_at=now, created_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        ids.append(row.id or 0)
    return tuple(ids)

"""From what came back follows which addresses are skipped, and how people are reached instead; staff can undo each."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from store import inbox
from store.bounced import Told, recipients_of, record, sent_lately, undo
from store.bounces import all_suppressed, skipped, suppressed
from store.inbox import Arrival
from store.kinds import BounceKind, BounceProof, Medium, OutboxState
from store.models import InboxItem, OutboxMessage
from store.reaching import reachable
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_person
from tests.mail.bounces.reports import ADA, BEN, message_to

DAY = timedelta(days=1)
_numbers = count(1)
HARD, SOFT, COMPLAINT = BounceKind.HARD, BounceKind.SOFT, BounceKind.COMPLAINT


def came_back(
    session: Session,
    kind: BounceKind = HARD,
    *,
    status: str = "5.1.1",
    address: str = ADA,
    at: datetime = NOW,
    linked: bool = True,
    believed: bool = True,
    given_up: bool = True,
    inbox_id: int | None = None,
) -> int:
    """One more report, about a mail of its own."""
    key = f"answer:{address}:{next(_numbers)}"
    outbox_id = message_to(session, address, key=key, now=at) if linked else None
    told = Told(
        address, kind, BounceProof.TOKEN if linked else BounceProof.WORDS, status, f"said {key}",
        given_up=given_up, believed=believed, inbox_id=inbox_id, outbox_id=outbox_id,
    )  # fmt: skip
    return record(session, told, now=at)


def kind_against(session: Session, address: str = ADA, *, now: datetime = NOW) -> BounceKind | None:
    found = suppressed(session, address, now=now)
    return None if found is None else found.kind


async def test_one_word_that_there_is_no_such_address_is_enough_where_the_mail_was_ours(store: Store) -> None:
    await store.write(came_back)
    assert await store.read(kind_against) is HARD
    assert await store.read(skipped, [ADA, BEN]) == {ADA}
    await store.write(came_back, address=BEN, linked=False)
    assert await store.read(kind_against, BEN) is None


@pytest.mark.parametrize(("days", "kind"), [(30, HARD), (31, None)])
async def test_two_other_hard_ones_within_a_month_are_enough(
    sqlite_store: Store, days: int, kind: BounceKind | None
) -> None:
    await sqlite_store.write(came_back, status="5.4.4")
    assert await sqlite_store.read(kind_against) is None
    await sqlite_store.write(came_back, status="5.4.4", at=NOW + days * DAY)
    assert await sqlite_store.read(kind_against, now=NOW + days * DAY) is kind


async def test_soft_ones_add_up_and_fade_and_keep_back_only_what_nobody_asked_for(store: Store) -> None:
    for _ in range(4):
        await store.write(came_back, SOFT, status="5.2.2")
    assert await store.read(kind_against) is SOFT
    assert await store.read(skipped, [ADA]) == frozenset(), "answers still go there"
    assert await store.read(skipped, [ADA], unasked_at=NOW) == {ADA}
    assert await store.read(skipped, [ADA], unasked_at=NOW + DAY) == frozenset(), "it has faded a little"
    await store.write(came_back, SOFT, status="5.2.2", at=NOW + DAY)
    assert await store.read(kind_against, now=NOW + DAY) is SOFT


async def test_a_complaint_keeps_back_only_what_nobody_asked_for_for_good(store: Store) -> None:
    await store.write(came_back, COMPLAINT, status="")
    assert await store.read(kind_against, now=NOW + 1000 * DAY) is COMPLAINT
    assert await store.read(skipped, [ADA]) == frozenset()
    assert await store.read(skipped, [ADA], unasked_at=NOW) == {ADA}


async def test_what_is_not_believed_has_no_effect(sqlite_store: Store) -> None:
    number = await sqlite_store.write(came_back, believed=False)
    assert await sqlite_store.read(kind_against) is None
    state = await sqlite_store.read(lambda session: session.get_one(OutboxMessage, number).state)
    assert state is OutboxState.SENT


async def test_staff_undo_one_and_a_repeated_report_does_not_bring_it_back(store: Store) -> None:
    number = await store.write(came_back)
    assert await store.write(undo, [number, 999], "cli", now=NOW) == (ADA,)
    assert await store.read(kind_against) is None
    assert await store.write(undo, [number], "cli", now=NOW) == ()

    def again(session: Session) -> int:
        row = session.get_one(OutboxMessage, 1)
        told = Told(ADA, HARD, BounceProof.TOKEN, "5.1.1", "once more", outbox_id=row.id)
        return record(session, told, now=NOW + DAY)

    assert await store.write(again) == number
    assert await store.read(kind_against) is None


async def test_everything_that_stands_is_listed_the_latest_first(store: Store) -> None:
    await store.write(came_back)
    await store.write(came_back, COMPLAINT, address=BEN, at=NOW + DAY)
    found = await store.read(all_suppressed, now=NOW + DAY)
    assert [(each.address, each.kind) for each in found] == [(BEN, COMPLAINT), (ADA, HARD)]


async def test_a_person_is_reached_by_the_next_address_and_by_none_where_all_are_gone(store: Store) -> None:
    person = await store.write(add_person, name="Ada Finch", addresses=[ADA, "finch@home.example"])

    def address(session: Session, *, unasked_at: datetime | None = None) -> str | None:
        return reachable(session, person, unasked_at=unasked_at).address

    assert await store.read(address) == ADA
    await store.write(came_back)
    assert await store.read(address) == "finch@home.example"
    await store.write(came_back, COMPLAINT, address="finch@home.example")
    assert await store.read(address) == "finch@home.example"
    assert await store.read(address, unasked_at=NOW) is None


async def test_what_was_sent_lately_is_found_by_each_of_its_recipients(store: Store) -> None:
    first = await store.write(message_to, ADA, BEN, key="handoff:1")
    await store.write(message_to, ADA, key="old:1", now=NOW - 31 * DAY)
    for address, found in ((ADA, [first]), (BEN.upper(), [first]), ("a@larkspur.example", []), ("", [])):
        assert [each.id for each in await store.read(sent_lately, address, now=NOW)] == found


def test_only_mails_have_recipients() -> None:
    post = OutboxMessage(
        dedup_key="k", medium=Medium.SLACK, kind="answer", recipient="C1", due_at=NOW, created_at=NOW
    )
    assert recipients_of(post) == ()


async def test_the_mail_that_told_it_is_kept_as_long_as_it_counts(store: Store) -> None:
    def old_report(session: Session, kind: BounceKind, *, undone: bool = False) -> int:
        number = inbox.receive(session, Arrival(Medium.EMAIL, f"{kind}{undone}", "mail", {}, b"Hi"), now=NOW)
        assert number is not None
        inbox.finish(session, number, "bounce", now=NOW)
        bounce = came_back(session, kind, inbox_id=number)
        if undone:
            undo(session, [bounce], "cli", now=NOW)
        return number

    hard = await store.write(old_report, HARD)
    soft = await store.write(old_report, SOFT)
    undone = await store.write(old_report, COMPLAINT, undone=True)

    def kept(session: Session) -> list[int]:
        return [number for number in (hard, soft, undone) if session.get_one(InboxItem, number).raw]

    await store.write(inbox.forget_contents, before=NOW + DAY)
    assert await store.read(kept) == [hard, soft]
    await store.write(inbox.forget_contents, before=NOW + 61 * DAY)
    assert await store.read(kept) == [hard]

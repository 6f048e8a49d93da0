"""What becomes of a report: the mail it is about is known by its own return address, and nobody is silenced by a forged one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from store import outbox
from store.bounces import suppressed
from store.kinds import BounceKind, BounceProof, Medium, OutboxState
from store.models import AuditEntry, LetterRecord, OutboxMessage
from store.outbox import Claimed, Draft
from store.outcome import Sent
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_person
from tests.mail.bounces.reports import (
    ADA,
    BEN,
    a_complaint,
    a_report,
    bounces,
    message_state,
    message_to,
    return_address,
)
from tests.mail.correspondence import OWN, Clock, a_mail, a_working_desk, all_worked_through, arrive, outcomes

LATER = NOW + timedelta(hours=1)


async def taken(
    store: Store, *reports: tuple[bytes, str], mail_from: str = "", at: datetime = LATER
) -> list[str]:
    """What became of these, each with the address it came to; of all that the inbox has."""
    clock = Clock(at)
    async with a_working_desk(store, clock) as desk:
        for raw, to in reports:
            await arrive(store, raw, mail_from=mail_from, now=at, to=to)
        await all_worked_through(store, desk)
    return await store.read(outcomes)


def kinds(session: Session) -> Sequence[tuple[str, BounceKind, BounceProof, bool]]:
    return [(each.address, each.kind, each.known_by, each.believed) for each in bounces(session)]


def outbox_size(session: Session) -> int:
    return len(session.exec(select(OutboxMessage.id)).all())


async def test_a_report_to_a_return_address_fails_the_very_message_and_is_never_answered(
    store: Store,
) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    assert await taken(store, (a_report(ADA, to=back), back)) == ["bounce: hard, token"]
    assert await store.read(kinds) == [(ADA, BounceKind.HARD, BounceProof.TOKEN, True)]
    assert await store.read(message_state(number)) is OutboxState.FAILED
    assert await store.read(outbox_size) == 1, "nothing was queued to answer it"


async def test_the_message_keeps_the_other_sides_words_and_the_change_is_audited(sqlite_store: Store) -> None:
    number = await sqlite_store.write(message_to, ADA)
    back = await return_address(sqlite_store, number)
    await taken(sqlite_store, (a_report(ADA), back))
    row = await sqlite_store.read(lambda session: session.get_one(OutboxMessage, number).reply)
    assert row == "It came back: 550 5.1.1 User unknown"

    def audited(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(each.action, each.subject) for each in rows]

    assert ("outbox.bounced", f"outbox:{number}") in await sqlite_store.read(audited)


async def test_the_token_settles_the_address_whatever_a_forward_made_of_it(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    await taken(store, (a_report("finch@elsewhere.example"), back))
    assert [each.address for each in await store.read(bounces)] == [ADA]


async def test_of_a_mail_to_two_only_the_one_it_names_is_taken(store: Store) -> None:
    number = await store.write(message_to, ADA, BEN)
    back = await return_address(store, number)
    assert await taken(store, (a_report(BEN), back)) == ["bounce: hard, token"]
    assert await store.read(kinds) == [(BEN, BounceKind.HARD, BounceProof.TOKEN, True)]
    outcome = (await taken(store, (a_report("finch@elsewhere.example"), back)))[-1]
    assert outcome.startswith("bounce: hard, report, not believed")


async def test_a_late_mail_may_still_arrive_so_its_message_stays_as_it_is(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    late = a_report(ADA, action="delayed", status="4.4.1", said="Connection timed out")
    assert await taken(store, (late, back)) == ["bounce: soft, token"]
    assert await store.read(message_state(number)) is OutboxState.SENT


async def test_a_full_mailbox_is_soft_for_the_address_yet_the_message_did_not_arrive(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    full = a_report(ADA, status="5.2.2", said="552 5.2.2 Mailbox full")
    assert await taken(store, (full, back)) == ["bounce: soft, token"]
    assert await store.read(message_state(number)) is OutboxState.FAILED
    assert await store.read(suppressed, ADA, now=LATER) is None


async def test_the_same_report_twice_is_one_row(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    again = a_report(ADA, said="550 5.1.1 User unknown, told again")
    assert await taken(store, (a_report(ADA), back), (again, back)) == ["bounce: hard, token"] * 2
    assert len(await store.read(bounces)) == 1


async def test_an_out_of_office_reply_to_the_return_address_is_no_bounce(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    away = a_mail(
        "I am away until January.",
        sender=ADA,
        subject="Automatic reply: Re: assays",
        Auto_Submitted="auto-replied",
    )
    assert await taken(store, (away, back)) == ["automatic: null sender"]
    assert await store.read(bounces) == []
    assert await store.read(message_state(number)) is OutboxState.SENT


async def test_a_report_elsewhere_is_known_by_the_mail_it_returns(store: Store) -> None:
    number = await store.write(message_to, ADA)
    by_id = a_report(ADA, returned="Message-ID: <answer.1@cluster.example>")
    assert await taken(store, (by_id, OWN)) == ["bounce: hard, report"]
    assert await store.read(message_state(number)) is OutboxState.FAILED
    other = await store.write(message_to, BEN, key="answer:2")
    back = await return_address(store, other)
    by_path = a_report(BEN, returned=f"Return-Path: <{back}>\nSubject: x")
    assert (await taken(store, (by_path, OWN)))[-1] == "bounce: hard, token"
    assert await store.read(message_state(other)) is OutboxState.FAILED


async def test_a_report_that_nothing_links_to_us_has_little_effect_and_none_where_we_wrote_nothing(
    store: Store,
) -> None:
    number = await store.write(message_to, ADA)
    written, unwritten = await taken(store, (a_report(ADA), OWN), (a_report(BEN), OWN))
    assert written == "bounce: hard, report"
    assert unwritten == "bounce: hard, report, not believed: we wrote nothing there within 30 days"
    assert await store.read(kinds) == [
        (ADA, BounceKind.HARD, BounceProof.REPORT, True),
        (BEN, BounceKind.HARD, BounceProof.REPORT, False),
    ]
    assert await store.read(message_state(number)) is OutboxState.SENT, (
        "it may be about another mail, or forged"
    )
    assert await store.read(suppressed, ADA, now=LATER) is None, "one of that sort is not enough"


async def test_nobody_is_silenced_about_an_address_we_never_wrote_to(store: Store) -> None:
    forged = [(a_report(BEN, said=f"550 5.1.1 no such user, try {number}"), OWN) for number in range(3)]
    await taken(store, *forged)
    assert await store.read(suppressed, BEN, now=LATER) is None


async def test_somebody_elses_token_or_a_made_up_one_is_no_proof(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    forged = f"{back[:10]}aaaa{back[14:]}"
    assert (await taken(store, (a_report(ADA, to=forged), forged)))[0] == "bounce: hard, report"
    assert await store.read(message_state(number)) is OutboxState.SENT


async def test_a_complaint_is_kept_apart_and_the_message_stays_sent(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    complaint = a_complaint("redacted@provider.example", returned=f"Return-Path: <{back}>\nSubject: News")
    assert await taken(store, (complaint, "abuse@cluster.example"), mail_from="loop@provider.example") == [
        "bounce: complaint, token"
    ]
    found = await store.read(suppressed, ADA, now=LATER)
    assert found is not None
    assert found.kind is BounceKind.COMPLAINT
    assert await store.read(message_state(number)) is OutboxState.SENT


async def test_a_complaint_that_hides_everything_is_kept_and_not_answered(sqlite_store: Store) -> None:
    hidden = a_mail(
        "See below", sender="staff@hotmail.example", subject="complaint about message from 192.0.2.1"
    )
    asked = a_mail(
        "who does assays?", sender="sam@elsewhere.example", subject="complaint about message from Ben"
    )
    outcomes_ = await taken(sqlite_store, (hidden, OWN), (asked, OWN), mail_from="staff@hotmail.example")
    assert outcomes_ == ["complaint: it does not say whose", "answered"]


async def test_what_was_sent_again_and_comes_back_again_is_another_bounce(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    await taken(store, (a_report(ADA), back))

    def sent_again(session: Session) -> None:
        row = session.get_one(OutboxMessage, number)
        row.state, row.settled_at = OutboxState.SENT, LATER + timedelta(hours=1)
        session.add(row)

    await store.write(sent_again)
    await taken(store, (a_report(ADA, said="550 5.1.1 Still unknown"), back), at=LATER + timedelta(hours=2))
    assert len(await store.read(bounces)) == 2
    assert await store.read(message_state(number)) is OutboxState.FAILED


async def test_a_return_address_is_known_in_the_headers_too_where_an_alias_hid_it(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    assert await taken(store, (a_report(ADA, to=back.upper()), OWN)) == ["bounce: hard, token"]


async def test_a_report_that_overtakes_the_relays_own_word_counts(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)

    def still_sending(session: Session) -> Claimed:
        row = session.get_one(OutboxMessage, number)
        row.state, row.owner, row.attempt = OutboxState.SENDING, "w", 1
        session.add(row)
        return Claimed(
            number, row.dedup_key, row.medium, row.kind, ADA, OWN, {}, row.body, "w", 1, row.created_at
        )

    claimed = await store.write(still_sending)
    await taken(store, (a_report(ADA), back))
    assert not await store.write(outbox.settle, claimed, Sent("250"), now=LATER)
    assert await store.read(message_state(number)) is OutboxState.FAILED


async def test_a_complaint_about_a_letter_is_known_by_the_letters_own_id(store: Store) -> None:
    number = await store.write(message_to, ADA, key="letter:consent:1", kind="letter")

    def a_letter(session: Session) -> None:
        person = add_person(session, name="Ada Finch", addresses=[ADA])
        session.add(
            LetterRecord(
                token="abcdefgh2345",
                key="consent:1",
                kind="consent",
                about="introduction:1",
                person_id=person,
                medium=Medium.EMAIL,
                outbox_key="letter:consent:1",
                posted_at=NOW,
            )
        )

    await store.write(a_letter)
    hidden = a_complaint(
        "redacted", returned="Message-ID: <letter.abcdefgh2345@cluster.example>\nTo: x@y.example"
    )
    assert await taken(store, (hidden, "abuse@cluster.example"), mail_from="loop@provider.example") == [
        "bounce: complaint, token"
    ]
    (bounce,) = await store.read(bounces)
    assert (bounce.address, bounce.outbox_id) == (ADA, number)


async def test_the_id_of_a_letter_that_is_none_proves_nothing(sqlite_store: Store) -> None:
    await sqlite_store.write(message_to, ADA)
    for name in ("letter.abcdefgh2345", "shared.abcdefgh2345", "answer.other"):
        report = a_report(ADA, returned=f"Message-ID: <{name}@cluster.example>", said=f"550 5.1.1 {name}")
        assert (await taken(sqlite_store, (report, OWN)))[-1] == "bounce: hard, report"
    assert {each.outbox_id for each in await sqlite_store.read(bounces)} == {None}


async def test_a_token_of_what_is_no_mail_is_nothing_to_go_by(sqlite_store: Store) -> None:
    def a_slack_message(session: Session) -> int:
        number = outbox.enqueue(session, Draft("answer:9", Medium.SLACK, "answer", "C1"), now=NOW)
        assert number is not None
        return number

    back = await return_address(sqlite_store, await sqlite_store.write(a_slack_message))
    (outcome,) = await taken(sqlite_store, (a_report(ADA), back))
    assert outcome.startswith("bounce: hard, report, not believed")


async def test_a_persons_mail_to_a_return_address_is_answered_as_any_other(store: Store) -> None:
    number = await store.write(message_to, ADA)
    back = await return_address(store, number)
    question = a_mail("who does viral vectors?", sender="sam@elsewhere.example")
    assert await taken(store, (question, back), mail_from="sam@elsewhere.example") == ["answered"]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n\xff\xfe\x00",
        b"X-Failed-Recipients: \r\n\r\n",
    ],
)
async def test_a_report_that_says_nothing_is_kept_and_not_answered(sqlite_store: Store, raw: bytes) -> None:
    (outcome,) = await taken(sqlite_store, (raw, OWN))
    assert outcome.startswith("automatic")
    assert await sqlite_store.read(bounces) == []

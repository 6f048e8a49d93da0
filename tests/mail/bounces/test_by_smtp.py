"""The whole way round: a mail leaves for a relay, its report comes in by SMTP, and staff find the message among what failed."""

import asyncio
import smtplib
from functools import partial

import pytest
from sqlmodel import Session

from mail.own_addresses import own_addresses
from mail.sender import RelaySender
from mail.smtp import listen
from mail.tokens import Purpose, plus_form
from scheduler.delivery import Delivery
from store import outbox, outbox_by_hand
from store.bounces import suppressed
from store.kinds import BounceKind, Medium, OutboxState
from store.models import OutboxMessage
from store.outbox import Draft
from store.store import Store
from tests.conftest import NOW
from tests.doubles.smtp_sink import SmtpSink
from tests.mail.bounces.reports import ADA, a_report
from tests.mail.correspondence import OWN, Clock, a_working_desk, all_worked_through, outcomes


def queued(session: Session) -> int:
    body = (
        b"From: ask@cluster.example\r\nTo: ada@larkspur.example\r\nSubject: Re: assays\r\n\r\nThree fit.\r\n"
    )
    number = outbox.enqueue(session, Draft("answer:1", Medium.EMAIL, "answer", ADA, OWN, body=body), now=NOW)
    assert number is not None
    return number


async def left_from(store: Store, form: str, number: int) -> str:
    """The envelope's sender the relay saw when everything queued was sent."""
    addresses = await own_addresses(store, form, now=NOW)
    async with SmtpSink() as sink:
        relay = RelaySender(
            host="localhost", port=sink.port, security="none", hostname="us.example",
            return_address=partial(addresses.address, Purpose.RETURN),
        )  # fmt: skip
        delivery = Delivery(store=store, senders={Medium.EMAIL: relay}, owner="test", clock=Clock(NOW))
        stop = asyncio.Event()
        sending = asyncio.create_task(delivery.run(stop))
        async with asyncio.timeout(20):
            while await store.read(state_of, number) is not OutboxState.SENT:
                delivery.wake()
                await asyncio.sleep(0.01)
        stop.set()
        await sending
        await relay.close()
        return sink.taken[0].sender


def state_of(session: Session, number: int) -> OutboxState:
    return session.get_one(OutboxMessage, number).state


def report_by_smtp(port: int, to: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as connection:
        connection.sendmail("", [to], raw.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("form", [plus_form(OWN), "r-{token}@reply.cluster.example"])
async def test_what_comes_back_by_smtp_is_among_what_failed(store: Store, form: str) -> None:
    clock = Clock(NOW)
    number = await store.write(queued)
    back = await left_from(store, form, number)
    async with a_working_desk(store, clock, reply_form=form) as desk:
        listener = await listen(
            store=store, host="127.0.0.1", port=0, protocol="smtp", address=OWN, reply_form=form,
            max_bytes=1_000_000, wake=desk.wake, clock=clock,
        )  # fmt: skip
        await asyncio.to_thread(report_by_smtp, listener.port, back, a_report(ADA, to=back))
        await all_worked_through(store, desk)
        await listener.close()
    assert await store.read(outcomes) == ["bounce: hard, token"]
    (failed,) = await store.read(outbox_by_hand.failed)
    assert (failed.id, failed.reply) == (number, "It came back: 550 5.1.1 User unknown")
    found = await store.read(suppressed, ADA, now=NOW)
    assert found is not None
    assert found.kind is BounceKind.HARD
    assert await store.write(outbox_by_hand.resend, number, "cli", now=NOW), "staff may send it again"

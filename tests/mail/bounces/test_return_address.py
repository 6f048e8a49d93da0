"""Every mail leaves from an address of its own, which the reports about it come back to."""

from functools import partial
from typing import Any

from mail.own_addresses import own_addresses
from mail.sender import RelaySender
from mail.tokens import Purpose, Token, TokenAddresses
from store.kinds import Medium
from store.outbox import Claimed
from store.outcome import Sent
from store.store import Store
from tests.conftest import NOW
from tests.doubles.smtp_sink import SmtpSink

FORM = "r-{token}@reply.cluster.example"


def a_message(**fields: Any) -> Claimed:
    asked: dict[str, Any] = {
        "id": 7,
        "sender": "ask@cluster.example",
        "body": b"Subject: Hello\r\n\r\nHello\r\n",
    }
    asked |= fields
    return Claimed(
        dedup_key="answer:1", medium=Medium.EMAIL, kind="answer", recipient="ada@member.example",
        payload={}, owner="w:1", attempt=1, created_at=NOW, **asked,
    )  # fmt: skip


async def sent_from(message: Claimed, addresses: TokenAddresses) -> str:
    """The envelope's sender that a relay sees."""
    async with SmtpSink() as sink:
        sender = RelaySender(
            host="localhost", port=sink.port, security="none", hostname="us.example",
            return_address=partial(addresses.address, Purpose.RETURN),
        )  # fmt: skip
        try:
            assert isinstance(await sender.send(message), Sent)
        finally:
            await sender.close()
        return sink.taken[0].sender


async def test_the_envelope_says_which_message_a_report_is_about(store: Store) -> None:
    addresses = await own_addresses(store, FORM, now=NOW)
    sender = await sent_from(a_message(id=4711), addresses)
    assert (await own_addresses(store, FORM, now=NOW)).read(sender) == Token(Purpose.RETURN, 4711)
    assert sender.endswith("@reply.cluster.example")
    assert len(sender.partition("@")[0]) <= 64


async def test_a_message_that_is_to_come_from_nobody_still_does(sqlite_store: Store) -> None:
    addresses = await own_addresses(sqlite_store, FORM, now=NOW)
    assert await sent_from(a_message(sender=""), addresses) == ""

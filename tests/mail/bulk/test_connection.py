"""A pipelined conversation knows of each mail how far it got, whatever the relay does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from mail.bulk.batch import Batch, Made
from mail.bulk.connection import BulkConnection
from mail.relay import Envelope
from mail.relay_opening import RelayAddress, RelayNotReady, Security, Timeouts
from mail.sender import wire_form
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from tests.doubles.smtp_sink import Manner, SmtpSink, client_context

PIPELINING = ("SIZE 100000", "8BITMIME", "SMTPUTF8", "PIPELINING")
QUICK = Timeouts(connect=5, command=5, body=5, final_dot=1)
BOTH = pytest.mark.parametrize("extensions", [PIPELINING, ("SIZE 100000",)], ids=["pipelined", "one by one"])


def to(address: str, text: str = "Hello\r\n", **fields: Any) -> Envelope:
    content = wire_form(f"Subject: Hello\r\nMessage-ID: <{address}>\r\n\r\n{text}".encode())
    return Envelope(
        "ask@cluster.example", (address,), content, **{"eight_bit": False, "international": False} | fields
    )


def connected(sink: SmtpSink, security: Security = "none", **settings: Any) -> BulkConnection:
    usual: dict[str, Any] = {"user": "", "password": "", "hostname": "us.example", "tls": client_context()}
    connection = BulkConnection(RelayAddress("localhost", sink.port, security, **usual | settings), QUICK)
    OPEN.append(connection)
    return connection


OPEN: list[BulkConnection] = []


@pytest.fixture(autouse=True)
async def all_closed() -> AsyncIterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


async def became(
    connection: BulkConnection, mails: Sequence[Made], *, until: int = 99
) -> list[Outcome | None]:
    """`until`: how many are begun before it is told to stop."""
    begun = 0

    def go_on() -> bool:
        return begun < until

    def make(number: int) -> Made:
        nonlocal begun
        begun += 1
        return mails[number]

    batch = Batch(len(mails), make, go_on)
    await asyncio.to_thread(connection.deliver, batch)
    return batch.outcomes


def kinds(outcomes: Sequence[Outcome | None]) -> list[type[object]]:
    return [type(each) for each in outcomes]


def names(*local: str) -> list[Envelope]:
    return [to(f"{each}@member.example") for each in local]


@BOTH
async def test_mails_go_out_in_order_over_one_connection(extensions: tuple[str, ...]) -> None:
    async with SmtpSink(Manner(extensions=extensions)) as sink:
        connection = connected(sink)
        for _ in range(2):
            assert kinds(await became(connection, names("ada", "bo", "cy"))) == [Sent] * 3
        connection.quit()
        assert [each.recipient.partition("@")[0] for each in sink.taken] == ["ada", "bo", "cy"] * 2
        assert sink.connections == 1


@BOTH
async def test_what_is_refused_hurts_no_other(extensions: tuple[str, ...]) -> None:
    mails = names("ada", "refuse", "greylist", "bo", "never", "later", "cy", "refuse")
    async with SmtpSink(Manner(extensions=extensions)) as sink:
        outcomes = await became(connected(sink), mails)
        assert kinds(outcomes) == [Sent, Refused, Postponed, Sent, Refused, Postponed, Sent, Refused]
        assert [each.recipient.partition("@")[0] for each in sink.taken] == ["ada", "bo", "cy"]
        assert sink.connections == 1
    assert outcomes[1] == Refused("550 5.1.1 nobody of that name")


async def test_a_relay_that_would_take_a_mail_to_nobody_gets_none_of_it() -> None:
    async with SmtpSink(Manner(extensions=PIPELINING, takes_nobody=True)) as sink:
        assert kinds(await became(connected(sink), names("refuse", "ada"))) == [Refused, Sent]
        assert [(each.recipient, bool(each.content)) for each in sink.taken] == [
            ("", False), ("ada@member.example", True),
        ]  # fmt: skip


@BOTH
async def test_where_it_breaks_off_after_the_dot_that_mail_is_uncertain_and_the_next_is_not(
    extensions: tuple[str, ...],
) -> None:
    async with SmtpSink(Manner(extensions=extensions)) as sink:
        outcomes = await became(connected(sink), names("ada", "drop-after-dot", "bo"))
        assert kinds(outcomes) == [Sent, Unknown, Sent]
        assert [each.recipient.partition("@")[0] for each in sink.taken] == ["ada", "drop-after-dot", "bo"]
        assert sink.connections == 2


@BOTH
async def test_where_it_breaks_off_before_the_content_nothing_was_sent(extensions: tuple[str, ...]) -> None:
    """On a new connection once more, where it is the first and to blame."""
    async with SmtpSink(Manner(extensions=extensions)) as sink:
        outcomes = await became(connected(sink), names("ada", "drop-at-data", "bo", "drop-at-rcpt"))
        assert kinds(outcomes) == [Sent, Postponed, Sent, Sent]
        assert [each.recipient.partition("@")[0] for each in sink.taken] == ["ada", "bo", "drop-at-rcpt"]


async def test_a_relay_that_lets_go_after_some_mails_gets_the_others_anew() -> None:
    for manner in (Manner(extensions=PIPELINING, close_after=2), Manner(extensions=PIPELINING, drop_after=3)):
        async with SmtpSink(manner) as sink:
            assert kinds(await became(connected(sink), names(*"abcdefg"))) == [Sent] * 7
            assert sorted(each.recipient[0] for each in sink.taken) == list("abcdefg")


async def test_a_silent_or_strange_last_word_is_uncertain() -> None:
    async with SmtpSink(Manner(extensions=PIPELINING)) as sink:
        outcomes = await became(connected(sink), names("stall", "gibberish", "wordy", "goodbye", "ada"))
    assert kinds(outcomes) == [Unknown, Unknown, Sent, Postponed, Sent]
    assert outcomes[2] == Sent("250 2.0.0 pris � 2.0.0 merci") or isinstance(outcomes[2], Sent)
    assert isinstance(outcomes[0], Unknown)
    assert "no answer in time" in outcomes[0].reply


async def test_what_shall_not_be_begun_has_no_outcome() -> None:
    async with SmtpSink(Manner(extensions=PIPELINING)) as sink:
        outcomes = await became(connected(sink), names("ada", "bo", "cy", "di"), until=2)
        assert kinds(outcomes) == [Sent, Sent, type(None), type(None)]
        assert len(sink.taken) == 2


async def test_a_mail_that_cannot_be_made_or_that_the_relay_cannot_have_is_left_out() -> None:
    mails: list[Made] = [
        to("ada@member.example"), Refused("no address"), to("bo@member.example", "x" * 200_000),
        to("zoë@member.example", international=True), to("cy@member.example"),
    ]  # fmt: skip
    async with SmtpSink(Manner(extensions=("SIZE 100000", "PIPELINING"))) as sink:
        outcomes = await became(connected(sink), mails)
        assert kinds(outcomes) == [Sent, Refused, Refused, Refused, Sent]
        assert [each.recipient[:2] for each in sink.taken] == ["ad", "cy"]


async def test_dots_are_doubled_and_nothing_in_a_mail_ends_it() -> None:
    text = ".\r\n..\r\nMAIL FROM:<x@y.example>\r\n.end"
    async with SmtpSink(Manner(extensions=PIPELINING)) as sink:
        assert kinds(await became(connected(sink), [to("ada@member.example", text)])) == [Sent]
        [taken] = sink.taken
        assert taken.content.endswith(b"\r\n\r\n" + text.encode() + b"\r\n")


async def test_it_encrypts_and_logs_in_first() -> None:
    login = {"user": "ask", "password": "hush"}
    for security, manner in (
        ("starttls", Manner(extensions=PIPELINING, starttls=True, login=("ask", "hush"))),
        ("tls", Manner(extensions=PIPELINING, tls=True, login=("ask", "hush"))),
    ):
        async with SmtpSink(manner) as sink:
            connection = connected(sink, security, **login)  # type: ignore[arg-type]  # one of two words
            assert kinds(await became(connection, names("ada", "drop-after-dot", "bo"))) == [
                Sent,
                Unknown,
                Sent,
            ]
            connection.quit()


async def test_a_silent_relay_is_left_in_time_behind_tls_too() -> None:
    async with SmtpSink(Manner(extensions=PIPELINING, tls=True)) as sink:
        assert kinds(await became(connected(sink, "tls"), names("stall", "ada"))) == [Unknown, Sent]


async def test_a_relay_that_is_not_ready_takes_none_and_says_why() -> None:
    for manner, why in (
        (Manner(greeting="554 go away"), "turned us away"),
        (Manner(mail_reply="530 5.7.0 log in"), "wants us to log in"),
        (Manner(drop_at="EHLO"), "broke off"),
    ):
        async with SmtpSink(manner) as sink:
            connection = connected(sink)
            with pytest.raises(RelayNotReady, match=why):
                await became(connection, names("ada", "bo"))
            assert not connection.usable
            assert not sink.taken


async def test_who_waits_is_broken_off_from_another_thread() -> None:
    async with SmtpSink(Manner(extensions=PIPELINING)) as sink:
        connection = connected(sink)
        waiting = asyncio.create_task(became(connection, names("stall", "ada")))
        async with asyncio.timeout(10):
            while not sink.taken:
                await asyncio.sleep(0.01)
        connection.abort()
        assert kinds(await waiting) == [Unknown, type(None)]
        assert not connection.usable
        connection.quit()

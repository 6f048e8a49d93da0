"""Every way a relay can take, put off, refuse or lose a message, told apart by how far it got."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.relay_opening import RelayAddress, Timeouts
from mail.sender import RelaySender, wire_form
from store.kinds import Medium
from store.outbox import Claimed
from store.outcome import Postponed, Refused, Sent, Unknown
from tests.conftest import NOW
from tests.doubles.smtp_sink import Manner, SmtpSink, client_context

BODY = (
    b"From: assistant@cluster.example\r\nTo: ada@member.example\r\nSubject: Who does assays\r\n"
    b"Message-ID: <1@cluster.example>\r\n\r\nHello\r\n"
)
QUICK = Timeouts(connect=5, command=0.5, before_body=5, body=5, final_dot=0.5, idle=5, rest=0)


def a_mail(recipient: str = "ada@member.example", body: bytes | None = BODY, **fields: Any) -> Claimed:
    plain = Claimed(
        1, "answer:1", Medium.EMAIL, "answer", recipient, "replies@cluster.example", {}, body, "w:1", 1, NOW
    )
    return replace(plain, **fields)


class Post:
    """A relay and a sender that knows it."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def open(self, manner: Manner | None = None, **options: Any) -> tuple[RelaySender, SmtpSink]:
        sink = await self._stack.enter_async_context(SmtpSink(manner))
        return self.sender(sink.port, **options), sink

    def sender(self, port: int, **options: Any) -> RelaySender:
        asked: dict[str, Any] = {
            "host": "localhost", "security": "none", "timeouts": QUICK, "hostname": "us.example",
            "tls": client_context(),
        }  # fmt: skip
        sender = RelaySender(port=port, **asked | options)
        self._stack.push_async_callback(sender.close)
        return sender


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        yield Post(stack)


async def test_a_taken_message_is_sent_with_the_relays_own_word(post: Post) -> None:
    sender, sink = await post.open()
    assert await sender.send(a_mail()) == Sent("250 2.0.0 taken")
    [taken] = sink.taken
    assert (taken.sender, taken.recipient) == ("replies@cluster.example", "ada@member.example")
    assert taken.content == BODY
    assert sink.commands[0] == "EHLO us.example"
    assert taken.parameters == f"SIZE={len(BODY)}"


async def test_a_message_without_envelope_sender_goes_out_as_from_nobody(post: Post) -> None:
    sender, sink = await post.open()
    assert isinstance(await sender.send(a_mail(sender="")), Sent)
    assert sink.taken[0].sender == ""


@pytest.mark.parametrize(
    ("recipient", "outcome"),
    [
        ("refuse@member.example", Refused("550 5.1.1 nobody of that name")),
        ("greylist@member.example", Postponed("451 4.7.1 come back later")),
        ("later@member.example", Postponed("451 4.3.0 not now")),
        ("goodbye@member.example", Postponed("421 4.3.2 going down")),
        ("never@member.example", Refused("554 5.6.0 not this")),
        ("wordy@member.example", Sent("250 2.0.0 pris \u00e9 2.0.0 merci")),
    ],
)
async def test_each_reply_has_its_meaning(
    post: Post, recipient: str, outcome: Sent | Postponed | Refused
) -> None:
    sender, sink = await post.open()
    assert await sender.send(a_mail(recipient)) == outcome
    assert await sender.send(a_mail()) == Sent("250 2.0.0 taken"), "the next message is not harmed"
    assert sink.taken[-1].recipient == "ada@member.example"


@pytest.mark.parametrize("recipient", ["drop-at-rcpt@member.example", "drop-at-data@member.example"])
async def test_a_drop_before_the_content_is_surely_not_sent(post: Post, recipient: str) -> None:
    sender, sink = await post.open()
    outcome = await sender.send(a_mail(recipient))
    assert isinstance(outcome, Postponed)
    assert "broke off before the message was sent" in outcome.reply
    assert not sink.taken


@pytest.mark.parametrize(
    ("recipient", "taken"), [("drop-in-body", 0), ("drop-after-dot", 1), ("stall", 1), ("gibberish", 1)]
)
async def test_from_the_first_byte_to_the_reply_nobody_can_know(
    post: Post, recipient: str, taken: int
) -> None:
    sender, sink = await post.open()
    outcome = await sender.send(a_mail(f"{recipient}@member.example", body=BODY + b"x" * 70 + b"\r\n"))
    assert isinstance(outcome, Unknown)
    assert len(sink.taken) == taken
    assert isinstance(await sender.send(a_mail()), Sent)


async def test_we_greet_with_a_full_name_or_an_address_literal(post: Post) -> None:
    sender, sink = await post.open(hostname="")
    await sender.send(a_mail())
    name = sink.commands[0].removeprefix("EHLO ")
    assert "." in name
    assert name.startswith("[") == name.endswith("]")


async def test_one_connection_serves_many_messages(post: Post) -> None:
    sender, sink = await post.open()
    for _ in range(5):
        assert isinstance(await sender.send(a_mail()), Sent)
    assert sink.connections == 1


async def test_a_relay_that_refuses_one_message_keeps_its_connection(post: Post) -> None:
    sender, sink = await post.open()
    await sender.send(a_mail("refuse@member.example"))
    await sender.send(a_mail())
    assert sink.connections == 1
    assert "RSET" in sink.commands


@pytest.mark.parametrize("manner", [Manner(drop_after=1), Manner(close_after=1)])
async def test_a_connection_the_relay_let_go_of_is_replaced_at_once(post: Post, manner: Manner) -> None:
    sender, sink = await post.open(manner)
    outcomes = [await sender.send(a_mail()) for _ in range(4)]
    assert outcomes == [Sent("250 2.0.0 taken")] * 4
    assert len(sink.taken) == 4
    assert sink.connections == 4


async def test_an_idle_connection_is_closed_politely(post: Post) -> None:
    sender, sink = await post.open(timeouts=replace(QUICK, idle=0.05))
    await sender.send(a_mail())
    await until(lambda: "QUIT" in sink.commands)


async def test_messages_sent_together_use_connections_of_their_own(post: Post) -> None:
    sender, sink = await post.open(Manner(slow=0.02))
    outcomes = await asyncio.gather(*(sender.send(a_mail()) for _ in range(12)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(sink.taken) == 12


async def test_nobody_listening_means_later(post: Post) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        sender = post.sender(free.getsockname()[1], host="127.0.0.1")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "cannot be reached (Connection refused)" in outcome.reply
    assert outcome.wait == timedelta(minutes=1)


async def test_an_unknown_relay_name_means_later(post: Post) -> None:
    outcome = await post.sender(25, host="relay.invalid").send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "relay.invalid cannot be found" in outcome.reply


async def test_a_relay_that_turns_us_away_means_later(post: Post) -> None:
    sender, _ = await post.open(Manner(greeting="554 no service here"))
    assert await sender.send(a_mail()) == Postponed(
        "The relay turned us away (554 no service here).", timedelta(minutes=1)
    )


async def test_a_relay_that_says_nothing_means_later(post: Post) -> None:
    sender, _ = await post.open(Manner(greeting=""), timeouts=replace(QUICK, connect=0.1))
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "no answer in time" in outcome.reply or "imed out" in outcome.reply


@pytest.mark.parametrize("verb", ["EHLO", "STARTTLS"])
async def test_a_relay_that_breaks_off_while_greeting_means_later(post: Post, verb: str) -> None:
    sender, sink = await post.open(Manner(drop_at=verb, starttls=True), security="starttls")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "broke off while greeting" in outcome.reply
    assert not sink.taken


async def test_a_drop_at_mail_on_a_new_connection_means_later(post: Post) -> None:
    sender, sink = await post.open(Manner(drop_at="MAIL"))
    assert isinstance(await sender.send(a_mail()), Postponed)
    assert sink.connections == 1


async def test_a_relay_too_slow_for_our_lease_is_not_given_the_content(post: Post) -> None:
    sender, sink = await post.open(timeouts=replace(QUICK, before_body=0))
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "took too long" in outcome.reply
    assert not sink.taken


async def test_tls_on_a_port_without_it_names_the_setting(post: Post) -> None:
    sender, _ = await post.open(security="tls")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "set its security to starttls" in outcome.reply


def test_the_password_is_in_no_description() -> None:
    relay = RelayAddress("h", 25, "none", "whodoes", "canary-4711", "us.example", client_context())
    assert "canary" not in f"{relay!r} {relay}"


async def test_a_relay_that_is_away_is_not_asked_for_every_message(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    sender, sink = await post.open(Manner(greeting="421 too busy"), timeouts=replace(QUICK, rest=60))
    first = await sender.send(a_mail())
    assert await sender.send(a_mail()) == first
    assert sink.connections == 1
    assert "relay.not_ready" in caplog.text


async def test_a_long_outage_leaves_short_waits(post: Post) -> None:
    sender, _ = await post.open(Manner(greeting="421 too busy"))
    outcome = await sender.send(a_mail(attempt=20))
    assert isinstance(outcome, Postponed)
    assert outcome.wait == timedelta(minutes=10)


async def test_starttls_encrypts_before_anything_is_said(post: Post) -> None:
    sender, sink = await post.open(Manner(starttls=True), security="starttls")
    assert isinstance(await sender.send(a_mail()), Sent)
    assert sink.commands[1] == "STARTTLS"


async def test_mail_never_falls_back_to_clear_text(post: Post) -> None:
    sender, sink = await post.open(Manner(starttls=False), security="starttls")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "offers no encryption" in outcome.reply
    assert not [command for command in sink.commands if command.startswith("MAIL")]


async def test_a_refused_starttls_means_later(post: Post) -> None:
    manner = Manner(starttls=True, starttls_reply="454 no certificate today")
    sender, _ = await post.open(manner, security="starttls")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "454 no certificate today" in outcome.reply


async def test_tls_from_the_first_byte(post: Post) -> None:
    sender, sink = await post.open(Manner(tls=True), security="tls")
    assert isinstance(await sender.send(a_mail()), Sent)
    assert len(sink.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_trusts_means_later(post: Post, security: str) -> None:
    manner = Manner(starttls=security == "starttls", tls=security == "tls")
    sender, sink = await post.open(manner, security=security, tls=None)
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "certificate is not trusted (self-signed certificate)" in outcome.reply
    assert not sink.taken


async def test_the_right_password_opens_the_relay(post: Post) -> None:
    manner = Manner(starttls=True, login=("whodoes", "opensesame"))
    sender, sink = await post.open(manner, security="starttls", user="whodoes", password="opensesame")
    assert isinstance(await sender.send(a_mail()), Sent)
    assert len(sink.taken) == 1


async def test_a_wrong_password_means_later_and_is_never_told(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    manner = Manner(login=("whodoes", "opensesame"))
    sender, _ = await post.open(manner, user="whodoes", password="canary-4711")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert outcome.reply == "The relay refused our user name or password (reply 535)."
    assert "canary" not in caplog.text


async def test_a_relay_without_logins_means_later(post: Post) -> None:
    sender, _ = await post.open(user="whodoes", password="x")
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "no way to log in" in outcome.reply


async def test_a_relay_that_wants_a_login_first_is_a_matter_of_settings(post: Post) -> None:
    sender, _ = await post.open(Manner(mail_reply="530 5.7.0 Authentication required"))
    outcome = await sender.send(a_mail())
    assert isinstance(outcome, Postponed)
    assert "wants us to log in" in outcome.reply


async def test_lone_line_feeds_and_dots_cannot_end_or_split_a_message(post: Post) -> None:
    sender, sink = await post.open()
    body = BODY + b"one\n.\ntwo\r.\r\n.hidden\r\n..\r\nMAIL FROM:<x@y.example>"
    assert isinstance(await sender.send(a_mail(body=body)), Sent)
    [taken] = sink.taken
    assert taken.content == BODY + b"one\r\n.\r\ntwo\r\n.\r\n.hidden\r\n..\r\nMAIL FROM:<x@y.example>\r\n"


@given(st.binary(max_size=300).map(lambda body: body.replace(b"\x00", b"")))
def test_whatever_the_body_it_holds_no_end_of_message(body: bytes) -> None:
    wire = wire_form(body)
    assert wire.endswith(b"\r\n")
    assert not wire.startswith(b".\r\n")
    assert b"\r\n.\r\n" not in wire
    assert wire.count(b"\n") == wire.count(b"\r") == wire.count(b"\r\n")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (a_mail(body=None), "nothing to send"),
        (a_mail(body=BODY + b"\x00"), "NUL"),
        (a_mail("ada@member.example>\r\nRCPT TO:<eve@evil.example"), "cannot be written"),
        (a_mail("ada@member.example> NOTIFY=NEVER"), "cannot be written"),
        (a_mail("nobody"), "cannot be written"),
        (a_mail("ada\udc80@member.example"), "cannot be written"),
        (a_mail("ada@" + "m" * 70 + "\u00fc.example"), "cannot be written"),
        (a_mail(sender="a\nb@cluster.example"), "cannot be written"),
        (a_mail(body=BODY + b"x" * 10_000_001), "the relay takes 10000000 at most"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_its_reason(
    post: Post, message: Claimed, reason: str
) -> None:
    sender, sink = await post.open()
    outcome = await sender.send(message)
    assert isinstance(outcome, Refused)
    assert reason in outcome.reply
    assert not [command for command in sink.commands if command.startswith("MAIL")]


async def test_a_domain_beyond_ascii_goes_out_in_ascii(post: Post) -> None:
    sender, sink = await post.open(Manner(extensions=()))
    assert isinstance(await sender.send(a_mail("ada@b\u00fccher.example")), Sent)
    assert sink.taken[0].recipient == "ada@xn--bcher-kva.example"


async def test_an_address_beyond_ascii_needs_a_relay_that_carries_it(post: Post) -> None:
    able, sink = await post.open()
    unable, _ = await post.open(Manner(extensions=("8BITMIME",)))
    mail = a_mail("andr\u00e9@member.example", body=BODY + "caf\u00e9\r\n".encode())
    assert isinstance(await able.send(mail), Sent)
    assert sink.taken[0].recipient == "andr\u00e9@member.example"
    assert sink.taken[0].parameters.endswith("BODY=8BITMIME SMTPUTF8")
    refused = await unable.send(mail)
    assert isinstance(refused, Refused)
    assert "no SMTPUTF8" in refused.reply


async def test_stopping_breaks_off_a_relay_that_stalls(post: Post) -> None:
    sender, sink = await post.open(timeouts=replace(QUICK, final_dot=600))
    sending = asyncio.create_task(sender.send(a_mail("stall@member.example")))
    await until(lambda: bool(sink.taken))
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_mail_cannot_be_looked_up(post: Post) -> None:
    sender, _ = await post.open()
    assert isinstance(await sender.look_up(a_mail()), Unknown)


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not reached():
            await asyncio.sleep(0.01)


async def test_a_mail_to_two_is_taken_for_both_in_one_go(post: Post) -> None:
    sender, sink = await post.open()
    both = {"recipients": ["ada@member.example", "bo@bücher.example"]}
    assert await sender.send(a_mail("ada and bo", payload=both)) == Sent("250 2.0.0 taken")
    assert [taken.recipient for taken in sink.taken] == ["ada@member.example, bo@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ("refuse@member.example", Refused("550 5.1.1 nobody of that name")),
        ("greylist@member.example", Postponed("451 4.7.1 come back later")),
        ("not an address", Refused("The address cannot be written in an envelope.")),
    ],
)
async def test_where_one_of_two_cannot_have_it_neither_gets_it(
    post: Post, second: str, outcome: Postponed | Refused
) -> None:
    sender, sink = await post.open()
    both = {"recipients": ["ada@member.example", second]}
    assert await sender.send(a_mail("ada and another", payload=both)) == outcome
    assert sink.taken == []

"""What the envelope of a mail was, told from what a mailbox's server wrote down; and which addresses are ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.envelopes import arrival_of, from_a_mailbox
from mail.mailboxes import Mailboxes

OURS = Mailboxes("ask@cluster.example", reply_form="r-{token}@reply.cluster.example")
BODY = b"\r\nWho does assays?\r\n"


def envelope(*lines: bytes) -> tuple[str, list[str]]:
    payload = from_a_mailbox(b"".join(line + b"\r\n" for line in lines) + BODY, OURS).payload
    return payload["mail_from"], payload["rcpt_tos"]


@pytest.mark.parametrize(
    ("lines", "sender"),
    [
        ([b"Return-Path: <ada@firm.example>", b"From: bea@firm.example"], "ada@firm.example"),
        ([b"Return-path: ada@firm.example", b"Return-Path: <forged@firm.example>"], "ada@firm.example"),
        ([b"Return-Path: <>", b"From: ada@firm.example"], ""),
        ([b"Return-Path:", b"From: ada@firm.example"], ""),
        ([b"From: \"boss@cluster.example\" <ada@firm.example>"], "ada@firm.example"),
        ([b"From: Ada"], ""),
        ([b"From: \xc3\xa9va@firm.example"], "éva@firm.example"),
        ([b"From: \xff@firm.example"], "\ufffd@firm.example"),
        ([], ""),
    ],
)  # fmt: skip
def test_the_sender_is_the_return_path_and_the_author_only_where_there_is_none(
    lines: list[bytes], sender: str
) -> None:
    assert envelope(*lines)[0] == sender


@pytest.mark.parametrize(
    ("lines", "recipients"),
    [
        ([b"Delivered-To: ask+r7@cluster.example", b"To: ask@cluster.example"], ["ask+r7@cluster.example"]),
        ([b"X-Original-To: r-7k@reply.cluster.example", b"Delivered-To: ask@cluster.example"], ["r-7k@reply.cluster.example"]),
        ([b"Envelope-To: ask+1@cluster.example", b"To: x@y.example"], ["ask+1@cluster.example"]),
        ([b"Delivered-To: box@hosted.example", b"To: Ask <ASK+R7@Cluster.Example>, x@y.example"], ["ASK+R7@Cluster.Example"]),
        ([b"To: x@y.example", b"Cc: ask@cluster.example,\r\n ask+2@cluster.example, ask@cluster.example"], ["ask@cluster.example", "ask+2@cluster.example"]),
        ([b"To: " + b", ".join(b"ask+%d@cluster.example" % n for n in range(9))], [f"ask+{n}@cluster.example" for n in range(4)]),
        ([b"To: undisclosed-recipients:;"], ["ask@cluster.example"]),
        ([b"To: postmaster"], ["ask@cluster.example"]),
        ([], ["ask@cluster.example"]),
    ],
)  # fmt: skip
def test_the_recipients_are_those_of_ours_it_was_delivered_or_written_to(
    lines: list[bytes], recipients: list[str]
) -> None:
    assert envelope(*lines)[1] == recipients


def test_a_mail_that_came_by_smtp_and_lies_in_a_mailbox_too_is_one() -> None:
    mail = b"From: ada@firm.example\r\nTo: ask@cluster.example\r\nMessage-ID: <1@firm.example>\r\n" + BODY
    by_smtp = arrival_of(
        mail, mail_from="ada@firm.example", rcpt_tos=["ask+r7@cluster.example"], peer="192.0.2.1"
    )
    trace = b"Return-Path: <ada@firm.example>\r\nX-Original-To: ask+r7@cluster.example\r\nDelivered-To: ask@cluster.example\r\nReceived: by mx.example; Monday\r\n"
    exim = b"Return-path: <ada@firm.example>\r\nEnvelope-to: ask+r7@cluster.example\r\nDelivery-date: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    for written in (trace, exim):
        assert from_a_mailbox(written + mail, OURS).event_id == by_smtp.event_id
    another = arrival_of(mail, mail_from="bea@firm.example", rcpt_tos=["ask+r7@cluster.example"])
    assert another.event_id != by_smtp.event_id


@given(st.binary(max_size=3000))
def test_any_bytes_have_an_envelope(content: bytes) -> None:
    payload = from_a_mailbox(content, OURS).payload
    assert payload["rcpt_tos"]
    assert all(OURS.hold(address) for address in payload["rcpt_tos"])


@pytest.mark.parametrize(
    "head", [b"To: " + b"(" * 60_000, b"To: " + b"<a@b," * 12_000, b"To:" + b" @" * 30_000, b"To: a@b.example\r\n" * 4000, b"Return-Path: " + b"<" * 60_000]
)  # fmt: skip
def test_a_header_made_to_hurt_is_read_all_the_same(head: bytes) -> None:
    assert envelope(head)[1] == ["ask@cluster.example"]


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("Ask@Cluster.Example", True), ("ask+anything@cluster.example", True), ("postmaster", True),
        ("abuse@reply.cluster.example", True), ("r-7k@reply.cluster.example", True), ("ask@reply.cluster.example", True),
        ("asking@cluster.example", False), ("ask@elsewhere.example", False), ("abuse", False), ("", False),
        ("r-@reply.cluster.example", False), ("x-7k@reply.cluster.example", False),
    ],
)  # fmt: skip
def test_our_addresses_are_ours_and_no_others(address: str, ours: bool) -> None:
    assert OURS.hold(address) is ours

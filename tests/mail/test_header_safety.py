"""Nothing from the store or from a stranger makes a header of ours, breaks one, or becomes a recipient."""

import asyncio
import email
import email.policy
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import select

from bot.assistant.letters import Addressed, Choice, Letter, LetterKind
from bot.assistant.wording import Item, Reply
from mail.inbound import InboundMail, read_mail
from mail.letters import MailCarrier
from mail.relay import Envelope
from mail.render.headers import mailbox, writable
from mail.render.reply import From, Thread, render
from mail.sender import envelope_of
from mail.tokens import Purpose, TokenAddresses
from store.kinds import Medium
from store.models import OutboxMessage
from store.outbox import Claimed
from store.reaching import Reachable
from store.store import Store
from tests.doubles.smtp_sink import Taken
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    words_of,
)
from tests.mail.test_conversation import furnish
from tests.whole_region import PATIENCE, WholeRegion, a_region, add_member

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVE = "eve@evil.example"
OURS = TokenAddresses("ask+{token}@cluster.example", b"k" * 32)
BREAKS = (
    "\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\rBcc: eve@evil.example", "\r\n\r\nHello", "\x00", "\x85Bcc: e",
    "\u2028Bcc: e", "\x0bBcc: e", "\ud800", "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=", "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?q?=0ABcc:_e?=", "=?utf-8?q?=00?=", "=?us-ascii*en?Q?=0D=0A=0D=0A<b>?=", '" <eve@evil.example>, "', "<eve@evil.example>",
    "eve@evil.example,", "(", "\\", '"', ";", "Re: Re: AW:", "é" * 90, "x" * 1200,
)  # fmt: skip
HOSTILE = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(BREAKS)), max_size=4).map("".join)
ANSWER_FIELDS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
]  # fmt: skip
LETTER_FIELDS = [each for each in ANSWER_FIELDS if each != "In-Reply-To"]


def parsed(raw: bytes, *, international: bool = False) -> EmailMessage:
    """As another program reads it, from the wire; every line of it is one that SMTP can carry."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
    assert all(len(line) <= 998 for line in lines)
    assert international or head.isascii()
    return email.message_from_bytes(raw, policy=email.policy.default.clone(utf8=international))


def addresses_in(mail: EmailMessage, name: str) -> list[str]:
    """As two readers find them: the one that decodes first, and the one that looks at the line as it came."""
    (value,) = mail.get_all(name, [])
    (raw,) = (each for key, each in mail.raw_items() if key == name)
    found = [as_utf8(each.addr_spec) for each in value.addresses]
    assert [address for _, address in getaddresses([as_utf8(str(raw))])] == found
    return found


def as_utf8(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8")


def shown_name(mail: EmailMessage, name: str) -> str:
    """Without blanks: folding puts some between encoded words."""
    return "".join(mail[name].addresses[0].display_name.split())


def thread(**fields: object) -> Thread:
    told: dict[str, object] = {
        "to": "bea@elsewhere.example",
        "subject": "Vectors",
        "message_id": "q1@elsewhere.example",
        "references": ("q0@elsewhere.example",),
        "question": "Who?",
        "reply_to": OURS.address(Purpose.ANSWER, 7),
    }
    return Thread(**(told | fields))  # type: ignore[arg-type]  # a table of what a test leaves as it is


@given(HOSTILE, HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=30), HOSTILE)
@example("=?utf-8?q?x=0D=0ABcc:_eve@evil.example?=", "id@x", "who", ["a@b"], "n")
def test_an_answer_has_its_headers_and_each_once(
    subject: str, message_id: str, question: str, references: list[str], name: str
) -> None:
    asked = thread(subject=subject, message_id=message_id, question=question, references=tuple(references))
    mail = parsed(render(Reply("mail:1", "Hello."), asked, From(OWN, name), now=NOW))
    threaded = ("In-Reply-To" in mail, "References" in mail)
    assert threaded in {(True, True), (False, False)}
    left_out = {"In-Reply-To", "References"} if not threaded[0] else set()
    assert mail.keys() == [each for each in ANSWER_FIELDS if each not in left_out]
    assert addresses_in(mail, "To") == ["bea@elsewhere.example"]
    assert addresses_in(mail, "From") == [OWN]
    assert addresses_in(mail, "Reply-To") == [OURS.address(Purpose.ANSWER, 7)]
    assert shown_name(mail, "Reply-To") == shown_name(mail, "From")
    subject_line = str(mail["Subject"]).strip().lower()  # folded before its first word, where that is long
    assert subject_line.startswith("re: ")
    assert not subject_line.startswith("re: re:")
    assert len(str(mail["References"] or "")) < 1000


@given(HOSTILE, HOSTILE, st.lists(HOSTILE, min_size=1, max_size=2), HOSTILE)
def test_a_letter_has_its_headers_and_each_once(
    subject: str, words: str, names: list[str], region: str
) -> None:
    letter = Letter(
        "consent:7:asked", LetterKind.CONSENT, "introduction:7", subject, words, (words,), ((words, words),), words, words,
        (Choice("yes", words),), words,
    )  # fmt: skip
    to = tuple(
        Reachable(number, name, "", words, None, f"reader{number}@firm.example")
        for number, name in enumerate(names)
    )
    tokens = tuple("abcdefghijklmnopqrstuvwxyz"[number : number + 24] for number in range(len(to)))
    carrier = MailCarrier(From(OWN, region), pages="https://pages.example")
    draft = carrier.draft(Addressed(letter, to, tokens, "letter:consent:7:asked:1"), now=NOW)
    mail = parsed(draft.body or b"")
    assert mail.keys() == LETTER_FIELDS
    readers = [each.address for each in to]
    assert addresses_in(mail, "To") == readers
    assert addresses_in(mail, "Reply-To") == (readers if len(to) > 1 else [OURS.of_letter(tokens[0])])
    assert envelope(draft.recipient, mail=draft.body or b"", payload=draft.payload).recipients == tuple(
        readers
    )


def envelope(
    recipient: str, *, mail: bytes, payload: dict[str, object] | None = None, sender: str = OWN
) -> Envelope:
    claimed = Claimed(
        id=1, dedup_key="k", medium=Medium.EMAIL, kind="answer", recipient=recipient, sender=sender,
        payload=payload or {}, body=mail, owner="w", attempt=1, created_at=NOW,
    )  # fmt: skip
    found = envelope_of(claimed)
    assert isinstance(found, Envelope)
    return found


@given(
    st.one_of(
        HOSTILE.map("{}@elsewhere.example".format),
        HOSTILE.map("bea@{}.example".format),
        HOSTILE.map("Bea {} <bea@elsewhere.example>".format),
        st.sampled_from([
            "a=?utf-8?q?=0ABcc=3A_eve?=@x.example", "bø@x.example", "bø@bücher.example", "ü=?utf-8?q?=0D=0A?=@x.example", "日本@例え.example",
        ]),
    )
)  # fmt: skip
def test_whoever_can_be_told_from_a_from_is_answered_there_and_nowhere_else(written: str) -> None:
    raw = f"From: {written}\r\nTo: {OWN}\r\nSubject: x\r\n\r\nhello".encode("utf-8", "replace")
    read = read_mail(raw)
    if not isinstance(read, InboundMail) or not read.sender:
        return
    body = render(Reply("mail:1", "Hello."), thread(to=read.sender), From(OWN, "whodoes"), now=NOW)
    mail = parsed(body, international=not read.sender.rpartition("@")[0].isascii())
    assert sorted(mail.keys()) == sorted(ANSWER_FIELDS)
    assert envelope(read.sender, mail=body).recipients == (mailbox(read.sender),)
    if writable(read.sender):
        assert addresses_in(mail, "To") == [mailbox(read.sender)]


@pytest.mark.parametrize(
    ("address", "in_header", "international"),
    [
        ("bea@bücher.example", "bea@xn--bcher-kva.example", False),
        ("bea@faß.example", "bea@xn--fa-hia.example", False),  # not its neighbour fass.example
        ("béa@firm.example", "béa@firm.example", True),
        ("béa@bücher.example", "béa@xn--bcher-kva.example", True),
        ("bea@firm.example", "bea@firm.example", False),
    ],
)
def test_beyond_ascii_only_a_local_part_needs_a_relay_that_can(
    address: str, in_header: str, *, international: bool
) -> None:
    body = render(
        Reply("mail:1", "Grüße"), thread(to=address, subject="Grüße"), From(OWN, "whodöes"), now=NOW
    )
    mail = parsed(body, international=international)
    assert str(mail["To"]) == in_header
    assert str(mail["Reply-To"]).isascii() is False or parseaddr(str(mail["Reply-To"]))[1].isascii()
    found = envelope(address, mail=body)
    assert found.international is international
    assert found.recipients == (in_header,)


@pytest.mark.parametrize("domain", ["bücher.example", "xn--bcher-kva.example"])
def test_where_replies_come_to_is_ascii_whatever_our_own_domain_is(domain: str) -> None:
    carrier = MailCarrier(From(f"ask@{domain}", "whodoes"))
    letter = Letter("k", LetterKind.NEWS, "introduction:7", "s", "l")
    to = (Reachable(1, "Bea", "", "", None, "bea@firm.example"),)
    body = carrier.draft(Addressed(letter, to, ("a" * 24,), "k:1"), now=NOW).body or b""
    assert parseaddr(str(parsed(body)["Reply-To"]))[1] == f"ask+l{'a' * 24}@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    [
        "bø,eve@evil.example", "bø@x.example>, <eve@evil.example", '"bø" <eve@evil.example', "bø@eve@evil.example", "a b@x.example",
        "=?utf-8?q?=0ABcc?=@x.example", "a=?utf-8?q?=0ABcc?=@x.example", "bea@x.example\r\nBcc: e", "bea", "",
    ],
)  # fmt: skip
def test_an_address_of_the_store_that_no_header_can_hold_is_written_to_by_no_mail(address: str) -> None:
    assert not MailCarrier(From(OWN, "whodoes")).can_reach([Reachable(1, "Bea", "", "", None, address)])


async def test_a_stranger_s_headers_name_nobody_whom_we_write_to(sqlite_store: Store) -> None:
    await sqlite_store.write(furnish)
    fields = {
        "To": f"{OWN}, {EVE}", "Cc": f"victim@firm.example, {EVE}", "Reply-To": EVE, "Sender": EVE, "Return-Path": f"<{EVE}>",
        "Resent-To": EVE, "Errors-To": EVE, "Disposition-Notification-To": EVE, "Mail-Followup-To": EVE,
    }  # fmt: skip
    raw = a_mail("viral vectors", subject="=?utf-8?q?x=0D=0ABcc:_eve@evil.example?=")
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if name != "To")
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        await arrive(
            sqlite_store, head.encode() + raw.replace(f"To: {OWN}".encode(), f"To: {fields['To']}".encode()),
            mail_from="bounce@lists.example", now=at(9),
        )  # fmt: skip
        await all_worked_through(sqlite_store, desk)
    (mail,) = await sqlite_store.read(answers)
    assert await sqlite_store.read(lambda s: s.exec(select(OutboxMessage.recipient)).all()) == [MEMBER]
    assert str(mail["To"]) == MEMBER
    assert "Bcc" not in mail
    assert EVE not in "".join(f"{key}: {value}" for key, value in mail.items() if key != "Subject")


def test_hostile_words_of_items_stay_in_the_body() -> None:
    items = tuple(
        Item(number, each, line=each, excerpt=each, why=(each,)) for number, each in enumerate(BREAKS, 1)
    )
    mail = parsed(render(Reply("mail:1", "Hello.", items=items), thread(), From(OWN, "w"), now=NOW))
    assert mail.keys() == ANSWER_FIELDS
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("sender", "envelope", "in_header"),
    [
        ("béa@firm.example", "béa@firm.example", "béa@firm.example"),
        ("bea@bücher.example", "bea@xn--bcher-kva.example", "bea@xn--bcher-kva.example"),
        ("bea@faß.example", "bea@xn--fa-hia.example", "bea@xn--fa-hia.example"),
        ("日本@例え.example", "日本@xn--r8jz45g.example", "日本@xn--r8jz45g.example"),
    ],
)
async def test_a_mailbox_beyond_ascii_is_answered_over_the_wire_and_its_reply_goes_on(
    sqlite_store: Store, sender: str, envelope: str, in_header: str
) -> None:
    async with a_region(sqlite_store) as region:
        await add_member(sqlite_store, "Bea Finch", "Oriel Protein Services", address=sender)
        await send_international(region, sender, "viral vectors")
        (taken,) = await until_taken(region, 1)
        assert taken.recipient == envelope
        mail = parsed(taken.content, international=not envelope.isascii())
        assert as_utf8(str(mail["To"])) == in_header
        (place,) = addresses_in(mail, "Reply-To")
        assert place.isascii()
        await send_international(region, sender, "only in Manchester", to=place)
        _, second = await until_taken(region, 2)
        assert "viral vectors · in Manchester" in words_of(
            parsed(second.content, international=not envelope.isascii())
        )


async def send_international(region: WholeRegion, sender: str, text: str, *, to: str = OWN) -> None:
    raw = a_mail(text, sender=sender, To=to)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", region.port) as connection:
            connection.ehlo()
            connection.sendmail(sender, [to], raw, mail_options=["SMTPUTF8", "BODY=8BITMIME"])

    await asyncio.to_thread(send)


async def until_taken(region: WholeRegion, number: int) -> list[Taken]:
    async with asyncio.timeout(PATIENCE):
        while len(region.sink.taken) < number:
            await asyncio.sleep(0.01)
    return list(region.sink.taken)

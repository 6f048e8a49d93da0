"""Mails put together as bytes are, octet for octet, what the standard library would have written."""

import email
import email.policy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.render.headers import INTERNATIONAL, POLICY
from mail.render.written import WrittenMail

BOUNDARY = "=_answer.0123456789abcdef0123456789abcdef"
WORDS = st.text(max_size=120)
PLAIN_WORDS = st.text("abc XYZ 0189 :;,.-_?=()<>@\"'\\[]", max_size=100)
LINES = st.lists(st.text(max_size=200), max_size=8).map("\n".join)
LOCALS = st.from_regex(r"\A[a-z0-9+_-]{1,30}(\.[a-z0-9]{1,8})?(\+r[a-z2-7]{26})?\Z")
ADDRESSES = st.builds("{}@{}".format, LOCALS, st.from_regex(r"\A[a-z0-9-]{1,20}(\.[a-z]{2,9}){1,3}\Z"))
MAILBOXES = st.lists(st.tuples(st.one_of(st.just(""), PLAIN_WORDS, WORDS), ADDRESSES), min_size=1, max_size=2)
NAMES = st.sampled_from(("Subject", "X-Auto-Response-Suppress"))
IDS = st.lists(st.from_regex(r"\A<[!-;=?-~]{1,120}>\Z"), min_size=1, max_size=6).map(" ".join)


def as_the_library_does(
    policy: Policy,
    boxes: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    fields: Sequence[tuple[str, str]],
    parts: tuple[str, str, str],
) -> bytes:
    mail = EmailMessage(policy=policy)
    for name, mailboxes in boxes:
        mail[name] = tuple(Address(display, addr_spec=address) for display, address in mailboxes)
    for name, value in fields:
        mail[name] = value
    text, page, boundary = parts
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    mail.set_boundary(boundary)
    return mail.as_bytes()


def as_we_do(
    policy: Policy,
    boxes: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    fields: Sequence[tuple[str, str]],
    parts: tuple[str, str, str],
) -> bytes:
    mail = WrittenMail(policy)
    for name, mailboxes in boxes:
        mail.put_mailboxes(name, mailboxes)
    for name, value in fields:
        (mail.put_ids if name in {"References", "In-Reply-To"} else mail.put)(name, value)
    text, page, boundary = parts
    return mail.as_bytes(text, page, boundary=boundary)


def outcome(write: Callable[[], bytes]) -> bytes | type[Exception]:
    """What is written, or how it is refused."""
    try:
        return write()
    except Exception as error:  # noqa: BLE001 - the library's ways to refuse are what is compared
        return type(error)


@given(st.sampled_from((POLICY, INTERNATIONAL)), NAMES, st.one_of(PLAIN_WORDS, WORDS))
def test_a_header_is_the_library_s_or_is_refused_alike(policy: Policy, name: str, value: str) -> None:
    given_ = (policy, (), ((name, value),), ("Yes.\n", "<p>Yes.</p>\n", BOUNDARY))
    ours, theirs = outcome(lambda: as_we_do(*given_)), outcome(lambda: as_the_library_does(*given_))
    assert ours == theirs or (ours is ValueError and set("\0\r\n") & set(value))  # it lets some through


@given(st.sampled_from((POLICY, INTERNATIONAL)), IDS)
def test_ids_of_a_thread_are_the_library_s(policy: Policy, ids: str) -> None:
    given_ = (policy, (), (("References", ids), ("In-Reply-To", ids)), ("Yes.\n", "", BOUNDARY))
    assert outcome(lambda: as_we_do(*given_)) == outcome(lambda: as_the_library_does(*given_))


@given(ADDRESSES, st.integers(0, 2**33))
def test_a_mail_s_own_id_and_date_are_the_library_s(message_id: str, second: int) -> None:
    fields = (
        ("Date", format_datetime(datetime.fromtimestamp(second, UTC))),
        ("Message-ID", f"<{message_id}>"),
    )
    given_ = (POLICY, (), fields, ("Yes.\n", "", BOUNDARY))
    assert outcome(lambda: as_we_do(*given_)) == outcome(lambda: as_the_library_does(*given_))


@given(st.sampled_from(("From", "To", "Reply-To")), MAILBOXES)
def test_mailboxes_are_the_library_s_or_are_refused_alike(
    name: str, mailboxes: Sequence[tuple[str, str]]
) -> None:
    given_ = (POLICY, ((name, mailboxes),), (), ("Yes.\n", "", BOUNDARY))
    ours, theirs = outcome(lambda: as_we_do(*given_)), outcome(lambda: as_the_library_does(*given_))
    assert ours == theirs or may_lose_quotes(mailboxes) or any("\0" in each for each, _ in mailboxes)


def may_lose_quotes(mailboxes: Sequence[tuple[str, str]]) -> bool:
    """Where the library folds such names, one may read as an address: those are written in a way of our own."""
    names = "".join(display for display, _ in mailboxes)
    needs_quotes = bool(set('()<>[]:;@\\,."') & set(names))
    return not names.isascii() or (needs_quotes and len(str(mailboxes)) > 50)


@pytest.mark.parametrize(
    "display",
    [
        "0" * 40 + " <eve@evil.example>",
        "Ünder, Eve <eve@evil.example>",
        "a" * 60 + ", eve@x.example",
        '"' * 70,
    ],
)
def test_no_part_of_a_name_reads_as_an_address(display: str) -> None:
    mail = WrittenMail(POLICY)
    mail.put_mailboxes("To", [(display, "ben@firm.example"), (display, "bea@firm.example")])
    written = mail.as_bytes("", "", boundary=BOUNDARY)
    (field,) = [value for name, value in email.message_from_bytes(written).raw_items() if name == "To"]
    assert [address for _, address in getaddresses([str(field)])] == ["ben@firm.example", "bea@firm.example"]
    read = email.message_from_bytes(written, policy=email.policy.default)["To"].addresses
    assert ["".join(each.display_name.split()) for each in read] == ["".join(display.split())] * 2
    assert all(len(line) <= 78 for line in written.partition(b"MIME")[0].splitlines())


@pytest.mark.parametrize(
    "value", ["=?utf-8?q?x=0D=0ABcc:_eve@evil.example?=", "=?utf-8?q?=0A=0AHello?=", "x\0"]
)
def test_what_the_library_would_make_headers_of_is_refused(value: str) -> None:
    mail = WrittenMail(POLICY)
    with pytest.raises(ValueError, match="further headers"):
        mail.put("Subject", value)


@given(LINES, LINES, st.sampled_from((BOUNDARY, "=_short")))
def test_the_parts_are_the_library_s(text: str, page: str, boundary: str) -> None:
    given_ = (POLICY, (), (), (f"{text}\n", f"{page}\n", boundary))
    assert outcome(lambda: as_we_do(*given_)) == outcome(lambda: as_the_library_does(*given_))


@pytest.mark.parametrize("value", ["Hello\r\nBcc: all@firm.example", "Hello\nBcc: x", "\rBcc: x"])
def test_a_line_break_never_begins_a_header(value: str) -> None:
    mail = WrittenMail(POLICY)
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.put("Subject", value)


def test_tokens_of_one_length_are_each_in_their_own_mail() -> None:
    written = []
    for letter in "bcd":
        mail = WrittenMail(POLICY)
        mail.put_mailboxes("Reply-To", [("whodoes · Harrowdale", f"ask+r{letter * 26}@cluster.example")])
        written.append(mail.as_bytes("", "", boundary=BOUNDARY))
    assert [letter.encode() * 26 in mail for letter, mail in zip("bcd", written, strict=True)] == [True] * 3

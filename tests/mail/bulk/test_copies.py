"""A copy put together from segments is, octet for octet, the one that is written whole; signed, any verifier takes it."""

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail.bulk.copies import CampaignMail, Copies
from mail.bulk.dkim import NoKey, Signer, signer_of
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import TO_SIGN, ReadersCopy, written_copy
from mail.render.newsletter import PREFERENCES, UNSUBSCRIBE, WHY, IssueMail, TooLong, render_issue
from mail.render.reply import From
from mail.sender import wire_form
from mail.tokens import TokenAddresses
from store.consent.readers import Reader, reader_token
from tests.factories import NOW

KEY = b"k" * 32
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SIGNER = Signer("cluster.example", "autumn", RSA)
WORDS = st.text(max_size=90)
HOSTILE = st.one_of(WORDS, st.sampled_from(
    ["a\r\nBcc: x@y.example", "=?utf-8?q?x?=", WHY, UNSUBSCRIBE, f"{PREFERENCES} {UNSUBSCRIBE}", ".\r\n.\r\n", "%(token)b %s",
     "100 % sure", "<b>&amp;</b>", "\0\x1b", "ü" * 80, "A" * 200, "Zoë O'Neil, PhD", "\ud800", "= =3D ="]
))  # fmt: skip
ADDRESSES = st.one_of(
    st.builds("{}@{}".format, st.from_regex(r"\A[a-z0-9+_-]{1,30}(\.[a-z0-9]{1,8})?\Z"),
              st.from_regex(r"\A[a-z0-9-]{1,20}(\.[a-z]{2,9}){1,2}\Z")),
    st.sampled_from(["zoë@larkspur.example", "ada@bücher.example", "o'neil@larkspur.example", '"a b"@larkspur.example']),
)  # fmt: skip
PAGES = st.sampled_from(["https://pages.cluster.example", "https://p.example/" + "x" * 60, ""])
NEWS = "Hello.\n\n## News\n\n### We won\n\n[Read](https://ash.example/x)\n"


def a_mail(
    body: str = NEWS,
    *,
    subject: str = "News",
    pages: str = "https://pages.cluster.example",
    topic: str = "news",
) -> CampaignMail:
    form = "ask+{token}@cluster.example"
    ways = WaysOut(
        From("ask@cluster.example", "whodoes · Härrowdale", "1 Mill Lane"), TokenAddresses(form, KEY), pages
    )
    issue = IssueMail(
        "News of Harrowdale", body, "Harrowdale", NOW, "", "1 Mill Lane", "", bool(pages), topic
    )
    return CampaignMail(subject, issue, Mailing(topic, "News", "Härrowdale"), ways)


def a_copy(
    name: str = "Ada Marsh", address: str = "ada@firm.example", why: str = "you asked", number: int = 4
) -> ReadersCopy:
    reader = Reader(person_id=number)
    return ReadersCopy(Mailbox(address, name), f"campaign:7:{reader.key}", reader_token(KEY, reader), why)


def whole(mail: CampaignMail, copy: ReadersCopy, now: datetime = NOW) -> bytes:
    return written_copy(render_issue(mail.issue), mail.subject, copy, mail.mailing, mail.ways, now=now)


def outcome(write: Callable[[], bytes]) -> bytes | type[Exception]:
    try:
        return write()
    except Exception as error:  # noqa: BLE001 - the library's ways to refuse are what is compared
        return type(error)


@settings(deadline=None)
@given(HOSTILE, ADDRESSES, HOSTILE, st.integers(0, 2**33), st.integers(0, 2**32))
@example("", "ada@firm.example", "." * 80, 1, 0)
def test_a_copy_is_the_one_written_whole(name: str, address: str, why: str, number: int, second: int) -> None:
    mail, copy = a_mail(), a_copy(name, address, why, number)
    now = datetime.fromtimestamp(second, UTC)
    ours = outcome(lambda: Copies(mail).content(copy, now=now))
    assert ours == outcome(lambda: wire_form(whole(mail, copy, now)))


@settings(deadline=None)
@given(HOSTILE, HOSTILE, PAGES, st.sampled_from(["news", "a topic / of % one", "x" * 59]), HOSTILE)
def test_so_it_is_whatever_the_mail_says(body: str, subject: str, pages: str, topic: str, why: str) -> None:
    mail = a_mail(body, subject=subject, pages=pages, topic=topic)
    copy = a_copy(why=why)
    assert outcome(lambda: Copies(mail).content(copy, now=NOW)) == outcome(
        lambda: wire_form(whole(mail, copy))
    )


@settings(deadline=None)
@given(st.integers(0, 200))
def test_so_it_is_wherever_a_line_breaks(filling: int) -> None:
    """The ways out and the why at each place of a line that grows."""
    body = f"{'y' * filling} {UNSUBSCRIBE} {WHY}\n\n{'z' * filling}{PREFERENCES}\n"
    mail = a_mail(body)
    copies = Copies(mail)
    for number in (1, 2**32):
        assert copies.content(a_copy(number=number), now=NOW) == wire_form(whole(mail, a_copy(number=number)))


def test_no_reader_s_words_make_another_header_or_another_mail() -> None:
    copy = a_copy("Ada\r\nBcc: spy@y.example\0", why="x\r\n.\r\nMAIL FROM:<spy@y.example>\r\n")
    content = Copies(a_mail(), SIGNER).content(copy, now=NOW)
    assert b"\r\n.\r\n" not in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\0" not in content
    assert "Bcc" not in email.message_from_bytes(content)


def test_an_issue_that_programs_would_cut_is_refused_before_anybody_gets_it() -> None:
    with pytest.raises(TooLong):
        Copies(a_mail("word " * 30_000))


def public_key(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"autumn._domainkey.cluster.example."
    der = RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + b"".join(der.splitlines()[1:-1])


def unstuffed(content: bytes) -> bytes:
    return b"\r\n".join(line.removeprefix(b".") for line in content.split(b"\r\n"))


@settings(deadline=None)
@given(HOSTILE, ADDRESSES, HOSTILE, HOSTILE)
def test_any_verifier_takes_the_signature(name: str, address: str, why: str, body: str) -> None:
    mail, copy = a_mail(f".a line\n\n{body}  \n\n x   y\t\n"), a_copy(name, address, why)
    content = outcome(lambda: Copies(mail, SIGNER).content(copy, now=NOW))
    if isinstance(content, bytes):
        assert dkim.verify(unstuffed(content), dnsfunc=public_key)
        assert content == wire_form(SIGNER.sign(whole(mail, copy), now=NOW))


def test_nothing_that_lets_a_reader_out_can_be_changed_or_added_on_the_way() -> None:
    signed = SIGNER.sign(whole(a_mail(), a_copy()), now=NOW)
    assert dkim.verify(signed, dnsfunc=public_key)
    for name in TO_SIGN:
        assert not dkim.verify(f"{name}: another\r\n".encode() + signed, dnsfunc=public_key), name
    other = signed.replace(b"/u/", b"/v/")
    assert not dkim.verify(other, dnsfunc=public_key)


def test_a_mail_s_time_is_that_of_its_sending() -> None:
    copies = Copies(a_mail(), SIGNER)
    first, later = (copies.content(a_copy(), now=NOW + timedelta(hours=each)) for each in (0, 1))
    assert email.message_from_bytes(first)["Date"] != email.message_from_bytes(later)["Date"]
    assert f"t={int((NOW + timedelta(hours=1)).timestamp())};".encode() in later


def written(key: "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey", file: Path, password: bytes = b"") -> Path:
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden))
    return file


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    signer = signer_of("cluster.example", "autumn", written(RSA, tmp_path / "key.pem"))
    assert dkim.verify(signer.sign(b"From: a@b.example\r\n\r\nHello\r\n\r\n", now=NOW), dnsfunc=public_key)
    assert "key" not in repr(signer)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda file: file, "cannot be read"),
        (lambda file: (file.write_text("-----BEGIN NONSENSE-----"), file)[1], "holds no private key"),
        (lambda file: written(ec.generate_private_key(ec.SECP256R1()), file), "must be an RSA key"),
        (lambda file: written(rsa.generate_private_key(65537, 1024), file), "2048 bits"),  # noqa: S505 - it is refused
        (lambda file: written(RSA, file, b"hush"), "has a password"),
    ],
)
def test_a_key_that_cannot_be_used_is_said_in_a_line(
    make: Callable[[Path], Path], why: str, tmp_path: Path
) -> None:
    with pytest.raises(NoKey, match=why) as told:
        signer_of("cluster.example", "autumn", make(tmp_path / "key.pem"))
    assert "\n" not in str(told.value)

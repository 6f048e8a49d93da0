"""What an answer says of the mail itself: what was not read, whose mail was, and who was left out."""

from email.message import EmailMessage

import pytest
from sqlmodel import Session

from mail.inbound import InboundMail, read_mail
from mail.remarks import HOW_TO_JOIN, ONLY_THE_BEGINNING, SEALED, remarks_on
from store.kinds import StaffRole
from store.people import Member, Stranger
from store.store import Store
from tests.factories import add_golden_region, add_person
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    as_read,
    at,
    words_of,
)

ALICE = Member(1, "Alice Marsh", None, "", StaffRole.MEMBER)
ARMOUR = (
    "-----BEGIN PGP MESSAGE-----\n\nhQEMA3who does viral vectors\nmakes+stents\n-----END PGP MESSAGE-----\n"
)
FORWARDED = (
    "Hi, can you help Finn with this?\n\nBegin forwarded message:\n\nFrom: {}\nDate: 3 May\nSubject: tests\n\n"
    "Hi Thora,\n\nDo you know anybody who makes lateral flow tests?\n\nFinn\n"
)


def read(raw: bytes) -> InboundMail:
    mail = read_mail(raw)
    assert isinstance(mail, InboundMail)
    return mail


def told(text: str = "who makes stents?", **headers: str) -> tuple[str, ...]:
    return remarks_on(read(a_mail(text, **headers)), ALICE, own=OWN)


def told_of(kind: str, *, attached: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Of a mail of that kind, and with those attachments."""
    mail = as_read(a_mail("who makes stents?"))
    for name in attached:
        mail.add_attachment(b"%PDF", maintype="application", subtype="octet-stream", filename=name)
    if kind:
        mail.replace_header("Content-Type", kind)
    return remarks_on(read(EmailMessage.as_bytes(mail)), ALICE, own=OWN)


def test_most_mails_need_no_remark() -> None:
    assert told() == ()
    assert told(To="ask+r7k@cluster.example", Cc=MEMBER) == ()


@pytest.mark.parametrize(
    ("cc", "names"),
    [
        ("Ben Ode <ben@firm.example>", "Ben Ode"),
        ("Ben Ode <ben@firm.example>, Una Fox <una@firm.example>", "Ben Ode and Una Fox"),
        ("ben@firm.example, Una <una@firm.example>, Cy <cy@firm.example>", "ben@firm.example, Una and Cy"),
        (
            "Ben <b@x.example>, Una <u@x.example>, Cy <c@x.example>, Di <d@x.example>",
            "Ben, Una, Cy and 1 other",
        ),
        (", ".join(f"P{n} <p{n}@x.example>" for n in range(30)), "P0, P1, P2 and 27 others"),
        (f"Ben <b@x.example>, {OWN}, Alice <{MEMBER}>", "Ben"),
        ("=?utf-8?q?J=C3=B6rg?= <j@x.example>", "Jörg"),
    ],
)
def test_those_left_out_are_named(cc: str, names: str) -> None:
    assert told(Cc=cc) == (f"I have answered you alone, not {names}.",)


@pytest.mark.parametrize(
    "name",
    [
        '"<script>alert(1)</script>"',
        '"Ben\\" <!channel>, \\"Una"',
        "=?utf-8?q?Ben=0D=0ABcc:_all=40x.example?=",
        "=?utf-8?q?a=E2=80=AEb=00c?=",
        f'"{"x" * 500}"',
    ],
)
def test_what_they_are_called_stays_one_short_line(name: str) -> None:
    raw = a_mail("who makes stents?", Cc="THEIR NAME <b@x.example>").replace(b"THEIR NAME", name.encode())
    (remark,) = remarks_on(read(raw), ALICE, own=OWN)
    assert remark.isprintable()
    assert len(remark) < 160


@pytest.mark.parametrize("text", ["and\n" * 2000, "word " * 30_000, "We need more. " * 1200])
def test_a_long_mail_is_told_that_its_beginning_was_read(text: str) -> None:
    assert told(f"who makes stents?\n{text}") == (ONLY_THE_BEGINNING,)


def test_attachments_are_named_and_signatures_and_logos_are_none() -> None:
    names = ("brief.pdf", "smime.p7s", "signature.asc", "image001.png", "prices.xlsx")
    assert told_of("", attached=names) == (
        "I don't open attachments, so I have not read “brief.pdf” and “prices.xlsx”.",
    )
    assert told_of("", attached=("smime.p7s",)) == ()


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x',
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        "application/x-pkcs7-mime",
    ],
)
def test_a_sealed_mail_is_told_that_it_cannot_be_read(kind: str) -> None:
    assert SEALED in told_of(kind)
    assert not any("I don't open" in remark for remark in told_of(kind))


def test_a_sealed_part_or_block_is_told_too() -> None:
    assert told_of("", attached=("smime.p7m",)) == (SEALED,)
    assert told(ARMOUR) == (SEALED,)


def test_who_hands_on_a_mail_is_told_whose_was_read() -> None:
    (remark,) = told(FORWARDED.format("Finn Garrowby <finn@garrowby.example>"), subject="Fwd: tests")
    assert remark == "I read the mail from Finn Garrowby that you forwarded, and have answered you alone."
    (remark,) = told(FORWARDED.format("<finn@garrowby.example>"), subject="Fwd: tests")
    assert "from finn@garrowby.example that you forwarded" in remark
    (remark,) = told(FORWARDED.replace("From: {}\n", ""), subject="Fwd: tests")
    assert "from somebody else that you forwarded" in remark
    own = FORWARDED.replace("can you help Finn with this?", "who makes stents in Cheshire?")
    assert told(own.format("Finn <f@x.example>"), subject="Fwd: tests") == ()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "WG: Tests",
            "Zur Info\n\nVon: Finn Garrowby <finn@garrowby.example>\nGesendet: Montag, 3. Mai 2026 09:00\nAn: Thora\n"
            "Betreff: Tests\n\nHi Thora,\n\nDo you know anybody who makes lateral flow tests?\n\nFinn\n",
        ),
        (
            "TR: Tests",
            "---------- Message transféré ---------\nDe : Finn Garrowby <finn@garrowby.example>\nDate : lun. 3 mai\n"
            "Objet : Tests\nÀ : Thora\n\nDo you know anybody who makes lateral flow tests?\n",
        ),
    ],
)
async def test_whatever_language_the_forwarding_program_speaks(
    sqlite_store: Store, subject: str, text: str
) -> None:
    (said,) = await answered(sqlite_store, a_mail(text, subject=subject))
    assert "I read the mail from Finn Garrowby that you forwarded" in said
    assert "Fenwick Flow Diagnostics" in said


def test_strangers_are_told_how_to_join_last() -> None:
    mail = read(a_mail("who makes stents?", Cc="Ben <ben@x.example>"))
    assert remarks_on(mail, Stranger(), own=OWN)[-1] == HOW_TO_JOIN


def furnish(session: Session) -> None:
    add_golden_region(session)
    add_person(session, name="Alice Marsh", addresses=[MEMBER])


async def answered(store: Store, *mails: bytes) -> list[str]:
    await store.write(furnish)
    async with a_working_desk(store, Clock(at(9))) as desk:
        for raw in mails:
            await arrive(store, raw, now=at(9))
        await all_worked_through(store, desk)
    return [words_of(mail) for mail in await store.read(answers)]


async def test_a_forwarded_ask_is_answered_to_the_one_who_forwarded_it(sqlite_store: Store) -> None:
    raw = a_mail(FORWARDED.format("Finn Garrowby <finn@garrowby.example>"), subject="Fwd: tests")
    (text,) = await answered(sqlite_store, raw)
    assert "Fenwick Flow Diagnostics" in text
    assert "I read the mail from Finn Garrowby" in text
    (mail,) = await sqlite_store.read(answers)
    assert (mail["To"], mail["Cc"]) == (MEMBER, None)


async def test_a_sealed_text_is_not_taken_for_an_ask(sqlite_store: Store) -> None:
    sealed, beside = await answered(
        sqlite_store,
        a_mail(ARMOUR, subject="..."),
        a_mail(f"who makes lateral flow tests?\n\n{ARMOUR}"),
    )
    assert "nothing in your message that I could read" in sealed
    assert SEALED in sealed
    assert "Fenwick Flow Diagnostics" in beside

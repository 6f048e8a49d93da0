"""Forwarded mails: known in many languages and programs' forms, and told from replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.forwards import Forwarded, forwarded_in, in_plain_form
from mail.inbound import InboundMail, read_mail

ANN = ("ann@fen.example", "Ann Marsh")
BODY = "Do you know who fills vials?\n\nAnn"

GMAIL = f"""Can you help her?

---------- Forwarded message ---------
From: Ann Marsh <ann@fen.example>
Date: Mon, 23 Nov 2026 at 09:12
Subject: Filling vials
To: <ben@oriel.example>

{BODY}
"""
GERMAN = f"""-------- Weitergeleitete Nachricht --------
Betreff: \tFilling vials
Datum: \tMon, 23 Nov 2026 09:12:00 +0000
Von: \tAnn Marsh <ann@fen.example>
An: \tben@oriel.example

{BODY}
"""
APPLE = (
    "> Début du message transféré :\n>\n> De: Ann Marsh <ann@fen.example>\n> Objet: Filling vials\n> Date: 23 novembre 2026\n> À: ben@oriel.example\n>\n"
    + "\n".join(f"> {line}" for line in BODY.split("\n"))
)
OUTLOOK = f"""Von: Ann Marsh <ann@fen.example>
Gesendet: Montag, 23. November 2026 09:12
An: Ben Ode <ben@oriel.example>; Cleo Lark
<cleo@fen.example>
Betreff: Filling vials

{BODY}
"""
ON_ONE_LINE = (
    '----- Forwarded Message ----- From: Ann Marsh <ann@fen.example>To: "ben@oriel.example" <ben@oriel.example>'
    f"Sent: Monday, 23 November 2026, 09:12:00 GMTSubject: Filling vials\n{BODY}"
)
ON_A_MAC = f"""On 23/11/2026, 09:12, "Ann Marsh" <ann@fen.example> wrote:

    {BODY.replace(chr(10), chr(10) + "    ")}
"""


@pytest.mark.parametrize(
    ("text", "subject", "above"),
    [
        (GMAIL, "Fwd: Filling vials", "Can you help her?"), (GMAIL, "", "Can you help her?"), (GERMAN, "", ""), (APPLE, "", ""),
        (OUTLOOK, "WG: Filling vials", ""), (f"Bitte helfen.\n\n{OUTLOOK}", "WG: Filling vials", "Bitte helfen."),
        (ON_ONE_LINE, "", ""), (ON_A_MAC, "FW: Filling vials", ""),
    ],
)  # fmt: skip
def test_a_forward_is_known_with_whose_it_is(text: str, subject: str, above: str) -> None:
    found = forwarded_in(text, subject=subject)
    assert found is not None
    assert (found.sender, found.sender_name, found.subject) == (*ANN, "Filling vials")
    assert " ".join(found.body.split()) == " ".join(BODY.split())
    assert found.above == above


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Yes.\n\nOn 23/11/2026, Ann Marsh <ann@fen.example> wrote:\n> Do you?", "Re: Filling vials"),
        (f"Yes, we do.\n\n{OUTLOOK}", "AW: Filling vials"),
        ("From: now on we are closed.\nSubject: to change.", ""),
        ("The forwarded message was lost.", ""), ("", "Fwd:"), ("Who does X?", "Fwd: a question"),
    ],
)  # fmt: skip
def test_a_reply_and_a_plain_mail_are_no_forward(text: str, subject: str) -> None:
    assert forwarded_in(text, subject=subject) is None


@given(
    st.text(max_size=300), st.sampled_from([GMAIL, GERMAN, APPLE, OUTLOOK, ON_ONE_LINE]), st.integers(0, 400)
)
def test_any_text_is_read_without_an_error(noise: str, form: str, place: int) -> None:
    found = forwarded_in(form[:place] + noise + form[place:], subject="Fwd: x")
    assert found is None or isinstance(found, Forwarded)


def test_what_is_asked_in_a_forward_is_read_in_one_form() -> None:
    raw = f"From: Ben <ben@oriel.example>\r\nSubject: WG: Filling vials\r\n\r\n{OUTLOOK}".encode()
    mail = read_mail(raw)
    assert isinstance(mail, InboundMail)
    assert mail.text.startswith(
        "---------- Forwarded message ---------\nFrom: Ann Marsh\nSubject: Filling vials"
    )
    assert "Gesendet" in mail.full_text
    assert in_plain_form(Forwarded("", "a@b.example", "", "", "x")).endswith("From: a@b.example\n\nx")


@pytest.mark.parametrize("subject", ["", "Re: x", "Fwd: x"])
@pytest.mark.parametrize(
    "text",
    [
        "---------- Forwarded message ---------\n" * 1_500, f"x\n{'-' * 398}x\n" * 100, f"{'-' * 400}\n" * 160,
        "On 1 May 2024 10:00 Ann <a@b.example> wrote:\n---------- Forwarded message ---------\nFrom: a\n" * 300,
        "-----Original Message-----\nFrom: a\n" * 480, "From: a@b.example To: x Subject: y Sent: z " * 1_500, "x\nFrom: a@b.example\n" * 480,
    ],
)  # fmt: skip
def test_text_made_to_be_slow_is_read_all_the_same(text: str, subject: str) -> None:
    found = forwarded_in(text, subject=subject)  # the suite's own limit of time is what fails here
    assert found is None or found.sender in {"", "a@b.example"}


def test_a_mail_says_which_one_it_hands_on() -> None:
    mail = read_mail(f"From: Ben <ben@oriel.example>\r\nSubject: Fwd: Filling vials\r\n\r\n{GMAIL}".encode())
    assert isinstance(mail, InboundMail)
    assert mail.forwarded is not None
    assert (mail.forwarded.above, mail.forwarded.sender) == ("Can you help her?", "ann@fen.example")
    plain = read_mail(b"From: Ben <ben@oriel.example>\r\nSubject: Vials\r\n\r\nWho fills them?")
    assert isinstance(plain, InboundMail)
    assert plain.forwarded is None

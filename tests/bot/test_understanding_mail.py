"""The ask inside a mail."""

import pytest

from bot.assistant.intents import Introduce, More, SmallTalk, Stop, WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium
from store.search.wanted import Wanted
from tests.store.search.region import region

PLAIN = """Dear team,

Hope you are all well. I joined in March and am finding my feet.

We are looking for a catheter extrusion specialist. Happy to jump on a call if easier.

Kind regards,
Ottoline Marsh
Head of Supply | Fenwick & Tarn
Deansgate, Manchester M3 4LY

This email and any attachments are confidential. If you are not the intended recipient please delete it.
"""
QUOTED = """Hi,

Who is active in gene editing?

Cheers
Bo

On Tue, 4 Mar 2025 at 09:14, Events <events@example.org> wrote:
> Parking is available on site.
> We look forward to welcoming you to Alderley Park for lateral flow.
"""
FORWARDED = """FW: search

See below.

-----Original Message-----
From: R. Hale
Subject: search

Morning, do you know anybody who does lateral flow tests? We would rather stay local.

Rich
"""
TWO_THINGS = """Hello,

Happy new year! First, could you update our invoice address. Second, we need a contract research organisation.

Thanks in advance,
Jo
"""
NO_QUESTION = """Hi all

Prosthetic hands for children

--
Sent by somebody
"""


def wanted(text: str, medium: Medium) -> Wanted:
    intent = understand(text, index=region(), medium=medium)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted


@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.TERMINAL])
@pytest.mark.parametrize(
    ("text", "topic"),
    [
        (PLAIN, "catheter extrusion"), (QUOTED, "gene editing"), (FORWARDED, "lateral flow tests"),
        (TWO_THINGS, "contract research organisation"), (NO_QUESTION, "Prosthetic hands for children"),
    ],
)  # fmt: skip
def test_the_request_is_found_and_the_rest_left(text: str, topic: str, medium: Medium) -> None:
    understood = wanted(text, medium)
    assert understood.topic == topic
    assert understood.places == ()


def test_crlf_lines_read_the_same() -> None:
    assert wanted(PLAIN.replace("\n", "\r\n"), Medium.EMAIL).topic == "catheter extrusion"


@pytest.mark.parametrize(
    ("first", "intent"), [("introduce 2", Introduce(2)), ("More please", More()), ("stop", Stop())]
)
def test_a_short_word_on_the_first_line_is_a_command(first: str, intent: object) -> None:
    text = f"\n{first}\n\nBest wishes\nJo\n\nOn Mon, somebody wrote:\n> 1. Danebrook Vectors\n> 2. Others\n"
    assert understand(text, index=region(), medium=Medium.EMAIL) == intent


def test_a_mail_of_thanks_is_small_talk() -> None:
    text = "Hi,\n\nThanks so much!\n\nJo\n\nOn Mon, somebody wrote:\n> catheter extrusion in Leeds\n"
    assert isinstance(understand(text, index=region(), medium=Medium.EMAIL), SmallTalk)


def test_a_paragraph_in_slack_is_not_taken_for_a_mail() -> None:
    intent = understand(
        "who does gene editing\nor proteomics\nnear Manchester", index=region(), medium=Medium.SLACK
    )
    assert isinstance(intent, WhoDoes)
    assert intent.wanted.topic == "gene editing or proteomics"


@pytest.mark.parametrize(
    "sign_off",
    [
        "Mit freundlichen Grüßen",
        "Med venlig hilsen",
        "Cordialement,",
        "Met vriendelijke groet",
        "Cordiali saluti",
        "MVH",
    ],
)
def test_a_sign_off_in_another_language_ends_the_ask(sign_off: str) -> None:
    mail = f"Dear all,\n\nWe would gladly meet makers of catheters.\n\n{sign_off}\nSøren Quellmann\nKøbenhavn"
    asked = understand(mail, index=region(), medium=Medium.EMAIL)
    assert asked == WhoDoes(Wanted("catheters"))

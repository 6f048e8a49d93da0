"""The mark at the head of our mails: whatever a mail program makes of it, all below is the past; who speaks of it is heard."""

import pytest

from mail.decoding import text_of_html
from mail.marker import LINE
from mail.reply_text import reply_of

QUOTE = f"> {LINE}\n>\n> Here is who does it:\n> 1. Fen Vials\n"
ANNOUNCED = "On Mon, 23 Nov 2026 at 09:12, Who does <ask@cluster.example> wrote:\n\n"


@pytest.mark.parametrize(
    "below",
    [
        f"{ANNOUNCED}{QUOTE}", QUOTE, LINE, f"{LINE}\nHere is who does it:\n1. Fen Vials", f"> > {LINE.upper()}\n> > Here",
        "> -- reply above\n> this line --\n> Here", "-- reply above this\nline --\nHere", f"> *{LINE}*\n> Here", f"| {LINE}\nHere",
        "– reply above this line –\nHere", "—— reply above this line ——\nHere", "> --\u00a0reply above\u00a0this line\u00a0--\n> Here",
        f"{LINE} Here is who does it:", "reply above this line\nHere",
        f"Asistanto diris je 23 Nov 2026, 09:12:\n{QUOTE}", f"La 23 Nov 2026 je 09:12, Who does\n<ask@cluster.example> diris:\n{QUOTE}",
        f"ask@cluster.example diris:\n\n{LINE}\nHere",
    ],
)  # fmt: skip
def test_all_from_the_mark_on_is_the_past_with_what_announces_it(below: str) -> None:
    assert reply_of(f"Intro 2 please\n\n{below}") == "Intro 2 please"


@pytest.mark.parametrize("above", [f"{ANNOUNCED}{QUOTE}", QUOTE])
def test_an_answer_below_our_quoted_mail_is_heard(above: str) -> None:
    assert reply_of(f"{above}\nIntro 2 please\n") == "Intro 2 please"


@pytest.mark.parametrize(
    "text",
    [
        "Hello\nYour mails say reply above this line, and I wonder why.\nWho fills vials?",
        "Hello\nIn a reply above this line I asked for vials.\nWho fills them?",
        "Hello\nPlease\nreply above this line if you can.\nAnn",
    ],
)
def test_who_only_speaks_of_the_mark_is_heard(text: str) -> None:
    assert reply_of(text) == text


def test_a_mail_that_is_only_ours_come_back_says_nothing() -> None:
    assert reply_of(f"{ANNOUNCED}{QUOTE}") == ""


@pytest.mark.parametrize("tag", ["p", "td", "span", "b"])
def test_the_mark_is_known_again_in_html(tag: str) -> None:
    source = (
        f"<div>Intro 2</div><table><tr><td><{tag}>{LINE}</{tag}></td></tr><tr><td>Here is</td></tr></table>"
    )
    assert reply_of(text_of_html(source)) == "Intro 2"

"""Quotes that a mail program marked in its HTML are the past, in whatever language they are announced; a writer's own are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.decoding import text_of_html
from mail.forwards import forwarded_in
from mail.reply_text import reply_of

PAST = "<p>Do you fill vials?</p><p>Ann</p>"


@pytest.mark.parametrize(
    "below",
    [
        f'<blockquote type="cite">{PAST}</blockquote>',
        f'<blockquote class="gmail_quote" style="margin:0"><blockquote type="cite">Older</blockquote>{PAST}</blockquote>',
        f'<div class="yahoo_quoted" id="yahoo_quoted_12"><div>Ann a dit ceci:</div><div>{PAST}</div></div>',
        f'<hr><div id="divRplyFwdMsg"><b>Zender:</b> Ann</div><div>{PAST}</div>',
        f'<hr><div id="x_divRplyFwdMsg"><b>Zender:</b> Ann</div><div>{PAST}</div>',
        f'<span id="OLK_SRC_BODY_SECTION"><div>Zender: Ann</div>{PAST}</span>',
        f'<div class="moz-cite-prefix">Ann diris:</div><blockquote type="cite" cite="mid:1@b.example">{PAST}</blockquote>',
        f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt"><b>Zender:</b> Ann</div>{PAST}',
        f'<hr id="zwchr"><div>Ann diris</div>{PAST}',
        f'<BLOCKQUOTE TYPE=CITE>{PAST}',
    ],
)  # fmt: skip
def test_a_quote_that_the_program_marked_is_cut(below: str) -> None:
    assert reply_of(text_of_html(f"<html><body><div>Yes, we do.</div>{below}</body></html>")) == "Yes, we do."


def test_answers_between_marked_quotes_keep_what_they_answer() -> None:
    source = '<blockquote type="cite">Do you?</blockquote><p>Yes.</p><blockquote type="cite">Where?</blockquote><p>Here.</p>'
    assert reply_of(text_of_html(source)).split("\n\n") == ["> Do you?", "Yes.", "> Where?", "Here."]


@pytest.mark.parametrize(
    "source",
    [
        "<p>The call says:</p><blockquote>Own words</blockquote><p>Can we?</p>",
        "<p>The call says:</p><div class='quote'>Own words</div><p>Can we?</p>",
        "<p>The call says:</p><!-- <blockquote type=cite> --><div>Own words</div><p>Can we?</p>",
        "<p>The call says:</p><blockquote cite='https://call.example'>Own words</blockquote><p>Can we?</p>",
    ],
)
def test_a_writers_own_quotation_is_kept(source: str) -> None:
    assert reply_of(text_of_html(source)).split("\n\n") == ["The call says:", "Own words", "Can we?"]


def test_a_nested_list_keeps_its_numbers() -> None:
    source = "<p>We need:</p><ol><li>vials<ul><li>glass</li></ul></li><li>stoppers</li></ol>"
    assert [line.strip() for line in text_of_html(source).split("\n") if line] == [
        "We need:", "1. vials", "• glass", "2. stoppers",
    ]  # fmt: skip


def test_a_forward_marked_as_a_quote_is_still_a_forward() -> None:
    source = (
        "<div>Who can?</div><blockquote type='cite'><div>Begin forwarded message:</div><br><div><b>From: </b>Ann Marsh "
        f"&lt;ann@fen.example&gt;</div><div><b>Subject: </b>Vials</div><br>{PAST}</blockquote>"
    )
    found = forwarded_in(text_of_html(source))
    assert found is not None
    assert (found.above, found.sender, found.subject) == ("Who can?", "ann@fen.example", "Vials")
    assert found.body.startswith("Do you fill vials?")


@pytest.mark.parametrize(
    "text",
    [
        "Yes.\n\n> Please see.\n>\n> ---------- Forwarded message ---------\n> From: Ann <ann@fen.example>\n> Subject: x\n>\n> y",
        "Yes.\n\nOn 23/11/2026, 09:12, Ben <ben@oriel.example> wrote:\n\nSee.\n\n---------- Forwarded message ---------\n"
        "From: Ann <ann@fen.example>\nSubject: x\n\ny",
        "Yes.\n\n> -----Original Message-----\n> From: Ann <ann@fen.example>\n> Sent: Monday\n> Subject: x\n>\n> y",
    ],
)
def test_a_reply_to_a_forward_is_no_forward(text: str) -> None:
    assert forwarded_in(text, subject="Re: x") is None
    assert reply_of(text, subject="Re: x") == "Yes."


@given(st.lists(st.sampled_from(["<blockquote type=cite>", "</blockquote>", "<div class=yahoo_quoted>", "</div>", "word", "<!--", "-->",
                                 '<hr id="zwchr">', "\ue000", "\ue001", "<p>"]), max_size=40))  # fmt: skip
def test_any_marks_in_any_order_lose_no_word(pieces: list[str]) -> None:
    text = text_of_html("".join(pieces))
    assert not {"\ue000", "\ue001"} & set(text)
    assert isinstance(reply_of(text), str)

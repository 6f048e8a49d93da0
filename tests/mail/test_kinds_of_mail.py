"""Whole mails of the kinds that members send: replies to ours in HTML, forwards, sealed ones, answers to invitations."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.inbound import InboundMail, read_mail
from mail.sealed import is_sealed

MAILS = sorted((Path(__file__).parent.parent / "mails").glob("*.eml"))


def mail(name: str) -> InboundMail:
    read = read_mail((MAILS[0].parent / f"{name}.eml").read_bytes())
    assert isinstance(read, InboundMail)
    return read


def test_a_reply_in_html_to_our_answer_is_what_stands_above_our_mark() -> None:
    lines = [line.strip() for line in mail("a_reply_to_our_answer_in_gmail").text.split("\n") if line.strip()]
    assert lines == ["Intro 2, please.", "1. by Friday", "2. in Ely"]


@pytest.mark.parametrize("name", ["sealed_by_smime", "sealed_by_pgp"])
def test_a_sealed_mail_is_known_as_one_and_its_parts_are_named(name: str) -> None:
    read = mail(name)
    assert is_sealed(read)
    assert read.attachments
    assert "BEGIN" not in read.text


def test_an_answer_to_an_invitation_keeps_its_words_and_names_its_calendar() -> None:
    read = mail("an_invitation_accepted")
    assert read.text == "I shall come, with one guest."
    assert read.attachments == ("text/calendar",)
    assert not is_sealed(read)


def test_a_forward_by_outlook_in_another_language_says_whose_it_is() -> None:
    handed_on = mail("a_forward_from_outlook_in_french").forwarded
    assert handed_on is not None
    assert (handed_on.above, handed_on.sender, handed_on.sender_name, handed_on.subject, handed_on.body) == (
        "Can you help her?", "ann.marsh@fen.example", "Ann Marsh", "Remplir des flacons", "Who fills vials near Ely?",
    )  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_damage_to_a_real_mail_makes_it_fail_or_harm(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(MAILS)).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        begins = data.draw(st.integers(0, len(raw)))
        ends = begins + data.draw(st.integers(0, 40))
        put = data.draw(
            st.one_of(
                st.binary(max_size=8),
                st.sampled_from([b"\r\n", b"\n\n", b"\0", b"=?utf-8?q?=0a?=", raw[ends : ends + 60]]),
            )
        )
        raw = raw[:begins] + put + raw[ends:]
    read = read_mail(raw)
    if isinstance(read, InboundMail):
        assert read.sender == read.sender.strip().lower()
        assert not set(" <>\r\n\t") & set(read.sender)
        for line in (read.subject, read.sender, read.sender_name, read.message_id, *read.attachments):
            assert line.isprintable() or not any(
                ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in line
            )
        for text in (read.text, read.full_text):
            assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in text)

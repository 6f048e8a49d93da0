"""Whatever bytes arrive are read or refused; what is read is clean, bounded, and believed only as far as it may be."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.inbound import InboundMail, Refusal, read_mail

MAILS = Path(__file__).parent.parent / "mails"
FROM = b"From: Ann Marsh <ann@fen.example>\n"


def mail(name: str) -> InboundMail:
    return readable((MAILS / f"{name}.eml").read_bytes())


def readable(raw: bytes) -> InboundMail:
    read = read_mail(raw)
    assert isinstance(read, InboundMail)
    return read


def with_header(header: bytes, body: bytes = b"Who does freeze drying?\n") -> InboundMail:
    return readable(header.rstrip(b"\n") + b"\n\n" + body)


def test_a_plain_question_is_read_whole() -> None:
    read = mail("a_plain_question")
    assert read.message_id == "q1@fen.example"
    assert (read.sender, read.sender_name) == ("ann.marsh@fen.example", "Ann Marsh")
    assert read.subject == "Antibody testing"
    assert read.text.startswith("Who does antibody testing near Alderley Park?")
    assert (read.in_reply_to, read.references, read.attachments) == ("", (), ())


def test_a_reply_keeps_the_new_words_and_the_thread_it_belongs_to() -> None:
    read = mail("a_reply_above_the_quote")
    assert read.text == "Intro 2, please."
    assert "Brackenfield" in read.full_text
    assert read.in_reply_to == "a1@cluster.example"
    assert read.references == ("q1@fen.example", "a1@cluster.example")


def test_answers_between_the_quotes_keep_the_questions_they_answer() -> None:
    assert mail("answers_between_the_quotes").text.splitlines() == [
        "> What does your company do?",
        "",
        "Freeze drying of vaccines.",
        "",
        "> Where are you?",
        "",
        "Macclesfield.",
    ]


def test_an_answer_below_the_quote_is_the_text() -> None:
    assert mail("an_answer_below_the_quote").text == "Who of them has a clean room?"


def test_html_alone_becomes_text_without_its_scripts_and_its_past() -> None:
    assert mail("html_only").text == "Who does freeze drying\nof vaccines & enzymes?"


def test_html_is_read_where_the_text_only_says_that_there_is_html() -> None:
    assert mail("html_beside_a_stub").text == "Who makes lipid nanoparticles?"


def test_a_charset_nobody_knows_is_taken_for_utf_8() -> None:
    read = mail("a_charset_nobody_knows")
    assert read.text == "Wer kann Gefriertrocknung für Impfstoffe?"
    assert read.subject == "Café"


def test_windows_bytes_called_ascii_are_read_as_what_they_are() -> None:
    assert mail("windows_bytes_called_ascii").text == "Who runs a “clean room” in Zürich?"


@pytest.mark.parametrize(
    "charset", [b"punycode", b"zlib", b"rot13", b"idna", b"undefined", b"", b"utf-8\x01"]
)
def test_a_charset_that_is_a_trap_is_not_used(charset: bytes) -> None:
    read = with_header(FROM + b"Content-Type: text/plain; charset=" + charset + b"\n", b"Who does DNA?\n")
    assert read.text == "Who does DNA?"


def test_a_text_that_is_broken_in_its_own_charset_keeps_what_is_whole() -> None:
    read = with_header(FROM + b"Content-Type: text/plain; charset=shift_jis\n", b"Who does \x80\xff DNA?\n")
    assert read.text.startswith("Who does ")
    assert read.text.endswith(" DNA?")


def test_flowed_paragraphs_are_one_line_each() -> None:
    read = mail("flowed_paragraphs")
    assert (
        read.text == "We look for a partner who can do antibody testing and would be ready to start in June."
    )
    assert "> 1. Quill Assays, which has a very long line of words in its entry" in read.full_text


def test_flowed_text_whose_spaces_are_to_be_deleted_joins_without_them() -> None:
    header = FROM + b"Content-Type: text/plain; format=Flowed; delsp=Yes\n"
    assert with_header(header, b"Freeze \ndrying\n-- \nAnn\n").text == "Freezedrying"


def test_a_german_outlook_reply_ends_at_its_sign_off() -> None:
    assert mail("an_outlook_reply_in_german").text == "Bitte stellen Sie mich Nummer 2 vor."


def test_a_forward_keeps_what_is_below() -> None:
    text = mail("a_forwarded_request").text
    assert text.startswith("Can you help him?")
    assert "We need a GMP clean room for six months." in text


def test_attachments_are_named_and_not_opened() -> None:
    read = mail("two_attachments_and_a_signature")
    assert read.attachments == ("Prüfplan.pdf", "logo grün.png")
    assert read.text == "Who can check this protocol?"


def test_an_attachment_without_a_name_is_called_what_it_is() -> None:
    assert with_header(FROM + b"Content-Type: application/pdf\n").attachments == ("application/pdf",)


def test_the_kind_of_an_attachment_is_one_line_even_when_it_was_folded() -> None:
    assert with_header(FROM + b"Content-Type: image/\n png\n").attachments == ("image/ png",)


def test_a_charset_may_be_written_the_long_way() -> None:
    header = FROM + b"Content-Type: text/plain; charset*=us-ascii'en'iso-8859-15\n"
    assert with_header(header, b"Who has 20 \xa4?\n").text == "Who has 20 €?"


def test_a_mail_inside_a_mail_is_an_attachment() -> None:
    header = FROM + b"Content-Type: message/rfc822\n"
    read = with_header(header, b"From: bo@moor.example\nSubject: inner\n\nWho does freeze drying?\n")
    assert read.attachments == ("message/rfc822",)
    assert read.text == ""


def test_a_subject_in_encoded_words_is_read_even_when_a_character_is_cut_in_two() -> None:
    assert mail("a_subject_in_encoded_words").subject == "Wer macht Müll in Zürich today"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?utf-8?b?QQ=A?=", "=?utf-8?b?QQ=A?="),
        (b"=?x-fen?q?caf=C3=A9?=", "café"),
        (b"=?iso-8859-1?q?caf\xe9?=", "café"),
        (b"caf\xe9 \xa320", "café £20"),
        (b"a\n\tb\n c", "a b c"),
        (b"=?utf-8?q?a=0D=0ABcc:_x=00?=", "a Bcc: x"),
    ],
)
def test_a_subject_is_one_clean_line(subject: bytes, words: str) -> None:
    assert with_header(FROM + b"Subject: " + subject).subject == words


def test_nuls_and_control_characters_are_cleaned_away() -> None:
    read = mail("nuls_and_control_characters")
    assert read.text == "Who does freeze drying?[31m\nAnd where?"
    assert read.subject == "Bells and whistles"


def test_a_mail_with_two_from_lines_has_no_sender() -> None:
    assert mail("two_from_lines").sender == ""


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: nobody\n",
        b" From: bo@moor.example\nFrom: ann@fen.example\n",
        b"From: ann@fen.example\nFrom : bo@moor.example\n",
        b"From: ann@fen.example\nfrom\n : bo@moor.example\n",
        b"From: ann@fen.example\rFrom: bo@moor.example\n",
        b"From: ann@fen.example\nFr\0om: bo@moor.example\n",
        b"From: ann@fen.example, bo@moor.example\n",
        b"From: ann@fen.example <bo@moor.example>\n",
        b"From: <ann@fen.example> <bo@moor.example>\n",
        b"From: <@moor.example:ann@fen.example>, x\n",
        b"From: =?utf-8?q?ann=40fen=2Eexample?=\n",
        b"From: =?utf-8?q?ann?=@fen.example\n",
        b"From: staff: ann@fen.example;\n",
        b"From: ann@fen.example(@moor.example\n",
        b"From: ann\n",
        b"From: ann@localhost\n",
        b"From: ann@@fen.example\n",
        b"From:\n",
        b"From: " + b"(" * 1500 + b"ann@fen.example\n",
        b"From: " + b'"x" ' * 900 + b"<ann@fen.example>\n",
    ],
)
def test_a_sender_that_two_readers_could_see_differently_is_nobody(header: bytes) -> None:
    read = with_header(header + b"To: assistant@cluster.example\n")
    assert read.sender == ""


@pytest.mark.parametrize(
    ("header", "sender", "name"),
    [
        (b"FROM: Ann@Fen.Example\n", "ann@fen.example", ""),
        (b"From:\n Ann <ann@fen.example>\n", "ann@fen.example", "Ann"),
        (b'From: "Marsh, Ann" <ann@fen.example>\n', "ann@fen.example", "Marsh, Ann"),
        (b"From: =?utf-8?q?Ann_M=C3=A4rsh?= <ann@fen.example>\n", "ann@fen.example", "Ann Märsh"),
        (b"From: ann@fen.example (Ann Marsh)\n", "ann@fen.example", "Ann Marsh"),
        (b"From: \xc3\x84nn <ann@fen.example>\n", "ann@fen.example", "Änn"),
    ],
)
def test_an_honest_sender_is_one_bare_lower_case_address(header: bytes, sender: str, name: str) -> None:
    read = with_header(header)
    assert (read.sender, read.sender_name) == (sender, name)


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\0\0", b"   ", b"hello, is anybody there\n"])
def test_bytes_that_are_no_mail_are_refused_with_a_reason(raw: bytes) -> None:
    refusal = read_mail(raw)
    assert isinstance(refusal, Refusal)
    assert "no header" in refusal.reason


def test_headers_can_be_asked_for_without_care() -> None:
    headers = with_header(FROM + b"Auto-Submitted: auto-replied\nX-Odd: \xff\xfe\n y\nX-Empty:\n").headers
    assert headers["auto-submitted"] == "auto-replied"
    assert headers["X-Odd"] == "ÿþ y"
    assert headers["X-Empty"] == ""


def test_of_megabytes_of_headers_each_is_kept_to_its_beginning() -> None:
    """Each of them is looked at again, and an address costs a microsecond a letter."""
    mail = with_header(
        b"".join(b"To: " + b"a@b.example, " * 600 + b"\n" for _ in range(400)) + b"Precedence: bulk"
    )
    assert sum(len(str(value)) for value in mail.headers.values()) < 400_000
    assert mail.headers["Precedence"] == "bulk"


def test_of_a_long_row_of_references_the_first_and_the_latest_are_kept() -> None:
    ids = [f"{number}@fen.example" for number in range(300)]
    read = with_header(FROM + b"References: " + b"\n ".join(f"<{one}>".encode() for one in ids))
    assert read.references[0] == ids[0]
    assert read.references[-1] == ids[-1]
    assert len(read.references) == 100


def test_a_question_of_ten_thousand_characters_is_kept_whole() -> None:
    question = "Who does freeze drying of vaccines? " * 278
    assert len(with_header(FROM, question.encode()).text) >= 10_000


def test_of_an_endless_mail_the_beginning_is_read() -> None:
    read = with_header(FROM, b"Who does freeze drying?\n" + b"x\n" * 400_000)
    assert read.text.startswith("Who does freeze drying?")
    assert len(read.full_text) <= 64 * 1024
    assert read.full_text.count("\n") < 1_000


def test_a_mail_cut_off_in_the_middle_is_read_as_far_as_it_goes() -> None:
    whole = (MAILS / "two_attachments_and_a_signature.eml").read_bytes()
    for length in range(400, len(whole), 7):
        assert readable(whole[:length]).sender == "ann.marsh@fen.example"


def containers(depth: int) -> bytes:
    levels = (f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(depth))
    return FROM + "".join(levels).encode() + b"Content-Type: text/plain\n\nWho does freeze drying?\n"


def test_a_mail_in_ten_wrappings_is_unwrapped() -> None:
    assert readable(containers(10)).text == "Who does freeze drying?"


@pytest.mark.parametrize("depth", [25, 39, 60, 5_000])
def test_a_mail_in_too_many_wrappings_is_left_wrapped(depth: int) -> None:
    read = readable(containers(depth))
    assert (read.sender, read.text) == ("ann@fen.example", "")


def many_parts(header: bytes, count: int) -> bytes:
    part = b"--cut\n" + header + b"\n\nx\n"
    return FROM + b"Content-Type: multipart/mixed; boundary=cut\n\n" + part * count


# Each of these kept a slower reader busy for minutes, or took all memory.
@pytest.mark.parametrize(
    "raw",
    [
        many_parts(b"", 400_000),
        many_parts(b"Content-Type: text/plain; " + b"a*0=b;" * 1_300, 300),
        many_parts(
            b"Content-Disposition: attachment; " + b"".join(b"filename*%d*=b;" % at for at in range(900)), 199
        ),
        many_parts(b"Content-Type: application/ms-tnef", 150) + b'x\x9f>"' * 400_000,
        FROM
        + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n"
        + (b"M" + b"A" * 60 + b"\n") * 100_000,
        FROM + b"Content-Transfer-Encoding: base64\n\n" + b"QUFB" * 1_000_000,
        containers(39) + b"--x\n" * 240_000,
        many_parts(b"Content-Type: text/html", 199) + b"<div>" * 100_000,
        FROM + b"Content-Type: message/rfc822\n\n" * 50_000,
        FROM + b"Content-Type: text/html\n\n" + b"<div>" * 400_000,
        FROM + b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
        FROM + b"Content-Type: text/html\n\n" + b"<" * 2_000_000,
        FROM + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 500_000,
        FROM + b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
        FROM + b"Subject: " + b"=?" * 1_000_000 + b"\n\nx",
        FROM + b"X: y\n" * 300_000 + b"\nx",
        FROM + b"References: " + b"<" * 1_000_000 + b"\n\nx",
        FROM + b"\n" + b"On \n" * 1_000_000,
        FROM + b"\n" + b">" * 4_000_000,
    ],
    ids=lambda raw: raw[34:70].decode(),
)
def test_a_mail_made_to_be_slow_is_read_all_the_same(raw: bytes) -> None:
    assert readable(raw).sender == "ann@fen.example"


def test_html_that_opens_more_than_it_closes_still_gives_its_words() -> None:
    html = b"<b>" * 6_000 + b"Who does freeze drying &amp; filling?"
    assert with_header(FROM + b"Content-Type: text/html\n", html).text == "Who does freeze drying & filling?"


PIECES = st.sampled_from(
    [
        b"From: ",
        b"ann@fen.example",
        b"<",
        b">",
        b"(",
        b'"',
        b"\r\n",
        b"\n",
        b"\r",
        b"\n\n",
        b"\0",
        b" ",
        b"Content-Type: ",
        b"multipart/mixed; boundary=cut",
        b"multipart/digest; boundary=cut",
        b"text/html",
        b"text/plain; charset=",
        b"utf-16",
        b"message/rfc822",
        b"text/plain; charset*=ascii'en'utf-8",
        b"text/plain; charset*0=utf; charset*1=-8",
        b"\n--cut\n",
        b"\n--cut--\n",
        b"Content-Transfer-Encoding: ",
        b"base64",
        b"quoted-printable",
        b"x-uuencode",
        b"begin 644 x\n",
        b"Content-Disposition: attachment; filename*=",
        b"filename*0*=",
        b"x''%ff",
        b"=?utf-8?b?",
        b"=?utf-7?q?",
        b"?=",
        b"Subject: ",
        b"Message-ID: ",
        b"format=flowed; delsp=yes",
        b";",
        b"=",
        b"\xff",
        b"\xed\xa0\x80",
        b"<p>",
        b"&#xD800;",
    ]
)
MAILISH = st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=60).map(b"".join)


@settings(deadline=None, max_examples=600)
@given(st.one_of(st.binary(max_size=300), MAILISH, MAILISH.map(lambda rest: FROM + rest)))
def test_no_bytes_make_it_fail_and_no_field_holds_what_could_harm(raw: bytes) -> None:
    read = read_mail(raw)
    if isinstance(read, Refusal):
        return
    one_line = [read.message_id, read.sender, read.sender_name, read.subject, read.in_reply_to]
    one_line += [*read.references, *read.attachments, *map(str, read.headers.values())]
    for field in one_line:
        assert not set("\r\n\0") & set(field)
    for field in [*one_line, read.text, read.full_text]:
        field.encode("utf-8")
        assert not set("\r\0\x1b\x7f") & set(field)
    if read.forwarded is None:
        assert set("".join(read.text.split())) <= set(read.full_text)

"""Letters as mails: what a reader sees, whom it goes to, by which id its replies are known, and nobody's words as headers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.letters import Addressed, Choice, Letter, LetterKind
from mail.letters import SHARED, MailCarrier, answered_letter
from mail.render.reply import From
from store.outbox import Draft
from store.reaching import Reachable
from tests.mail.correspondence import as_read, words_of
from tests.mail.test_rendering import Page, assert_as_kept, head_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
US = From("ask@cluster.example", "whodoes · Harrowdale")
PAGES = "https://pages.cluster.example/"
TOKENS = ("abcdefghijklmnopqrstuvw2", "zyxwvutsrqponmlkjihgfed7")
ANA = Reachable(4, "Ana Marsh", "Head of Vectors", "Larkspur Vectors Ltd", None, "ana@larkspur.example")
BEN = Reachable(9, "Ben Alder", "Founder", "Fen & Sons <b>", None, "ben@fen.example")
EVIL = Reachable(6, 'Eve\r\nBcc: all@x.example, "x" <a@b.example>', "", "", None, "eve@evil.example")
ASKS = Letter(
    key="consent:7:asked",
    kind=LetterKind.CONSENT,
    about="introduction:7",
    subject="May I introduce you to Ben Alder, Fen & Sons <b>?",
    lead="Ben Alder, Fen & Sons <b>, would like to be introduced to you.",
    facts=(
        ("Who", "Founder, Fen & Sons <b>"),
        ("Why you", "asked for “viral vectors”; Larkspur: “AAV vectors”"),
    ),
    quoted="200 L of AAV by June, <script>alert(1)</script>",
    closing="If you say yes, you both get one message with each other's names.",
    choices=(
        Choice("yes", "Yes, introduce us", primary=True),
        Choice("no", "Not now"),
        Choice("pause", "Not now, and pause requests"),
    ),
    why="You get this because you are listed for Larkspur Vectors Ltd. To have no such requests, answer “pause”.",
)
HANDS_OFF = Letter(
    key="handoff:7",
    kind=LetterKind.HANDOFF,
    about="introduction:7",
    subject="Introduction: Ben Alder and Ana Marsh",
    lead="You both said yes, so: Ben Alder, meet Ana Marsh.",
    facts=(("Ben Alder", "Founder, Fen & Sons <b>"), ("Ana Marsh", "Head of Vectors, Larkspur Vectors Ltd")),
    quoted="200 L of AAV by June",
    closing="To begin: Ben, say in two lines what you need and by when.",
    why="This goes to the two of you and nobody else.",
)
MET = Letter(
    key="met:7:asker",
    kind=LetterKind.MET,
    about="introduction:7",
    subject="Did you meet Ana Marsh?",
    lead="Two weeks ago I introduced you and Ana Marsh. Did you meet?",
    choices=(
        Choice("met", "Yes, we met", primary=True),
        Choice("not yet", "Not yet"),
        Choice("no", "It won't happen"),
    ),
    why="I ask each of you once.",
)
OUTCOME = Letter(
    key="outcome:7:asker:90d",
    kind=LetterKind.OUTCOME,
    about="introduction:7",
    subject="What came of meeting Ana Marsh?",
    lead="90 days ago I introduced you and Ana Marsh. What came of it so far?",
    paragraphs=("One word is enough.",),
    closing="If you like, add what it is worth.",
    choices=tuple(
        Choice(word, f"We have {word}") for word in ("in talks", "agreement", "project", "nothing")
    ),
    why="The answers show our funder what introductions lead to.",
)


def draft(
    letter: Letter = ASKS, to: Sequence[Reachable] = (ANA,), *, pages: str = PAGES, sender: From = US
) -> Draft:
    addressed = Addressed(letter, tuple(to), TOKENS[: len(to)], f"letter:{letter.key}:{to[0].person_id}")
    return MailCarrier(sender, pages=pages).draft(addressed, now=NOW)


def mailed(letter: Letter = ASKS, to: Sequence[Reachable] = (ANA,), *, pages: str = PAGES) -> EmailMessage:
    return as_read(draft(letter, to, pages=pages).body or b"")


@pytest.mark.parametrize(
    ("name", "letter", "to"),
    [("consent", ASKS, (ANA,)), ("handoff", HANDS_OFF, (BEN, ANA)), ("met", MET, (BEN,)), ("outcome", OUTCOME, (BEN,))],
)  # fmt: skip
def test_letters_look_as_they_were_last_looked_at(
    name: str, letter: Letter, to: tuple[Reachable, ...]
) -> None:
    mail = mailed(letter, to)
    assert_as_kept(f"letter_{name}.txt", f"{head_of(mail)}\n{words_of(mail)}")
    assert_as_kept(f"letter_{name}.html", words_of(mail, "html"))


def test_a_letter_goes_to_its_reader_under_an_id_that_holds_the_token() -> None:
    mail = mailed()
    assert mail["Message-ID"] == f"<letter.{TOKENS[0]}@cluster.example>"
    assert (mail["To"], mail["From"]) == (
        "Ana Marsh <ana@larkspur.example>",
        "whodoes · Harrowdale <ask@cluster.example>",
    )
    assert mail["Reply-To"] == f"whodoes · Harrowdale <ask+l{TOKENS[0]}@cluster.example>"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["List-Unsubscribe"] is None
    raw = draft().body or b""
    assert raw == draft().body  # the same letter is the same bytes
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_all_letters_of_one_introduction_stand_in_one_thread_of_each_reader() -> None:
    ids = [mailed(letter, (BEN,))["References"] for letter in (MET, OUTCOME)]
    assert ids[0] == ids[1]
    both = mailed(HANDS_OFF, (BEN, ANA))["References"].split()
    assert both[0] == ids[0]
    assert both[1] == mailed(ASKS, (ANA,))["References"]


def test_the_words_to_answer_with_and_the_page_stand_in_both_parts() -> None:
    mail = mailed()
    text, page = words_of(mail), Page(words_of(mail, "html"))
    assert "\n    yes      Yes, introduce us\n    no       Not now\n    pause    Not now, and" in text
    link = f"https://pages.cluster.example/l/{TOKENS[0]}"
    assert link in text
    assert page.links == [link]
    assert "nothing happens until you press a button" in text
    shown = " ".join(" ".join(page.words).split())
    for words in (ASKS.lead, ASKS.quoted, ASKS.closing, ASKS.why, *(value for _, value in ASKS.facts)):
        assert words in shown
        assert words in " ".join(text.split())
    assert not {"img", "script", "link", "iframe", "form", "b"} & set(page.tags)


def test_without_a_public_address_there_is_no_link() -> None:
    mail = mailed(pages="")
    assert "http" not in words_of(mail)
    assert Page(words_of(mail, "html")).links == []


def test_a_letter_to_two_is_one_mail_whose_replies_reach_each_other_and_not_us() -> None:
    queued, mail = draft(HANDS_OFF, (BEN, ANA)), mailed(HANDS_OFF, (BEN, ANA))
    assert queued.payload == {"recipients": ["ben@fen.example", "ana@larkspur.example"]}
    assert queued.recipient == "ben@fen.example, ana@larkspur.example"
    for field in ("To", "Reply-To"):
        assert mail[field] == "Ben Alder <ben@fen.example>, Ana Marsh <ana@larkspur.example>"
    assert "your words go to each other" in words_of(mail)
    raw = (queued.body or b"").decode()
    assert not any(token in raw for token in TOKENS)  # each would hold the other's
    assert mail["Message-ID"].startswith("<shared.")


def test_names_of_any_kind_make_no_headers_and_no_further_recipients() -> None:
    evil = Letter("k", LetterKind.CONSENT, "introduction:7", "Hello\r\nBcc: all@x.example", "Hello")
    mail = mailed(evil, (EVIL,))
    assert mail["Bcc"] is None
    assert [each.addr_spec for each in mail["To"].addresses] == ["eve@evil.example"]
    assert mail["Subject"] == "Hello Bcc: all@x.example"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_a_letter(name: str, words: str) -> None:
    person = Reachable(1, name, "", "", None, "ana@larkspur.example")
    letter = Letter(
        "k", LetterKind.MET, words, words, words, (words,), ((words, words),), words, words,
        (Choice("yes", words),), words,
    )  # fmt: skip
    mail = mailed(letter, (person,))
    assert [each.addr_spec for each in mail["To"].addresses] == ["ana@larkspur.example"]
    assert mail["Message-ID"] == f"<letter.{TOKENS[0]}@cluster.example>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_mailbox_beyond_ascii_is_written_as_it_is() -> None:
    person = Reachable(1, "André", "", "", None, "andré@bücher.example")
    raw = draft(MET, (person,)).body or b""
    assert "To: andré@xn--bcher-kva.example\r\n".encode() in raw


@pytest.mark.parametrize(
    ("addresses", "reached"),
    [
        (("ana@larkspur.example",), True), (("ana@larkspur.example", "ben@fen.example"), True), (("andré@fen.example",), True),
        ((None,), False), (("ana@larkspur.example", None), False), ((), False), (("a..b@x.example",), False), (("a b@x.example",), False),
        (("a@x.example\r\nBcc: b@x.example",), False), (("é\u2028@x.example",), False),
    ],
)  # fmt: skip
def test_whom_mail_reaches(addresses: tuple[str | None, ...], reached: bool) -> None:
    people = [Reachable(n, "A", "", "", "U1", address) for n, address in enumerate(addresses)]
    assert MailCarrier(US).can_reach(people) is reached


def test_what_was_mailed_is_not_changed() -> None:
    addressed = Addressed(ASKS, (ANA,), TOKENS[:1], "letter:consent:7:asked:4")
    assert MailCarrier(US).revision(addressed, number=1, now=NOW) is None


@pytest.mark.parametrize(
    ("ids", "token"),
    [
        (("letter.abcdefgh@cluster.example",), "abcdefgh"), (("LETTER.ABCDEFGH@Cluster.Example",), "abcdefgh"),
        (("x@y.example", "letter.bbbbbbbb@cluster.example", "letter.aaaaaaaa@cluster.example"), "bbbbbbbb"),
        (("shared.0123456789@cluster.example", "letter.aaaaaaaa@cluster.example"), SHARED),
        (("letter.abcdefgh@other.example", "answer.abcdefgh@cluster.example", "letter.@cluster.example", ""), ""),
    ],
)  # fmt: skip
def test_the_newest_of_our_letters_is_the_one_answered(ids: tuple[str, ...], token: str) -> None:
    assert answered_letter(ids, US) == token

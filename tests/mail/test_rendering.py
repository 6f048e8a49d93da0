"""Answers as mails: what a reader sees, how it threads, and that nobody's words become a header or markup."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.several_wording import Several, in_one
from bot.assistant.wording import Item, Reply
from mail.marker import LINE
from mail.render.headers import LONGEST_REFERENCES, MOST_REFERENCES
from mail.render.reply import From, Thread, render
from mail.reply_text import reply_of
from mail.subject import in_own_words, without_replies
from tests.mail.correspondence import as_read, words_of

KEPT = Path(__file__).parent / "snapshots"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
US = From("ask@cluster.example", "whodoes · Harrowdale")
QUESTION = "who does viral vectr manufacturing near Macclesfeild?"
MATCHES = Reply(
    "mail:alice@firm.example:q1@firm.example",
    "7 organisations fit; the best 2 first.",
    understood="viral vector manufacturing · near Macclesfield",
    readings=("I read “vectr” as “vector”.", "I read “Macclesfeild” as Macclesfield."),
    items=(
        Item(
            1,
            "Larkspur Vectors Ltd",
            organisation_id=3,
            line="Macclesfield, Cheshire · less than a mile away · confirmed 1 September 2026",
            excerpt="AAV viral vector manufacturing",
            why=("“viral”, “vector” in what they do", "“manufacturer” in summary"),
        ),
        Item(
            2,
            "<!channel> & Sons <b>",
            organisation_id=9,
            website="https://sons.example/?a=1&b=2",
            line="Stockport, Greater Manchester · 12 miles away · not confirmed yet",
            excerpt="Vials \N{EM DASH} and <script>alert(1)</script>",
            why=("AAV = adeno-associated virus, in what they do",),
        ),
    ),
    next_words=("more", "only SMEs", "who at 1?"),
    remaining=5,
    asks_feedback=True,
)
HELP = Reply(
    "mail:alice@firm.example:q2@firm.example",
    "Ask me who does something here, in your own words. For example:",
    items=(Item(None, "who makes catheters?"), Item(None, "any CROs in Cheshire?")),
    closing="I also know organisations by name.",
    next_words=("events", "help"),
)

NOBODY = Reply(
    "mail:alice@firm.example:q1@firm.example #2",
    "I found nobody here for “axolotls”.",
    understood="axolotls",
    closing="I have noted the gap. Try other words.",
    next_words=("help",),
)
THIRD = Reply(
    "mail:alice@firm.example:q1@firm.example #3",
    "One organisation fits.",
    understood="stents",
    items=(Item(3, "Stentor <b>", line="Chester, Cheshire", why=("“stents” in what they do",)),),
    next_words=("only in Chester", "only SMEs", "who at 3?", "introduce 3"),
)
SEVERAL = in_one(
    MATCHES.ask_id,
    (QUESTION, "who breeds\n<i>axolotls</i>?", "who makes stents?"),
    (MATCHES, NOBODY, THIRD),
    left=("who makes pumps?",),
)


def thread(**changes: object) -> Thread:
    fields: dict[str, object] = {
        "to": "alice@firm.example",
        "subject": "Vectors",
        "message_id": "q1@firm.example",
        "references": ("q0@firm.example",),
        "question": QUESTION,
    }
    return Thread(**{**fields, **changes})  # type: ignore[arg-type]  # tests name fields freely


def rendered(
    reply: Reply | Several = MATCHES, *, remarks: tuple[str, ...] = (), **changes: object
) -> EmailMessage:
    return as_read(render(reply, thread(**changes), US, now=NOW, remarks=remarks))


def assert_as_kept(name: str, said: str) -> None:
    """Against the file of that name; where there is none it is written, for a person to look at."""
    path = KEPT / name
    if not path.exists():
        path.write_text(said, encoding="utf-8", newline="\n")
        pytest.fail(f"{name} was not there: look at it, then run again")
    assert said == path.read_text(encoding="utf-8")


def head_of(mail: EmailMessage) -> str:
    return "".join(f"{name}: {value}\n" for name, value in mail.items())


@pytest.mark.parametrize(
    ("name", "reply", "remarks"),
    [
        ("matches", MATCHES, ("Your mail was long: I read its beginning only.",)),
        ("help", HELP, ()),
        ("several", SEVERAL, ()),
    ],
)
def test_answers_look_as_they_were_last_looked_at(
    name: str, reply: Reply | Several, remarks: tuple[str, ...]
) -> None:
    mail = rendered(reply, remarks=remarks)
    assert_as_kept(f"{name}.txt", f"{head_of(mail)}\n{words_of(mail)}")
    assert_as_kept(f"{name}.html", words_of(mail, "html"))


def test_text_comes_first_and_the_page_beside_it() -> None:
    mail = rendered()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_answer_is_the_same_bytes() -> None:
    assert render(MATCHES, thread(), US, now=NOW) == render(MATCHES, thread(), US, now=NOW)


def test_it_is_fit_for_any_relay() -> None:
    raw = render(MATCHES, thread(message_id="x" * 300), US, now=NOW)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


class Page(HTMLParser):
    """The words and the links of a page, and its tags."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_has_every_word_of_the_text_as_text() -> None:
    page = Page(words_of(rendered(), "html"))
    shown = " ".join(" ".join(page.words).split())
    for item in MATCHES.items:
        for words in (item.title, item.line, item.excerpt, *item.why, item.website):
            assert words in shown
    for words in (MATCHES.lead, MATCHES.understood, *MATCHES.readings, *MATCHES.next_words, QUESTION):
        assert words in shown


@pytest.mark.parametrize("reply", [MATCHES, SEVERAL])
def test_the_page_loads_nothing_and_links_only_to_the_organisations_site(reply: Reply | Several) -> None:
    page = Page(words_of(rendered(reply), "html"))
    assert page.links == ["https://sons.example/?a=1&b=2"]
    assert not {"img", "script", "link", "iframe", "form", "b", "i"} & set(page.tags)
    assert page.tags.count("table") == 2
    assert "url(" not in words_of(rendered(reply), "html")


def test_the_page_of_several_asks_has_every_word_of_their_answers() -> None:
    shown = " ".join(" ".join(Page(words_of(rendered(SEVERAL), "html")).words).split())
    for section in SEVERAL.sections:
        for words in (section.asked, section.reply.lead, section.reply.understood, section.reply.closing):
            assert words in shown
        assert all(item.title in shown for item in section.reply.items)
    for words in (SEVERAL.lead, SEVERAL.left, SEVERAL.closing, *SEVERAL.next_words):
        assert words in shown


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "sons.example"])
def test_only_an_address_of_the_web_becomes_a_link(website: str) -> None:
    page = Page(
        words_of(rendered(Reply("a", "One fits.", items=(Item(1, "Sons", website=website),))), "html")
    )
    assert page.links == []
    assert website in "".join(page.words)


def test_an_answer_of_boundless_texts_stays_under_what_gmail_shows() -> None:
    items = tuple(
        Item(n, "Wordy Ltd", excerpt="words & “more” " * 4000, why=("because " * 4000,)) for n in range(5)
    )
    mail = rendered(Reply("a", "5 fit.", items=items))
    assert len(words_of(mail, "html").encode()) < 100_000


def test_several_answers_of_boundless_texts_stay_under_it_too() -> None:
    long = "<&“é”> " * 4000
    items = tuple(
        Item(n, long, line=long, excerpt=long, why=(long,) * 30, website=f"https://x.example/{long}")
        for n in range(5)
    )
    asked = in_one("a", [long] * 5, [Reply("a", "5 fit.", understood="x", items=items)] * 5, left=[long] * 50)
    mail = rendered(asked, remarks=("Your mail was long.",))
    assert len(words_of(mail, "html").encode()) < 100_000
    assert len(words_of(mail).encode()) < 100_000


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Vectors", "Re: Vectors"),
        ("Re: Vectors", "Re: Vectors"),
        ("RE: re:  Re: Vectors", "Re: Vectors"),
        ("AW: Re[2]: SV: Vectors", "Re: Vectors"),
        ("Fwd: Vectors", "Re: Fwd: Vectors"),
        ("[EXTERNAL] Vectors", "Re: [EXTERNAL] Vectors"),
        ("", "Re: your question"),
        ("Re:", "Re: your question"),
        ("Reagents: who sells them?", "Re: Reagents: who sells them?"),
        ("Größe und Qualität\N{EM DASH}ja", "Re: Größe und Qualität\N{EM DASH}ja"),
    ],
)
def test_the_subject_is_kept_under_one_re(theirs: str, ours: str) -> None:
    assert rendered(subject=theirs)["Subject"] == ours


def test_what_a_person_wrote_as_subject_is_without_prefixes_and_tags() -> None:
    assert in_own_words("[EXTERNAL] AW: WG: [list] Who sells reagents?") == "Who sells reagents?"
    assert in_own_words("Research: who?") == "Research: who?"
    assert in_own_words("Fwd:") == ""


def test_a_long_thread_keeps_its_first_and_its_latest_mails() -> None:
    ids = tuple(f"m{number}@firm.example" for number in range(60))
    kept = rendered(references=ids, message_id="now@firm.example")["References"].split()
    assert len(kept) == MOST_REFERENCES
    assert kept[0] == "<m0@firm.example>"
    assert kept[-2:] == ["<m59@firm.example>", "<now@firm.example>"]


def test_references_stay_short_however_long_each_is() -> None:
    ids = tuple(f"{number}{'x' * 380}@firm.example" for number in range(5))
    mail = rendered(references=ids, message_id=ids[-1])
    assert len(mail["References"]) <= LONGEST_REFERENCES
    assert mail["References"].split()[-1] == f"<{ids[-1]}>"


def test_a_long_message_id_is_not_changed_by_folding() -> None:
    """Outlook's are; written as an encoded word they would belong to no thread."""
    long = f"{'A1' * 50}@eur.prod.example"
    raw = render(MATCHES, thread(message_id=long, references=(long[1:],)), US, now=NOW)
    assert f"In-Reply-To: <{long}>\r\n".encode() in raw
    assert f"References: <{long[1:]}>\r\n <{long}>\r\n".encode() in raw


@pytest.mark.parametrize("message_id", ["", "ü@x.example", "a b@x.example", "x" * 500, "a\rb@x.example"])
def test_an_id_that_cannot_be_repeated_as_it_is_is_left_out(message_id: str) -> None:
    mail = rendered(message_id=message_id)
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_a_mailbox_beyond_ascii_stands_as_it_is_and_its_domain_in_ascii() -> None:
    raw = render(MATCHES, thread(to="jörg@bücher.example"), US, now=NOW)
    assert "\r\nTo: jörg@xn--bcher-kva.example\r\n".encode() in raw


def test_only_the_first_line_of_a_question_is_quoted_and_not_all_of_a_long_one() -> None:
    assert words_of(rendered(question="x" * 5000)).startswith(f"{LINE}\n\n> {'x' * 199}…\n")
    assert words_of(rendered(question="")).startswith(f"{LINE}\n\nLooked for: ")


def test_whatever_stands_below_our_mark_is_the_past_however_it_is_quoted() -> None:
    ours = words_of(rendered())
    for quoted in (
        ours,
        "\n".join(f"> {line}" for line in ours.split("\n")),
        ours.replace("\n", "\n    ").upper(),
    ):
        assert reply_of(f"more, please\n\nAlice\n\n{quoted}") == "more, please\n\nAlice"


INJECTING = st.text(st.sampled_from('ab: \r\n\0\x0b\x0c\x1c\x85\u2028\ud800é"\\(<,;=?')) | st.text()


@settings(max_examples=150, deadline=None)
@given(subject=INJECTING, question=INJECTING, name=INJECTING, lead=INJECTING, message_id=INJECTING)
def test_nobodys_words_become_a_header_or_markup(
    subject: str, question: str, name: str, lead: str, message_id: str
) -> None:
    reply = Reply("a", lead, items=(Item(1, lead, line=name, why=(subject,), website=question),))
    mail = thread(subject=subject, question=question, message_id=message_id, references=(question, name))
    raw = render(reply, mail, From(US.address, name), now=NOW, remarks=(name,))
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    expected = {
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"Auto-Submitted",
        b"X-Auto-Response-Suppress", b"MIME-Version", b"Content-Type",
    }  # fmt: skip
    assert set(names) <= expected
    assert len(names) == len(set(names))
    assert b"\0" not in raw
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert not read.defects
    assert [address.addr_spec for address in read["From"].addresses] == [US.address]
    assert Page(words_of(read, "html")).tags.count("table") == 2


def test_prefixes_are_found_quickly_in_hostile_subjects() -> None:
    assert without_replies("re: " * 100_000).strip("re: ") == ""
    assert in_own_words("[" * 100_000).startswith("[")

"""The newsletter as a mail: complete as text, safe and small as HTML, and the same for its words in both."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot.assistant.newsletter.markdown import as_html, as_text, escaped
from mail.render.newsletter import MOST_BYTES, PLACES, IssueMail, TooLong, filled, render_issue
from store.newsletter.news import pieces
from store.store import Store
from tests.factories import add_person
from tests.mail.correspondence import (
    MEMBER,
    STRANGER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    words_of,
)

BODY = """What a *month*.

## News

### We won

The text with [a link](https://ash.example/x) and https://bare.example.

1. first
2. second
   - inner

> quoted

---

    code

![a picture](https://tracker.example/p.gif) <img src="https://tracker.example/q.gif"> <script>alert(1)</script>

[bad](javascript:alert(1)) [file](file:///etc/passwd) [write](mailto:a@b.example)
"""
ISSUE = IssueMail(
    "News of <b>Harrowdale</b>", BODY, "Harrow & Dale", datetime(2026, 12, 1, 9, tzinfo=UTC), "A line",
    "Harrowdale Network, 1 Mill Lane", "https://pages.cluster.example/newsletter/2026-12",
)  # fmt: skip


def test_nothing_loads_and_nothing_runs() -> None:
    page = render_issue(ISSUE).page
    assert not re.search(r"<(?:img|script|iframe|link|form|object|video)\b", page)
    assert not re.search(r"<[^>]*\s(?:src|srcset|background)=|url\(|@import|<[^>]*javascript:", page)
    links = re.findall(r'href="([^"]*)"', page)
    assert {each.partition(":")[0] for each in links if each not in PLACES} == {"https", "mailto"}
    assert "News of &lt;b&gt;Harrowdale" in page
    assert "&lt;script&gt;" in page


def test_the_text_part_is_complete() -> None:
    text = render_issue(ISSUE).text
    for words in ("What a month.", "NEWS\n----", "We won", "a link <https://ash.example/x>", "1. first", "2. second",
                  "  - inner", "> quoted", "    code", "1 Mill Lane", "On the web: https://pages",
                  "<a@b.example>"):  # fmt: skip
        assert words in text
    assert all(len(line) <= 72 or "http" in line for line in text.splitlines())


def test_each_reader_has_their_own_way_out() -> None:
    mine = filled(
        render_issue(ISSUE), unsubscribe="https://x.example/u?a=1&b=2", preferences="https://x.example/p",
        why='you are in <"Leek">\r\nBcc: x',
    )  # fmt: skip
    assert not any(place in mine.text + mine.page for place in PLACES)
    assert 'href="https://x.example/u?a=1&amp;b=2"' in mine.page
    assert "&lt;&quot;Leek&quot;&gt; Bcc: x" in mine.page


def test_without_pages_a_word_is_the_way_out() -> None:
    plain = render_issue(IssueMail("News", "x", "Harrowdale", ISSUE.dated, pages=False))
    assert "stop newsletters" in plain.text
    assert "stop newsletters" in plain.page


def test_an_issue_that_programs_would_cut_is_refused() -> None:
    assert len(render_issue(ISSUE).page) < MOST_BYTES
    with pytest.raises(TooLong, match="kB"):
        render_issue(IssueMail("News", "- x\n" * 5000, "Harrowdale", ISSUE.dated))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200))
def test_a_member_s_words_read_as_written(words: str) -> None:
    clean = " ".join(words.replace("\0", "").split())
    shown = as_html(f"a {escaped(words)} z", {})
    assert "<a" not in shown
    assert not re.search(r"<(?!/?p>|br)", shown)
    assert " ".join(as_text(f"a {escaped(words)} z").split()).replace(" ", "") == f"a{clean}z".replace(
        " ", ""
    ).replace("\0", "\ufffd")


@given(st.text(max_size=300))
def test_any_file_is_shown(source: str) -> None:
    as_text(source)
    assert "<script" not in as_html(source, {"p": 'class="ink" style="color:#000"'})


def furnish(session: Session) -> None:
    add_person(session, name="Alice Marsh", addresses=[MEMBER])


@pytest.mark.parametrize(
    "raw",
    [
        a_mail("It is £1.2m.\n\n-- \nAlice", subject="News: We won"),
        a_mail("news: We won\nIt is £1.2m.\n", subject="Hello"),
    ],
)
async def test_news_comes_by_mail(store: Store, raw: bytes) -> None:
    await store.write(furnish)
    async with a_working_desk(store, Clock(at())) as desk:
        await arrive(store, raw, now=at())
        await all_worked_through(store, desk)
    [piece] = await store.read(pieces)
    assert (piece.title, piece.text) == ("We won", "It is £1.2m.")
    [answer] = await store.read(answers)
    assert "the team has it" in words_of(answer)


async def test_a_stranger_s_news_is_not_taken(store: Store) -> None:
    raw = a_mail("buy this", subject="news: spam", sender=STRANGER)
    async with a_working_desk(store, Clock(at())) as desk:
        await arrive(store, raw, mail_from=STRANGER, now=at())
        await all_worked_through(store, desk)
    assert await store.read(pieces) == ()

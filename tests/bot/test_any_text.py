"""Whatever anybody writes is answered, in bounds and in plain characters, and the same again when asked again."""

import asyncio
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.intents import Narrow, WhoDoes
from bot.assistant.messages import Answer, Ask
from bot.assistant.understanding import understand
from bot.assistant.wording import put_in_words
from bot.cli.json_answers import as_json
from store.kinds import Medium
from store.people import Stranger
from store.search.index import Index
from store.search.live import LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import NOW, add_golden_region, add_person

LONGEST = 100_000
PAGE = 5
MOST_TERMS, MOST_PLACES, MOST_READINGS, MOST_REASONS = 60, 30, 60, 100
MOST_CALLS = 1_000_000  # several times what the most tiring of these takes
LONGEST_TOPIC, LONGEST_REPLY = 500, 12_000

PIECES = (
    "who does viral vectors near Macclesfield?", "protien purifcation", "lateral flow tests", "<!channel> & Sons <b>",
    "only in Manchester", "more", "who at 2?", "introduce me to 1", "I meant protein", "not universities", "nearer",
    "contact for Tamarisk", "is Oriel a member?", "thanks!", "stop", "events in May", "CRO", "SK10 9ZZ", "10 miles",
    "🧬", "👩🏽‍🔬", "من يصنع اللقاحات", "谁做疫苗", "ใครทำวัคซีน", "кто делает вакцины", "Z̷̡a̴l̶g̵o̷", "e\u0301\u0301\u0301", "\u202egnp\u202c", "\u200b\u200d",
    "\0", "\ud7ff\ue000\uffff", "\x1b[31m", "\r\n", "\n", "\t", "\u2028", "\ufeff", "ſ", "İ", "ß", "ﬁ", "𝕡𝕣𝕠𝕥𝕖𝕚𝕟", "½", "٣٤",
    "'; DROP TABLE ask;--", "%_%", "(a+)+$", "[", "\\", "*", "_", "~", "`", "```", "<@U012AB3CD>", "<https://x.example|x>",
    "&amp;", "{{7*7}}", "=2+2", "-", "--\n", "> ", "On Mon, 2 Nov 2026, A wrote:", "From: a@x.example", "\"", "“", "”",
    "’", "1", "0", "-1", "1e309", "99999999999999999999", "a", "of", "and", "or", "not", "but", "near", "in", "within",
    "Dear team,", "Kind regards,", "Confidentiality notice", "x" * 300, "or Leeds", ", ", "/", "?", "?!", ".",
)  # fmt: skip
repeated = st.builds(
    lambda piece, between, times: ((piece + between) * times)[:LONGEST],
    st.sampled_from(PIECES),
    st.sampled_from(["", " ", "\n", ", ", "\n\n"]),
    st.sampled_from([2, 30, 700, 50_000]),
)
texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=400),
    repeated,
    st.lists(repeated, max_size=3).map(lambda parts: "".join(parts)[:LONGEST]),
)
media = st.sampled_from([Medium.SLACK, Medium.EMAIL, Medium.TERMINAL])


@pytest.fixture(scope="module")
def opened(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Index]]:
    path = tmp_path_factory.mktemp("any-text") / "whodoes.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    store, live = Store.open(f"sqlite:///{path}"), LiveIndex()
    asyncio.run(store.write(furnish))
    asyncio.run(store.read(live.catch_up))
    yield store, live.index
    store.close()


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Ann O'Farrow", organisation_id=region["Tamarisk Gene Works"], role="Head <b>")


def asked_and_undone(
    session: Session, asks: list[str], medium: Medium, index: Index
) -> list[tuple[Answer, str]]:
    """One conversation, which leaves nothing behind; each answer, and all of it as one text."""
    undone = session.begin_nested()
    try:
        given = [
            answer(session, Ask(f"a{at}", Stranger(), text, medium, "talk", page=PAGE), index=index, now=NOW)
            for at, text in enumerate(asks)
        ]
    finally:
        undone.rollback()
    return [(each, json.dumps(as_json(each))) for each in given]


def check(given: Answer) -> None:
    """What is shown has bounds, and characters that cannot play tricks."""
    reply = put_in_words(given)
    lines = [reply.lead, reply.understood, reply.closing, *reply.readings, *reply.next_words]
    for item in reply.items:
        lines += [item.title, item.line, item.excerpt, *item.why]
    assert len(reply.items) <= PAGE
    assert len(reply.readings) <= MOST_READINGS
    assert sum(map(len, lines)) <= LONGEST_REPLY
    assert [line for line in lines if len(line) > 600] == []
    # No control characters, nothing that turns the direction of the text, nothing that is no character at all.
    shown = set("".join(lines)) - {"\n"}
    assert {
        c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u202e\u202d\u2066\u2067"
    } == set()


@settings(max_examples=80, deadline=None)
@given(text=texts, then=texts, medium=media)
@example("½ " * 700, "protien purifcation " * 30, Medium.SLACK)
@example("protein " * 12_500, "more", Medium.EMAIL)
@example("lateral flow tests", "only in Leeds\n" * 7000, Medium.SLACK)
def test_any_text_after_any_text_is_answered_and_again_the_same(
    opened: tuple[Store, Index], text: str, then: str, medium: Medium
) -> None:
    store, index = opened
    asks = [text, then, "more"]
    given = asyncio.run(store.write(asked_and_undone, asks, medium, index))
    for each, _ in given:
        check(each)
    again = asyncio.run(store.write(asked_and_undone, asks, medium, index))
    assert [told for _, told in given] == [told for _, told in again]


@settings(max_examples=100, deadline=None)
@given(texts, media)
def test_what_is_looked_for_has_bounds(opened: tuple[Store, Index], text: str, medium: Medium) -> None:
    _, index = opened
    meant = understand(text, index=index, medium=medium)
    if isinstance(meant, WhoDoes | Narrow):
        search = meant.wanted if isinstance(meant, WhoDoes) else meant
        assert len(search.places) + len(search.outside) <= MOST_PLACES
    wanted = meant.wanted if isinstance(meant, WhoDoes) else Wanted(text)
    if isinstance(meant, WhoDoes):
        assert len(wanted.topic) <= LONGEST_TOPIC
    explained = index.explain(wanted, limit=PAGE, today=NOW.date())
    assert len(explained.terms) <= MOST_TERMS
    found = explained.found
    assert len(found.hits) <= PAGE
    assert len({hit.id for hit in found.hits}) == len(found.hits)
    assert all(len(hit.reasons) <= MOST_REASONS for hit in (*found.hits, *found.nearest))


class Calls:
    """Counts calls of functions, as a measure of work that no other load on the machine changes."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> None:
        self.count += event in {"call", "c_call"}


@pytest.mark.parametrize(("between", "medium"), [("", Medium.SLACK), ("\n", Medium.EMAIL)])
def test_no_text_is_much_more_work_than_any_other(
    opened: tuple[Store, Index], between: str, medium: Medium
) -> None:
    _, index = opened
    tiring = {}
    for piece in PIECES:
        text = ((piece + between) * LONGEST)[:LONGEST]
        calls = Calls()
        sys.setprofile(calls)
        try:
            meant = understand(text, index=index, medium=medium)
            if isinstance(meant, WhoDoes):
                index.search(meant.wanted)
        finally:
            sys.setprofile(None)
        if calls.count > MOST_CALLS:
            tiring[piece] = calls.count
    assert tiring == {}


@pytest.mark.parametrize("medium", [Medium.SLACK, Medium.EMAIL])
async def test_hostile_text_is_answered_and_kept_on_both_databases(store: Store, medium: Medium) -> None:
    live = LiveIndex()
    await store.write(add_golden_region)
    await store.read(live.catch_up)
    for at, piece in enumerate((*PIECES, " ".join(PIECES), "\0".join(PIECES))):
        ask = Ask(f"a{at}", Stranger(), piece, medium, f"c{at % 7}", page=PAGE)
        check(await store.write(answer, ask, index=live.index, now=NOW))

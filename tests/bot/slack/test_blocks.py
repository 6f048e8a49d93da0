"""Replies as blocks: within Slack's limits whatever they hold, complete as text, harmless whoever wrote them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.wording import Item, Reply
from bot.slack.blocks.answers import TEXT_MOST, render
from bot.slack.blocks.mrkdwn import escaped, link
from bot.slack.buttons import Carried, carried
from bot.slack.showing import Place, Shown, dump
from tests.doubles.slack.records import BOT_USER
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import UPDATE_TEXT_MOST, check_message
from tests.doubles.slack.workspace import Workspace

KEY = "answer:slack:C1:1700.000001"

texts = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "<!channel> & Sons <b>",
            f"<@{BOT_USER}>",
            "@here",
            "@channel and @Everyone",
            "*bold* _it_ ~no~ `code`",
            "&" * 5000,
            "<" * 4000,
            "word " * 2000,
            "a\0b\ud800c\u202ed",
            "\n\n \t",
            "",
        ]
    ),
)
short = st.lists(texts, max_size=12).map(tuple)
items = st.builds(
    Item,
    number=st.one_of(st.none(), st.integers(1, 60)),
    title=texts,
    organisation_id=st.one_of(st.none(), st.integers(1, 10**9)),
    website=st.one_of(texts, st.sampled_from(["https://a.example/x?y=1&z=2", "example.org", "javascript:x"])),
    line=texts,
    excerpt=texts,
    why=short,
)
replies = st.builds(
    Reply,
    ask_id=st.just("slack:C1:1700.000001"),
    lead=texts,
    understood=texts,
    readings=short,
    items=st.lists(items, max_size=60).map(tuple),
    closing=texts,
    next_words=short,
    remaining=st.integers(0, 50),
    asks_feedback=st.booleans(),
)
shown_replies = st.builds(
    Shown,
    reply=replies,
    place=st.sampled_from(Place),
    posted=st.booleans(),
    said=texts,
    shared=texts,
    may_share=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(shown=shown_replies, cards=st.booleans())
def test_any_reply_is_taken_by_slack_and_pings_nobody(shown: Shown, cards: bool) -> None:
    workspace = Workspace(real_time)
    message = render(shown, key=KEY, cards=cards)
    arguments: dict[str, Any] = {"text": message.text, "blocks": message.blocks, "link_names": True}
    check_message(workspace, arguments, text_most=UPDATE_TEXT_MOST)
    assert not workspace.pings
    assert not workspace.mentions
    assert len(message.text) <= TEXT_MOST


@settings(max_examples=50, deadline=None)
@given(shown=shown_replies)
def test_what_is_shown_can_always_be_kept(shown: Shown) -> None:
    dump(shown)


def a_reply(**fields: Any) -> Reply:
    return Reply("slack:C1:1700.000001", "2 organisations fit.", **fields)


def words(message_blocks: list[dict[str, Any]]) -> list[str]:
    return [
        text["text"]
        for block in message_blocks
        for text in ([block["text"]] if "text" in block else block["elements"])
        if block["type"] != "actions"
    ]


def buttons(message_blocks: list[dict[str, Any]]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message_blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_a_hit_is_one_section_with_its_reasons_below_it() -> None:
    item = Item(
        1,
        "Larkspur Vectors",
        line="Macclesfield · 3 miles away",
        excerpt="Viral vectors.",
        why=("“viral” in summary",),
    )
    message = render(Shown(a_reply(items=(item,)), Place.DIRECT, posted=True), key=KEY)
    assert words(message.blocks)[1:] == [
        "*1. Larkspur Vectors* · Macclesfield · 3 miles away\nViral vectors.",
        "“viral” in summary",
    ]


def test_the_text_says_all_that_the_blocks_say() -> None:
    item = Item(1, "Larkspur", line="Leeds", excerpt="Vectors.", why=("named “Larkspur”",))
    reply = a_reply(
        understood="vectors", readings=("I read “vectr” as “vector”.",), items=(item,), closing="That is all."
    )
    text = render(Shown(reply, Place.DIRECT, posted=True, said="Marked useful — thanks."), key=KEY).text
    said = (
        "2 organisations",
        "vectors",
        "vectr",
        "1. Larkspur",
        "Leeds",
        "Vectors.",
        "named",
        "That is all.",
        "thanks",
    )
    assert all(word in text for word in said)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (Place.CHANNEL, "Next, mention me here with: `more`"),
        (Place.DIRECT, "Next, reply here with: `more`"),
        (Place.COMMAND, "Next, try: `/whodoes more`"),
    ],
)
def test_next_words_say_how_to_say_them_where_they_stand(place: Place, line: str) -> None:
    assert words(render(Shown(a_reply(next_words=("more",)), place, posted=True), key=KEY).blocks)[-1] == line


def test_later_pages_lead_back_and_on() -> None:
    items = tuple(Item(number, f"Number {number}") for number in range(6, 11))
    message = render(Shown(a_reply(items=items, remaining=3), Place.DIRECT, posted=True), key=KEY)
    assert buttons(message.blocks) == ["Back to 1–5", "Show more (3)"]


def test_a_verdict_takes_the_place_of_its_buttons() -> None:
    before = render(Shown(a_reply(asks_feedback=True), Place.DIRECT, posted=True), key=KEY)
    after = render(
        Shown(a_reply(asks_feedback=True), Place.DIRECT, posted=True, said="Marked useful by Ana — thanks."),
        key=KEY,
    )
    assert buttons(before.blocks) == ["Useful", "Not useful", "Wrong or out of date?"]
    assert buttons(after.blocks) == []
    assert words(after.blocks)[-1] == "Marked useful by Ana — thanks."


hits = st.builds(
    Item,
    number=st.integers(1, 60),
    title=texts,
    organisation_id=st.integers(1, 10**9),
    website=texts,
    line=texts,
    excerpt=texts,
    why=short,
)


@settings(max_examples=60, deadline=None)
@given(found=st.lists(hits, min_size=2, max_size=10).map(tuple))
def test_any_hits_make_cards_that_slack_takes(found: tuple[Item, ...]) -> None:
    workspace = Workspace(real_time)
    message = render(Shown(a_reply(items=found), Place.CHANNEL, posted=True), key=KEY, cards=True)
    check_message(workspace, {"text": message.text, "blocks": message.blocks, "link_names": True})
    assert not workspace.pings
    assert not workspace.mentions
    assert [block["type"] for block in message.blocks].count("carousel") == 1
    assert message.plain == render(Shown(a_reply(items=found), Place.CHANNEL, posted=True), key=KEY).blocks


def test_a_single_hit_makes_no_card() -> None:
    items = (Item(1, "Larkspur", 7, why=("Does: vectors",)),)
    message = render(Shown(a_reply(items=items), Place.CHANNEL, posted=True), key=KEY, cards=True)
    assert message.plain is None
    assert "carousel" not in [block["type"] for block in message.blocks]


def test_examples_share_one_section() -> None:
    items = tuple(Item(None, f"example {number}") for number in range(3))
    assert words(render(Shown(a_reply(items=items), Place.DIRECT, posted=True), key=KEY).blocks)[1:] == [
        "• example 0\n• example 1\n• example 2"
    ]


def test_what_does_not_fit_is_said_and_not_just_left_out() -> None:
    items = tuple(Item(number, "A long name " * 20, excerpt="words " * 90) for number in range(1, 41))
    lines = words(render(Shown(a_reply(items=items), Place.DIRECT, posted=True), key=KEY).blocks)
    assert any(line.startswith("… and ") and line.endswith("more that do not fit here.") for line in lines)


def test_an_entity_is_never_cut_in_two() -> None:
    assert escaped("&&&&", 12) == "&amp;&amp;…"
    assert escaped("ab", 3) == "ab"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?y=1&z=2", "*1. <https://a.example/x?y=1&amp;z=2|A ¦ B>*"),
        ("a.example", "*1. <https://a.example|A ¦ B>*"),
        ("javascript://x", "*1. A ¦ B*"),
        ("https://[", "*1. A ¦ B*"),
        ("", "*1. A ¦ B*"),
        ("https://a.example/|<!here>", "*1. <https://a.example/%7C%3C!here%3E|A ¦ B>*"),
    ],
)
def test_names_link_to_ordinary_addresses_alone(url: str, shown: str) -> None:
    assert link("A | B", url, number=1) == shown


@pytest.mark.parametrize(
    "value", ["", "more", "[]", "{}", '{"ask":1,"at":"x"}', '{"ask":"a","at":"b","first":0}', '{"x":1}']
)
def test_a_button_that_holds_something_else_is_no_button_of_ours(value: str) -> None:
    assert carried(value) is None


def test_a_button_carries_what_it_was_given() -> None:
    held = Carried("slack:C1:1.2", KEY, 6)
    assert carried(held.dump()) == held

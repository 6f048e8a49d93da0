"""Letters in Slack: taken whatever they hold, harmless, with an answer for each button, edited in place."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.introductions.wording import CAME_OF_IT, DECIDE, MET, NO, PAUSE, YES
from bot.assistant.letters import Addressed, Choice, Letter, LetterKind
from bot.slack.blocks.letters import held_by, render
from bot.slack.letters import SlackCarrier
from store.outbox import Draft
from store.reaching import Reachable
from tests.conftest import NOW
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import UPDATE_TEXT_MOST, check_message
from tests.doubles.slack.workspace import Workspace

HOSTILE = "<!channel> & Sons"
TOKEN, OTHER = "abcdefghijklmnopqrstuvwx", "zyxwvutsrqponmlkjihgfedc"
ADA = Reachable(1, "Ada Finch", "Head of Assays", "Larkspur Vectors Ltd", "U0ALICE", "ada@larkspur.example")
BEN = Reachable(2, "Ben Oduya", "", HOSTILE, "U0BOB", None)

texts = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [HOSTILE, "<@U0BOB>", "@here", "*b* _i_ ~s~ `c`", "&" * 3000, "word " * 600, "a\0b\ud800", ""]
    ),
)
letters = st.builds(
    Letter,
    key=st.just("consent:7:asked:1"),
    kind=st.sampled_from(LetterKind),
    about=st.sampled_from(["introduction:7", "person:1", "code:x"]),
    subject=texts,
    lead=texts,
    paragraphs=st.lists(texts, max_size=6).map(tuple),
    facts=st.lists(st.tuples(texts, texts), max_size=10).map(tuple),
    quoted=texts,
    closing=texts,
    choices=st.sampled_from([(), (YES, NO, PAUSE), MET, CAME_OF_IT, DECIDE, (Choice("no", "x" * 200),)]),
    why=texts,
)


def a_letter(**fields: Any) -> Letter:
    given = {
        "key": "consent:7:asked:1",
        "kind": LetterKind.CONSENT,
        "about": "introduction:7",
        "subject": "May I introduce you?",
        "lead": "Ada Finch would like to be introduced to you.",
        "choices": (YES, NO, PAUSE),
        "why": "You get this because you are listed.",
        **fields,
    }
    return Letter(**given)


def to(letter: Letter, *people: Reachable) -> Addressed:
    return Addressed(
        letter, people, (TOKEN, OTHER)[: len(people)], f"letter:{letter.key}:{people[0].person_id}"
    )


def taken(draft: Draft | None) -> Workspace:
    """What Slack makes of it; raises where it would refuse."""
    assert draft is not None
    workspace = Workspace(real_time)
    check_message(workspace, draft.payload["arguments"] | {"link_names": True}, text_most=UPDATE_TEXT_MOST)
    return workspace


def elements(draft: Draft | None) -> list[dict[str, Any]]:
    assert draft is not None
    blocks = draft.payload["arguments"]["blocks"]
    return [each for block in blocks if block["type"] == "actions" for each in block["elements"]]


@settings(max_examples=150, deadline=None)
@given(letter=letters, people=st.sampled_from([(BEN,), (ADA, BEN)]))
def test_any_letter_is_taken_by_slack_and_pings_nobody(letter: Letter, people: tuple[Reachable, ...]) -> None:
    carrier = SlackCarrier()
    first = taken(carrier.draft(to(letter, *people), now=NOW))
    later = taken(carrier.revision(to(letter, *people), number=3, now=NOW))
    assert not first.pings
    assert not later.pings
    assert set(first.mentions) <= ({"U0ALICE", "U0BOB"} if len(people) == 2 else set())


def test_a_question_has_a_button_for_each_answer_that_carries_the_token_and_the_word() -> None:
    draft = SlackCarrier().draft(to(a_letter(), ADA), now=NOW)
    assert draft.dedup_key == "letter:consent:7:asked:1:1"
    assert draft.payload["method"] == "chat.postMessage"
    assert draft.payload["users"] == ["U0ALICE"]
    assert "channel" not in draft.payload["arguments"]
    buttons = [each for each in elements(draft) if each["type"] == "button"]
    assert [held_by(each["value"]) for each in buttons] == [(TOKEN, "yes"), (TOKEN, "no"), (TOKEN, "pause")]
    assert [each.get("style") for each in buttons] == ["primary", None, None]


def test_a_request_can_be_muted_from_its_own_menu() -> None:
    menus = [
        each for each in elements(SlackCarrier().draft(to(a_letter(), ADA), now=NOW)) if "options" in each
    ]
    assert [held_by(option["value"]) for option in menus[0]["options"]] == [
        (TOKEN, "off"),
        (TOKEN, "settings"),
    ]


def test_what_a_member_wrote_is_quoted_and_why_it_comes_stands_in_small_print() -> None:
    draft = SlackCarrier().draft(to(a_letter(quoted=f"a partner for {HOSTILE}"), ADA), now=NOW)
    blocks = draft.payload["arguments"]["blocks"]
    assert {"> a partner for &lt;!channel&gt; &amp; Sons"} <= {
        block["text"]["text"] for block in blocks if block["type"] == "section"
    }
    assert blocks[-1]["type"] == "context"
    assert "because you are listed" in blocks[-1]["elements"][0]["text"]


def test_once_answered_the_buttons_give_way_to_the_outcome_and_when() -> None:
    settled = a_letter(choices=(), closing="You said yes on 23 November 2026.")
    draft = SlackCarrier().revision(to(settled, ADA), number=2, now=NOW)
    assert draft is not None
    assert draft.dedup_key == "letter:consent:7:asked:1:1:r2"
    assert draft.payload["method"] == "chat.update"
    assert draft.payload["of"] == "letter:consent:7:asked:1:1"
    assert elements(draft) == []
    said = str(draft.payload["arguments"]["blocks"])
    assert "You said yes on 23 November 2026." in said
    assert f"<!date^{int(NOW.timestamp())}^{{date_short_pretty}} {{time}}|23 November 2026 09:00 UTC>" in said


def test_an_answer_about_an_outcome_may_be_told_at_length_before_and_after() -> None:
    for choices in (MET, ()):
        draft = SlackCarrier().draft(to(a_letter(kind=LetterKind.MET, choices=choices), ADA), now=NOW)
        assert elements(draft)[-1]["value"] == f"{TOKEN} met"
        assert elements(draft)[-1]["text"]["text"] == "Say more"


def test_staff_can_edit_an_introduction_from_the_letter_that_tells_them_of_it() -> None:
    letter = a_letter(kind=LetterKind.STAFF, choices=DECIDE)
    assert [each["value"] for each in elements(SlackCarrier().draft(to(letter, ADA), now=NOW))] == [
        f"{TOKEN} approve",
        f"{TOKEN} decline",
        "7",
    ]
    elsewhere = replace(letter, about="person:7")
    assert len(elements(SlackCarrier().draft(to(elsewhere, ADA), now=NOW))) == 2


def test_a_hand_off_mentions_the_two_and_says_who_they_are() -> None:
    letter = a_letter(
        kind=LetterKind.HANDOFF,
        lead=f"You both said yes, so: Ada Finch, meet Ben Oduya of {HOSTILE}.",
        facts=(("Ada Finch", "Head of Assays"), ("Ben Oduya", HOSTILE), ("Why you two", "both make assays")),
        quoted="ask <@U0CAROL> too",
        choices=(),
    )
    draft = SlackCarrier().draft(to(letter, ADA, BEN), now=NOW)
    assert draft.payload["users"] == ["U0ALICE", "U0BOB"]
    assert sorted(taken(draft).mentions) == ["U0ALICE", "U0BOB"]
    said = str(draft.payload["arguments"]["blocks"])
    assert "<@U0ALICE> *Ada Finch*, Head of Assays, Larkspur Vectors Ltd" in said
    assert "*Why you two*: both make assays" in said
    assert said.count("Head of Assays") == 1
    assert elements(draft) == []
    assert "<@" not in draft.payload["arguments"]["text"]


def test_slack_reaches_only_those_who_all_have_an_account_of_their_own() -> None:
    carrier = SlackCarrier()
    assert carrier.can_reach((ADA, BEN))
    assert not carrier.can_reach(())
    assert not carrier.can_reach((ADA, replace(BEN, slack_user_id=None)))
    assert not carrier.can_reach((ADA, replace(BEN, slack_user_id="U0ALICE")))
    assert not carrier.can_reach((replace(ADA, slack_user_id="<!channel>"),))


def test_a_letter_without_words_still_says_something() -> None:
    empty = a_letter(subject="", lead="", choices=(), why="")
    assert render(to(empty, ADA), revised=datetime.fromisoformat("2026-11-23T09:00:00+00:00")).text == "…"

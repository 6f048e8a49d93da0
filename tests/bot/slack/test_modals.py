"""Every form is taken by Slack whatever stands in it, pings nobody, and its fields come back as they were filled in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.introductions.wording import CAME_OF_IT, MET
from bot.assistant.messages import AwardLine
from bot.assistant.proposal_wording import Difference
from bot.assistant.proposing import Listing, ListingField
from bot.slack.modals import introductions, preferences
from bot.slack.modals import listing as entry
from tests.bot.slack.filling import filled_in
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace

LONG = "<!channel> & Sons " * 200
PEOPLE = [(number, LONG) for number in range(150)]
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.sampled_from([LONG, "@here", ""])
)


def a_listing(text: str) -> Listing:
    fields = (
        ListingField("name", "Name", text),
        ListingField("capabilities", "Capabilities", text, lines=True),
        ListingField("kind", "Kind", "", choices=("company", "nhs")),
    )
    return Listing(3, text, fields, None)


def all_forms(text: str) -> list[dict[str, Any]]:
    differences = [Difference("name", text, text, text), Difference("kind", "Kind", "", "nhs")]
    return [
        introductions.request_modal(introductions.Whom()),
        introductions.request_modal(introductions.Whom(3, text, text, text, 4)),
        introductions.broker_modal(),
        introductions.details_modal(about=text, choices=MET, token="abc"),
        introductions.details_modal(about="", choices=CAME_OF_IT, introduction_id=7),
        introductions.edit_modal(7, between=text, seeks=text, reason=text, opener=text),
        introductions.decline_modal(7, between=text),
        introductions.assign_modal(7, between=text, staff=PEOPLE),
        introductions.person_modal(7, between=text, people=[(4, text)]),
        introductions.person_modal(7, between=text, people=()),
        entry.edit_modal(a_listing(text)),
        entry.check_modal(a_listing(text), differences, at_once=False),
        entry.check_modal(a_listing(text), differences, at_once=True),
        entry.report_modal(3, text, ask_id=text),
        entry.decline_modal(3, text),
        preferences.pause_modal(),
        preferences.topics_modal([text] * 20),
        preferences.link_modal(),
        preferences.code_modal(),
        preferences.calendar_modal(text, [AwardLine(text, text)] * 5, text),
    ]


@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_any_form_is_taken_by_slack_and_pings_nobody(text: str) -> None:
    for form in all_forms(text):
        workspace = Workspace(real_time)
        check_view(workspace, form, kind="modal")
        assert not workspace.pings
        assert not workspace.mentions


def test_what_is_typed_comes_back_and_what_the_form_knows_too() -> None:
    form = introductions.edit_modal(7, between="x", seeks="a", reason="b", opener="")
    filled = filled_in(form, {"seeks": " two\nlines ", "opener": "Hello."})
    assert filled.callback == "intro:edit"
    assert filled.number("introduction") == 7
    edits = introductions.edits_of(filled)
    assert (edits.seeks, edits.reason, edits.opener) == ("two\nlines", "b", "Hello.")


@pytest.mark.parametrize(
    ("pounds", "number"),
    [("25000", 25_000), ("£25,000", 25_000), ("", None), ("0", 0)],
)
def test_a_sum_may_be_written_as_people_write_it(pounds: str, number: int | None) -> None:
    form = introductions.details_modal(about="", choices=MET, token="abc")
    said = introductions.details_of(filled_in(form, {"stage": "met", "pounds": pounds, "may_tell": "no"}))
    assert not isinstance(said, dict)
    assert said[1].pounds == number
    assert said[1].may_tell is False


@pytest.mark.parametrize("pounds", ["-1", "1.5", "many", "9" * 30, "²"])
def test_what_is_no_whole_number_is_asked_for_again(pounds: str) -> None:
    form = introductions.details_modal(about="", choices=MET, token="abc")
    said = introductions.details_of(filled_in(form, {"stage": "met", "pounds": pounds}))
    assert said == {"pounds": introductions.NUMBER_WANTED}


def test_of_a_choice_that_was_emptied_nothing_is_said() -> None:
    form = entry.edit_modal(a_listing("Oriel"))
    assert entry.changes_of(filled_in(form, {"kind": "-", "capabilities": "a\r\nb"})) == {
        "name": "Oriel",
        "capabilities": "a\nb",
        "kind": "",
    }
    assert entry.problems_by_block(filled_in(form, {}), {"kind": "no", "gone": "x"}) == {
        "kind": "no",
        "name": "x",
    }

"""`/whodoes announce` over Slack itself: written in a form, confirmed with its numbers, followed and steered by buttons."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.assistant.campaigns.approvers import waiting
from bot.assistant.campaigns.progress import Progress
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.blocks.broadcasts import announcement, in_mrkdwn, progress
from bot.slack.letters import SlackCarrier
from bot.slack.modals import broadcasts as forms
from bot.slack.modals.forms import Filled
from scheduler.campaigns import Campaigns
from store.campaigns.audience import Audience
from store.campaigns.near import Near
from store.campaigns.report import counts
from store.campaigns.rules import Rules
from store.kinds import CampaignKind, CampaignState, Medium, Reach, RecipientState, StaffRole
from store.models import Campaign, Person
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.test_introductions_live import Delivering, opened, showing
from tests.conftest import NOW
from tests.doubles.slack.records import ALICE, BOB
from tests.doubles.slack.server import SlackDouble, real_time
from tests.doubles.slack.validation import check_message, check_view
from tests.doubles.slack.workspace import Workspace
from tests.factories import add_person

HOUSE = House(
    "Northmoor",
    letterbox=Letterbox({Medium.SLACK: SlackCarrier()}),
    campaigns=Rules(cancel_window=timedelta()),
)
SUBJECT = "Autumn evening for <!channel> & all"


@pytest.fixture
async def people(sqlite_store: Store) -> None:
    def seed(session: Session) -> None:
        add_person(
            session, name="Ada Finch", slack_user_id=ALICE, staff_role=StaffRole.STAFF, newsletters=False
        )
        add_person(session, name="Ben Oduya", slack_user_id=BOB)
        add_person(session, name="Cy Mailed", addresses=["cy@aire.example"])

    await sqlite_store.write(seed)


def told(slack: SlackDouble, words: str) -> list[Any]:
    return [each for each in slack.ephemerals if words in f"{each.text} {each.blocks}"]


async def test_a_broadcast_is_written_confirmed_with_its_numbers_and_followed(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, delivering: Delivering, people: None
) -> None:
    campaigns = Campaigns(sqlite_store, HOUSE, clock=right_now)
    async with start(house=HOUSE) as face, delivering(face):
        await slack.slash_command("announce")
        await slack.wait_for(lambda: opened(slack, forms.WRITE))
        await slack.submit({"subject": SUBJECT, "body": "Come **all**, <!here>.", "everyone": ["yes"]})
        await slack.wait_for(lambda: opened(slack, forms.SEND))
        shown = str(slack.modal(callback_id=forms.SEND).body)
        assert "Send to 2 people?" in shown
        assert "1 by Slack" in shown
        assert "1 left out: opted out of newsletters" in shown
        await slack.submit(callback_id=forms.SEND)
        await slack.wait_for(lambda: opened(slack, forms.SEND) or True)
        async with asyncio.timeout(10):
            while not showing(slack, BOB, "Autumn evening"):
                await campaigns.run()
                await asyncio.sleep(0.05)
        (got,) = showing(slack, BOB, "Autumn evening")
        assert "*all*" in str(got.blocks)
        await _run_until(campaigns, lambda: bool(showing(slack, ALICE, "1 of 2 have it")))
        (followed,) = showing(slack, ALICE, "1 of 2 have it")
        await slack.block_action("announce:pause", user=ALICE, within=followed)
        await slack.wait_for(lambda: told(slack, "is paused"))
        await _run_until(campaigns, lambda: bool(showing(slack, ALICE, "announce:resume")))
        await slack.slash_command("announce list")
        await slack.wait_for(lambda: told(slack, "paused, 1 of 3 people"))
        await slack.slash_command("announce cancel 1")
        await slack.wait_for(lambda: told(slack, "is cancelled"))
        await _run_until(campaigns, lambda: bool(showing(slack, ALICE, "1 will not get it")))
        await slack.slash_command("announce report 1")
        await slack.wait_for(lambda: told(slack, "1 of 2 have it"))
    found = await sqlite_store.read(counts, 1)
    assert (found[RecipientState.SENT], found[RecipientState.CANCELLED]) == (1, 1)


async def _run_until(campaigns: Campaigns, there: Any) -> None:
    async with asyncio.timeout(10):
        while not there():
            await campaigns.run()
            await asyncio.sleep(0.05)


async def test_what_is_not_understood_or_not_there_is_said(
    slack: SlackDouble, start: StartFace, people: None
) -> None:
    async with start(house=HOUSE):
        for words, said in (
            ("announce sing", "I know: announce"), ("announce sing 3", "I know: announce"),
            ("announce 7", "There is no such broadcast"), ("announce approve 7", "There is no such broadcast"),
            ("announce report 7", "There is no such broadcast"), ("announce resend failed 7", "There is no such"),
            ("announce list", "There is no broadcast yet"),
        ):  # fmt: skip
            before = len(told(slack, said))
            await slack.slash_command(words)
            await slack.wait_for(lambda said=said, before=before: len(told(slack, said)) > before)  # type: ignore[misc]  # a lambda with defaults


async def test_what_one_wrote_another_approves_with_its_numbers_in_sight(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, people: None
) -> None:
    def promote(session: Session) -> None:
        ben = next(each for each in session.exec(select(Person)) if each.slack_user_id == BOB)
        ben.staff_role = StaffRole.APPROVER
        session.add(ben)

    await sqlite_store.write(promote)
    async with start(house=replace(HOUSE, campaigns=Rules(approval_above=0))):
        await slack.slash_command("announce")
        await slack.wait_for(lambda: opened(slack, forms.WRITE))
        wrong = await slack.submit({"subject": "Evening", "body": "Come.", "near": "Nowhereville-on-Sea"})
        assert "no place called" in str(wrong.errors)
        await slack.submit({"near": "", "everyone": ["yes"]})
        await slack.wait_for(lambda: opened(slack, forms.SEND))
        await slack.block_action(forms.TRY, within=slack.modal(callback_id=forms.SEND))
        await slack.slash_command("announce 1")
        await slack.wait_for(lambda: opened(slack, forms.SEND))
        await slack.submit(callback_id=forms.SEND)
        await slack.slash_command("announce 1")
        await slack.wait_for(lambda: told(slack, "waiting for approval"))
        await slack.slash_command("announce approve 1", user=BOB)
        await slack.wait_for(lambda: opened(slack, forms.APPROVE))
        await slack.submit(callback_id=forms.APPROVE, user=BOB)
        await slack.slash_command("announce pause 1", user=BOB)
        await slack.wait_for(lambda: told(slack, "is scheduled: there is nothing to pause"))
        await slack.slash_command("announce resend failed 1", user=BOB)
        await slack.wait_for(lambda: told(slack, "Broadcast 1 is scheduled."))


async def test_for_members_announce_is_a_word_like_others(
    slack: SlackDouble, start: StartFace, people: None
) -> None:
    async with start(house=HOUSE):
        await slack.slash_command("announce", user=BOB)
        await slack.wait_for(lambda: slack.ephemerals or slack.workspace.views)
        assert not opened(slack, forms.WRITE)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.sampled_from(
        ["<!channel> @here **b** [x](https://a.example/?a=1&b=<!here>)", "# <@U1>\n\n- *a*\n" * 400]
    )
)
def test_whatever_is_written_slack_takes_it_and_nobody_is_pinged(text: str) -> None:
    workspace = Workspace(real_time)
    for message in (
        announcement(text or "x", text, why=text),
        progress(Progress(3, text, "paused", 9, 9, 1, 2, 1, 1, 1, 0, text, (text, text))),
    ):
        check_message(workspace, {"text": message.text, "blocks": message.blocks})
    assert not workspace.pings


@pytest.mark.parametrize("channel", ["C0NEWS", "D0ME"])
def test_the_form_is_taken_and_read_back(channel: str) -> None:
    check_view(Workspace(real_time), forms.write_modal(channel), kind="modal")
    fields = {
        "subject": "Hi", "body": "Come.", "here": "yes", "channels": "C1, C2", "sectors": "a; b", "tiers": "", "near":
        "15 miles of Leeds", "topics": "", "by": "mail", "everyone": "",
    }  # fmt: skip
    given = forms.draft_of(Filled(forms.WRITE, fields, {"channel": "C0NEWS"}))
    assert given.channels == ("C0NEWS", "C1", "C2")
    assert given.reach is Reach.MAIL
    assert given.audience == Audience(sectors=("a", "b"), places=(Near("Leeds", 15.0),))


def test_markdown_is_shown_as_slack_writes_it() -> None:
    said = in_mrkdwn(
        "## The *evening*\n- **bold** and [a page](https://a.example/x?a=1&b=2)\nplain *one* <b>"
    )
    assert said == (
        "*The ∗evening∗*\n• *bold* and <https://a.example/x?a=1&amp;b=2|a page>\nplain *one* &lt;b&gt;"
    )


def test_the_letter_to_approvers_says_what_waits() -> None:
    campaign = Campaign(
        id=3, kind=CampaignKind.ANNOUNCEMENT, state=CampaignState.APPROVAL, subject="Evening", body="Come.",
        made_by="person:1", made_at=NOW, changed_at=NOW, expected=231,
    )  # fmt: skip
    letter = waiting(campaign)
    assert "231 people" in letter.lead
    assert "announce approve 3" in letter.closing

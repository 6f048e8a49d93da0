"""“My calendar”: the address of one's own feed, by mail, in Slack and from the machine, told to nobody else."""

import asyncio
import re

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.assistant.events.feeds import reader_of
from bot.cli.main import app
from store.models import AuditEntry, CalendarFeed, OutboxMessage
from store.store import Store
from tests.bot.slack.planned import form, home, words
from tests.doubles.slack.records import ALICE, BOB, GENERAL
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person
from tests.test_events import ADA, shown
from tests.whole_region import a_region, add_member, words_of

PAGES = "https://pages.cluster.example"
TOKEN = re.compile(r"https://pages\.cluster\.example/calendar/([a-z2-7]{24})\.ics")


def token_in(text: str) -> str:
    found = TOKEN.search(text)
    assert found is not None, text
    return found[1]


async def test_by_mail_to_whoever_it_belongs_to(store: Store) -> None:
    async with a_region(store, pages=PAGES) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write(ADA, "Could you send me my calendar link please?\n\nAda")
        told = words_of(await region.mail_to(ADA, "Your own calendar has the events you come to"))
        first = token_in(told)
        assert f"webcal://pages.cluster.example/calendar/{first}.ics" in told
        assert f"{PAGES}/events.ics" in told
        await region.write(ADA, "my calendar")
        assert token_in(words_of(await region.mail_to(ADA, "Your own calendar"))) == first
        await region.write(ADA, "renew my calendar")
        second = token_in(words_of(await region.mail_to(ADA, "opens nothing any more")))
        assert await store.read(reader_of, first) is None
        assert await store.read(reader_of, second) == ada
        renewed = select(AuditEntry).where(AuditEntry.action == "calendar.renewed")
        assert len(await store.read(lambda session: session.exec(renewed).all())) == 1


async def test_a_stranger_gets_the_one_that_anybody_may_read(sqlite_store: Store) -> None:
    async with a_region(sqlite_store, pages=PAGES) as region:
        await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write("mallory@elsewhere.example", "renew my calendar")
        told = words_of(await region.mail_to("mallory@elsewhere.example", "Only people the directory knows"))
        assert f"{PAGES}/events.ics" in told
        assert "/calendar/" not in told
        assert await sqlite_store.read(lambda session: session.exec(select(CalendarFeed)).all()) == []


async def test_without_pages_it_says_so(sqlite_store: Store) -> None:
    async with a_region(sqlite_store) as region:
        await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write(ADA, "my calendar")
        assert "ics" not in words_of(await region.mail_to(ADA, "no public address"))


async def test_in_slack_to_oneself_alone(store: Store) -> None:
    async with SlackDouble() as slack, a_region(store, slack=slack, pages=PAGES) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", slack=ALICE)
        await slack.mention("my calendar", user=ALICE, channel=GENERAL)
        await slack.wait_for(lambda: "your eyes alone" in str([each.text for each in slack.posted(GENERAL)]))
        assert not TOKEN.search(str([(each.text, each.blocks) for each in slack.posted(GENERAL)]))
        await slack.dm("my calendar", user=ALICE)
        message = await shown(slack, ALICE, "Your own calendar")
        first = token_in(str(message.blocks))
        await slack.block_action("home:calendar", user=ALICE, within=await home(slack, ALICE))
        view = await form(slack, ALICE, "home:shown")
        assert token_in(words(view)) == first
        await slack.block_action("home:new_calendar", user=ALICE, within=view)
        view = await form(slack, ALICE, "home:shown", saying="has a new address")
        second = token_in(words(view))
        assert await store.read(reader_of, first) is None
        assert await store.read(reader_of, second) == ada
        await slack.dm("my calendar", user=BOB)  # whom nobody knows
        await shown(slack, BOB, "Only people the directory knows")
        payloads = await region.store.read(lambda session: session.exec(select(OutboxMessage.payload)).all())
        assert second not in str(payloads)


def test_from_the_machine_for_a_person(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, sqlite_store: Store
) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WHODOES_WEB_URL", f"{PAGES}/")

    def run(*said: str) -> str:
        return CliRunner().invoke(app, ["events", "feed", *said]).output

    asyncio.run(sqlite_store.write(lambda session: add_person(session, name="Ada Finch", addresses=[ADA])))
    first = token_in(run(ADA))
    assert token_in(run("Ada Finch")) == first
    assert token_in(run(ADA, "--renew")) != first
    assert "Nobody in the directory" in run("Zebedee Quux")

"""Calendar feeds: what anybody may know, what one person comes to, and nothing for a guess."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import icalendar
import pytest
from sqlmodel import Session

from bot.assistant.events.feeds import feed_token, renew_feed
from bot.assistant.house import House
from bot.web.calendars import CalendarPages
from bot.web.server import WebFace
from store.events.guests import enter
from store.events.seats import hold, take
from store.kinds import EventState
from store.models import Event
from store.store import Store
from tests.bot.assistant.events.evenings import at
from tests.factories import NOW, add_event, add_person

WINTER = at("2027-01-28T17:30")


def furnish(session: Session) -> str:
    """Ada comes to the first of three events; one of them is only planned. Returns her token."""
    ada = add_person(session, name="Ada Marsh", addresses=["ada@firm.example"])
    add_event(session, title="Winter evening", starts_at=WINTER, join_url="https://meet.example/x")
    add_event(session, title="Spring evening", starts_at=at("2027-04-22T17:30"))
    add_event(session, title="Secret evening", starts_at=at("2027-05-01T17:30"), state=EventState.PLANNED)
    event = hold(session, 1)
    assert event is not None
    take(session, event, enter(session, 1, ada, source="asked"), 1, now=NOW)
    return feed_token(session, ada, now=NOW)


def move(session: Session) -> None:
    """Across the night in which the clocks change."""
    event = session.get(Event, 1)
    assert event is not None
    event.starts_at, event.sequence = at("2027-03-29T17:30"), event.sequence + 1
    event.ends_at = event.starts_at + timedelta(hours=3)
    session.add(event)


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    pages = CalendarPages(store, House("Harrowdale"), "ask@cluster.example", lambda: NOW)
    face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=pages.routes())
    port = await face.start()
    yield f"http://127.0.0.1:{port}"
    await face.stop()


async def fetched(url: str, **headers: str) -> tuple[int, str, Any]:
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as response:
        return response.status, await response.text(), response.headers


def titles(text: str) -> set[str]:
    return {str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}


async def test_anybody_reads_what_is_announced(store: Store, address: str) -> None:
    await store.write(furnish)
    status, text, headers = await fetched(f"{address}/events.ics")
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert titles(text) == {"Winter evening", "Spring evening"}
    assert "meet.example" not in text


async def test_a_person_s_own_calendar_follows_a_move_across_the_clock_change(
    store: Store, address: str
) -> None:
    token = await store.write(furnish)
    _, text, headers = await fetched(f"{address}/calendar/{token}.ics")
    assert titles(text) == {"Winter evening"}
    assert "meet.example" in text
    again = await fetched(f"{address}/calendar/{token.upper()}.ics", **{"If-None-Match": headers["ETag"]})
    assert again[:2] == (304, "")
    await store.write(move)
    _, text, _ = await fetched(f"{address}/calendar/{token}.ics", **{"If-None-Match": headers["ETag"]})
    [entry] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert entry["DTSTART"].dt == at("2027-03-29T17:30").astimezone(ZoneInfo("Europe/London"))  # type: ignore[union-attr]
    assert "DTSTART;TZID=Europe/London:20270329T173000" in text
    assert entry["SEQUENCE"] == 1


@pytest.mark.parametrize("guess", ["c" + "a" * 26, "x", "%00" * 20])
async def test_a_guess_finds_nothing(store: Store, address: str, guess: str) -> None:
    assert (await fetched(f"{address}/calendar/{guess}.ics"))[0] == 404
    await store.write(furnish)
    assert (await fetched(f"{address}/calendar/{guess}.ics"))[0] == 404


async def test_a_renewed_address_ends_the_one_before(store: Store, address: str) -> None:
    old = await store.write(furnish)
    new = await store.write(renew_feed, 1, now=NOW)
    assert (await fetched(f"{address}/calendar/{old}.ics"))[0] == 404
    status, text, _ = await fetched(f"{address}/calendar/{new.upper()}.ics")
    assert (status, titles(text)) == (200, {"Winter evening"})
    assert await store.write(feed_token, 1, now=NOW) == new

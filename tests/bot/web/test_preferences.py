"""The way out of mailings: opening a page changes nothing, one click stops one topic, the page chooses them all."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from bot.assistant.house import House
from bot.web.pages import Frame
from bot.web.preferences import PreferencePages
from bot.web.server import WebFace
from bot.web.subscribing import SubscriptionPages
from mail.letters import MailCarrier
from mail.render.reply import From
from store.consent.choosing import preferences
from store.consent.readers import Reader, named_by, reader_token
from store.consent.willing import unwilling
from store.kinds import Frequency
from store.models import OutboxMessage, Table
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store
from tests.factories import NOW, add_person

PUBLIC = "https://pages.cluster.example"
HOUSE = House(
    "Harrowdale",
    identity="Harrowdale Network, 1 Mill Lane, Harrow <b>",
    pages=PUBLIC,
    confirmations=MailCarrier(From("ask@cluster.example", "whodoes", "1 Mill Lane"), pages=PUBLIC),
)


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    frame = Frame(HOUSE, lambda: NOW)
    routes = [*PreferencePages(store, frame).routes(), *SubscriptionPages(store, frame).routes()]
    face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=routes)
    yield f"http://127.0.0.1:{await face.start()}"
    await face.stop()


def ada(session: Session) -> str:
    person = add_person(session, name="Ada Marsh", addresses=["ada@firm.example"])
    return reader_token(secret(session, REPLY_ADDRESSES, now=NOW), Reader(person_id=person))


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
        for name, table in Table.metadata.tables.items()
    }


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(url) as response:
        return response.status, await response.text()


async def post(url: str, said: dict[str, str], **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.post(url, data=said, headers=headers) as response:
        return response.status, await response.text()


async def test_opening_any_page_changes_nothing(store: Store, address: str) -> None:
    token = await store.write(ada)
    await post(f"{address}/subscribe", {"address": "bo@home.example"})
    theirs = await store.write(lambda s: reader_token(secret(s, REPLY_ADDRESSES, now=NOW), Reader(None, 1)))
    before = await store.read(everything)
    for page in (f"u/{token}/newsletter", f"u/{token}/whatever", f"preferences/{token}", "subscribe",
                 f"subscribe/{theirs}"):  # fmt: skip
        status, text = await get(f"{address}/{page}")
        assert status == 200
        assert '<form method="post">' in text
        assert "Harrow &lt;b&gt;" in text
        async with aiohttp.ClientSession() as client, client.head(f"{address}/{page}") as response:
            assert response.status == 200
    assert await store.read(everything) == before


async def test_one_click_stops_one_topic_from_anywhere_without_cookies(store: Store, address: str) -> None:
    token = await store.write(ada)
    click = {"List-Unsubscribe": "One-Click"}
    status, text = await post(
        f"{address}/u/{token}/newsletter",
        click,
        **{"Sec-Fetch-Site": "cross-site", "Origin": "https://m.example"},
    )
    assert status == 200
    assert "Newsletter" in text
    assert await store.read(lambda s: unwilling(s, [1], topic="newsletter", now=NOW))
    assert not await store.read(lambda s: unwilling(s, [1], topic="announcements", now=NOW))
    await post(f"{address}/u/{token}/everything", click)
    await post(f"{address}/u/{token}/newsletter", click)
    assert await store.read(lambda s: unwilling(s, [1], topic="announcements", now=NOW))
    assert (await post(f"{address}/u/u{'a' * 26}/newsletter", click))[0] == 404
    assert (await get(f"{address}/u/u{'a' * 26}/newsletter"))[0] == 404


async def test_the_page_sets_all_topics_at_once_and_nothing_at_all(store: Store, address: str) -> None:
    token = await store.write(ada)
    page = f"{address}/preferences/{token}"
    wanted = {"topic:newsletter": "monthly", "topic:announcements": "never", "topic:events": "as it comes",
              "topic:nonsense": "monthly", "topic:events2": "daily", "do": "save"}  # fmt: skip
    status, text = await post(page, wanted)
    assert status == 200
    assert "newsletter monthly" in text
    found = await store.read(preferences, Reader(person_id=1))
    assert found is not None
    assert {each.topic.key: each.frequency for each in found.choices} == {
        "newsletter": Frequency.MONTHLY,
        "announcements": Frequency.NEVER,
        "events": Frequency.EVERY,
    }
    assert (await post(page, wanted, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
    assert (await post(f"{address}/preferences/u{'a' * 26}", wanted))[0] == 404
    assert (await get(f"{address}/preferences/u{'a' * 26}"))[0] == 404
    await post(page, {"do": "stop"})
    found = await store.read(preferences, Reader(person_id=1))
    assert found is not None
    assert not found.anything
    assert "You get none of these now" in (await get(page))[1]
    never = {f"topic:{each}": "never" for each in ("newsletter", "announcements", "events")}
    assert "none of these any more" in (await post(page, never))[1]


async def test_somebody_subscribes_with_two_steps(store: Store, address: str) -> None:
    said = {"address": "Bo@Home.example", "name": "Bo <i>Hill</i>", "kind": "corporate"}
    status, text = await post(f"{address}/subscribe", said)
    assert status == 200
    assert "Look into your mailbox" in text
    assert (await post(f"{address}/subscribe", said))[1] == text, "nobody learns who is known"
    [mail] = await store.read(lambda s: list(s.exec(select(OutboxMessage))))
    assert mail.recipient == "bo@home.example"
    assert mail.body is not None
    assert b"Bo" not in mail.body.replace(b"bo@home.example", b""), "no stranger's words reach another"
    body = mail.body.decode().replace("=\r\n", "")
    link = next(word for word in body.split() if word.startswith(f"{PUBLIC}/subscribe/"))
    page = link.replace(PUBLIC, address)
    assert "Was it you?" in (await get(page))[1]
    status, text = await post(page, {"do": "yes"})
    assert status == 200
    assert "/preferences/" in text
    assert "nothing left to confirm" in (await get(page))[1]
    reader = await store.read(named_by, link.rpartition("/")[2])
    assert reader is not None
    found = await store.read(preferences, reader)
    assert found is not None
    assert found.anything


async def test_what_cannot_be_is_told_kindly(store: Store, address: str) -> None:
    form = f"{address}/subscribe"
    status, text = await post(form, {"address": "bo at home\r\nBcc: x@y.example"})
    assert status == 400
    assert "no mail address" in text
    assert (await post(form, {"address": "b@home.example", "website": "spam"}))[0] == 200
    assert (await post(form, {"address": "b@home.example"}, Origin="https://evil.example"))[0] == 403
    nobody = f"{form}/s{'a' * 26}"
    assert (await get(nobody))[0] == (await post(nobody, {}))[0] == 404
    assert (await post(nobody, {}, Origin="https://evil.example"))[0] == 403
    assert await store.read(lambda s: list(s.exec(select(OutboxMessage)))) == []

"""The newsletter's archive: what went out, for anybody; drafts for who has their address; a feed that readers take."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from sqlmodel import Session

from bot.assistant.house import House
from bot.web.archive import SECRET, ArchivePages, draft_token
from bot.web.pages import Frame
from bot.web.server import WebFace
from store.models import NewsletterIssue
from store.secrets import secret
from store.store import Store
from tests.factories import NOW

HOSTILE = "We <script>alert(1)</script> & [won](javascript:alert(1)) ]]> \x0b"
ATOM = "{http://www.w3.org/2005/Atom}"


def furnish(session: Session) -> str:
    """One that went out, one whose file does not read, one draft, whose token is returned."""
    for slug, out in (("2026-11", NOW - timedelta(days=20)), ("2026-12", None)):
        source = (
            f"---\nissue: {slug}\ntitle: News & more {slug}\npreview: A <line>\n---\n\n## News\n\n{HOSTILE}\n"
        )
        session.add(
            NewsletterIssue(
                slug=slug, title="x", source=source, made_at=NOW, changed_at=NOW, published_at=out
            )
        )
    session.add(
        NewsletterIssue(slug="bad", title="x", source="x", made_at=NOW, changed_at=NOW, published_at=NOW)
    )
    session.flush()
    return draft_token(secret(session, SECRET, now=NOW), 2)


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    frame = Frame(House("Harrow & Dale", pages="https://pages.cluster.example"), lambda: NOW)
    face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=ArchivePages(store, frame).routes())
    yield f"http://127.0.0.1:{await face.start()}"
    await face.stop()


async def fetched(url: str, **headers: str) -> tuple[int, str, Any]:
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as response:
        return response.status, await response.text(), response.headers


async def test_an_empty_archive_says_so(address: str) -> None:
    assert "No issue has gone out yet" in (await fetched(f"{address}/newsletter"))[1]
    status, text, _ = await fetched(f"{address}/newsletter/feed.atom")
    assert status == 200
    assert ElementTree.fromstring(text).findall(f"{ATOM}entry") == []  # noqa: S314 - our own


async def test_anybody_reads_what_went_out_and_no_draft(store: Store, address: str) -> None:
    await store.write(furnish)
    _, text, _ = await fetched(f"{address}/newsletter")
    assert "News &amp; more 2026-11" in text
    assert "2026-12" not in text
    status, text, headers = await fetched(f"{address}/newsletter/2026-11")
    assert status == 200
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert 'href="javascript' not in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for slug in ("2026-12", "bad", "2027-01"):
        assert (await fetched(f"{address}/newsletter/{slug}"))[0] == 404


async def test_a_draft_is_seen_by_who_has_its_address(store: Store, address: str) -> None:
    nobody = f"{address}/newsletter/draft/n{'a' * 26}"
    assert (await fetched(nobody))[0] == 404
    token = await store.write(furnish)
    status, text, headers = await fetched(f"{address}/newsletter/draft/{token}")
    assert status == 200
    assert "A draft: nobody has got it yet." in text
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert (await fetched(nobody))[0] == 404


async def test_the_feed_is_well_formed_whatever_was_written(store: Store, address: str) -> None:
    await store.write(furnish)
    status, text, headers = await fetched(f"{address}/newsletter/feed.atom")
    assert status == 200
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(text)  # noqa: S314 - our own
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "News & more 2026-11"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://pages.cluster.example/newsletter/2026-11"
    content = entry.findtext(f"{ATOM}content")
    assert content is not None
    assert "<script" not in content
    assert feed.findtext(f"{ATOM}updated") == "2026-11-03T09:00:00Z"
    again = await fetched(f"{address}/newsletter/feed.atom", **{"If-None-Match": headers["ETag"]})
    assert again[:2] == (304, "")

"""A link never acts: everything a mail scanner opens, of every kind of mail that leaves, changes nothing at all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.assistant.consent.subscribing import subscribe
from bot.assistant.events.feeds import feed_token
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.web.archive import SECRET, ArchivePages, draft_token
from bot.web.calendars import CalendarPages
from bot.web.letters import LetterPages
from bot.web.pages import Frame
from bot.web.preferences import PreferencePages
from bot.web.server import WebFace
from bot.web.subscribing import SubscriptionPages
from mail.letters import MailCarrier
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import ReadersCopy, written_copy
from mail.render.newsletter import IssueMail, render_issue
from mail.render.reply import From
from mail.tokens import TokenAddresses
from store.consent.readers import Reader, reader_token
from store.consent.subscribers import Wanted
from store.kinds import Medium
from store.models import NewsletterIssue, OutboxMessage, Table
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store
from tests.bot.slack.test_gallery import event_letters, letters
from tests.factories import NOW, add_person
from tests.mail.test_every_kind import PAGES, links_of

SENDER = From("ask@cluster.example", "whodoes", "1 Mill Lane")
CARRIER = MailCarrier(SENDER, pages=PAGES)
HOUSE = House("Harrowdale", letterbox=Letterbox({Medium.EMAIL: CARRIER}), pages=PAGES, confirmations=CARRIER)


def mails_of_every_kind(session: Session) -> list[bytes]:
    """As the outbox has them, and a copy of the newsletter to a member and to a subscriber."""
    person = add_person(session, name="Ada Marsh", addresses=["ada@firm.example"])
    frame = Frame(HOUSE, lambda: NOW)
    for name, letter, _ in (*letters(), *event_letters()):
        assert HOUSE.letterbox.post(session, replace(letter, key=f"{letter.key}:{name}"), [person], now=NOW)
    assert subscribe(session, Wanted("bo@home.example"), frame.act("test")).done
    source = "---\nissue: 2026-12\ntitle: News\n---\n\nHello.\n"
    session.add(
        NewsletterIssue(
            slug="2026-12", title="News", source=source, made_at=NOW, changed_at=NOW, published_at=NOW
        )
    )
    key = secret(session, REPLY_ADDRESSES, now=NOW)
    bodies = session.exec(select(OutboxMessage.body).where(col(OutboxMessage.body).is_not(None))).all()
    copies = [a_copy(key, reader) for reader in (Reader(person_id=person), Reader(subscriber_id=1))]
    return [*(body for body in bodies if body), *copies]


def a_copy(key: bytes, reader: Reader) -> bytes:
    ways = WaysOut(SENDER, TokenAddresses("ask+{token}@cluster.example", key), PAGES)
    issue = IssueMail("News", "Hello.", "Harrowdale", NOW, archive=f"{PAGES}/newsletter/2026-12")
    copy = ReadersCopy(Mailbox("x@firm.example", ""), reader.key, reader_token(key, reader), "you asked")
    return written_copy(
        render_issue(issue), "News", copy, Mailing("newsletter", "Newsletter", "Harrowdale"), ways, now=NOW
    )


def further(session: Session) -> list[str]:
    """What stands in answers rather than in mails."""
    draft = draft_token(secret(session, SECRET, now=NOW), 1)
    return [f"{PAGES}/calendar/{feed_token(session, 1, now=NOW)}.ics", f"{PAGES}/events.ics",
            f"{PAGES}/newsletter", f"{PAGES}/newsletter/feed.atom", f"{PAGES}/newsletter/draft/{draft}",
            f"{PAGES}/subscribe"]  # fmt: skip


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
        for name, table in Table.metadata.tables.items()
    }


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    frame = Frame(HOUSE, lambda: NOW)
    routes = [
        *LetterPages(store, HOUSE, lambda: NOW, PAGES).routes(),
        *CalendarPages(store, HOUSE, SENDER.address, lambda: NOW).routes(),
        *PreferencePages(store, frame).routes(),
        *SubscriptionPages(store, frame).routes(),
        *ArchivePages(store, frame).routes(),
    ]
    face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=routes)
    yield f"http://127.0.0.1:{await face.start()}"
    await face.stop()


async def test_opening_every_link_of_every_kind_of_mail_changes_nothing(store: Store, address: str) -> None:
    mails = await store.write(mails_of_every_kind)
    links = {link for raw in mails for link in links_of(raw)} | set(await store.write(further))
    sorts = {link.removeprefix(PAGES).split("/")[1] for link in links}
    assert sorts >= {"l", "u", "preferences", "subscribe", "newsletter", "calendar", "events.ics"}
    before = await store.read(everything)
    async with aiohttp.ClientSession() as client:
        for link in sorted(links):
            for method in ("GET", "HEAD", "OPTIONS"):
                async with client.request(method, link.replace(PAGES, address)) as response:
                    assert response.status in ({200} if method != "OPTIONS" else {405}), link
    assert await store.read(everything) == before

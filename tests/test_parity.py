"""One assistant, many media: golden asks give the same hits, order, reasons and follow-ups wherever they are asked."""

import asyncio
import email
import email.policy
import smtplib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.assistant.wording import Reply, put_in_words
from bot.cli.asking import Terminal
from bot.slack.face import SlackFace
from mail.desk import MailDesk
from mail.smtp import MailListener, listen
from store.kinds import Medium
from store.models import AskRecord, Introduction, IntroductionParty, OutboxMessage
from store.people import by_address
from store.search.live import LiveIndex
from store.store import Store
from tests.doubles.slack.records import ALICE
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_event, add_golden_region, add_person

ADDRESS = "ask@cluster.example"
MEMBER = "alice@firm.example"

GOLDEN = (
    ("who does viral vectr manufacturing near Macclesfeild?", "only in Manchester", "who there?"),
    ("protien purifcation", "who at 1?"),
    ("IVD manufacturers in Cheshire", "only SMEs"),
    ("tell me about larkspur vectors", "who there?"),
    ("viral vectors", "not universities", "more"),
    ("protien purifcation in Yorkshire", "no, I meant lateral flow", "exactly lateral", "who at 1?"),
    ("viral vectors within 10 km of Chester", "sorry, meant Macclesfield", "I meant …"),
    ("asdfgh",),
    ("laboratory signage",),
    ("falconry displays",),
    ("lateral flow tests in Leeds",),
    ("contact for Oxtrellium please",),
    ("when is the next networking event?",),
    ("thanks!",),
    ("help",),
    ("where do I park at the venue",),
)

Say = Callable[[Sequence[str]], Awaitable[list[str]]]


def clock() -> datetime:
    return datetime.now(UTC)


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Alice Marsh", addresses=[MEMBER], slack_user_id=ALICE)
    add_person(
        session,
        name="Tom Alder",
        role="Head of Vectors",
        organisation_id=region["Tamarisk Gene Works"],
        main_contact=True,
    )
    add_person(session, name="Ivo Lark", role="Founder", organisation_id=region["Larkspur Vectors Ltd"])
    add_person(session, name="Ola Oriel", organisation_id=region["Oriel Protein Services"], listed=False)
    add_event(
        session, title="Winter networking evening", starts_at=clock() + timedelta(days=30), town="Chester"
    )


@pytest.fixture
async def live(sqlite_store: Store) -> LiveIndex:
    await sqlite_store.write(furnish)
    return LiveIndex()


async def in_terminal(store: Store, live: LiveIndex, asks: Sequence[str]) -> list[Reply]:
    terminal = Terminal(store, live)
    return [put_in_words(await terminal.ask(ask)) for ask in asks]


@pytest.fixture
async def slack_says(sqlite_store: Store, live: LiveIndex) -> AsyncIterator[Say]:
    async with SlackDouble() as slack:
        face = SlackFace(
            store=sqlite_store,
            live=live,
            bot_token=slack.tokens.bot,
            app_token=slack.tokens.app,
            signing_secret=slack.tokens.signing_secret,
            transport="socket",
            api_url=slack.api_url,
            clock=clock,
        )
        stop = asyncio.Event()
        await face.start()
        running = asyncio.create_task(face.run(stop))

        async def say(asks: Sequence[str]) -> list[str]:
            root, said = None, []
            for number, ask in enumerate(asks, start=1):
                delivery = await slack.dm(ask, user=ALICE, thread_ts=root)
                root = root or delivery.ts

                def answered(number: int = number, root: str | None = root) -> Any:
                    posted = slack.posted(ALICE, thread_ts=root)
                    return posted[number - 1] if len(posted) >= number else None

                message = await slack.wait_for(answered)
                said.append(text_of_blocks(message.blocks))
            return said

        yield say
        stop.set()
        await running
        assert not slack.pings


def text_of_blocks(block: Any) -> str:
    """All the words of a message, top to bottom, markup taken off."""
    if isinstance(block, list):
        return "\n".join(text_of_blocks(each) for each in block)
    if isinstance(block, dict):
        own = block.get("text")
        words = [unescape(own)] if isinstance(own, str) else []
        return "\n".join([*words, *(text_of_blocks(v) for v in block.values() if isinstance(v, list | dict))])
    return ""


@pytest.fixture
async def mail_says(sqlite_store: Store, live: LiveIndex) -> AsyncIterator[Say]:
    desk = MailDesk(
        store=sqlite_store,
        live=live,
        address=ADDRESS,
        sender_name="whodoes",
        clock=clock,
        wake_delivery=lambda: None,
    )
    listener: MailListener = await listen(
        store=sqlite_store, host="127.0.0.1", port=0, protocol="smtp", address=ADDRESS,
        max_bytes=10_000_000, wake=desk.wake, clock=clock,
    )  # fmt: skip
    stop = asyncio.Event()
    running = asyncio.create_task(desk.run(stop))

    async def say(asks: Sequence[str]) -> list[str]:
        said, references = [], ""
        for ask in asks:
            own = f"<{uuid.uuid4().hex}@firm.example>"
            answer = await one_mail(sqlite_store, listener.port, ask, own, references)
            references = f"{references} {own} {answer['Message-ID']}".strip()
            part = answer.get_body(("plain",))
            assert part is not None
            said.append(str(part.get_content()))
        return said

    yield say
    stop.set()
    desk.wake()
    await running
    await listener.close()


async def one_mail(store: Store, port: int, ask: str, own_id: str, references: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = MEMBER, ADDRESS, "A question"
    message["Message-ID"] = own_id
    if references:
        message["References"] = references
    message.set_content(f"{ask}\n")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as relay:
            relay.send_message(message)

    await asyncio.to_thread(send)
    async with asyncio.timeout(20):
        while (found := await store.read(answer_to, own_id)) is None:
            await asyncio.sleep(0.02)
    return email.message_from_bytes(found, policy=email.policy.default)


def answer_to(session: Session, own_id: str) -> bytes | None:
    for row in session.exec(select(OutboxMessage).where(OutboxMessage.medium == Medium.EMAIL)):
        if row.body and f"In-Reply-To: {own_id}".encode() in row.body.replace(b"\r\n ", b" "):
            return row.body
    return None


def assert_says(said: str, reply: Reply) -> None:
    """All of the reply's words, each item's in their order; where the head stands is the medium's own choice."""
    folded = " ".join(said.split())
    for words in (reply.lead, reply.understood, *reply.readings, reply.closing, *reply.next_words):
        assert " ".join(words.split()) in folded, f"{words!r} is missing in:\n{said}"
    position = 0
    for words in [words for item in reply.items for words in (item.title, item.line, *item.why)]:
        found = folded.find(" ".join(words.split()), position)
        assert found >= 0, f"{words!r} is missing, or stands elsewhere, in:\n{said}"
        position = found


def hits_by_medium(session: Session) -> dict[str, list[tuple[str, list[int]]]]:
    found: dict[str, list[tuple[str, list[int]]]] = {}
    for row in session.exec(select(AskRecord).order_by(col(AskRecord.asked_at))):
        found.setdefault(row.medium.value, []).append((row.answer_kind, row.hits))
    return found


@pytest.mark.parametrize("asks", GOLDEN, ids=[asks[0] for asks in GOLDEN])
async def test_every_medium_says_the_same(
    asks: Sequence[str], sqlite_store: Store, live: LiveIndex, slack_says: Say, mail_says: Say
) -> None:
    replies = await in_terminal(sqlite_store, live, asks)
    for in_slack, reply in zip(await slack_says(asks), replies, strict=True):
        assert_says(in_slack, reply)
    for by_mail, reply in zip(await mail_says(asks), replies, strict=True):
        assert_says(by_mail, reply)
    hits = await sqlite_store.read(hits_by_medium)
    assert hits["terminal"] == hits["slack"] == hits["email"]


INTRODUCING = (
    "viral vectors near Macclesfield",
    "introduce 1: we need 200 litres of AAV by June",
    "introduce 9",
)


def introductions(session: Session) -> list[tuple[object, ...]]:
    """What is kept of each, but for what tells one medium from another."""
    rows = session.exec(select(Introduction).order_by(col(Introduction.id))).all()
    parties = session.exec(select(IntroductionParty).order_by(col(IntroductionParty.id))).all()
    told = [(row.state, row.origin, row.held, row.reason, row.seeks, row.unnamed) for row in rows]
    return [*told, *((row.side, row.person_id, row.organisation_id, row.consent) for row in parties)]


def as_it_would_be(session: Session, live: LiveIndex) -> tuple[list[Reply], list[tuple[object, ...]]]:
    """What the assistant says and keeps, asked directly by the same member; nothing of it stays."""
    undone = session.begin_nested()
    asker, replies = by_address(session, MEMBER), []
    for number, text in enumerate(INTRODUCING):
        ask = Ask(f"direct:{number}", asker, text, Medium.EMAIL, conversation="direct")
        replies.append(put_in_words(answer(session, ask, index=live.index, now=clock())))
    kept = introductions(session)
    undone.rollback()
    return replies, kept


@pytest.mark.parametrize("medium", ["slack", "mail", "terminal"])
async def test_an_introduction_is_the_same_whatever_it_is_asked_by(
    medium: str, sqlite_store: Store, live: LiveIndex, slack_says: Say, mail_says: Say
) -> None:
    await sqlite_store.read(live.catch_up)
    replies, kept = await sqlite_store.write(as_it_would_be, live)
    assert len(kept) == 3, "one introduction, two parties"
    if medium == "terminal":
        asker = await sqlite_store.read(by_address, MEMBER)
        terminal = Terminal(sqlite_store, live, asker=asker)
        said = [put_in_words(await terminal.ask(each)) for each in INTRODUCING]
        assert [each.lead for each in said] == [each.lead for each in replies]
    else:
        for words, reply in zip(
            await (slack_says if medium == "slack" else mail_says)(INTRODUCING), replies, strict=True
        ):
            assert_says(words, reply)
    assert await sqlite_store.read(introductions) == kept


async def test_the_golden_asks_find_what_they_are_meant_to(sqlite_store: Store, live: LiveIndex) -> None:
    """Parity alone would hold for an assistant that says nothing."""
    first = (await in_terminal(sqlite_store, live, GOLDEN[0]))[0]
    assert first.items[0].title == "Larkspur Vectors Ltd"
    protein = (await in_terminal(sqlite_store, live, GOLDEN[1]))[0]
    assert protein.items[0].title == "Oriel Protein Services"
    assert any("protien" in reading for reading in protein.readings)
    nobody = (await in_terminal(sqlite_store, live, ("falconry displays",)))[0]
    assert nobody.lead.startswith("I found nobody")

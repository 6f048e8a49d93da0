"""The web face tells its health; the demo's page shows what would have gone out, and nothing in it can act."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

import aiohttp
import pytest
from sqlmodel import Session

from bot.web.catcher import catcher_routes
from bot.web.server import WebFace
from bot.web.slack_preview import mrkdwn_to_html, preview
from store.kinds import Medium
from store.outbox import Draft, enqueue
from store.store import Store


def a_mail(subject: str, *, markup: str = "<p>Hello</p>") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message.set_content("Hello in plain text")
    message.add_alternative(markup, subtype="html")
    return message.as_bytes()


def catch(session: Session, now: datetime) -> None:
    enqueue(
        session,
        Draft("a", Medium.EMAIL, "answer", "ana@firm.example", body=a_mail("<script>alert(1)</script>")),
        now=now,
    )
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Larkspur* &lt;!channel&gt; <b>"}}]
    enqueue(
        session,
        Draft(
            "b",
            Medium.SLACK,
            "answer",
            "C1",
            payload={"method": "chat.postMessage", "arguments": {"text": "x", "blocks": blocks}},
        ),
        now=now,
    )


async def nothing_wrong() -> dict[str, bool]:
    return {"store": True}


async def test_health_names_what_fails() -> None:
    async def ready() -> dict[str, bool]:
        return {"store": True, "mail": False}

    face = WebFace(host="127.0.0.1", port=0, ready=ready)
    port = await face.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/livez")).status == 200
            answer = await client.get("/readyz")
            assert answer.status == 503
            assert await answer.json() == {"store": "ok", "mail": "failing"}
    finally:
        await face.stop()


async def test_health_may_say_more_of_a_part() -> None:
    details = {"slack": {"connected": True, "seconds_since_frame": 2.5}}
    face = WebFace(host="127.0.0.1", port=0, ready=nothing_wrong, details=lambda: details)
    port = await face.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            answer = await client.get("/readyz")
            assert await answer.json() == {"store": "ok", "details": details}
    finally:
        await face.stop()


async def with_page(
    store: Store, use: Callable[[aiohttp.ClientSession], Awaitable[None]], asked: list[str]
) -> None:
    async def by_mail(text: str) -> None:
        asked.append(text)

    routes = catcher_routes(store, {Medium.EMAIL: by_mail}, facts={"Mail": "127.0.0.1:8025"})
    face = WebFace(host="127.0.0.1", port=0, ready=nothing_wrong, routes=routes)
    port = await face.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            await use(client)
    finally:
        await face.stop()


async def test_the_page_shows_mails_and_slack_messages_and_escapes_them(store: Store, now: datetime) -> None:
    await store.write(catch, now)

    async def look(client: aiohttp.ClientSession) -> None:
        response = await client.get("/")
        page = await response.text()
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "<b>Larkspur</b> &lt;!channel&gt;" in page
        number = re.search(r"/mail/(\d+)", page)
        assert number is not None
        mail = await client.get(number.group(0))
        assert (await mail.text()).strip() == "<p>Hello</p>"
        assert "sandbox" in mail.headers["Content-Security-Policy"]
        assert (await client.get("/mail/999")).status == 404
        assert (await (await client.get("/latest")).json())["latest"] == 2
        assert (await client.get("/reloader.js")).status == 200

    await with_page(store, look, [])


async def test_asking_takes_a_post_and_a_medium_that_is_there(store: Store) -> None:
    asked: list[str] = []

    async def try_it(client: aiohttp.ClientSession) -> None:
        assert (await client.get("/ask")).status == 405
        assert (await client.post("/ask", data={"text": "hello", "medium": "pigeon"})).status == 400
        assert (await client.post("/ask", data={"text": " ", "medium": "email"})).status == 200
        form = {"text": "who does x?", "medium": "email"}
        assert (await client.post("/ask", data=form, headers={"Origin": "http://evil.example"})).status == 403
        assert (await client.post("/ask", data=form)).status == 200
        assert "Nothing yet" in await (await client.get("/")).text()

    await with_page(store, try_it, asked)
    assert asked == ["who does x?"]


@pytest.mark.parametrize(
    ("mrkdwn", "markup"),
    [
        ("*bold* and _soft_ and `code`", "<b>bold</b> and <i>soft</i> and <code>code</code>"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<https://a.example|A & B>", "<u>A &amp; B</u>"),
        ("<javascript:alert(1)>", "<u>javascript:alert(1)</u>"),
        ("*1. <https://a.example|A>*", "<b>1. <u>A</u></b>"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_slack_text_becomes_safe_html(mrkdwn: str, markup: str) -> None:
    assert mrkdwn_to_html(mrkdwn) == markup


def test_every_kind_of_block_has_a_look() -> None:
    shown = preview(
        {
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Top"}},
                {"type": "divider"},
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
                {"type": "actions", "elements": [{"type": "button", "text": {"text": "Show more"}}]},
                {
                    "type": "context_actions",
                    "elements": [
                        {"type": "feedback_buttons", "positive_button": {"text": {"text": "Useful"}}}
                    ],
                },
                {"type": "table"},
            ]
        }
    )
    for word in ("Top", "<hr>", "small", "Show more", "Useful"):
        assert word in shown
    assert "words only" in preview({"text": "words only"})

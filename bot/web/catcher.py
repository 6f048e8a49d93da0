"""The demo's page: everything that would have gone out, by mail and in Slack, and a box to ask by either."""

import email
import email.policy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from sqlmodel import Session, col, func, select

from bot.web.slack_preview import preview
from store.kinds import Medium
from store.models import OutboxMessage
from store.store import Store

SHOWN = 40
LONGEST_ASK = 5000

AskIn = Callable[[str], Awaitable[None]]

# No script but our own, nothing from elsewhere, no page may frame this one.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'"
# A mail's links lead to a page of their own: in its frame they would be shut in with it.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Caught:
    id: int
    medium: str
    recipient: str
    subject: str
    at: datetime
    text: str
    has_html: bool
    slack: Markup | None


def catcher_routes(
    store: Store, ask_in: Mapping[Medium, AskIn], *, facts: Mapping[str, str]
) -> list[web.RouteDef]:
    """`ask_in` asks a question as a demo member by that medium; `facts` stand at the head of the page."""
    pages = Environment(
        loader=PackageLoader("bot.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = pages.get_template("catcher.html.j2")

    async def page(_request: web.Request) -> web.Response:
        body = template.render(messages=await store.read(caught), facts=facts, media=list(ask_in))
        return web.Response(text=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def latest(_request: web.Request) -> web.Response:
        return web.json_response({"latest": await store.read(newest)})

    async def mail_html(request: web.Request) -> web.Response:
        found = await store.read(html_part, int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(
            text=found.replace("<head>", '<head><base target="_blank">', 1),
            content_type="text/html",
            headers={"Content-Security-Policy": MAIL_POLICY},
        )

    async def ask(request: web.Request) -> web.Response:
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Ask from this page itself.")
        form = await request.post()
        text = str(form.get("text", ""))[:LONGEST_ASK]
        by = next((medium for medium in ask_in if medium.value == form.get("medium")), None)
        if by is None:
            raise web.HTTPBadRequest(text="Choose Slack or email.")
        if text.strip():
            await ask_in[by](text)
        raise web.HTTPSeeOther("/")

    async def script(_request: web.Request) -> web.Response:
        return web.Response(text=RELOADER, content_type="text/javascript")

    return [
        web.get("/", page),
        web.get("/latest", latest),
        web.get("/reloader.js", script),
        web.get(r"/mail/{id:\d{1,15}}", mail_html),
        web.post("/ask", ask),
    ]


RELOADER = """
const box = document.querySelector('textarea');
const shown = Number(document.body.dataset.latest);
setInterval(async () => {
  try {
    const {latest} = await (await fetch('/latest')).json();
    if (latest !== shown && !box.value) location.reload();
  } catch { /* the demo has ended */ }
}, 1000);
"""


def newest(session: Session) -> int:
    return session.exec(select(func.max(OutboxMessage.id))).one() or 0


def caught(session: Session) -> list[Caught]:
    rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc()).limit(SHOWN))
    return [_caught(row) for row in rows]


def html_part(session: Session, message_id: int) -> str | None:
    row = session.get(OutboxMessage, message_id)
    if row is None or row.body is None:
        return None
    part = _parsed(row.body).get_body(("html",))
    return None if part is None else str(part.get_content())


def _caught(row: OutboxMessage) -> Caught:
    if row.medium is Medium.EMAIL and row.body is not None:
        message = _parsed(row.body)
        plain = message.get_body(("plain",))
        text = "" if plain is None else str(plain.get_content())
        subject, has_html = str(message["Subject"] or ""), message.get_body(("html",)) is not None
        return Caught(row.id or 0, "email", row.recipient, subject, row.created_at, text, has_html, None)
    arguments: dict[str, Any] = row.payload.get("arguments") or row.payload.get("body") or row.payload
    shown = preview(arguments)
    return Caught(row.id or 0, "slack", row.recipient, "", row.created_at, "", False, shown)


def _parsed(body: bytes) -> EmailMessage:
    return email.message_from_bytes(body, policy=email.policy.default)

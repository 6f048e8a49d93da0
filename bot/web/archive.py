"""The newsletter's archive and its Atom feed (RFC 4287): what went out, for anybody to read. GET alone."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from aiohttp import web

from bot.assistant.newsletter.issue_file import IssueFile, Unfit, read_issue
from bot.assistant.newsletter.markdown import as_html
from bot.web.letters import PAGES
from bot.web.pages import Frame
from store.newsletter.issues import Issue, issue_by_id, published
from store.secrets import known_secret
from store.signing import number_of, token
from store.store import Store

ALL, FEED = "/newsletter", "/newsletter/feed.atom"
ONE, DRAFT = "/newsletter/{slug:[a-z0-9-]{1,60}}", "/newsletter/draft/{token:[A-Za-z2-7]{27}}"
SECRET, PURPOSE = "newsletter drafts", "n"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NOWHERE = "There is no such issue. All that went out are in the archive."
_WRONG_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def draft_token(key: bytes, number: int) -> str:
    """Whoever has it sees that draft, and can do nothing else."""
    return token(key, PURPOSE, number)


@dataclass(frozen=True, slots=True)
class Shown:
    """One issue as its page shows it."""

    slug: str
    title: str
    preview: str
    content: str  # HTML of ours, escaped
    on: datetime


@dataclass(frozen=True, slots=True)
class ArchivePages:
    store: Store
    frame: Frame

    def routes(self) -> list[web.RouteDef]:
        handlers = ((ALL, self.show_all), (FEED, self.feed), (DRAFT, self.show_draft), (ONE, self.show))
        return [web.get(path, self.frame.kindly(handler)) for path, handler in handlers]

    async def show_all(self, request: web.Request) -> web.Response:
        issues = _readable(await self.store.read(published))
        title = f"The newsletter of {self.frame.house.region}"
        return self._written(request, title, issues=issues)

    async def show(self, request: web.Request) -> web.Response:
        found = [each for each in await self.store.read(published) if each.slug == request.match_info["slug"]]
        return self._one(request, found[0] if found else None)

    async def show_draft(self, request: web.Request) -> web.Response:
        """For staff before it goes out, by an address that only they have."""
        key = await self.store.read(known_secret, SECRET)
        named = None if key is None else number_of(key, request.match_info["token"])
        found = (
            await self.store.read(issue_by_id, named[1])
            if named is not None and named[0] == PURPOSE
            else None
        )
        return self._one(request, found, draft=True)

    async def feed(self, request: web.Request) -> web.Response:
        issues = _readable(await self.store.read(published))[:30]
        text = atom(issues, region=self.frame.house.region, base=self._base(request))
        tag = hashlib.sha256(text.encode()).hexdigest()[:32]
        headers = {**HEADERS, "ETag": f'"{tag}"', "Cache-Control": "public, max-age=900"}
        if request.headers.get("If-None-Match", "").strip().removeprefix("W/").strip('"') == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="application/atom+xml", charset="utf-8", headers=headers)

    def _one(self, request: web.Request, found: Issue | None, *, draft: bool = False) -> web.Response:
        shown = _readable([found] if found else [], when=self.frame.clock)
        if not shown:
            return self._written(request, "Nothing here", message=NOWHERE, status=404)
        return self._written(request, shown[0].title, issue=shown[0], draft=draft)

    def _written(
        self, request: web.Request, title: str, *, status: int = 200, draft: bool = False, **shown: object
    ) -> web.Response:
        text = PAGES.get_template("newsletter.html.j2").render(
            title=title, house=self.frame.house, draft=draft, base=self._base(request), **shown
        )
        headers = HEADERS | {"Cache-Control": "no-store" if draft or status != 200 else "public, max-age=300"}
        if draft:
            headers["X-Robots-Tag"] = "noindex, nofollow"
        return web.Response(
            text=text.encode("utf-8", "replace").decode(), content_type="text/html", status=status,
            headers=headers,
        )  # fmt: skip

    def _base(self, request: web.Request) -> str:
        return (self.frame.house.pages or f"{request.scheme}://{request.host}").rstrip("/")


def atom(issues: list[Shown], *, region: str, base: str) -> str:
    """The whole of each issue is in it, as escaped HTML."""
    host = urlsplit(base).hostname or "localhost"
    updated = max((each.on for each in issues), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    entries = "".join(
        f"<entry><title>{_xml(each.title)}</title><id>tag:{host},2026:newsletter/{each.slug}</id>"
        f'<link rel="alternate" type="text/html" href="{base}/newsletter/{each.slug}"/>'
        f"<updated>{_stamp(each.on)}</updated><published>{_stamp(each.on)}</published>"
        f"<summary>{_xml(each.preview)}</summary>"
        f'<content type="html">{_xml(each.content)}</content></entry>\n'
        for each in issues
    )
    name = _xml(f"The newsletter of {region}")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>{name}</title><id>tag:{host},2026:newsletter</id><author><name>{_xml(region)}</name></author>"
        f'<link rel="self" type="application/atom+xml" href="{base}{FEED}"/>'
        f'<link rel="alternate" type="text/html" href="{base}{ALL}"/>'
        f"<updated>{_stamp(updated)}</updated>\n{entries}</feed>\n"
    )


def _readable(issues: Sequence[Issue], when: Callable[[], datetime] | None = None) -> list[Shown]:
    """Those whose file reads; a draft may not yet."""
    shown = []
    for each in issues:
        try:
            file: IssueFile = read_issue(each.source)
        except Unfit:
            continue
        on = each.published_at or (when() if when else each.changed_at)
        shown.append(Shown(each.slug, file.subject, file.preview, as_html(file.body, {}), on))
    return shown


def _xml(text: str) -> str:
    return escape(text.translate(_WRONG_XML).encode("utf-8", "replace").decode())


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"

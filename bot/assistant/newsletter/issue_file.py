"""An issue as the file staff edit: a few fields between lines of dashes, and below them the issue in Markdown."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.assistant.newsletter.markdown import escaped, safe_link
from store.directory import ComingEvent
from store.newsletter.gathering import Material, NewMember, OpenNeed
from store.newsletter.news import Piece

_HEAD = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELDS = ("issue", "title", "subject", "preview", "send", "hours")
LONGEST = 20_000
NOTE = "*A few words of yours: what this month was about. Delete this line, or the whole of it.*"


class Unfit(ValueError):
    """What of the file cannot be used, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class IssueFile:
    """`send` and `hours` stand as they were written: “1 December 2026 09:00”, “9-17”."""

    slug: str
    title: str
    subject: str
    preview: str  # the line that mail programs show beside the subject
    send: str
    hours: str
    body: str


def read_issue(source: str) -> IssueFile:
    """Raises Unfit."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\0", "")
    head = _HEAD.match(text)
    if head is None:
        raise Unfit(
            "The file begins with its fields between two lines of ---, as whodoes newsletter draft writes it."
        )
    fields = _fields(head[1])
    slug, title = fields.get("issue", ""), fields.get("title", "")
    body = text[head.end() :].strip()
    if not _SLUG.fullmatch(slug) or len(slug) > 60:
        raise Unfit("The field “issue” is a short name for its address, such as 2026-12.")
    if not 0 < len(title) <= 200:
        raise Unfit("The field “title” has from 1 to 200 characters.")
    if not body:
        raise Unfit("The issue says nothing yet.")
    if len(body) > LONGEST:
        raise Unfit(
            f"The issue is {len(body):,} characters long; {LONGEST:,} is the most, so that no program cuts it."
        )
    return IssueFile(
        slug, title, fields.get("subject") or title, fields.get("preview", ""), fields.get("send", ""),
        fields.get("hours", ""), body,
    )  # fmt: skip


def written_issue(found: Material, *, region: str, zone: str, now: datetime) -> str:
    """The draft of the next issue: everything the store has for it, to be cut and mended."""
    local = now.astimezone(ZoneInfo(zone))
    month = local.replace(day=1)
    if local.day > 15:  # the next one
        month = month.replace(year=local.year + local.month // 12, month=local.month % 12 + 1)
    title = f"News of {' '.join(region.split())}"
    parts = [
        f"---\nissue: {month:%Y-%m}\ntitle: {title}\nsubject: {title}, {month:%B %Y}\n"
        f"preview: {_preview(found)}\nsend:\nhours: 9-17\n---",
        NOTE,
        _section("News", [_news(each) for each in found.news], "\n\n"),
        _section("New members", [_member(each) for each in found.members]),
        _section("Coming events", [_event(each) for each in found.events], "\n\n"),
        _section("Who can help?", [_need(each) for each in found.needs]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fields(head: str) -> dict[str, str]:
    fields = {}
    for line in filter(str.strip, head.split("\n")):
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() not in FIELDS:
            raise Unfit(f"I don't know the field “{name.strip()[:40]}”. There are: {', '.join(FIELDS)}.")
        fields[name.strip().lower()] = " ".join(value.split())
    return fields


def _section(heading: str, entries: list[str], between: str = "\n") -> str:
    return f"## {heading}\n\n{between.join(entries)}" if entries else ""


def _preview(found: Material) -> str:
    titles = [each.title for each in found.news[:2]] + [each.title for each in found.events[:1]]
    return "; ".join(" ".join(title.split()) for title in titles)[:140]


def _news(each: Piece) -> str:
    paragraphs = [escaped(part) for part in each.text.split("\n\n") if part.strip()]
    who = f"*{escaped(each.organisation)}*" if each.organisation else ""
    link = f"[Read more](<{each.link}>)" if _linkable(each.link) else ""
    return "\n\n".join(part for part in (f"### {escaped(each.title)}", who, *paragraphs, link) if part)


def _member(each: NewMember) -> str:
    name = f"[{escaped(each.name)}](<{each.website}>)" if _linkable(each.website) else escaped(each.name)
    town = f", {escaped(each.town)}" if each.town else ""
    summary = f": {escaped(each.summary)[:300]}" if each.summary else ""
    return f"- **{name}**{town}{summary}"


def _event(each: ComingEvent) -> str:
    local = each.starts_at.astimezone(ZoneInfo(each.zone))
    where = ", ".join(escaped(part) for part in (each.venue, each.town) if part)
    link = f"[More, and tell us that you come](<{each.url}>)" if _linkable(each.url) else ""
    when = f"**{local:%A} {local.day} {local:%B}, {local:%H:%M}**" + (f" · {where}" if where else "")
    parts = (f"### {escaped(each.title)}", when, escaped(each.summary), link)
    return "\n\n".join(part for part in parts if part)


def _need(each: OpenNeed) -> str:
    until = f" (until {each.until.day} {each.until:%B})" if each.until else ""
    return f"- **{escaped(each.organisation)}** looks for: {escaped(each.text)}{until}"


def _linkable(url: str) -> bool:
    return safe_link(url) and not set(url) & set("<>\\ \n\t")

"""The fields by which a reader's program knows what a mailing is, and lets them out of it with one click.

RFC 2919 (List-Id), RFC 2369 (List-Unsubscribe and its like), RFC 8058 (List-Unsubscribe-Post). The press on a program's
"unsubscribe" posts to the page; opening that page alone does nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from urllib.parse import quote, urlsplit

from mail.render.headers import header_text
from mail.render.reply import From
from mail.tokens import TokenAddresses

ONE_CLICK = "List-Unsubscribe=One-Click"
_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9 '!#$%&*+/=^_`{|}~.,:;()-]+", re.ASCII)
LONGEST_PHRASE = 60


@dataclass(frozen=True, slots=True)
class Mailing:
    """What sort of mail it is: a topic's key and name, and what region's."""

    topic: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class WaysOut:
    """Where a reader gets out: `pages` is the public address the pages stand under, "" for none."""

    sender: From
    addresses: TokenAddresses
    pages: str = ""

    def page(self, token: str, topic: str) -> str:
        """The page of one reader and topic; "" where there are no pages."""
        return f"{self.pages.rstrip('/')}/u/{token}/{quote(topic, safe='')}" if self.pages else ""

    def preferences(self, token: str) -> str:
        return f"{self.pages.rstrip('/')}/preferences/{token}" if self.pages else ""

    def mailto(self, token: str, topic: str) -> str:
        return f"mailto:{self.addresses.of(token)}?subject={quote(f'unsubscribe {topic}')}"


def list_headers(mailing: Mailing, token: str, ways: WaysOut) -> tuple[tuple[str, str], ...]:
    """Names and values, ASCII, one line each, in their order; `token` is the reader's (store/consent/readers.py).

    For one-click all of these have to be signed (RFC 8058 4): the DKIM signature must name them.
    """
    page = ways.page(token, mailing.topic)
    out = ", ".join(f"<{each}>" for each in (page, ways.mailto(token, mailing.topic)) if each)
    fields = [("List-Id", list_id(mailing, ways.sender)), ("List-Unsubscribe", out)]
    if urlsplit(page).scheme == "https":
        fields.append(("List-Unsubscribe-Post", ONE_CLICK))
    if ways.pages:
        fields.append(("List-Archive", f"<{ways.pages.rstrip('/')}/newsletter>"))
    help_ = f"<mailto:{ways.sender.address}?subject=help>"
    return (*fields, ("List-Post", "NO"), ("List-Help", help_), *machine_headers())


def machine_headers() -> tuple[tuple[str, str], ...]:
    """What keeps the answering machines quiet. A mailing is written by people, so it is not "auto-generated" (RFC 3834 5)."""
    return ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All")


def list_id(mailing: Mailing, sender: From) -> str:
    """The same for ever, so that readers can sort by it: a label of the topic in the domain we write from."""
    label = mailing.topic if _LABEL.fullmatch(mailing.topic) else "mailing"
    words = header_text(f"{mailing.name} · {mailing.region}".replace("·", "-"))[:LONGEST_PHRASE].strip()
    plain = words if _PLAIN_PHRASE.fullmatch(words) else ""
    phrase = f'"{plain}"' if plain else Header(words, "utf-8", maxlinelen=998).encode()
    return f"{phrase} <{label}.{sender.domain}>"


def wire_lines(fields: Sequence[tuple[str, str]]) -> bytes:
    """As they stand in a mail, folded after commas where they are long; nothing in them can begin another field."""
    lines = []
    for name, value in fields:
        if not value.isascii() or not value.isprintable():
            raise ValueError(f"the value of {name} cannot stand in a header")
        lines.append(f"{name}: {value.replace('>, <', f'>,{chr(13)}{chr(10)} <')}\r\n")
    return "".join(lines).encode("ascii")

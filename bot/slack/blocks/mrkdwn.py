"""Text from the directory and from members made harmless in Slack's mrkdwn, and cut to Slack's limits."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# @here in a name pings nobody once something stands between; a word joiner is not seen.
SHOUT = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
STYLE = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
CODE = str.maketrans({"`": "ˋ"})
URL_MOST = 500


def escaped(text: str, most: int = 3000) -> str:
    """At most `most` characters after escaping, an entity never cut in two; one line, without control characters."""
    pieces: list[str] = []
    length = 0
    for character in SHOUT.sub("@\u2060", _one_line(text[: 5 * most])):
        piece = ENTITIES.get(character, character)
        if length + len(piece) > most - 1:
            return "".join(pieces).rstrip() + "…"
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces)


def bold(text: str, most: int = 300) -> str:
    words = escaped(text.translate(STYLE), most)
    return f"*{words}*" if words else ""


def code(text: str, most: int = 100) -> str:
    return f"`{escaped(text.translate(CODE), most)}`"


def link(label: str, url: str, *, number: int | None = None) -> str:
    """The label in bold after its number, leading to the website where that is an ordinary address."""
    before = "• " if number is None else f"{number}. "
    name = escaped(label.translate(STYLE).replace("|", "¦"), 300)
    target = _plain_url(url)
    return f"*{before}<{target}|{name}>*" if target and name else f"*{before}{name}*"


def mrkdwn(text: str) -> dict[str, Any]:
    """`verbatim`: Slack is not to look for names, channels and addresses in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def moment(at: datetime) -> str:
    """An instant that each reader's client shows in its own zone."""
    in_words = at.astimezone(UTC).strftime("%d %B %Y %H:%M UTC").lstrip("0")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{in_words}>"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _plain_url(url: str) -> str:
    url = url.strip().encode("utf-8", "replace").decode("utf-8")
    if url and "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    safe = quote(url, safe=":/?#[]!$'()*+,;=%~&").replace("&", "&amp;")
    return safe if len(safe) <= URL_MOST else ""


def _one_line(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in " ".join(text.split()) if c.isprintable())

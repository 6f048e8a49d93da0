"""A member's words as Slack hands them on, brought back to what was typed."""

import html
import re

TOKEN = re.compile(r"<([^<>\n]{1,3000})>")
EMOJI = re.compile(r"(?<!\S):[a-z][a-z0-9_+'-]{0,60}:(?!\S)")
# A style's marks stand at the edges of words: *bold*, _italic_, ~struck~, `code`. 2*3 and snake_case stay.
# (A run of marks is looked at from its start alone: from each of its marks, 40,000 of them took a quarter minute.)
STYLES = (re.compile(r"(?<![\w*_~`])[*_~`]+(?=\w)"), re.compile(r"(?<=[^\s*_~`])[*_~`]+(?!\w)"))
CORRECTED = re.compile(r"\s*(?:\*[^*\n]{1,60}|[^*\n]{1,60}\*)\s*")  # "*protein": a style has two stars
QUOTED = re.compile(r"^(?:&gt;)+ ?", re.MULTILINE)


def words_of(text: str) -> str:
    """Without mentions, styles and emoji codes; links and channels by their labels; `& < >` as they were typed."""
    text = TOKEN.sub(_named, QUOTED.sub("", text))
    for edge in () if CORRECTED.fullmatch(text) else STYLES:
        text = edge.sub("", text)
    return _storable(" ".join(html.unescape(EMOJI.sub(" ", text)).split()))


def _named(token: re.Match[str]) -> str:
    target, _, label = token.group(1).partition("|")
    match target[0]:
        case "@":
            return f" {label} " if label else " "
        case "#":
            return f" {label} "
        case "!":  # <!here>, <!subteam^S1|@name>, <!date^…|in words>
            return f" {label} " if target.startswith(("!date^", "!subteam^")) else " "
    return label or target.removeprefix("mailto:")


def _storable(text: str) -> str:
    """Neither NUL nor half a surrogate pair can be kept or sent on."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

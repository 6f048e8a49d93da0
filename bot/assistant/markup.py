"""Takes chat markup out of an ask: mentions, links, emoji codes, bold and quoted lines."""

import re

MOST_TOKEN = 400  # characters of a link

_TOKEN = re.compile(rf"<([@#!])?([^<>|\n]{{1,{MOST_TOKEN}}})(?:\|([^<>\n]{{0,{MOST_TOKEN}}}))?>")
_LINK = re.compile(r"\b(?:https?://|mailto:|www\.)\S{1,2000}", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(
    rf"\[([^\[\]\n]{{1,{MOST_TOKEN}}})\]\((?:https?:|mailto:|www\.)[^()\s]{{1,{MOST_TOKEN}}}\)"
)
_EMOJI_CODE = re.compile(r"(?<!\S):[a-z][a-z0-9_+'-]{0,60}:(?!\w)")
_STYLED = re.compile(r"(?<![\w*_~`])([*_~`]{1,3})(?=\S)([^*_~`\n]{1,400}?)(?<=\S)\1(?![\w*_~`])")
_QUOTED_LINE = re.compile(r"^\s*(?:>|&gt;)+ ?(.*)$")
_TELLING = re.compile(r"\w{3,}")
_POINTING = re.compile(
    r"\b(?:who|anyone|anybody|someone|can|could|any)\b.{0,60}\b(?:this|that|it|these|below|above)\b",
    re.IGNORECASE,
)


def without_codes(text: str) -> str:
    """Without the codes that stand for emoji, which look like the colons of a mail."""
    return _EMOJI_CODE.sub("", text)


def unmarked(text: str) -> str:
    """The words as they were meant to be read. Quoted lines count where nothing else is said, or where it is about them."""
    text = _LINK.sub(" ", _TOKEN.sub(_named, _MARKDOWN_LINK.sub(r"\1", text)))
    return _STYLED.sub(r"\2", _own_lines(text))


def _named(token: re.Match[str]) -> str:
    sort, target, label = token.groups()
    if sort:
        return f" {label} " if label and sort == "#" else " "
    if label or target.startswith(("http", "mailto:", "www.")):
        return f" {label or ''} "
    return token[0]


def _own_lines(text: str) -> str:
    if ">" not in text and "&gt;" not in text:
        return text
    own: list[str] = []
    quoted: list[str] = []
    for line in text.split("\n"):
        found = _QUOTED_LINE.match(line)
        (quoted if found else own).append(found[1] if found else line)
    said = "\n".join(own)
    if quoted and (not _TELLING.search(said) or _POINTING.search(said)):
        return "\n".join(quoted)
    return said

"""An issue's Markdown as HTML and as plain text: the same words in both, nothing that loads, nothing that runs.

Raw HTML is shown as it is written, pictures become links, and a link goes to the web or to a mailbox or nowhere.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

WIDTH = 72
SCHEMES = frozenset({"http", "https", "mailto"})
MOST_NESTED = 20
_SPECIAL = re.compile(r"([\\`*_\[\]<>#~|!]|&(?=#?\w+;))")
_STARTS = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)])", re.MULTILINE)


def safe_link(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in SCHEMES
    except ValueError:
        return False


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name: which links there are
        return safe_link(url)


_PARSER = _Parser("commonmark", {"html": False, "maxNesting": MOST_NESTED}).disable(
    ["image", "html_block", "html_inline"]
)


def escaped(text: str) -> str:
    """A member's words for an issue's file: they read as written, and are no Markdown."""
    return _STARTS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def as_html(source: str, looks: Mapping[str, str]) -> str:
    """`looks` are attributes by tag: {"h2": 'class="head" style="…"'}; a tag that has none stands bare."""
    tokens = _PARSER.parse(source)
    for token in _all(tokens):
        look = looks.get(token.tag)
        if look and token.nesting >= 0 and token.type != "text":
            for name, value in re.findall(r'([a-z-]+)="([^"]*)"', look):
                token.attrSet(name, value)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def as_text(source: str) -> str:
    """Complete in itself: headings stand out, links are written out behind their words."""
    lines: list[str] = []
    markers: list[str] = []
    for token in _PARSER.parse(source):
        if token.type == "heading_open":
            lines.append("")
            markers.append(token.tag)
        elif token.type in {"heading_close", "list_item_close", "blockquote_close"}:
            markers.pop()
        elif token.type == "list_item_open":
            markers.append("-" if not token.info else f"{token.info}.")
        elif token.type == "blockquote_open":
            markers.append(">")
        elif token.type == "inline":
            lines += _block(_inline(token.children or []), markers)
        elif token.type in {"fence", "code_block"}:
            lines += [*(f"    {each}" for each in token.content.splitlines()), ""]
        elif token.type == "hr":
            lines += ["-" * WIDTH, ""]
        elif token.type in {"bullet_list_close", "ordered_list_close"} and not markers:
            lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _block(words: str, markers: list[str]) -> list[str]:
    last = markers[-1] if markers else ""
    if last == "h1" or last == "h2":
        return [words.upper(), ("=" if last == "h1" else "-") * min(len(words), WIDTH), ""]
    if last.startswith("h"):
        return [*_wrapped(words, ""), ""] if last != "h3" else _wrapped(words, "")
    if last in {"", ">"}:
        return [*_wrapped(words, "> " if last else ""), ""]
    lead = "  " * (len(markers) - 1) + f"{last} "
    markers[-1] = " " * len(last)  # what else stands in the same item has no second mark
    return _wrapped(words, lead, " " * len(lead))


def _wrapped(words: str, lead: str, further: str | None = None) -> list[str]:
    wrapped: list[str] = []
    for line in words.split("\n"):
        wrapped += textwrap.wrap(
            line, WIDTH, initial_indent=lead, subsequent_indent=lead if further is None else further,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return wrapped


def _inline(children: Sequence[Token]) -> str:
    said, links = "", list[tuple[str, int]]()
    for token in children:
        if token.type in {"text", "code_inline"}:
            said += token.content
        elif token.type in {"softbreak", "hardbreak"}:
            said += " " if token.type == "softbreak" else "\n"
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(said)))
        elif token.type == "link_close":
            url, start = links.pop()
            shown = url.removeprefix("mailto:")
            said += f" <{shown}>" if said[start:] not in {url, shown} else ""
    return said


def _all(tokens: Sequence[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *_all(token.children or []))]

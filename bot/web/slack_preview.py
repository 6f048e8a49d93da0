"""A Slack message as it would roughly look, as HTML: for the demo, where no Slack is."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

TOKEN = re.compile(r"<([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>")
STYLES = (
    (re.compile(r"(?<![\w*])\*([^*\n]{1,500})\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_([^_\n]{1,500})_(?![\w_])"), "i"),
    (re.compile(r"`([^`\n]{1,500})`"), "code"),
)


def preview(arguments: dict[str, Any]) -> Markup:
    """Blocks where there are some, else the text. Everything is escaped before any of our own markup is added."""
    blocks = arguments.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        return _paragraph(str(arguments.get("text", "")), "section")
    return Markup("").join(_block(block) for block in blocks if isinstance(block, dict))


def _block(block: dict[str, Any]) -> Markup:
    match block.get("type"):
        case "section":
            texts = [block["text"]] if "text" in block else []
            return Markup("").join(
                _paragraph(_text(text), "section") for text in (*texts, *block.get("fields", ()))
            )
        case "header":
            return _paragraph(_text(block.get("text", {})), "header")
        case "context":
            return _paragraph(" ".join(_text(part) for part in block.get("elements", ())), "context")
        case "divider":
            return Markup("<hr>")
        case "actions" | "context_actions":
            return _buttons(block.get("elements", ()))
        case _:
            return Markup("")


def _buttons(elements: Sequence[dict[str, Any]]) -> Markup:
    labels = [_text(element.get("text", {})) for element in elements if "text" in element]
    for element in elements:
        labels += [
            _text(element[key]["text"]) for key in ("positive_button", "negative_button") if key in element
        ]
    return Markup('<p class="buttons">{}</p>').format(
        Markup(" ").join(Markup('<span class="button">{}</span>').format(label) for label in labels)
    )


def _text(text: dict[str, Any]) -> str:
    return str(text.get("text", ""))


def _paragraph(mrkdwn: str, css_class: str) -> Markup:
    return Markup('<p class="{}">{}</p>').format(css_class, mrkdwn_to_html(mrkdwn))


def mrkdwn_to_html(mrkdwn: str) -> Markup:
    """Slack's own escapes (&amp; &lt; &gt;) are undone first, then everything is escaped for HTML."""
    pieces, position = [], 0
    for token in TOKEN.finditer(mrkdwn):
        pieces += [_escaped(mrkdwn[position : token.start()]), _token(token)]
        position = token.end()
    pieces.append(_escaped(mrkdwn[position:]))
    # Each piece has been escaped above; only our own tags are added.
    return Markup(_styled("".join(pieces)).replace("\n", "<br>"))  # noqa: S704


def _escaped(text: str) -> str:
    return html.escape(_unescaped(text))


def _styled(markup: str) -> str:
    for pattern, tag in STYLES:
        markup = pattern.sub(rf"<{tag}>\1</{tag}>", markup)
    return markup


def _token(token: re.Match[str]) -> str:
    target, label = token.group(1), token.group(2)
    return f"<u>{html.escape(_unescaped(label or target))}</u>"  # a link in a preview leads nowhere


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

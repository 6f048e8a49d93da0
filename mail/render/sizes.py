"""Cuts long texts of an answer, so that no reader's program hides its end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.assistant.several_wording import Several
from bot.assistant.wording import Item, Reply

MOST_BYTES = 95_000  # of the page: Gmail hides what is beyond 102 KB


@dataclass(frozen=True, slots=True)
class _Size:
    text: int  # characters of an excerpt, or a reason
    reasons: int


_SIZES = (_Size(2000, 50), _Size(500, 8), _Size(240, 4), _Size(100, 2))


def shorter_and_shorter(reply: Reply | Several) -> Iterator[Reply | Several]:
    """The answer with its texts cut, each time more; the last is short whatever members wrote."""
    for size in _SIZES:
        if isinstance(reply, Reply):
            yield _cut(reply, size)
        else:
            sections = (replace(each, reply=_cut(each.reply, size)) for each in reply.sections)
            yield replace(reply, sections=tuple(sections))


def clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _cut(reply: Reply, size: _Size) -> Reply:
    if all(_fits(item, size) for item in reply.items):
        return reply
    return replace(reply, items=tuple(_cut_item(item, size) for item in reply.items))


def _fits(item: Item, size: _Size) -> bool:
    texts = (item.title, item.line, item.excerpt, item.website, *item.why)
    return len(item.why) <= size.reasons and all(len(text) <= size.text for text in texts)


def _cut_item(item: Item, size: _Size) -> Item:
    return replace(
        item,
        title=clip(item.title, size.text),
        line=clip(item.line, size.text),
        excerpt=clip(item.excerpt, size.text),
        why=tuple(clip(why, size.text) for why in item.why[: size.reasons]),
        website=item.website if len(item.website) <= size.text else "",
    )

"""A reply as Slack shows it: blocks within Slack's limits, and the same as text for notifications and screen readers."""

from collections.abc import Iterator
from typing import Any

from bot.assistant.messages import PAGE
from bot.assistant.wording import Item, Reply
from bot.slack.blocks.awards import offered
from bot.slack.blocks.cards import carousel
from bot.slack.blocks.event_rows import coming_button
from bot.slack.blocks.introductions import introduce_button
from bot.slack.blocks.message import Message
from bot.slack.blocks.mrkdwn import bold, code, escaped, link, mrkdwn, plain
from bot.slack.buttons import SHARE, SHOW_EARLIER, SHOW_MORE, VERDICTS, Carried
from bot.slack.showing import Place, Shown
from store.kinds import Verdict

JSON = dict[str, Any]

LINES_MOST = 8  # in a list of bare lines
TEXT_MOST = 3900  # chat.update takes 4,000
BLOCKS_MOST = 42  # of 50: the rest is kept for what stands below the items
CHARACTERS_MOST = 10_500  # of the 13,200 that all blocks of a message may hold
LABELS = {
    Verdict.USEFUL: "Useful",
    Verdict.NOT_USEFUL: "Not useful",
    Verdict.OUT_OF_DATE: "Wrong or out of date?",
}
NEXT = {
    Place.CHANNEL: "Next, mention me here with: {}",
    Place.DIRECT: "Next, reply here with: {}",
    Place.COMMAND: "Next, try: {}",
}


def render(shown: Shown, *, key: str, cards: bool = False) -> Message:
    """`key` is the outbox key under which this goes out: its buttons carry it. `cards`: hits are drawn as cards, where
    there is anything to draw so; the plain blocks go with them, for a Slack that does not take them."""
    row = carousel(shown.reply.items, shown.reply.ask_id) if cards else None
    blocks = _blocks(shown, key, list(_items(shown.reply)))
    if row is None:
        return Message(_text(shown), blocks)
    return Message(_text(shown), _blocks(shown, key, [row]), plain=blocks)


def _blocks(shown: Shown, key: str, items: list[JSON]) -> list[JSON]:
    reply = shown.reply
    blocks = [*_head(shown), *items]
    if closing := escaped(reply.closing):
        blocks.append(_section(closing))
    if buttons := list(_buttons(shown, key)):
        blocks.append({"type": "actions", "elements": buttons})
    return [*blocks, *_context(_next_words(shown), escaped(shown.said, 500))]


def _head(shown: Shown) -> Iterator[JSON]:
    reply = shown.reply
    yield from _context(escaped(shown.shared, 1000))
    yield _section(bold(reply.lead, 1000) if reply.items else escaped(reply.lead))
    said = [f"Looked for: {escaped(reply.understood, 500)}"] if reply.understood else []
    yield from _context(*said, *(escaped(reading, 300) for reading in reply.readings[:8]))


def _items(reply: Reply) -> Iterator[JSON]:
    """As many as fit; what is left out is said."""
    blocks = 0
    characters = 0
    for place, item in enumerate(reply.items):
        if all(_is_bare(left) for left in reply.items[place:]):
            yield _list(reply.items[place:])
            return
        drawn = list(_item(item, reply.ask_id))
        length = sum(len(str(block)) for block in drawn)
        if blocks + len(drawn) > BLOCKS_MOST or characters + length > CHARACTERS_MOST:
            yield from _context(_left_out(len(reply.items) - place))
            return
        blocks, characters = blocks + len(drawn), characters + length
        yield from drawn


def _is_bare(item: Item) -> bool:
    """A line and no more, as the examples are."""
    return not (item.number or item.website or item.line or item.excerpt or item.why)


def _list(items: tuple[Item, ...]) -> JSON:
    lines = [f"• {escaped(item.title, 300)}" for item in items[:LINES_MOST]]
    lines += [_left_out(len(items) - LINES_MOST)] if len(items) > LINES_MOST else []
    return _section("\n".join(lines))


def _left_out(count: int) -> str:
    return f"… and {count} more that do not fit here."


def _item(item: Item, ask_id: str) -> Iterator[JSON]:
    title = link(item.title, item.website, number=item.number)
    first = " · ".join(part for part in (title, escaped(item.line, 300)) if part)
    said = _section("\n".join(line for line in (first, escaped(item.excerpt, 600)) if line))
    if item.organisation_id is not None:
        said |= {"accessory": _introduce(item, ask_id)}
    elif item.event_id is not None:
        said |= {"accessory": coming_button(item.event_id)}
    yield said
    yield from _context(escaped(" · ".join(item.why), 900))


def _introduce(item: Item, ask_id: str) -> JSON:
    return introduce_button(item.number or 1, organisation_id=item.organisation_id or 0, ask_id=ask_id)


def _buttons(shown: Shown, key: str) -> Iterator[JSON]:
    reply = shown.reply
    first = _first(reply)
    if first > 1:
        earlier = max(1, first - PAGE)
        label = f"Back to {earlier}–{first - 1}"
        yield _button(SHOW_EARLIER, label, Carried(reply.ask_id, key, earlier))
    if reply.remaining:
        following = first + len(reply.items)
        yield _button(SHOW_MORE, f"Show more ({reply.remaining})", Carried(reply.ask_id, key, following))
    yield from offered(reply.offers)
    if shown.may_share:
        yield _button(SHARE, "Share here", Carried(reply.ask_id, key, first))
    if reply.asks_feedback and not shown.said:
        for action, verdict in VERDICTS.items():
            yield _button(action, LABELS[verdict], Carried(reply.ask_id, key, first))


def _first(reply: Reply) -> int:
    return next((item.number for item in reply.items if item.number), 1)


def _button(action: str, label: str, held: Carried) -> JSON:
    return {"type": "button", "action_id": action, "text": plain(label), "value": held.dump()}


def _next_words(shown: Shown) -> str:
    words = [word for word in shown.reply.next_words if escaped(word)][:8]
    if not words:
        return ""
    prefix = "/whodoes " if shown.place is Place.COMMAND else ""
    return NEXT[shown.place].format(" · ".join(code(prefix + word) for word in words))


def _text(shown: Shown) -> str:
    """Everything the blocks say, for where they are not drawn."""
    reply = shown.reply
    lines = [shown.shared, reply.lead]
    lines += [f"Looked for: {reply.understood}"] if reply.understood else []
    lines += [*reply.readings, *(_item_text(item) for item in reply.items), reply.closing, shown.said]
    text = "\n".join(escaped(line) for line in lines if line.strip())
    if len(text) > TEXT_MOST:
        text = text[:TEXT_MOST].rpartition("\n")[0] or text[:TEXT_MOST].rpartition(" ")[0]
    return text or "…"


def _item_text(item: Item) -> str:
    number = f"{item.number}. " if item.number is not None else "• "
    return number + " – ".join(part for part in (item.title, item.line, item.excerpt, *item.why) if part)


def _section(text: str) -> JSON:
    return {"type": "section", "text": mrkdwn(text or "…")}


def _context(*texts: str) -> list[JSON]:
    """Small print in one block, or none where there is nothing to say."""
    elements = [mrkdwn(text) for text in texts if text]
    return [{"type": "context", "elements": elements}] if elements else []

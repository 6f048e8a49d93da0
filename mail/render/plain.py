"""The text part of an answer: complete in itself, and read well by somebody who sees no more than it."""

from collections.abc import Sequence

from bot.assistant.several_wording import Several
from bot.assistant.wording import Item, Reply
from mail.render.headers import one_line

TO_GO_ON = "To go on, reply with one of these on the first line:"


def plain_text(reply: Reply | Several, question: str, remarks: Sequence[str]) -> str:
    """`question` is one line that is quoted back, "" for none; `remarks` are paragraphs under the answer."""
    told = _sections(reply) if isinstance(reply, Several) else _answer(reply)
    paragraphs = [
        f"> {question}" if question else "",
        *told,
        "\n".join([TO_GO_ON, *(f"    {word}" for word in reply.next_words)]) if reply.next_words else "",
        *remarks,
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _sections(several: Several) -> list[str]:
    paragraphs = [several.lead]
    for number, section in enumerate(several.sections, start=1):
        title = f"QUESTION {number} OF {len(several.sections)}\n> {one_line(section.asked)}"
        paragraphs += [title, *_answer(section.reply)]
    return [*paragraphs, several.left, several.closing]


def _answer(reply: Reply) -> list[str]:
    return [
        f"Looked for: {reply.understood}" if reply.understood else "",
        "\n".join(reply.readings),
        reply.lead,
        _items(reply.items),
        reply.closing,
    ]


def _items(items: Sequence[Item]) -> str:
    told = [_item(item) for item in items]
    return ("\n\n" if any("\n" in each for each in told) else "\n").join(told)


def _item(item: Item) -> str:
    lead = f"{item.number}. " if item.number is not None else "- "
    indent = " " * len(lead)
    lines = [f"{lead}{item.title}", item.line, item.excerpt, *(f"- {why}" for why in item.why), item.website]
    return f"\n{indent}".join(one_line(line) for line in lines if line)

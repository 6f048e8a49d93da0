"""The answers to several asks of one mail, put in words as one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.assistant.phrases import listed
from bot.assistant.readings import short
from bot.assistant.wording import I_MEANT, Reply

LONGEST_ASKED = 200  # characters of an ask that are said back
NAMED = 3  # asks named that were left; of more the number is enough


@dataclass(frozen=True, slots=True)
class Section:
    """One ask as it was written, in one line, and its answer. What may follow is said once, under them all."""

    asked: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Several:
    """Numbers of items count through all sections. `left`, "" for none: which asks were not answered, and what to do."""

    ask_id: str
    lead: str
    sections: tuple[Section, ...]
    left: str
    closing: str
    next_words: tuple[str, ...]


def in_one(ask_id: str, asked: Sequence[str], replies: Sequence[Reply], *, left: Sequence[str]) -> Several:
    """`asked` were answered with `replies`, in this order, and those `left` were not."""
    last = max((number for number, each in enumerate(replies, 1) if _is_list(each)), default=0)
    return Several(
        ask_id,
        _lead(len(replies), left=len(left)),
        tuple(
            Section(_in_short(text), replace(reply, next_words=()))
            for text, reply in zip(asked, replies, strict=True)
        ),
        left=_left(left, answered=len(replies)),
        closing=_closing(replies, last),
        next_words=_next_words(replies, last),
    )


def _lead(answered: int, *, left: int) -> str:
    if left:
        return f"You asked {answered + left} things in one mail. Here are the first {answered}, one by one."
    return f"You asked {answered} things in one mail. Here they are, one by one."


def _next_words(replies: Sequence[Reply], last: int) -> tuple[str, ...]:
    """The exact words that go on with one of them: each says which it means, or means the last."""
    words = [f"more of question {number}" for number, each in enumerate(replies, 1) if each.remaining]
    for beginning in ("who at ", "introduce "):
        words += _first([word for each in replies for word in each.next_words if word.startswith(beginning)])
    if last:
        words += [
            word for word in replies[last - 1].next_words if word.startswith("only ") or word == I_MEANT
        ]
    return tuple(dict.fromkeys(words)) or _first([word for each in replies for word in each.next_words])


def _first(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words[:1])


def _closing(replies: Sequence[Reply], last: int) -> str:
    numbers = [item.number for each in replies for item in each.items if item.number is not None]
    if not numbers:
        return ""
    told = f"The numbers count through this whole mail: “who at {max(numbers)}?” means number {max(numbers)} above."
    if sum(map(_is_list, replies)) < 2:
        return told
    return f"{told} Words without a number, such as “more” or “only SMEs”, go on with question {last}."


def _is_list(reply: Reply) -> bool:
    return any(item.number is not None for item in reply.items) or bool(reply.understood)


def _left(left: Sequence[str], *, answered: int) -> str:
    if not left:
        return ""
    named = [f"“{short(_in_short(each))}”" for each in left[:NAMED]]
    more = [f"{len(left) - NAMED} more"] if len(left) > NAMED else []
    return (
        f"I answer {answered} things at a time. Not answered yet: {listed([*named, *more])}. "
        "Please send me those again, in a mail of their own."
    )


def _in_short(asked: str) -> str:
    line = " ".join(asked.split())
    line = f"{line[:1].upper()}{line[1:]}"
    return line if len(line) <= LONGEST_ASKED else f"{line[: LONGEST_ASKED - 1].rstrip()}…"

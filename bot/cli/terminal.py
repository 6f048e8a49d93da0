"""Replies on a terminal: text only, so that no member's words can move the cursor or colour the screen."""

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.assistant.wording import Item, Reply


def plain(text: str) -> str:
    """Without control characters: an escape sequence in a company's name must not reach the terminal."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


def counted(number: int, word: str) -> str:
    """ "1 row", "2,345 rows"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def show(console: Console, reply: Reply) -> None:
    console.print(render(reply))


def render(reply: Reply) -> RenderableType:
    lines: list[RenderableType] = []
    if reply.understood:
        lines.append(Text.assemble(("Looked for: ", "dim"), plain(reply.understood)))
    lines += [Text(plain(reading), style="yellow") for reading in reply.readings]
    lines.append(Text(plain(reply.lead), style="bold"))
    lines += [_item(item) for item in reply.items]
    if reply.closing:
        lines.append(Text(plain(reply.closing)))
    if reply.next_words:
        lines.append(
            Text.assemble(("Next, type: ", "dim"), (" · ".join(map(plain, reply.next_words)), "cyan"))
        )
    return Group(*lines)


def _item(item: Item) -> RenderableType:
    number = f"{item.number}. " if item.number is not None else "• "
    title = Text.assemble(number, (plain(item.title), "bold cyan"))
    if item.website:
        title.append(f"  {plain(item.website)}", style="dim")
    body: list[RenderableType] = [Text(plain(item.line), style="green")] if item.line else []
    if item.excerpt:
        body.append(Text(plain(item.excerpt)))
    body += [Text(f"– {plain(why)}", style="dim") for why in item.why]
    return Group(title, *(Padding(line, (0, 0, 0, 3)) for line in body))

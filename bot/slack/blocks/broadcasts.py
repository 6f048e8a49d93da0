"""A broadcast's Markdown in Slack's own, without anything in it that could ping; and its progress."""

import re
from typing import Any

from bot.assistant.campaigns.progress import Progress, lines
from bot.slack.blocks.letters import button, context, section
from bot.slack.blocks.message import Message
from bot.slack.blocks.mrkdwn import bold, escaped, plain
from store.kinds import CampaignState

JSON = dict[str, Any]

PARAGRAPH, PARAGRAPHS, TEXT_MOST = 2800, 40, 3900
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\((https?://[^\s()<>|]{1,500})\)")
_BOLD = re.compile(r"(?<!\*)\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s{0,8})[-*+]\s+(.*)$")


def announcement(subject: str, body: str, *, why: str = "") -> Message:
    """`why`: why its one reader gets it, and how to stop; in a channel nothing."""
    paragraphs = [said for each in re.split(r"\n\s*\n", body) if (said := in_mrkdwn(each))]
    blocks = [section(bold(subject))]
    for paragraph in paragraphs[:PARAGRAPHS]:
        blocks += [section(piece) for piece in _pieces(paragraph)]
    small = (
        f"You get this because {escaped(why, 400)}. Write “stop” to me to hear no more of this kind."
        if why
        else ""
    )
    return Message(_text(subject, paragraphs), [*blocks[:48], *context(small)])


def _text(subject: str, paragraphs: list[str]) -> str:
    """For notifications and screen readers."""
    text = "\n".join(said for said in (escaped(subject, 300), *paragraphs) if said) or "…"
    return text if len(text) <= TEXT_MOST else text[:TEXT_MOST].rpartition("\n")[0] or escaped(subject, 300)


def progress(shown: Progress) -> Message:
    head = f"Broadcast {shown.campaign_id}, “{shown.subject}”: {shown.state}"
    said = [escaped(each, 500) for each in lines(shown)]
    after = (
        f"Who did not get it, by name: `whodoes announce report {shown.campaign_id}`"
        if shown.failed or shown.uncertain
        else ""
    )
    actions = [{"type": "actions", "elements": elements}] if (elements := _steering(shown)) else []
    blocks = [section(bold(head, 500)), section("\n".join(said)), *actions, *context(after)]
    return Message("\n".join([escaped(head, 500), *said]), blocks)


def _steering(shown: Progress) -> list[JSON]:
    number = str(shown.campaign_id)
    match shown.state:
        case CampaignState.SCHEDULED:
            return [button("announce:cancel", "Cancel", number)]
        case CampaignState.RUNNING | CampaignState.FREEZING:
            return [button("announce:pause", "Pause", number), _stopping(number)]
        case CampaignState.PAUSED:
            return [button("announce:resume", "Resume", number, primary=True), _stopping(number)]
    return []


def _stopping(number: str) -> JSON:
    """Cannot be taken back, so it is asked once more."""
    confirm = {
        "title": plain("Cancel it?"),
        "text": plain("Whoever has not got it yet will not."),
        "confirm": plain("Cancel it"),
        "deny": plain("Let it go on"),
    }
    return button("announce:cancel", "Cancel", number) | {"confirm": confirm}


def in_mrkdwn(paragraph: str) -> str:
    """Headings, lists, bold and links; all else stays as it was written, harmless."""
    return "\n".join(said for line in paragraph.splitlines() if (said := _line(line)))


def _line(line: str) -> str:
    if heading := _HEADING.match(line.strip()):
        return bold(heading[1], 400)
    item = _ITEM.match(line)
    words = _inline(item[2] if item else line)
    return f"{' ' * len(item[1])}• {words}" if item and words else words


def _inline(text: str) -> str:
    said, at = [], 0
    for found in _LINK.finditer(text):
        label = escaped(found[1].replace("|", "¦"), 300)
        said += [_bolded(text[at : found.start()]), f"<{found[2].replace('&', '&amp;')}|{label}>"]
        at = found.end()
    return "".join([*said, _bolded(text[at:])]).strip()


def _bolded(text: str) -> str:
    """Escaping ends a piece's blanks; between two pieces of one line they matter."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    core = _BOLD.sub(r"*\1*", escaped(text.strip(), PARAGRAPH)) if text.strip() else ""
    return f"{' ' if before and core else ''}{core}{' ' if after else ''}"


def _pieces(paragraph: str) -> list[str]:
    """No section is longer than Slack takes; cut between lines where that can be."""
    pieces: list[str] = []
    rest = paragraph
    while len(rest) > PARAGRAPH:
        cut = max(rest.rfind("\n", 0, PARAGRAPH), rest.rfind(" ", 0, PARAGRAPH))
        cut = cut if cut > 0 else PARAGRAPH
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces

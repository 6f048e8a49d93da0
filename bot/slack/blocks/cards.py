"""Hits as cards side by side, for workspaces whose clients draw them."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.assistant.wording import Item
from bot.slack.blocks.introductions import introduce_button
from bot.slack.blocks.letters import button
from bot.slack.blocks.mrkdwn import escaped, link, mrkdwn

JSON = dict[str, Any]

WRONG = "mistake:one:"  # and the number of the hit
TITLE_MOST, SUBTITLE_MOST, BODY_MOST, CARDS_MOST = 150, 150, 200, 10


def carousel(items: Sequence[Item], ask_id: str) -> JSON | None:
    """None for what is better told as lines: one thing alone, more than fit, or things that are no organisations."""
    if not 2 <= len(items) <= CARDS_MOST or any(each.organisation_id is None for each in items):
        return None
    return {"type": "carousel", "elements": [_card(each, ask_id) for each in items]}


def _card(item: Item, ask_id: str) -> JSON:
    """Why it fits comes first: of the rest as much as there is room for."""
    card: JSON = {"type": "card", "title": mrkdwn(_title(item)), "actions": list(_actions(item, ask_id))}
    if line := escaped(item.line, SUBTITLE_MOST):
        card["subtitle"] = mrkdwn(line)
    if body := escaped(" · ".join((*item.why, item.excerpt)).strip(" ·"), BODY_MOST):
        card["body"] = mrkdwn(body)
    return card


def _title(item: Item) -> str:
    linked = link(item.title, item.website, number=item.number)
    return linked if len(linked) <= TITLE_MOST else escaped(f"{item.number or ''}. {item.title}", TITLE_MOST)


def _actions(item: Item, ask_id: str) -> Iterator[JSON]:
    number, organisation_id = item.number or 1, item.organisation_id or 0
    yield introduce_button(number, organisation_id=organisation_id, ask_id=ask_id)
    yield button(f"{WRONG}{number}", "Wrong or out of date?", f"{organisation_id} {ask_id}")

"""Where a form was opened from, which it carries, and the form that only says something."""

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.arrivals import Surface
from bot.slack.blocks.letters import section
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.modals.forms import modal

JSON = dict[str, Any]

ORIGIN = "from"


def opened_from(view: JSON, surface: Surface) -> JSON:
    """The same form, knowing where it was opened: what comes of it is told there."""
    kept = json.loads(view.get("private_metadata") or "{}") | {ORIGIN: surface.value}
    return {**view, "private_metadata": json.dumps(kept, separators=(",", ":"))}


def from_home(kept: Mapping[str, Any]) -> bool:
    return kept.get(ORIGIN) == Surface.HOME.value


def told_modal(text: str) -> JSON:
    return modal("whodoes", "told", [section(escaped(text, 2900))])

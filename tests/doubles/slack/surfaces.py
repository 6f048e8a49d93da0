"""Finding the button a test wants to click, wherever the app has put it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tests.doubles.slack.blocks import HOLDS, inner_elements
from tests.doubles.slack.records import JSON, Message, View
from tests.doubles.slack.workspace import Workspace

Surface: TypeAlias = Message | View


@dataclass(frozen=True, slots=True)
class Spot:
    """One interactive element and where it is."""

    surface: Surface
    block: JSON
    element: JSON

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])

    @property
    def key(self) -> str:
        """What its surface is remembered by, in `filled` and `offered`."""
        return key_of(self.surface)


def key_of(surface: Surface) -> str:
    return surface.id if isinstance(surface, View) else f"{surface.channel}/{surface.ts}"


def spots(surface: Surface) -> Iterator[Spot]:
    blocks = surface.blocks if isinstance(surface, Message) else surface.body["blocks"]
    for block in every_block(blocks):
        for element in inner_elements(block):
            if "action_id" in element:
                yield Spot(surface, block, element)


def every_block(blocks: list[JSON]) -> Iterator[JSON]:
    """These and the ones within them: a carousel's cards, a container's children."""
    for block in blocks:
        yield block
        yield from every_block(block.get(HOLDS.get(block["type"], ""), []))


def find_spot(
    workspace: Workspace, action_id: str, *, user: str, value: object, within: Surface | None
) -> Spot:
    """The newest element of that action_id that this user can see; `value` and `within` narrow it down."""
    surfaces = [within] if within is not None else _visible(workspace, user)
    seen = [spot for surface in surfaces for spot in spots(surface)]
    for spot in seen:
        if spot.element["action_id"] == action_id and _offers(spot.element, value):
            return spot
    offered = [(spot.element["action_id"], spot.element.get("value")) for spot in seen]
    raise LookupError(f"nothing to click for {action_id!r} with value {value!r}; there is: {offered}")


def _visible(workspace: Workspace, user: str) -> list[Surface]:
    newest = sorted([*workspace.said, *workspace.ephemerals], key=lambda m: float(m.ts), reverse=True)
    mine: list[Surface] = [message for message in newest if message.seen_by in {None, user}]
    mine += [view for view in reversed(workspace.views.values()) if view.user == user]
    return mine + ([workspace.homes[user]] if user in workspace.homes else [])


def _offers(element: JSON, value: object) -> bool:
    """Buttons of one action_id differ by value; a menu's choices are looked at later."""
    return value is None or element["type"] != "button" or element.get("value") == value

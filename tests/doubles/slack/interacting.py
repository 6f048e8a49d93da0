"""What a person does with what they see: press, choose, type ahead, use shortcuts; over either transport."""

from dataclasses import replace

from tests.doubles.slack import payloads
from tests.doubles.slack.chat import as_slack
from tests.doubles.slack.delivery import Deliveries
from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.manifest import GLOBAL, MESSAGE
from tests.doubles.slack.pushing import Kind
from tests.doubles.slack.records import ALICE, JSON, NOTHING_SENT, Delivery, Message
from tests.doubles.slack.state import HELD, put
from tests.doubles.slack.suggestions import options_of
from tests.doubles.slack.surfaces import Spot, Surface, find_spot

MIN_QUERY = 3  # Slack's own, where the menu says nothing


class Interactions(Deliveries):
    """Nothing here can be done that Slack's client would not let a person do: LookupError says what is in the way."""

    async def block_action(
        self,
        action_id: str,
        *,
        user: str = ALICE,
        value: object = None,
        within: Surface | None = None,
        confirm: bool = True,
    ) -> Delivery:
        """Use the newest thing with this action_id that the member can see, or the one within a message or view
        (also one that has gone since: a stale button). `value` tells buttons of one action_id apart, and chooses
        a menu's option (a list of them where several may be chosen), a date, or a feedback button's side.
        `confirm` is their answer where a dialog asks first; `Delivery.asked` is that dialog."""
        spot = find_spot(self.workspace, action_id, user=user, value=value, within=within)
        asked = spot.element.get("confirm")
        if not confirm:
            if asked is None:
                raise LookupError(f"{action_id!r} asks for no confirmation")
            return replace(NOTHING_SENT, asked=asked)
        held = self._held(spot, value)
        if spot.block["type"] == "input" and not spot.block.get("dispatch_action"):
            return NOTHING_SENT
        body = self._interaction("block_actions", spot.surface, user)
        at = self.workspace.next_ts()
        used = payloads.action(spot.element, block_id=spot.block_id, at=at, held=held, value=value)
        delivery = await self.push(Kind.INTERACTIVE, body | {"actions": [used]})
        return replace(delivery, asked=asked)

    async def suggest(
        self, action_id: str, typed: str, *, user: str = ALICE, within: Surface | None = None
    ) -> list[JSON]:
        """Type into an external menu: the options the app offers, held to Slack's limits; nothing before
        min_query_length. One of them can then be chosen or submitted by its value."""
        spot = find_spot(self.workspace, action_id, user=user, value=None, within=within)
        if spot.element["type"] not in {"external_select", "multi_external_select"}:
            raise LookupError(f"{action_id!r} is a {spot.element['type']}: nothing is typed into it")
        if len(typed) < spot.element.get("min_query_length", MIN_QUERY):
            return []
        body = self._interaction("block_suggestion", spot.surface, user)
        body = {key: body[key] for key in body.keys() - {"trigger_id", "response_url", "state"}}
        body |= {"action_id": action_id, "block_id": spot.block_id, "value": typed}
        delivery = await self.push(Kind.INTERACTIVE, body)
        if not delivery.ok:
            raise LookupError(f"the app had nothing to say to {typed!r} in time")
        try:
            options = options_of(delivery.answer)
        except SlackRefusal as refusal:
            self.note(f"block_suggestion {action_id}", refusal)
            raise
        self.workspace.offered[spot.key, action_id] = options
        return options

    async def shortcut(
        self, callback_id: str, *, user: str = ALICE, message: Message | None = None, old: bool = False
    ) -> Delivery:
        """A global shortcut, or with a message the message shortcut on it, as the manifest declares it. `old`: one
        of an earlier manifest."""
        self.grant("commands", what=f"the shortcut {callback_id}")
        declared = (MESSAGE if message else GLOBAL, callback_id)
        if not old and declared not in self.workspace.manifest.shortcuts:
            self.undelivered(f"the manifest has no {declared[0]} shortcut {callback_id}")
        kind = "message_action" if message else "shortcut"
        body = payloads.interaction(kind, self.workspace.user(user), self.workspace.new_trigger(user))
        body |= {"callback_id": callback_id, "action_ts": self.workspace.next_ts()}
        if message is not None:
            on = self._on(message, user)
            body |= {key: on[key] for key in ("channel", "response_url")}
            body |= {"message": as_slack(message), "message_ts": message.ts}
        return await self.push(Kind.INTERACTIVE, body)

    def _held(self, spot: Spot, value: object) -> JSON | None:
        """The new state of what holds a value, remembered; None for what is only pressed."""
        if spot.element["type"] not in HELD:
            return None
        options = self.workspace.offered.get((spot.key, spot.action_id), [])
        held = put(spot.element, value, options=options)
        blocks = self.workspace.filled.setdefault(spot.key, {})
        blocks.setdefault(spot.block_id, {})[spot.action_id] = held
        return held

    def _interaction(self, kind: str, surface: Surface, user: str) -> JSON:
        modal = None if isinstance(surface, Message) or surface.body["type"] == "home" else surface.id
        trigger = self.workspace.new_trigger(user, view=modal)
        return payloads.interaction(kind, self.workspace.user(user), trigger) | self._on(surface, user)

    def _on(self, surface: Surface, user: str) -> JSON:
        if not isinstance(surface, Message):
            return payloads.on_view(self.workspace, surface)
        url = self.urls.issue(surface.channel, user, source=surface)
        return payloads.on_message(self.workspace, surface, url=url)

"""What members and Slack do to the app: say, mention, command, click, submit; over either transport."""

import asyncio
from typing import Any

from tests.doubles.slack import payloads, views
from tests.doubles.slack.chat import as_slack
from tests.doubles.slack.errors import NotDelivered
from tests.doubles.slack.payloads import typed
from tests.doubles.slack.pushing import Kind, Push, Transport
from tests.doubles.slack.records import (
    ALICE,
    BOT_USER,
    GENERAL,
    JSON,
    Channel,
    Delivery,
    Message,
    View,
)
from tests.doubles.slack.respond import ResponseUrls
from tests.doubles.slack.scopes import scope_of_event
from tests.doubles.slack.surfaces import Surface, find_spot
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace


class Deliveries:
    """Each returns when the app acknowledged, or when Slack would have given up; nothing is raised for that."""

    def __init__(self, workspace: Workspace, urls: ResponseUrls, transport: Transport) -> None:
        self.workspace = workspace
        self.urls = urls
        self.transport = transport

    async def event(
        self, event: JSON, *, event_id: str | None = None, copies: int = 1, ts: str | None = None
    ) -> Delivery:
        """The event in its callback. `copies` deliveries of the same event_id go out at once, over
        different connections where there are several."""
        self.grant(scope_of_event(event), what=f"the event {event.get('type')}")
        event_id = event_id or self.workspace.unique("Ev")
        at = int(self.workspace.clock().timestamp())
        body = payloads.event_callback(event, event_id=event_id, at=at)
        sent = await asyncio.gather(
            *(self.transport.push(Push(Kind.EVENT, body, copy)) for copy in range(copies))
        )
        return Delivery(
            copies=copies,
            acked=sum(pushed.acked for pushed in sent),
            attempts=sum(pushed.attempts for pushed in sent),
            answers=tuple(pushed.answer for pushed in sent),
            event_id=event_id,
            ts=ts,
        )

    def grant(self, scope: str | None, *, what: str) -> None:
        """Slack says nothing of what the app has no scope for."""
        if scope is not None and scope not in self.workspace.scopes:
            self._undelivered(f"without the scope {scope} the app is not told of {what}")

    def subscribed(self, event: str) -> None:
        if event not in self.workspace.manifest.events:
            self._undelivered(f"the app does not subscribe to {event}")

    def _undelivered(self, why: str) -> None:
        self.workspace.mistakes.append(why)
        raise NotDelivered(why)

    async def mention(
        self,
        text: str,
        *,
        user: str = ALICE,
        channel: str = GENERAL,
        thread_ts: str | None = None,
        copies: int = 1,
        raw: bool = False,
    ) -> Delivery:
        """A member mentions the bot in a channel. `raw` leaves & < > as they are, for links and mentions."""
        self.subscribed("app_mention")
        words = f"<@{BOT_USER}> {text if raw else typed(text)}".strip()
        message = self.member_says(words, user=user, channel=channel, thread_ts=thread_ts)
        return await self._said(message, kind="app_mention", copies=copies)

    async def dm(
        self,
        text: str,
        *,
        user: str = ALICE,
        thread_ts: str | None = None,
        copies: int = 1,
        raw: bool = False,
    ) -> Delivery:
        """A member writes to the bot directly."""
        self.subscribed("message.im")
        channel = self.workspace.open_with(user)[0]
        words = text if raw else typed(text)
        message = self.member_says(words, user=user, channel=channel.id, thread_ts=thread_ts)
        return await self._said(message, kind="message", copies=copies)

    def member_says(self, words: str, *, user: str, channel: str, thread_ts: str | None = None) -> Message:
        """A member's message, without telling the app."""
        root = self.workspace.thread_root(channel, thread_ts).ts if thread_ts else None
        self.workspace.channel(channel)
        message = Message(
            channel, self.workspace.next_ts(), self.workspace.user(user).id, words, thread_ts=root
        )
        return self.workspace.say(message)

    async def home_opened(self, *, user: str = ALICE, tab: str = "home") -> Delivery:
        """A member looks at the app's Home or its Messages (`tab`)."""
        self.subscribed("app_home_opened")
        channel = self.workspace.open_with(user)[0]
        ts = self.workspace.next_ts()
        event: JSON = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": ts,
        }
        if user in self.workspace.homes:
            event["view"] = views.as_slack(self.workspace.homes[user])
        return await self.event(event)

    async def slash_command(
        self, text: str = "", *, command: str = "/whodoes", user: str = ALICE, channel: str = GENERAL
    ) -> Delivery:
        """What the app acknowledges with is shown to the member, as Slack does."""
        self.grant("commands", what=f"the command {command}")
        place = self._place(channel, user)
        body = payloads.command(
            self.workspace.user(user),
            place,
            command=command,
            text=typed(text),
            trigger=self.workspace.new_trigger(user),
            url=(url := self.urls.issue(place.id, user)),
        )
        delivery = await self._push(Kind.COMMAND, body)
        if delivery.answer and (delivery.answer.get("text") or delivery.answer.get("blocks")):
            self.urls.say_at(url, delivery.answer)
        return delivery

    async def block_action(
        self,
        action_id: str,
        *,
        user: str = ALICE,
        value: str | None = None,
        within: Surface | None = None,
    ) -> Delivery:
        """Click the newest thing with this action_id that the member can see, or the one within a message or
        view (also one that has gone since: a stale button). `value` tells buttons of one action_id apart, and
        chooses a menu's option or a feedback button's side."""
        spot = find_spot(self.workspace, action_id, user=user, value=value, within=within)
        body = payloads.interaction(
            "block_actions", self.workspace.user(user), self.workspace.new_trigger(user)
        )
        if isinstance(spot.surface, Message):
            body |= self._on_message(spot.surface, user)
        else:
            body |= payloads.on_view(spot.surface)
        at = self.workspace.next_ts()
        body["actions"] = [payloads.action(spot.element, block_id=spot.block_id, at=at, value=value)]
        return await self._push(Kind.INTERACTIVE, body)

    async def shortcut(
        self, callback_id: str, *, user: str = ALICE, message: Message | None = None
    ) -> Delivery:
        """A global shortcut, or with a message the message shortcut on it."""
        kind = "message_action" if message else "shortcut"
        body = payloads.interaction(kind, self.workspace.user(user), self.workspace.new_trigger(user))
        body |= {"callback_id": callback_id, "action_ts": self.workspace.next_ts()}
        if message is not None:
            on = self._on_message(message, user)
            body |= {
                "message": as_slack(message),
                "channel": on["channel"],
                "message_ts": message.ts,
                "response_url": on["response_url"],
            }
        return await self._push(Kind.INTERACTIVE, body)

    async def view_submission(
        self, callback_id: str, *, user: str = ALICE, values: JSON | None = None
    ) -> Delivery:
        """Submit the member's newest modal of that callback_id; `values` is the view's state, block by block.
        What the app answers (errors, update, clear) is done to the modal."""
        view = self._modal(callback_id, user)
        body = payloads.interaction(
            "view_submission", self.workspace.user(user), self.workspace.new_trigger(user)
        )
        body["view"] = views.as_slack(view) | {"state": {"values": values or {}}}
        body["response_urls"] = []
        delivery = await self._push(Kind.INTERACTIVE, body)
        if delivery.ok:
            self._after_submission(view, delivery.answer or {})
        return delivery

    def _after_submission(self, view: View, answer: JSON) -> None:
        match answer.get("response_action"):
            case "errors":
                return
            case "update":
                views.replace_view(
                    self.workspace, view, check_view(self.workspace, answer["view"], kind="modal")
                )
            case _:
                del self.workspace.views[view.id]
                self.workspace.changed()

    def _modal(self, callback_id: str, user: str) -> View:
        for view in reversed(self.workspace.views.values()):
            if view.user == user and view.body.get("callback_id") == callback_id:
                return view
        open_now = [view.body.get("callback_id") for view in self.workspace.views.values()]
        raise LookupError(f"{user} has no open modal {callback_id!r}; open are: {open_now}")

    async def _said(self, message: Message, *, kind: str, copies: int) -> Delivery:
        event = payloads.message_event(
            message,
            self.workspace.channel(message.channel),
            kind=kind,
            client_msg_id=self.workspace.unique("client-"),
        )
        return await self.event(event, copies=copies, ts=message.ts)

    async def _push(self, kind: Kind, body: dict[str, Any]) -> Delivery:
        pushed = await self.transport.push(Push(kind, body))
        return Delivery(1, int(pushed.acked), pushed.attempts, (pushed.answer,))

    def _place(self, channel: str, user: str) -> Channel:
        """Commands may be typed anywhere, also where the bot is not."""
        return self.workspace.open_with(user)[0] if channel == user else self.workspace.channel(channel)

    def _on_message(self, message: Message, user: str) -> JSON:
        channel = self.workspace.channel(message.channel)
        return payloads.on_message(message, channel, url=self.urls.issue(channel.id, user, source=message))

"""What members say to the app: mention, direct message, command; over either transport."""

import asyncio
from typing import Any

from tests.doubles.slack import payloads, views
from tests.doubles.slack.errors import NotDelivered, SlackRefusal
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
)
from tests.doubles.slack.respond import ResponseUrls
from tests.doubles.slack.scopes import scope_of_event
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
            self.undelivered(f"without the scope {scope} the app is not told of {what}")

    def subscribed(self, event: str) -> None:
        if event not in self.workspace.manifest.events:
            self.undelivered(f"the app does not subscribe to {event}")

    def undelivered(self, why: str) -> None:
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
            event["view"] = views.as_slack(self.workspace, self.workspace.homes[user])
        return await self.event(event)

    async def slash_command(
        self,
        text: str = "",
        *,
        command: str = "/whodoes",
        user: str = ALICE,
        channel: str = GENERAL,
        old: bool = False,
    ) -> Delivery:
        """Typed in any channel, the bot being there or not; a person's own id stands for their direct message with
        the bot. What the app acknowledges with is shown to the member, as Slack does. `old`: a command of an
        earlier manifest."""
        if not old and command not in self.workspace.manifest.commands:
            self.undelivered(f"the manifest has no command {command}")
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
        delivery = await self.push(Kind.COMMAND, body)
        if delivery.answer and (delivery.answer.get("text") or delivery.answer.get("blocks")):
            self.say_acknowledged(url, delivery.answer)
        return delivery

    def say_acknowledged(self, url: str, answer: JSON) -> None:
        try:
            self.urls.say_at(url, answer)
        except SlackRefusal as refusal:
            self.note("acknowledgement", refusal)
            raise

    def note(self, where: str, refusal: SlackRefusal) -> None:
        self.workspace.mistakes.append(f"{where}: {refusal.code}: {'; '.join(refusal.messages)}")

    async def _said(self, message: Message, *, kind: str, copies: int) -> Delivery:
        event = payloads.message_event(
            message,
            self.workspace.channel(message.channel),
            kind=kind,
            client_msg_id=self.workspace.unique("client-"),
        )
        return await self.event(event, copies=copies, ts=message.ts)

    async def push(self, kind: Kind, body: dict[str, Any]) -> Delivery:
        pushed = await self.transport.push(Push(kind, body))
        return Delivery(1, int(pushed.acked), pushed.attempts, (pushed.answer,))

    def _place(self, channel: str, user: str) -> Channel:
        """Commands may be typed anywhere, also where the bot is not."""
        return self.workspace.open_with(user)[0] if channel == user else self.workspace.channel(channel)

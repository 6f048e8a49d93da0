"""An outbox message to Slack: said once, in its turn, and looked up where nobody knows whether it was.

A payload is {"method": …, "arguments": …} and one more word that says where to:
- nothing: the arguments name the "channel" (and for chat.update the "ts") themselves;
- "url": a response URL, for the method `respond`;
- "users": ["U1", …]: the direct or group conversation with these people, which is opened first;
- "of": the dedup key of an earlier message, which chat.update is to change wherever that stands. "number" rises with each
  change of the same message, and the change's own dedup key ends with it: of several only the newest is shown.
Blocks under "plain" are tried where Slack does not draw those in the arguments.
What was posted is answered with Sent("<channel>/<ts>").
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.calling import SlackCalls
from bot.slack.looking import BROKEN, LookUp, with_key
from bot.slack.opening import OPEN, Conversations
from bot.slack.pacing import POST, Pace, Pacing, Turn, Wait
from bot.slack.placed import At, Placed
from bot.slack.verdicts import LOOKS, judged, said, unreached
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Sent, Unknown

log = logging.getLogger(__name__)

JSON = dict[str, Any]

UPDATE = "chat.update"
SOON = timedelta(seconds=1)
SOON_AT_MOST = 2  # tries that follow so closely; what Slack has lost more often, waits longer each time
ANSWERS = frozenset({"answer", "update"})  # kinds of messages that somebody waits for
PATIENCE = 3.0  # seconds in which a turn is waited for here; longer waits are the outbox's
HURRY = 0.25  # the same in a busy channel: meanwhile others may speak elsewhere


class SlackSender:
    """Each `send` is one attempt at most; what must wait for long goes back to the outbox, and costs it no attempt."""

    def __init__(self, calls: SlackCalls, *, placed: Placed, pace: Pace | None = None) -> None:
        self._calls = calls
        self._placed = placed
        self._conversations = Conversations(calls)
        self._look_up = LookUp(calls)
        self._pacing = Pacing(pace or Pace())
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False

    async def send(self, message: Claimed) -> Outcome:
        """One attempt; a message whose blocks Slack will not draw is said as text rather than not at all."""
        async with self._counted():
            arguments = dict(message.payload.get("arguments") or {})
            outcome, code = await self._in_turn(message, arguments)
            if code in LOOKS and (plain := message.payload.get("plain")):
                log.warning("slack.cards_refused", extra={"outbox_id": message.id, "code": code})
                arguments["blocks"] = plain
                outcome, code = await self._in_turn(message, arguments)
            if code in LOOKS and arguments.pop("blocks", None) and arguments.get("text"):
                log.error("slack.blocks_refused", extra={"outbox_id": message.id, "code": code})
                outcome, code = await self._in_turn(message, arguments)
            if code == "channel_not_found" and self._conversations.forget(_users(message)):
                outcome, _ = await self._in_turn(message, arguments)
            return outcome

    async def look_up(self, message: Claimed) -> Outcome:
        """What became of a message in doubt. A post carries its key, so it is found where it stands, or is not there."""
        if _repeatable(message):
            return Postponed("Doing it again does no harm.", _soon(message))
        if _method(message) != POST:
            return Unknown("Slack cannot be asked whether it showed this: only its reader knows.")

        async def channel() -> str:
            users = _users(message)
            return (
                await self._conversations.opened(users) if users else message.payload["arguments"]["channel"]
            )

        async with self._counted():
            return await self._look_up.look(message, channel, soon=_soon(message))

    async def close(self, deadline: float) -> None:
        """Begin nothing more, and wait for what is being said."""
        self._closing = True
        try:
            await asyncio.wait_for(self._idle.wait(), deadline)
        except TimeoutError:
            log.warning("slack.stopped_in_mid_send", extra={"messages": self._at_work})

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self._at_work += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._idle.set()

    async def _in_turn(self, message: Claimed, arguments: JSON) -> tuple[Outcome, str]:
        """The outcome, and Slack's word for what is wrong."""
        end = _now() + PATIENCE
        while not self._closing:
            place, code = await self._place(message, arguments)
            if not isinstance(place, At):
                self._pacing.leave(message.id)
                return place, code
            turn = Turn(_method(message), place.channel, message.id, message.kind in ANSWERS)
            wait = self._pacing.turn(turn, _now())
            if wait is None:
                outcome, code = await self._attempt_in(turn, message, _at(place, arguments))
                wait = self._asked_to_wait(turn, outcome)
                if wait is None or not _worth_waiting(wait, turn, end):
                    return outcome, code
            elif not _worth_waiting(wait, turn, end):
                return Postponed("Its turn has not come.", timedelta(seconds=wait.seconds), tried=False), ""
            await asyncio.sleep(wait.seconds)
        return Postponed("whodoes was stopping.", SOON, tried=False), ""

    async def _place(self, message: Claimed, arguments: JSON) -> tuple[At | Outcome, str]:
        """Asked for anew after each wait: meanwhile a later change may have taken this one's place."""
        if "of" in message.payload:
            return await self._placed(message), ""
        users = _users(message)
        if not users:
            return At(str(arguments.get("channel") or "")), ""
        if (known := self._conversations.known(users)) is not None:
            return At(known), ""
        place, code = await self._opened(message, users)
        held_back = isinstance(place, Postponed) and not place.tried
        if held_back and len(users) == 1:
            return At(users[0]), ""  # to post to a person's id opens the conversation as well
        return place, code

    async def _opened(self, message: Claimed, users: list[str]) -> tuple[At | Outcome, str]:
        turn = Turn(OPEN, "", message.id, message.kind in ANSWERS)
        if wait := self._pacing.turn(turn, _now()):
            return Postponed("Slack asked to wait.", timedelta(seconds=wait.seconds), tried=False), ""
        try:
            return At(await self._conversations.opened(users)), ""
        except SlackApiError as error:
            status, code, headers = said(error)
            outcome = judged(status, code, headers, repeatable=True)
            self._asked_to_wait(turn, outcome)
            return _again_soon(message, outcome), code
        except BROKEN as error:
            return _again_soon(message, unreached(error, repeatable=True)), ""

    async def _attempt_in(self, turn: Turn, message: Claimed, arguments: JSON) -> tuple[Outcome, str]:
        try:
            return await self._attempt(message, arguments)
        finally:
            self._pacing.done(turn, _now())

    async def _attempt(self, message: Claimed, arguments: JSON) -> tuple[Outcome, str]:
        repeatable, method = _repeatable(message), _method(message)
        try:
            if method == "respond":
                return await self._respond(message, arguments, repeatable=repeatable)
            keyed = with_key(arguments, message.dedup_key) if method == POST else arguments
            response = await self._calls.call(method, keyed)
        except SlackApiError as error:
            status, code, headers = said(error)
            return judged(status, code, headers, repeatable=repeatable), code
        except BROKEN as error:
            return unreached(error, repeatable=repeatable), ""
        place = At(str(response.get("channel") or arguments.get("channel")), str(response.get("ts") or ""))
        if method == POST and (users := _users(message)):
            self._conversations.remember(users, place.channel)
        return Sent(str(place)), ""

    def _asked_to_wait(self, turn: Turn, outcome: Outcome) -> Wait | None:
        """How long Slack asked us to, where it did."""
        if not isinstance(outcome, Postponed) or outcome.tried:
            return None
        wait = outcome.wait or SOON
        log.warning("slack.told_to_wait", extra={"outbox_id": turn.message_id, "method": turn.method})
        self._pacing.refused(turn, wait.total_seconds(), _now())
        return Wait(wait.total_seconds())

    async def _respond(self, message: Claimed, arguments: JSON, *, repeatable: bool) -> tuple[Outcome, str]:
        response = await self._calls.respond(str(message.payload["url"]), arguments)
        if response.status_code == 200:
            return Sent("ok"), ""
        code = response.body.strip()[:60] if response.status_code < 500 else ""
        headers = {str(key): str(value) for key, value in response.headers.items()}
        return judged(response.status_code, code, headers, repeatable=repeatable), code


def _now() -> float:
    return asyncio.get_running_loop().time()


def _worth_waiting(wait: Wait, turn: Turn, end: float) -> bool:
    """Whether to wait for it here. Nobody waits for a letter: in a busy channel it makes way for others' messages."""
    left = end - _now()
    return wait.seconds <= (left if turn.answer or wait.everywhere else min(left, HURRY))


def _at(place: At, arguments: JSON) -> JSON:
    named = {key: value for key, value in (("channel", place.channel), ("ts", place.ts)) if value}
    return {**arguments, **named}


def _soon(message: Claimed) -> timedelta | None:
    return SOON if message.attempt <= SOON_AT_MOST else None


def _again_soon(message: Claimed, outcome: Outcome) -> Outcome:
    """What only led to the post went wrong, and nothing was said."""
    if isinstance(outcome, Postponed) and outcome.wait is None:
        return replace(outcome, wait=_soon(message))
    return outcome


def _method(message: Claimed) -> str:
    return str(message.payload.get("method"))


def _users(message: Claimed) -> list[str]:
    return [str(user) for user in message.payload.get("users") or ()]


def _repeatable(message: Claimed) -> bool:
    """Whether doing it twice comes to the same."""
    arguments = message.payload.get("arguments") or {}
    return _method(message) == UPDATE or bool(arguments.get("replace_original"))

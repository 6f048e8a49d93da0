"""An outbox message to Slack: said once, and looked up where nobody knows whether it was."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.calling import SlackCalls
from bot.slack.verdicts import LOOKS, judged, retry_after, said, unreached
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

log = logging.getLogger(__name__)

JSON = dict[str, Any]

METADATA_TYPE = "whodoes_delivery"
SOON = timedelta(seconds=1)
SOON_AT_MOST = 2  # tries that follow so closely; what Slack has lost more often, waits longer each time
CLOCKS_APART = timedelta(minutes=5)  # Slack's and ours
PAGE, PAGES = 200, 10  # how far back a look-up reads
LOOKS_AT_MOST = 3
LONGEST_PAUSE = 10.0  # seconds between two looks
BROKEN = (aiohttp.ClientError, TimeoutError, OSError)


class SlackSender:
    """`send` does what a message's payload says: {"method": …, "arguments": …}, with a "url" for `respond`."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._quiet_until: dict[str, float] = {}  # by method: Slack asked to be left alone

    async def send(self, message: Claimed) -> Outcome:
        """One attempt; a message whose blocks Slack will not draw is said as text rather than not at all."""
        if self._closing:
            return Postponed("whodoes was stopping.", SOON)
        async with self._counted():
            arguments = dict(message.payload.get("arguments") or {})
            outcome, code = await self._attempt(message, arguments)
            if code in LOOKS and arguments.pop("blocks", None) and arguments.get("text"):
                log.error("slack.blocks_refused", extra={"outbox_id": message.id, "code": code})
                outcome, _ = await self._attempt(message, arguments)
            return outcome

    async def look_up(self, message: Claimed) -> Outcome:
        """What became of a message in doubt. A post carries its key, so it is found where it stands, or is not there."""
        if _repeatable(message):
            return Postponed("Doing it again does no harm.", _soon(message))
        if message.payload.get("method") != "chat.postMessage":
            return Unknown("Slack cannot be asked whether it showed this: only its reader knows.")
        async with self._counted():
            return await self._look_patiently(message)

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

    async def _attempt(self, message: Claimed, arguments: JSON) -> tuple[Outcome, str]:
        """The outcome, and Slack's word for what is wrong."""
        repeatable, method = _repeatable(message), str(message.payload.get("method"))
        if (wait := self._asked_to_wait(method)) is not None:
            return Postponed("Slack asked to wait.", wait), ""
        try:
            if method == "respond":
                return await self._respond(message, arguments, repeatable=repeatable)
            response = await self._calls.call(method, _with_key(message, arguments))
        except SlackApiError as error:
            status, code, headers = said(error)
            outcome = judged(status, code, headers, repeatable=repeatable)
            if status == 429 and isinstance(outcome, Postponed) and outcome.wait is not None:
                self._quiet_until[method] = asyncio.get_running_loop().time() + outcome.wait.total_seconds()
            return outcome, code
        except BROKEN as error:
            return unreached(error, repeatable=repeatable), ""
        return Sent(str(response.get("ts") or "ok")), ""

    def _asked_to_wait(self, method: str) -> timedelta | None:
        """How long still: a wait is meant for all that we would say, not for the one message it was told to."""
        left = self._quiet_until.get(method, 0.0) - asyncio.get_running_loop().time()
        return timedelta(seconds=left) if left > 0 else None

    async def _respond(self, message: Claimed, arguments: JSON, *, repeatable: bool) -> tuple[Outcome, str]:
        response = await self._calls.respond(str(message.payload["url"]), arguments)
        if response.status_code == 200:
            return Sent("ok"), ""
        code = response.body.strip()[:60] if response.status_code < 500 else ""
        headers = {str(key): str(value) for key, value in response.headers.items()}
        return judged(response.status_code, code, headers, repeatable=repeatable), code

    async def _look_patiently(self, message: Claimed) -> Outcome:
        pause = 1.0
        for look in range(LOOKS_AT_MOST):
            try:
                ts = await self._found(message)
            except SlackApiError as error:
                status, code, headers = said(error)
                outcome = judged(status, code, headers, repeatable=True)
                if isinstance(outcome, Refused):
                    return _cannot_look(code)
                pause = (retry_after(headers) or timedelta(seconds=pause)).total_seconds()
            except BROKEN as error:
                log.warning(
                    "slack.look_up_failed", extra={"outbox_id": message.id, "error": type(error).__name__}
                )
            else:
                return (
                    Sent(ts)
                    if ts
                    else Postponed("Slack does not have it; it goes out again.", _soon(message))
                )
            if look + 1 < LOOKS_AT_MOST:
                await asyncio.sleep(min(pause, LONGEST_PAUSE))
                pause *= 2
        return Unknown("Slack could not be asked whether it took this.")

    async def _found(self, message: Claimed) -> str:
        """The ts of the message that carries our key, or nothing."""
        arguments = message.payload["arguments"]
        method, query = "conversations.history", {"channel": arguments["channel"]}
        if arguments.get("thread_ts"):
            method, query["ts"] = "conversations.replies", arguments["thread_ts"]
        oldest = (message.created_at - CLOCKS_APART).timestamp()
        query |= {"oldest": f"{oldest:.6f}", "limit": str(PAGE), "include_all_metadata": "true"}
        for _ in range(PAGES):
            answer = await self._calls.look(method, query)
            for there in answer.get("messages") or []:
                if _key_of(there) == message.dedup_key:
                    return str(there["ts"])
            query["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not query["cursor"]:
                return ""
        raise TimeoutError  # more than can be read: it cannot be said that it is not there


def _soon(message: Claimed) -> timedelta | None:
    return SOON if message.attempt <= SOON_AT_MOST else None


def _repeatable(message: Claimed) -> bool:
    """Whether doing it twice comes to the same."""
    arguments = message.payload.get("arguments") or {}
    return message.payload.get("method") == "chat.update" or bool(arguments.get("replace_original"))


def _with_key(message: Claimed, arguments: JSON) -> JSON:
    if message.payload.get("method") != "chat.postMessage":
        return arguments
    return {
        **arguments,
        "metadata": {"event_type": METADATA_TYPE, "event_payload": {"key": message.dedup_key}},
    }


def _key_of(there: JSON) -> str:
    metadata = there.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def _cannot_look(code: str) -> Outcome:
    if code in {"thread_not_found", "message_not_found"}:
        return Refused("The message it would stand under is not there any more.")
    return Unknown(f"Slack does not let the bot look whether it took this ({code}).")

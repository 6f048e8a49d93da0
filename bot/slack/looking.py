"""Whether Slack has a message that nobody knows of: a post carries its key, so it is found where it stands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.calling import SlackCalls
from bot.slack.placed import At
from bot.slack.verdicts import judged, retry_after, said
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

log = logging.getLogger(__name__)

JSON = dict[str, Any]

METADATA_TYPE = "whodoes_delivery"
CLOCKS_APART = timedelta(minutes=5)  # Slack's and ours
PAGE, PAGES = 200, 10  # how far back a look-up reads
LOOKS_AT_MOST = 3
LONGEST_PAUSE = 10.0  # seconds between two looks
BROKEN = (aiohttp.ClientError, TimeoutError, OSError)


def with_key(arguments: JSON, key: str) -> JSON:
    return {**arguments, "metadata": {"event_type": METADATA_TYPE, "event_payload": {"key": key}}}


class LookUp:
    """Reads back what was said in a conversation."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls

    async def look(
        self, message: Claimed, channel: Callable[[], Awaitable[str]], *, soon: timedelta | None
    ) -> Outcome:
        """`channel` is asked for each look; `soon` is when to post what is surely not there."""
        pause = 1.0
        for look in range(LOOKS_AT_MOST):
            try:
                place = await channel()
                ts = await self._found(message, place)
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
                gone = Postponed("Slack does not have it; it goes out again.", soon)
                return Sent(str(At(place, ts))) if ts else gone
            if look + 1 < LOOKS_AT_MOST:
                await asyncio.sleep(min(pause, LONGEST_PAUSE))
                pause *= 2
        return Unknown("Slack could not be asked whether it took this.")

    async def _found(self, message: Claimed, channel: str) -> str:
        """The ts of the message that carries our key, or nothing."""
        arguments = message.payload["arguments"]
        method, query = "conversations.history", {"channel": channel}
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


def _key_of(there: JSON) -> str:
    metadata = there.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def _cannot_look(code: str) -> Outcome:
    if code in {"thread_not_found", "message_not_found"}:
        return Refused("The message it would stand under is not there any more.")
    return Unknown(f"Slack does not let the bot look whether it took this ({code}).")

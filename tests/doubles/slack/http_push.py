"""Slack's side of HTTP delivery: signed requests to the app, and retries that say they are retries."""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.doubles.slack.pushing import Kind, Patience, Push, Pushed
from tests.doubles.slack.records import JSON, Ack
from tests.doubles.slack.workspace import Workspace

FORM = "application/x-www-form-urlencoded"


class HttpPush:
    """The transport that posts to one URL."""

    def __init__(self, workspace: Workspace, patience: Patience, *, url: str, signing_secret: str) -> None:
        self._workspace = workspace
        self._patience = patience
        self._url = url
        self._secret = signing_secret

    async def push(self, push: Push) -> Pushed:
        tries = self._patience.tries(push.kind)
        reason = ""
        for attempt in range(tries):
            await asyncio.sleep(self._patience.pause_seconds if attempt else 0)
            retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
            started = time.monotonic()
            try:
                status, answer = await self.post(push, headers=retry)
            except TimeoutError:
                reason = "http_timeout"
                continue
            except aiohttp.ClientError:
                reason = "connection_failed"
                continue
            if not 200 <= status < 300:
                reason = "http_error"
                continue
            ack = Ack(
                f"http-{attempt}", push.kind.value, time.monotonic() - started, late=False, payload=answer
            )
            self._workspace.acks.append(ack)
            self._workspace.changed()
            return Pushed(True, attempt + 1, answer)
        return Pushed(False, tries)

    async def post(self, push: Push, *, headers: dict[str, str]) -> tuple[int, JSON | None]:
        """One signed request: the status and what came back."""
        body, content_type = encoded(push)
        signed = {"Content-Type": content_type, **signature(self._secret, body), **headers}
        limit = aiohttp.ClientTimeout(total=self._patience.ack_seconds)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(self._url, data=body.encode(), headers=signed) as response,
        ):
            words = await response.text()
            if not words:
                return response.status, None
            if response.content_type == "application/json":
                return response.status, dict(json.loads(words))
            return response.status, {"text": words}


def encoded(push: Push) -> tuple[str, str]:
    """Events come as JSON, clicks as a form with one JSON field, commands as a plain form."""
    if push.kind is Kind.EVENT:
        return json.dumps(push.payload), "application/json"
    if push.kind is Kind.INTERACTIVE:
        return urlencode({"payload": json.dumps(push.payload)}), FORM
    return urlencode(push.payload), FORM


def signature(secret: str, body: str) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack; the real time, since the app checks it."""
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

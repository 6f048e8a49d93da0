"""Calls to Slack over one HTTP session, with our own timeouts and without the library's retries: the outbox decides."""

import logging
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

# What the libraries say goes here. They log whole messages at INFO and DEBUG, so those never leave it,
# whatever the level of the rest.
platform_log = logging.getLogger("bot.slack.platform")
platform_log.setLevel(logging.WARNING)

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)


class SlackCalls:
    """Slack's Web API and response URLs, as the bot. After `close` a call still works, over a connection of its own."""

    def __init__(self, *, token: str, api_url: str) -> None:
        self.api_url = api_url
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def client(self, *, token: str | None = None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self.api_url,
            session=self._open_session(),
            logger=platform_log,
            retry_handlers=[],
        )

    async def call(self, method: str, arguments: dict[str, Any]) -> AsyncSlackResponse:
        return await self._asked(method, json=arguments)

    async def look(self, method: str, query: dict[str, str]) -> AsyncSlackResponse:
        """A method that reads: Slack takes JSON for those that write alone."""
        return await self._asked(method, http_verb="GET", params=query)

    async def open_socket(self, app_token: str) -> AsyncSlackResponse:
        """Where Socket Mode is to be had, for the app-level token."""
        return await self._asked("apps.connections.open", token=app_token)

    async def _asked(self, method: str, *, token: str = "", **how: Any) -> AsyncSlackResponse:
        try:
            return await self.client(token=token or self._token).api_call(method, **how)
        except AttributeError as error:  # the library's own, at a reply that is no JSON: a portal's page, say
            raise aiohttp.ClientPayloadError("The reply was not Slack's.") from error

    async def respond(self, url: str, arguments: dict[str, Any]) -> WebhookResponse:
        client = AsyncWebhookClient(url, session=self._open_session(), logger=platform_log, retry_handlers=[])
        return await client.send_dict(arguments)

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession | None:
        if self._closed:
            return None
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._session

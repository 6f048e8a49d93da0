"""Slack's Web API over HTTP: reads arguments as slack-sdk sends them, checks tokens, meets faults, keeps a record."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import web

from tests.doubles.slack import chat, conversations, looking, scopes, views
from tests.doubles.slack.errors import MissingScope, Misuse, SlackRefusal
from tests.doubles.slack.faults import Fault, Faults
from tests.doubles.slack.journal import Journal
from tests.doubles.slack.pace import Pace
from tests.doubles.slack.records import BOT_USER, JSON, Call, ChannelKind
from tests.doubles.slack.workspace import Workspace

Method: TypeAlias = Callable[[Workspace, JSON], JSON]

OPEN_SOCKET = "apps.connections.open"
METHODS: Mapping[str, Method] = {
    "auth.test": looking.auth_test,
    "users.info": looking.users_info,
    "users.lookupByEmail": looking.users_lookup_by_email,
    "conversations.info": conversations.conversations_info,
    "conversations.open": conversations.conversations_open,
    "conversations.history": conversations.conversations_history,
    "conversations.replies": conversations.conversations_replies,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.getPermalink": chat.get_permalink,
    "views.open": views.open_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
    "views.publish": views.publish_view,
    "assistant.threads.setStatus": looking.set_status,
    "assistant.threads.setSuggestedPrompts": looking.set_suggested_prompts,
}
# Arguments that are JSON even inside a form.
NESTED = {"blocks", "view", "metadata", "attachments", "prompts", "loading_messages"}


@dataclass(slots=True)
class Tokens:
    """What the app must show; change them in a test to make the right one wrong."""

    bot: str = "xoxb-invented-bot"
    app: str = "xapp-invented-app"
    signing_secret: str = "invented-signing-secret"


class WebApi:
    """POST or GET /api/METHOD."""

    def __init__(
        self,
        workspace: Workspace,
        faults: Faults,
        tokens: Tokens,
        *,
        journal: Journal,
        open_socket: Callable[[], str],
        pace: Pace,
    ) -> None:
        self._workspace = workspace
        self._pace = pace
        self._faults = faults
        self._tokens = tokens
        self._journal = journal
        self._open_socket = open_socket

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args, token = await read_args(request)
        fault = await self._faults.take(method, args)
        if fault is not None and (refused := self._trouble(fault, method, args, request)) is not None:
            return refused
        if (wait := self._pace.wait(method, self._place(args))) is not None:
            return self._too_fast(method, args, self._pace.retry_after(wait))
        try:
            answer = {"ok": True, **self._run(method, args, token)}
        except SlackRefusal as refusal:
            return self._refuse(method, args, refusal)
        dropped = fault is not None and fault.drop == "after"
        self._record(method, args, "dropped" if dropped else "ok", answer)
        if dropped:
            return hang_up(request)
        return web.json_response(answer, headers=self._scopes(method, args))

    def _run(self, method: str, args: JSON, token: str) -> JSON:
        if method != OPEN_SOCKET and method not in METHODS:
            raise SlackRefusal("unknown_method")
        if not token:
            raise SlackRefusal("not_authed")
        expected = self._tokens.app if method == OPEN_SOCKET else self._tokens.bot
        if token != expected:
            known_kind = token.startswith(("xoxb-", "xapp-")) and token[:4] != expected[:4]
            raise SlackRefusal("not_allowed_token_type" if known_kind else "invalid_auth")
        if method == OPEN_SOCKET:
            return {"url": self._open_socket()}
        scopes.check(self._workspace, method, args)
        return METHODS[method](self._workspace, args)

    def _scopes(self, method: str, args: JSON) -> dict[str, str]:
        """The headers in which Slack says what the app has, and what the call takes."""
        groups = scopes.accepted(self._workspace, method, args)
        accepted = ",".join(scope for group in groups for scope in group)
        return {
            "X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes)),
            "X-Accepted-OAuth-Scopes": accepted,
        }

    def _trouble(self, fault: Fault, method: str, args: JSON, request: web.Request) -> web.Response | None:
        """The reply to a call that is not even looked at; None when the call goes on."""
        if fault.drop == "before":
            self._record(method, args, "lost")
            return hang_up(request)
        if fault.error is not None:
            return self._refuse(method, args, SlackRefusal(fault.error))
        if fault.status == 429:
            return self._too_fast(method, args, f"{fault.retry_after:g}")
        if fault.status != 200:
            self._record(method, args, "internal_error")
            return web.json_response({"ok": False, "error": "internal_error"}, status=fault.status)
        return None

    def _too_fast(self, method: str, args: JSON, seconds: str) -> web.Response:
        self._record(method, args, "ratelimited")
        answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(answer, status=429, headers={"Retry-After": seconds})

    def _place(self, args: JSON) -> str:
        """The conversation a post goes to; a direct message by the person's id, which may stand for it."""
        channel = self._workspace.channels.get(str(args.get("channel")))
        if channel is None or channel.kind is not ChannelKind.IM:
            return str(args.get("channel"))
        return next((user for user in channel.members if user != BOT_USER), channel.id)

    def _refuse(self, method: str, args: JSON, refusal: SlackRefusal) -> web.Response:
        answer: JSON = {"ok": False, "error": refusal.code}
        if isinstance(refusal, MissingScope):
            answer |= {"needed": refusal.needed, "provided": refusal.provided}
        elif refusal.messages:
            answer["errors"] = [message.removeprefix("[ERROR] ") for message in refusal.messages]
            answer["response_metadata"] = {"messages": list(refusal.messages)}
        if isinstance(refusal, Misuse) or refusal.code in {"invalid_blocks", "invalid_arguments"}:
            self._workspace.mistakes.append(f"{method}: {refusal.code}: {'; '.join(refusal.messages)}")
        self._record(method, args, refusal.code)
        return web.json_response(answer, headers=self._scopes(method, args))

    def _record(self, method: str, args: JSON, result: str, answer: JSON | None = None) -> None:
        call = Call(method, args, self._workspace.clock(), result)
        self._workspace.calls.append(call)
        if answer is not None:
            self._journal.write(call, answer)
        self._workspace.changed()


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def read_args(request: web.Request) -> tuple[JSON, str]:
    """Arguments from query, form or JSON body, and the token from header or arguments."""
    args: JSON = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        args |= body if isinstance(body, dict) else {}
    else:
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    in_args = args.pop("token", None)
    scheme, _, in_header = request.headers.get("Authorization", "").partition(" ")
    token = in_header if scheme == "Bearer" else in_args
    return {key: _unnested(key, value) for key, value in args.items() if value is not None}, token or ""


def _unnested(key: str, value: Any) -> Any:
    if key not in NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value

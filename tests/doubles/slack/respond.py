"""response_url: what the app may still say about a command or a click, five times within thirty minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from tests.doubles.slack import chat
from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.journal import Journal
from tests.doubles.slack.records import JSON, Call, Message
from tests.doubles.slack.validation import check_message
from tests.doubles.slack.workspace import Workspace

USES = 5
LIFE = timedelta(minutes=30)


@dataclass(slots=True)
class ResponseUrl:
    channel: str
    user: str
    source: Message | None  # the clicked message; a command has none, so there is nothing to replace
    issued: datetime
    uses: int = 0


class ResponseUrls:
    """POST /respond/ID."""

    def __init__(self, workspace: Workspace, *, journal: Journal, base: Callable[[], str]) -> None:
        self._workspace = workspace
        self._journal = journal
        self._base = base
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, channel: str, user: str, *, source: Message | None = None) -> str:
        key = self._workspace.unique("R")
        self._issued[key] = ResponseUrl(channel, user, source, self._workspace.clock())
        return f"{self._base()}/respond/{key}"

    def say_at(self, url: str, args: JSON) -> None:
        """What an acknowledgement carries is said as if to its response_url, and costs no use."""
        self.say(self._issued[url.rpartition("/")[2]], args)

    async def handle(self, request: web.Request) -> web.Response:
        place = self._issued.get(request.match_info["key"])
        if place is None:
            return web.Response(status=404, text="no_service")
        if self._workspace.clock() - place.issued > LIFE:
            return web.Response(status=404, text="expired_url")
        if place.uses >= USES:
            return web.Response(status=404, text="used_url")
        args: JSON = await request.json()
        try:
            self.say(place, args)
        except SlackRefusal as refusal:
            self._workspace.mistakes.append(f"response_url: {refusal.code}: {'; '.join(refusal.messages)}")
            self._record(args, refusal.code)
            return web.Response(status=400, text=refusal.code)
        place.uses += 1
        self._record(args, "ok")
        return web.Response(text="ok")

    def say(self, place: ResponseUrl, args: JSON) -> None:
        """Ephemeral unless response_type says otherwise; the original only changes when asked to."""
        if place.source is not None and args.get("delete_original"):
            self._workspace.remove(place.source)
            return
        if place.source is not None and args.get("replace_original"):
            chat.rewrite_original(self._workspace, place.source, args)
            return
        check_message(self._workspace, args)
        thread_ts = args.get("thread_ts")
        if args.get("response_type") == "in_channel":
            self._workspace.say(chat.bot_message(self._workspace, place.channel, args, thread_ts=thread_ts))
        else:
            chat.ephemeral(self._workspace, place.channel, args, user=place.user, thread_ts=thread_ts)

    def _record(self, args: JSON, result: str) -> None:
        call = Call("response_url", args, self._workspace.clock(), result)
        self._workspace.calls.append(call)
        if result == "ok":
            self._journal.write(call, {"ok": True})
        self._workspace.changed()

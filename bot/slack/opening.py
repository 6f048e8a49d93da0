"""The conversation in which a message to one person, or to a few together, is said."""

from collections.abc import Sequence

from bot.slack.calling import SlackCalls

OPEN = "conversations.open"
REMEMBERED_MOST = 5000


class Conversations:
    """Opened once for each set of people, and remembered: Slack gives the same one each time."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._known: dict[frozenset[str], str] = {}

    def known(self, users: Sequence[str]) -> str | None:
        return self._known.get(frozenset(users))

    async def opened(self, users: Sequence[str]) -> str:
        """Its id. Raises SlackApiError, or what a broken line raises."""
        if (known := self.known(users)) is not None:
            return known
        response = await self._calls.call(OPEN, {"users": ",".join(users)})
        channel = str(response["channel"]["id"])
        self.remember(users, channel)
        return channel

    def remember(self, users: Sequence[str], channel: str) -> None:
        if len(self._known) >= REMEMBERED_MOST:
            self._known.clear()
        self._known[frozenset(users)] = channel

    def forget(self, users: Sequence[str]) -> bool:
        """Whether it was remembered: what Slack knows no more is opened anew."""
        return self._known.pop(frozenset(users), None) is not None

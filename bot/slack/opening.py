"""The conversation in which a message to one person, or to a few together, is said."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.slack.calling import SlackCalls
from bot.slack.verdicts import said

REMEMBERED_MOST = 5000


class Conversations:
    """Opened once for each set of people, and remembered: Slack gives the same one each time."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._known: dict[frozenset[str], str] = {}

    async def opened(self, users: Sequence[str]) -> str:
        """Its id. Raises SlackApiError, or what a broken line raises."""
        people = frozenset(users)
        if people not in self._known:
            try:
                response = await self._calls.call("conversations.open", {"users": ",".join(users)})
            except SlackApiError as error:
                status, _, _ = said(error)
                if status == 429 and len(people) == 1:
                    return users[0]  # posting to a person's id opens the conversation as well
                raise
            self.remember(users, str(response["channel"]["id"]))
        return self._known[people]

    def remember(self, users: Sequence[str], channel: str) -> None:
        if len(self._known) >= REMEMBERED_MOST:
            self._known.clear()
        self._known[frozenset(users)] = channel

    def forget(self, users: Sequence[str]) -> bool:
        """Whether it was remembered: what Slack knows no more is opened anew."""
        return self._known.pop(frozenset(users), None) is not None

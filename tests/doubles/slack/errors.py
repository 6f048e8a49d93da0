"""What Slack answers when it refuses a call: an error code and, for bad arguments, where they are wrong."""

from collections.abc import Sequence


class SlackRefusal(Exception):
    """`{"ok": false, "error": code}`, with the details Slack puts in response_metadata.messages."""

    def __init__(self, code: str, messages: Sequence[str] = ()) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = tuple(messages)

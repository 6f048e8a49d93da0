"""What Slack answers when it refuses a call: an error code and, for bad arguments, where they are wrong."""

from collections.abc import Sequence


class SlackRefusal(Exception):
    """`{"ok": false, "error": code}`, with the details Slack puts in response_metadata.messages."""

    def __init__(self, code: str, messages: Sequence[str] = ()) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = tuple(messages)


class Misuse(SlackRefusal):
    """A refusal that only a mistake of the app brings about: noted in the workspace's `mistakes` as well."""


class MissingScope(Misuse):
    """The app was not granted what this call needs."""

    def __init__(self, needed: str, provided: str) -> None:
        super().__init__("missing_scope", [f"[ERROR] needs {needed}"])
        self.needed = needed
        self.provided = provided


class NotDelivered(LookupError):
    """Slack would not tell the app of this, or would not let a person do it; the message says why."""

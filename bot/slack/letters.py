"""Letters by Slack: to one person directly, to two in a group message; edited in place as what they are about moves on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.assistant.letters import Addressed
from bot.assistant.sent_letters import to_keep
from bot.slack.blocks.letters import ACCOUNT, render
from bot.slack.drafts import UPDATE, body_of
from store.keys import fitting
from store.kinds import Medium
from store.outbox import Draft
from store.reaching import Reachable

JSON = dict[str, Any]

POST = "chat.postMessage"
TOGETHER_MOST = 8  # people that one group message holds


class SlackCarrier:
    """Writes letters for the sender of this package, which opens the conversation before it posts."""

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        """Every one has an account of their own here."""
        accounts = {each.slack_user_id for each in to if ACCOUNT.fullmatch(each.slack_user_id or "")}
        return bool(to) and len(accounts) == len(to) <= TOGETHER_MOST

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        users = [each.slack_user_id or "" for each in addressed.to]
        arguments: JSON = {**body_of(render(addressed)), "unfurl_links": False, "unfurl_media": False}
        kept = to_keep(addressed.letter) if len(users) == 1 else {}
        payload = {"method": POST, "users": users, "arguments": arguments, **kept}
        return Draft(
            addressed.outbox_key, Medium.SLACK, "letter", fitting(", ".join(users), 400), payload=payload
        )

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        """`number` rises: of two revisions that wait, the later is the one to show."""
        payload: JSON = {
            "method": UPDATE,
            "of": addressed.outbox_key,
            "number": number,
            "arguments": body_of(render(addressed, revised=now)),
        }
        users = ", ".join(each.slack_user_id or "" for each in addressed.to)
        key = f"{addressed.outbox_key}:r{number}"
        return Draft(key, Medium.SLACK, "revision", fitting(users, 400), payload=payload)

"""A broadcast as Slack shows it: in a channel, to one person directly, and its progress to whoever sent it."""

from bot.assistant.campaigns.progress import Progress
from bot.slack.blocks.broadcasts import announcement, progress
from bot.slack.drafts import UPDATE, body_of
from store.campaigns.ledger import Claimed
from store.kinds import Medium
from store.models import Campaign
from store.outbox import Draft

POST = "chat.postMessage"
CHANNEL = "channel:"


def post_of(campaign: Campaign, to: Claimed) -> Draft:
    """What goes to one recipient; the caller gives it its key."""
    private = not to.key.startswith(CHANNEL)
    body = body_of(announcement(campaign.subject, campaign.body, why=to.why if private else ""))
    arguments = {**body, "unfurl_links": False, "unfurl_media": False}
    if private:
        payload = {"method": POST, "users": [to.destination], "arguments": arguments}
    else:
        payload = {"method": POST, "arguments": {"channel": to.destination, **arguments}}
    return Draft("", Medium.SLACK, "campaign", to.destination, payload=payload)


def progress_of(campaign_id: int, shown: Progress, *, user: str, number: int) -> Draft:
    """The first time a message of its own; each later one changes that in place."""
    key, body = f"campaign-progress:{campaign_id}", body_of(progress(shown))
    if number == 0:
        return Draft(
            key, Medium.SLACK, "letter", user, payload={"method": POST, "users": [user], "arguments": body}
        )
    payload = {"method": UPDATE, "of": key, "number": number, "arguments": body}
    return Draft(f"{key}:r{number}", Medium.SLACK, "revision", user, payload=payload)

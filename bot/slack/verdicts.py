"""What Slack's reply, or the lack of one, says about a message: sent, to be tried again, refused, or unknown."""

from collections.abc import Mapping
from datetime import timedelta
from math import isnan

import aiohttp
from slack_sdk.errors import SlackApiError

from store.outcome import Outcome, Postponed, Refused, Unknown

# Surely not done, and worth another try: because it was too much at once, or for another reason.
TOO_MUCH = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
PASSING = frozenset({"request_timeout", "team_added_to_org"})
# Slack says of these itself that a part may have been done.
DOUBTFUL = frozenset({"internal_error", "fatal_error", "service_unavailable"})
# It does not like how a message looks: as plain text it may still arrive.
LOOKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"})

REASONS = {
    "account_inactive": "The bot's account is switched off in Slack.",
    "cannot_dm_bot": "Slack lets no bot be written to.",
    "cant_update_message": "Slack does not let that message be changed.",
    "channel_not_found": "There is no such channel, or the bot is not in it.",
    "ekm_access_denied": "The workspace's keys do not allow it.",
    "expired_url": "Slack took no reply to that any more: it was over half an hour old.",
    "invalid_auth": "Slack does not accept the bot token.",
    "invalid_user_combination": "These people share no channel in Slack, so they cannot be put in one conversation.",
    "is_archived": "The channel is archived.",
    "message_not_found": "The message is not there any more.",
    "messages_tab_disabled": "The app's Messages tab is switched off, so that it can write to nobody.",
    "method_not_supported_for_channel_type": "Slack has no conversation of that kind.",
    "missing_scope": "The bot lacks a permission; install it again with the scopes of the manifest.",
    "msg_too_long": "The message is too long for Slack.",
    "not_enough_users": "There is nobody to write to.",
    "not_in_channel": "The bot is not in that channel; invite it there.",
    "restricted_action": "The workspace does not let the bot post there.",
    "thread_not_found": "The message it would stand under is not there any more.",
    "token_revoked": "The bot token has been withdrawn.",
    "too_many_users": "A group message holds eight people at most.",
    "used_url": "Slack took no further reply to that: five are the most.",
    "user_disabled": "That person's Slack account is switched off.",
    "user_not_found": "There is no such person in the workspace.",
    "user_not_visible": "The bot may not see that person.",
}
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 3600.0  # seconds


def judged(status: int, code: str, headers: Mapping[str, str], *, repeatable: bool) -> Outcome:
    """`repeatable`: doing it twice comes to the same, so that doubt is no reason to stop."""
    if status == 429 or code in TOO_MUCH:
        return Postponed(f"Slack asked to wait ({code or status}).", retry_after(headers), tried=False)
    if code in PASSING:
        return Postponed(f"Slack could not take it just now ({code}).", retry_after(headers))
    if status >= 500 or code in DOUBTFUL or not code:  # no word of Slack's: something stands in between
        said = f"Slack did not answer as it should ({code or status})."
        return Postponed(said) if repeatable else Unknown(said)
    return Refused(f"{REASONS.get(code, 'Slack refused it.')} ({code})")


def unreached(error: Exception, *, repeatable: bool) -> Outcome:
    """No reply came. Before a connection stood, nothing can have been done."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Postponed(f"Slack could not be reached ({name}).")
    said = f"The connection to Slack broke before it replied ({name})."
    return Postponed(said) if repeatable else Unknown(said)


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """The wait Slack names, in seconds; None where it names none that makes sense."""
    value = next((value for key, value in headers.items() if key.lower() == "retry-after"), "")
    try:
        seconds = float(value)
    except ValueError:
        return None
    if isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))


def said(error: SlackApiError) -> tuple[int, str, dict[str, str]]:
    """Status, Slack's code, headers. The response is no SlackResponse where the body was not JSON."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 500
    headers = {str(key): str(value) for key, value in getattr(response, "headers", {}).items()}
    data = getattr(response, "data", None)
    return int(status), str(data.get("error") or "") if isinstance(data, dict) else "", headers

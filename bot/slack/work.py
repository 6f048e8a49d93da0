"""One inbox row of Slack's worked through: what it asks for done, and the messages that say so decided, in one transaction."""

from dataclasses import dataclass, replace
from typing import assert_never

from sqlmodel import Session

from bot.slack.arrivals import (
    Click,
    Command,
    Content,
    Edited,
    Form,
    Said,
    Shortcut,
    TakenBack,
    content_of,
)
from bot.slack.asking import answer_said
from bot.slack.blocks.message import Message
from bot.slack.commands import heard
from bot.slack.doing import Doing, Here
from bot.slack.drafts import post, whisper
from bot.slack.editing import edited, taken_back
from bot.slack.families import family_of
from bot.slack.modals.forms import Filled
from bot.slack.shortcuts import chosen
from bot.slack.then import Then
from store import inbox, outbox
from store.inbox import Received
from store.kinds import InboxState
from store.outbox import Claimed, Draft

UNDONE = (
    "Something went wrong on my side, and I could not do it. Please try again in a moment; "
    "if it happens again, tell the team this number: {}."
)
STALE_BUTTON = "That button is from an earlier message of mine and no longer works. Ask me again, and you get a fresh one."
STALE_FORM = "That form is from an earlier version of mine, and I could not take it. Please open it anew."
STALE_SHORTCUT = "I don't do that any more. Ask me in your own words: mention me, or type /whodoes help."
NOTHING = Then()


@dataclass(frozen=True, slots=True)
class Worked:
    """What is left to do when it is committed: the messages to send at once, already ours, and what to show."""

    messages: tuple[Claimed, ...] = ()
    then: Then = NOTHING


def handle(session: Session, received: Received, *, here: Here) -> Worked:
    """Nothing is left to do where somebody else worked it through: safe to repeat."""
    if not inbox.finish(session, received.id, "answered", now=here.now):
        return Worked()
    content = content_of(received.kind, received.payload)
    doing = here.doing(session, content.user, content.team, received.event_id)
    then = _told_beside(content, _then(session, content, doing), key=f"notice:{received.event_id}")
    return Worked(_claimed(session, then.drafts, here), then)


def give_up(session: Session, received: Received, *, error: str, here: Here) -> tuple[bool, Worked]:
    """Count a failure. After the last one the row is set aside (True), and whoever waits is told so, once."""
    state = inbox.strike(session, received.id, error, now=here.now)
    if state is not InboxState.SET_ASIDE:
        return state is not InboxState.RECEIVED, Worked()
    key, text = f"apology:{received.event_id}", UNDONE.format(f"S{received.id}")
    try:
        content = content_of(received.kind, received.payload)
    except (TypeError, ValueError):  # a row of another version, and nobody in it whom we could tell
        return True, Worked()
    if isinstance(content, Said):
        apology = post(Message(text, []), key=key, channel=content.channel, root=content.root)
        return True, Worked(_claimed(session, (apology,), here))
    then = _told_beside(content, Then(text, done=False), key=key)
    return True, Worked(_claimed(session, then.drafts, here), then)


def _then(session: Session, content: Content, doing: Doing) -> Then:
    match content:
        case Said():
            return Then(drafts=answer_said(session, content, doing))
        case Edited():
            return edited(session, content, doing)
        case TakenBack():
            return taken_back(session, content, doing)
        case Command():
            return heard(session, content, doing)
        case Shortcut():
            return chosen(session, content, doing) or Then(STALE_SHORTCUT, done=False)
        case Click():
            return family_of(content.action).pressed(session, content, doing) or Then(
                STALE_BUTTON, done=False
            )
        case Form():
            form = Filled(content.callback, content.fields, content.kept)
            return family_of(content.callback).submitted(session, form, doing) or Then(STALE_FORM, done=False)
    assert_never(content)


def _told_beside(content: Content, then: Then, *, key: str) -> Then:
    """What is told stands beside the message where the button was, for its presser alone; it survives a crash so."""
    url = content.response_url if isinstance(content, Command | Shortcut | Click) else ""
    if not (then.told and url):
        return then
    line = whisper(then.told, key=key, url=url, user=content.user)
    return replace(then, told="", drafts=(*then.drafts, line))


def _claimed(session: Session, drafts: tuple[Draft, ...], here: Here) -> tuple[Claimed, ...]:
    claimed = [outbox.enqueue_claimed(session, draft, owner=here.owner, now=here.now) for draft in drafts]
    return tuple(message for message in claimed if message is not None)

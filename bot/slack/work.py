"""One inbox row of Slack's worked through: asked, answered, and the messages that say so decided, in one transaction."""

from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.assistant.wording import put_in_words
from bot.slack.arrivals import Click, Command, Kind, Said
from bot.slack.blocks.answers import Message, render
from bot.slack.drafts import body_of, post, respond, whisper
from bot.slack.pressing import Press
from bot.slack.reading import words_of
from bot.slack.showing import Place, Shown, went_out
from bot.slack.threads import follows, goes_on_in_its_thread
from store import inbox, outbox
from store.inbox import Received
from store.kinds import InboxState, Medium
from store.outbox import Claimed, Draft
from store.people import by_slack_id
from store.search.index import Index

UNDONE = (
    "Something went wrong on my side, and I could not answer. Please ask again in a moment; "
    "if it happens again, tell the team this number: {}."
)


def handle(
    session: Session, received: Received, *, index: Index, owner: str, now: datetime
) -> tuple[Claimed, ...]:
    """The messages to send at once, already ours. Nothing where somebody else worked it through: safe to repeat."""
    if not inbox.finish(session, received.id, "answered", now=now):
        return ()
    drafts = _drafts(session, received, index=index, now=now)
    return _claimed(session, drafts, owner=owner, now=now)


def give_up(
    session: Session, received: Received, *, error: str, owner: str, now: datetime
) -> tuple[bool, tuple[Claimed, ...]]:
    """Count a failure. After the last one the row is set aside (True), and whoever waits is told so, once."""
    state = inbox.strike(session, received.id, error, now=now)
    if state is not InboxState.SET_ASIDE:
        return state is not InboxState.RECEIVED, ()
    text = UNDONE.format(f"S{received.id}")
    try:
        drafts = [_apology(received, text)]
    except (TypeError, ValueError):  # a row of another version, and nobody in it whom we could tell
        drafts = []
    return True, _claimed(session, drafts, owner=owner, now=now)


def _apology(received: Received, text: str) -> Draft:
    key, kind = f"apology:{received.event_id}", Kind(received.kind)
    match kind:
        case Kind.SAID:
            said = Said(**received.payload)
            return post(Message(text, []), key=key, channel=said.channel, root=said.root)
        case Kind.COMMAND:
            command = Command(**received.payload)
            return whisper(text, key=key, url=command.response_url, user=command.user)
        case Kind.PAGE | Kind.FEEDBACK | Kind.SHARE | Kind.STALE:
            click = Click(**received.payload)
            return whisper(text, key=key, url=click.response_url, user=click.user)
    assert_never(kind)


def _claimed(session: Session, drafts: list[Draft], *, owner: str, now: datetime) -> tuple[Claimed, ...]:
    claimed = [outbox.enqueue_claimed(session, draft, owner=owner, now=now) for draft in drafts]
    return tuple(message for message in claimed if message is not None)


def _drafts(session: Session, received: Received, *, index: Index, now: datetime) -> list[Draft]:
    kind = Kind(received.kind)
    match kind:
        case Kind.SAID:
            return _said(session, Said(**received.payload), index=index, now=now)
        case Kind.COMMAND:
            return _command(session, Command(**received.payload), index=index, now=now)
        case Kind.PAGE | Kind.FEEDBACK | Kind.SHARE | Kind.STALE:
            click = Click(**received.payload)
            press = Press(session, click, received.event_id, index=index, now=now)
            return press.drafts(kind)
    assert_never(kind)


def _said(session: Session, said: Said, *, index: Index, now: datetime) -> list[Draft]:
    """Answer under the message. A message that was answered and is edited keeps its answer."""
    ask = _ask(session, f"slack:{said.channel}:{said.ts}", said, follows(session, said, now=now))
    key = f"answer:{ask.id}"
    if went_out(session, key):
        return []
    reply = put_in_words(answer(session, ask, index=index, now=now))
    goes_on_in_its_thread(session, ask.id, said)
    shown = Shown(reply, Place.DIRECT if said.direct else Place.CHANNEL, posted=True)
    return [post(render(shown, key=key), key=key, channel=said.channel, root=said.root, shown=shown)]


def _command(session: Session, command: Command, *, index: Index, now: datetime) -> list[Draft]:
    conversation = f"slack:{command.channel}:{command.user}"
    ask = _ask(session, f"slack:command:{command.trigger}", command, conversation)
    key = f"answer:{ask.id}"
    reply = put_in_words(answer(session, ask, index=index, now=now))
    shown = Shown(reply, Place.COMMAND, posted=False, may_share=reply.asks_feedback)
    arguments = {"response_type": "ephemeral", "replace_original": False, **body_of(render(shown, key=key))}
    return [respond(arguments, key=key, url=command.response_url, user=command.user, shown=shown)]


def _ask(session: Session, ask_id: str, said: Said | Command, conversation: str) -> Ask:
    words = words_of(said.text) or "help"  # a bare mention or command wants to know what this is
    return Ask(ask_id, by_slack_id(session, said.user), words, Medium.SLACK, conversation)

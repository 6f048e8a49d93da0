"""One inbox row of Slack's worked through: asked, answered, and the messages that say so decided, in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from sqlmodel import Session

from bot.assistant.answering import answer, give_feedback, show
from bot.assistant.messages import PAGE, Ask, Matches
from bot.assistant.rights import Action, may
from bot.assistant.wording import put_in_words
from bot.slack.arrivals import Click, Command, Kind, Said
from bot.slack.blocks.answers import Message, render
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.buttons import VERDICTS, Carried, carried
from bot.slack.reading import words_of
from bot.slack.showing import Place, Shown, dump, shown_at, went_out
from bot.slack.threads import follows, goes_on_in_its_thread
from store import inbox, outbox
from store.inbox import Received
from store.kinds import InboxState, Medium
from store.models import AskRecord
from store.outbox import Claimed, Draft
from store.people import Member, by_slack_id
from store.search.index import Index

JSON = dict[str, Any]

POST, UPDATE, RESPOND = "chat.postMessage", "chat.update", "respond"
STALE = "That button is from an earlier answer and no longer works. Ask me again, and you get a fresh one."
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
    key, text = f"apology:{received.event_id}", UNDONE.format(f"S{received.id}")
    match Kind(received.kind):
        case Kind.SAID:
            said = Said(**received.payload)
            drafts = [_post(Message(text, []), key=key, channel=said.channel, root=said.root)]
        case Kind.COMMAND:
            command = Command(**received.payload)
            drafts = [_whisper(text, key=key, url=command.response_url, user=command.user)]
        case Kind.PAGE | Kind.FEEDBACK | Kind.SHARE | Kind.STALE:
            click = Click(**received.payload)
            drafts = [_whisper(text, key=key, url=click.response_url, user=click.user)]
    return True, _claimed(session, drafts, owner=owner, now=now)


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
            press = _Press(session, click, received.event_id, index=index, now=now)
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
    return [_post(render(shown, key=key), key=key, channel=said.channel, root=said.root, shown=shown)]


def _command(session: Session, command: Command, *, index: Index, now: datetime) -> list[Draft]:
    conversation = f"slack:{command.channel}:{command.user}"
    ask = _ask(session, f"slack:command:{command.trigger}", command, conversation)
    key = f"answer:{ask.id}"
    reply = put_in_words(answer(session, ask, index=index, now=now))
    shown = Shown(reply, Place.COMMAND, posted=False, may_share=reply.asks_feedback)
    arguments = {"response_type": "ephemeral", "replace_original": False, **_body(render(shown, key=key))}
    return [_respond(arguments, key=key, url=command.response_url, user=command.user, shown=shown)]


def _ask(session: Session, ask_id: str, said: Said | Command, conversation: str) -> Ask:
    words = words_of(said.text) or "help"  # a bare mention or command wants to know what this is
    return Ask(ask_id, by_slack_id(session, said.user), words, Medium.SLACK, conversation)


class _Press:
    """One click on a button under an answer."""

    def __init__(self, session: Session, click: Click, event_id: str, *, index: Index, now: datetime) -> None:
        self._session = session
        self._click = click
        self._event_id = event_id
        self._index = index
        self._now = now

    def drafts(self, kind: Kind) -> list[Draft]:
        held = carried(self._click.value)
        shown = None if held is None or kind is Kind.STALE else shown_at(self._session, held.at)
        if held is None or shown is None:
            return [self._notice(STALE)]
        if kind is Kind.PAGE:
            return self._page(held, shown)
        return self._feedback(held, shown) if kind is Kind.FEEDBACK else self._share(held, shown)

    def _page(self, held: Carried, shown: Shown) -> list[Draft]:
        last = held.first + PAGE - 1
        page = show(self._session, held.ask, first=held.first, last=last, index=self._index)
        reply = put_in_words(page)
        if not isinstance(page, Matches):
            return [self._notice(reply.lead)]
        return [self._change(replace(shown, reply=reply))]

    def _feedback(self, held: Carried, shown: Shown) -> list[Draft]:
        asker = by_slack_id(self._session, self._click.user)
        if not may(asker, Action.GIVE_FEEDBACK, Medium.SLACK):
            return [self._notice("Only members can say that of an answer.")]
        verdict = VERDICTS[self._click.action]
        actor = f"slack:{self._click.user}"
        if not give_feedback(self._session, held.ask, actor=actor, verdict=verdict, now=self._now):
            return [self._notice(STALE)]
        said = f"Marked {verdict.value} by {self._name()} — thanks."
        return [self._change(replace(shown, said=said))]

    def _share(self, held: Carried, shown: Shown) -> list[Draft]:
        """The answer goes to the channel in the clicker's name, and the button that did it goes away."""
        key = f"share:{held.at}"
        if not shown.may_share or went_out(self._session, key):
            return [self._notice("You have shared that already.")]
        record = self._session.get(AskRecord, held.ask)
        asked = f"{self._name()} asked “{record.text if record else ''}” and shares the answer:"
        public = Shown(shown.reply, Place.CHANNEL, posted=False, shared=asked)
        arguments = {"response_type": "in_channel", "replace_original": False}
        arguments |= _body(render(public, key=key))
        url, user = self._click.response_url, self._click.user
        return [
            _respond(arguments, key=key, url=url, user=user, shown=public),
            self._change(replace(shown, may_share=False)),
        ]

    def _change(self, shown: Shown) -> Draft:
        """Edit the message in place: by its ts where we posted it, else by the way the click offers."""
        click, key = self._click, f"update:{self._event_id}"
        body = _body(render(shown, key=key))
        if not shown.posted:
            arguments = {"replace_original": True, **body}
            return _respond(arguments, key=key, url=click.response_url, user=click.user, shown=shown)
        arguments = {"channel": click.channel, "ts": click.ts, **body}
        return _draft(UPDATE, arguments, key=key, recipient=click.channel, shown=shown)

    def _notice(self, text: str) -> Draft:
        click = self._click
        return _whisper(text, key=f"notice:{self._event_id}", url=click.response_url, user=click.user)

    def _name(self) -> str:
        """A name and never a mention: being named is no reason to be called."""
        person = by_slack_id(self._session, self._click.user)
        return person.name if isinstance(person, Member) else self._click.user_name or "a member"


def _body(message: Message) -> JSON:
    return {"text": message.text, **({"blocks": message.blocks} if message.blocks else {})}


def _post(message: Message, *, key: str, channel: str, root: str, shown: Shown | None = None) -> Draft:
    arguments = {
        "channel": channel,
        "thread_ts": root,
        **_body(message),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return _draft(POST, arguments, key=key, recipient=channel, shown=shown)


def _whisper(text: str, *, key: str, url: str, user: str) -> Draft:
    """A line that only the clicker sees."""
    arguments = {"response_type": "ephemeral", "replace_original": False, "text": escaped(text)}
    return _respond(arguments, key=key, url=url, user=user)


def _respond(arguments: JSON, *, key: str, url: str, user: str, shown: Shown | None = None) -> Draft:
    draft = _draft(RESPOND, arguments, key=key, recipient=user, shown=shown)
    return replace(draft, payload={**draft.payload, "url": url})


def _draft(method: str, arguments: JSON, *, key: str, recipient: str, shown: Shown | None) -> Draft:
    kept = {} if shown is None else {"shown": dump(shown)}
    kind = "answer" if method == POST or key.startswith("answer:") else "update"
    payload = {"method": method, "arguments": arguments, **kept}
    return Draft(key, Medium.SLACK, kind, recipient, payload=payload)

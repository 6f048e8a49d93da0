"""A click on a button under an answer: another page of it, a verdict on it, or the answer shared."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.assistant.answering import give_feedback, show
from bot.assistant.messages import PAGE, Matches
from bot.assistant.rights import Action, may
from bot.assistant.wording import put_in_words
from bot.slack.arrivals import Click, Kind
from bot.slack.blocks.answers import render
from bot.slack.buttons import VERDICTS, Carried, carried
from bot.slack.drafts import UPDATE, body_of, draft_of, respond, whisper
from bot.slack.showing import Place, Shown, shown_at, went_out
from store.kinds import Medium
from store.models import AskRecord
from store.outbox import Draft
from store.people import Member, by_slack_id
from store.search.index import Index

STALE = "That button is from an earlier answer and no longer works. Ask me again, and you get a fresh one."
SHARED = "You have shared that already."
MEMBERS_ONLY = "Only members can say that of an answer."


class Press:
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
            return [self._notice(MEMBERS_ONLY)]
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
            return [self._notice(SHARED)]
        record = self._session.get(AskRecord, held.ask)
        asked = f"{self._name()} asked “{record.text if record else ''}” and shares the answer:"
        public = Shown(shown.reply, Place.CHANNEL, posted=False, shared=asked)
        arguments = {"response_type": "in_channel", "replace_original": False}
        arguments |= body_of(render(public, key=key))
        url, user = self._click.response_url, self._click.user
        return [
            respond(arguments, key=key, url=url, user=user, shown=public),
            self._change(replace(shown, may_share=False)),
        ]

    def _change(self, shown: Shown) -> Draft:
        """Edit the message in place: by its ts where we posted it, else by the way the click offers."""
        click, key = self._click, f"update:{self._event_id}"
        body = body_of(render(shown, key=key))
        if not shown.posted:
            arguments = {"replace_original": True, **body}
            return respond(arguments, key=key, url=click.response_url, user=click.user, shown=shown)
        arguments = {"channel": click.channel, "ts": click.ts, **body}
        return draft_of(UPDATE, arguments, key=key, recipient=click.channel, shown=shown)

    def _notice(self, text: str) -> Draft:
        click = self._click
        return whisper(text, key=f"notice:{self._event_id}", url=click.response_url, user=click.user)

    def _name(self) -> str:
        """A name and never a mention: being named is no reason to be called."""
        person = by_slack_id(self._session, self._click.user)
        return person.name if isinstance(person, Member) else self._click.user_name or "a member"

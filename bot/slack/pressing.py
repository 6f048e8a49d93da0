"""A click on a button under an answer: another page of it, a verdict on it, or the answer shared."""

from dataclasses import replace

from sqlmodel import Session

from bot.assistant.answering import give_feedback, show
from bot.assistant.messages import PAGE, Matches
from bot.assistant.rights import Action, may
from bot.assistant.wording import put_in_words
from bot.slack.arrivals import Click
from bot.slack.blocks.answers import render
from bot.slack.buttons import PAGES, VERDICTS, Carried, carried
from bot.slack.doing import Doing
from bot.slack.drafts import UPDATE, body_of, draft_of, respond, with_plain
from bot.slack.mistakes import correcting, named_in
from bot.slack.showing import Place, Shown, shown_at, went_out
from bot.slack.then import Then
from store.kinds import Medium, Verdict
from store.models import AskRecord
from store.outbox import Draft
from store.people import Member

STALE = "That button is from an earlier answer and no longer works. Ask me again, and you get a fresh one."
SHARED = "You have shared that already."
MEMBERS_ONLY = "Only members can say that of an answer."


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    """None where the answer it stands under has been let go of."""
    held = carried(click.value)
    shown = None if held is None else shown_at(session, held.at)
    if held is None or shown is None:
        return None
    press = Press(session, click, doing)
    if click.action in PAGES:
        return press.page(held, shown)
    return press.verdict(held, shown) if click.action in VERDICTS else press.share(held, shown)


class Press:
    """One click on a button under an answer."""

    def __init__(self, session: Session, click: Click, doing: Doing) -> None:
        self._session = session
        self._click = click
        self._doing = doing

    def page(self, held: Carried, shown: Shown) -> Then:
        last = held.first + PAGE - 1
        page = show(self._session, held.ask, first=held.first, last=last, index=self._doing.index)
        reply = put_in_words(page)
        if not isinstance(page, Matches):
            return Then(reply.lead, done=False)
        return Then(drafts=(self._change(replace(shown, reply=reply)),))

    def verdict(self, held: Carried, shown: Shown) -> Then:
        if not may(self._doing.act.by, Action.GIVE_FEEDBACK, Medium.SLACK):
            return Then(MEMBERS_ONLY, done=False)
        verdict = VERDICTS[self._click.action]
        actor = f"slack:{self._click.user}"
        if not give_feedback(self._session, held.ask, actor=actor, verdict=verdict, now=self._doing.act.now):
            return Then(STALE, done=False)
        said = f"Marked {verdict.value} by {self._name()} — thanks."
        drafts = (self._change(replace(shown, said=said)),)
        if verdict is not Verdict.OUT_OF_DATE:
            return Then(drafts=drafts)
        form = correcting(self._session, named_in(shown.reply.items), held.ask, self._doing)
        return replace(form, drafts=drafts)

    def share(self, held: Carried, shown: Shown) -> Then:
        """The answer goes to the channel in the clicker's name, and the button that did it goes away."""
        key = f"share:{held.at}"
        if not shown.may_share or went_out(self._session, key):
            return Then(SHARED, done=False)
        record = self._session.get(AskRecord, held.ask)
        asked = f"{self._name()} asked “{record.text if record else ''}” and shares the answer:"
        public = Shown(shown.reply, Place.CHANNEL, posted=False, shared=asked)
        arguments = {"response_type": "in_channel", "replace_original": False}
        message = render(public, key=key, cards=self._doing.cards)
        arguments |= body_of(message)
        url, user = self._click.response_url, self._click.user
        public_draft = with_plain(respond(arguments, key=key, url=url, user=user, shown=public), message)
        return Then(drafts=(public_draft, self._change(replace(shown, may_share=False))))

    def _change(self, shown: Shown) -> Draft:
        """Edit the message in place: by its ts where we posted it, else by the way the click offers."""
        click, key = self._click, f"update:{self._doing.act.evidence}"
        message = render(shown, key=key, cards=self._doing.cards)
        body = body_of(message)
        if not shown.posted:
            arguments = {"replace_original": True, **body}
            draft = respond(arguments, key=key, url=click.response_url, user=click.user, shown=shown)
            return with_plain(draft, message)
        arguments = {"channel": click.channel, "ts": click.ts, **body}
        draft = draft_of(UPDATE, arguments, key=key, recipient=click.channel, shown=shown)
        return with_plain(draft, message)

    def _name(self) -> str:
        """A name and never a mention: being named is no reason to be called."""
        person = self._doing.act.by
        return person.name if isinstance(person, Member) else self._click.user_name or "a member"

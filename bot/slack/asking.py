"""A question answered: under the message that asked it, or to its asker alone."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Answer, Ask, Help
from bot.assistant.rights import is_staff
from bot.assistant.wording import Reply, put_in_words
from bot.slack.arrivals import Said
from bot.slack.blocks.answers import render
from bot.slack.blocks.menu import menu
from bot.slack.blocks.message import Message
from bot.slack.doing import Doing
from bot.slack.drafts import body_of, post, respond, to_person, with_plain
from bot.slack.reading import words_of
from bot.slack.showing import Place, Shown, went_out
from bot.slack.threads import follows, goes_on_in_its_thread
from store.kinds import Medium
from store.outbox import Draft

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Privately:
    """Where only the asker sees the answer: a response URL, or, without one, their direct conversation with us."""

    ask_id: str
    conversation: str
    user: str
    url: str


def answer_said(session: Session, said: Said, doing: Doing) -> tuple[Draft, ...]:
    """Answer under the message. A message that was answered and is edited keeps its answer."""
    conversation = follows(session, said, now=doing.act.now)
    ask = _ask(f"slack:{said.channel}:{said.ts}", said.text, conversation, doing)
    ask = replace(ask, overheard=not said.direct)
    key = f"answer:{ask.id}"
    if went_out(session, key):
        return ()
    given = _answer(session, ask, doing)
    goes_on_in_its_thread(session, ask.id, said)
    shown = Shown(put_in_words(given), Place.DIRECT if said.direct else Place.CHANNEL, posted=True)
    message = render(shown, key=key, cards=doing.cards)
    message = _with_menu(message, given, doing) if said.direct else message
    return (post(message, key=key, channel=said.channel, root=said.root, shown=shown),)


def answer_privately(session: Session, text: str, at: Privately, doing: Doing) -> Draft:
    """What `text` asks, answered to its asker alone, who may share it where it was asked."""
    ask = _ask(at.ask_id, text, at.conversation, doing)
    key = f"answer:{ask.id}"
    given = _answer(session, ask, doing)
    reply = put_in_words(given)
    if not at.url:
        shown = Shown(reply, Place.DIRECT, posted=True)
        return to_person(render(shown, key=key, cards=doing.cards), key=key, user=at.user, shown=shown)
    shown = Shown(reply, Place.COMMAND, posted=False, may_share=reply.asks_feedback)
    message = _with_menu(render(shown, key=key, cards=doing.cards), given, doing)
    draft = respond(only_for_them(body_of(message)), key=key, url=at.url, user=at.user, shown=shown)
    return with_plain(draft, message)


def answered_to(session: Session, text: str, ask_id: str, conversation: str, doing: Doing) -> Reply:
    return put_in_words(_answer(session, _ask(ask_id, text, conversation, doing), doing))


def seen_answer(session: Session, text: str, at: Privately, doing: Doing) -> Message:
    """The answer alone, for a place where nothing under it can be pressed."""
    reply = answered_to(session, text, at.ask_id, at.conversation, doing)
    return render(Shown(replace(reply, next_words=()), Place.COMMAND, posted=False), key="")


def _answer(session: Session, ask: Ask, doing: Doing) -> Answer:
    return answer(session, ask, index=doing.index, now=doing.act.now, house=doing.act.house)


def _with_menu(message: Message, given: Answer, doing: Doing) -> Message:
    """Whoever asks for help gets what there is to press."""
    if not isinstance(given, Help):
        return message
    staff = is_staff(doing.act.by, Medium.SLACK)
    return Message(message.text, [*message.blocks, *menu(staff=staff)])


def only_for_them(body: JSON) -> JSON:
    return {"response_type": "ephemeral", "replace_original": False, **body}


def _ask(ask_id: str, text: str, conversation: str, doing: Doing) -> Ask:
    words = words_of(text) or "help"  # a bare mention wants to know what this is
    return Ask(ask_id, doing.act.by, words, Medium.SLACK, conversation)

"""What is chosen from the menu of somebody's message, answered to whoever chose it alone: who can help, or "this is news"."""

import re
from dataclasses import replace

from sqlmodel import Session

from bot.assistant.newsletter.newsdesk import take_news
from bot.slack.arrivals import Shortcut
from bot.slack.asking import Privately, answer_privately
from bot.slack.doing import Doing
from bot.slack.reading import words_of
from bot.slack.then import Then

WHO_CAN_HELP = "who_can_help"
_LABELLED = re.compile(r"<(https?://[^\s|>]{1,900})\|")
SUBMIT_NEWS = "submit_news"
NO_NEWS = "There are no words in that message that could stand in the newsletter."
NO_WORDS = "There are no words in that message that I could look for. Ask me in your own: /whodoes, and what you need."


def chosen(session: Session, shortcut: Shortcut, doing: Doing) -> Then | None:
    """None for one that this version does not have."""
    if shortcut.callback == SUBMIT_NEWS:
        return _news(session, shortcut, doing)
    if shortcut.callback != WHO_CAN_HELP:
        return None
    if not words_of(shortcut.text):
        return Then(NO_WORDS, done=False)
    at = Privately(
        ask_id=f"slack:shortcut:{shortcut.trigger}",
        conversation=f"slack:{shortcut.channel}:{shortcut.user}",
        user=shortcut.user,
        url=shortcut.response_url,
    )
    return Then(drafts=(answer_privately(session, shortcut.text, at, doing),))


def _news(session: Session, shortcut: Shortcut, doing: Doing) -> Then:
    """For the staff to pick from; its first line is the headline, and whoever chose it sent it in."""
    text = "\n".join(words_of(line) for line in shortcut.text.strip().splitlines())
    link = _LABELLED.search(shortcut.text)
    if link is not None and link[1] not in text:  # words alone are left of a link that has a label
        text = f"{text}\n{words_of(link[1])}"
    if not text.strip():
        return Then(NO_NEWS, done=False)
    act = replace(
        doing.act, evidence=f"slack:{shortcut.channel}:{shortcut.ts}"
    )  # one message, whoever sends it in
    told = take_news(session, text, act)
    return Then(told.text, told.done)

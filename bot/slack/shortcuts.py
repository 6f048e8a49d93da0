"""What is chosen from the menu of somebody's message: "Who can help with this?", answered to whoever chose it alone."""

from sqlmodel import Session

from bot.slack.arrivals import Shortcut
from bot.slack.asking import Privately, answer_privately
from bot.slack.doing import Doing
from bot.slack.reading import words_of
from bot.slack.then import Then

WHO_CAN_HELP = "who_can_help"
NO_WORDS = "There are no words in that message that I could look for. Ask me in your own: /whodoes, and what you need."


def chosen(session: Session, shortcut: Shortcut, doing: Doing) -> Then | None:
    """None for one that this version does not have."""
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

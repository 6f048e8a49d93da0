"""The slash command: its few words of its own, and, for all else, a question."""

from sqlmodel import Session

from bot.slack.arrivals import Command
from bot.slack.asking import Privately, answer_privately
from bot.slack.doing import Doing
from bot.slack.then import Then


def heard(session: Session, command: Command, doing: Doing) -> Then:
    return Then(drafts=(answer_privately(session, command.text, asked_in(command), doing),))


def asked_in(command: Command) -> Privately:
    """Typed by one person in one channel, commands follow each other up."""
    return Privately(
        ask_id=f"slack:command:{command.trigger}",
        conversation=f"slack:{command.channel}:{command.user}",
        user=command.user,
        url=command.response_url,
    )

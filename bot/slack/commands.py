"""The slash command: a few words of its own, each found by `help`; everything else is a question."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from sqlmodel import Session

from bot.assistant.introductions.offline import log_offline
from bot.assistant.rights import is_staff
from bot.slack import announcing, planning
from bot.slack.arrivals import Command
from bot.slack.asking import Privately, answer_privately
from bot.slack.doing import Doing
from bot.slack.menu import ask_to_be_introduced, own_entry
from bot.slack.modals.asking import Place, ask_modal
from bot.slack.reading import words_of
from bot.slack.then import Then
from store.search.index import Index

Opens: TypeAlias = Callable[[Session, Doing], Then]

# Words that open something. What can also be asked in a sentence ("events", "help", "introduce me to …") is asked.
OPENS: Mapping[str, Opens] = {"me": own_entry, "intro": ask_to_be_introduced}
LOG = (
    "log"  # of the team; from others it may be a question about logs, unless it reads like one of these lines
)
ANNOUNCE = "announce"  # the same
EVENT = "event"  # of the team: a form; others ask what is coming
LOGGED = re.compile(r"(?:met|introduced)\b", re.IGNORECASE)
LIKE = 0.74  # how near a slip must come
WORDS = ("help", "intro", "events")


def heard(session: Session, command: Command, doing: Doing) -> Then:
    said = words_of(command.text)
    if not said:
        place = Place(command.channel, command.response_url, doing.act.now)
        return Then(opens=ask_modal(place))
    opens = OPENS.get(said.lower())
    if opens is not None:
        return opens(session, doing)
    word, _, line = said.partition(" ")
    if word.lower() == ANNOUNCE and is_staff(doing.act.by, doing.act.medium):
        return announcing.commanded(session, line, command.channel, doing)
    if said.lower() == EVENT and is_staff(doing.act.by, doing.act.medium):
        return planning.plan_form(session, doing.act)
    if word.lower() == LOG and (is_staff(doing.act.by, doing.act.medium) or LOGGED.match(line)):
        told = log_offline(session, line, doing.act, doing.index)
        return Then(told.text, told.done)
    meant = "help" if slipped(said, doing.index) else command.text
    return Then(drafts=(answer_privately(session, meant, asked_in(command), doing),))


def slipped(said: str, index: Index) -> bool:
    """Whether one word that nobody here uses is nearly one of the command's own: "hlep"."""
    word = said.lower()
    if " " in word or word in WORDS or not get_close_matches(word, WORDS, n=1, cutoff=LIKE):
        return False
    return not (index.is_ordinary(word) or index.find_names(word))


def asked_in(command: Command) -> Privately:
    """Typed by one person in one channel, commands follow each other up."""
    return Privately(
        ask_id=f"slack:command:{command.trigger}",
        conversation=f"slack:{command.channel}:{command.user}",
        user=command.user,
        url=command.response_url,
    )

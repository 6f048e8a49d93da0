"""What somebody asks or does about awards in a sentence, in whatever medium, and what is kept of it."""

from dataclasses import replace
from typing import assert_never

from sqlmodel import Session

from bot.assistant.acting import Told
from bot.assistant.awards.asks import score_in
from bot.assistant.awards.judging import score
from bot.assistant.awards.nominate_asks import nomination_in, withdrawal_in
from bot.assistant.awards.nominating import nominate_in_words, withdraw
from bot.assistant.awards.telling import OVERHEARD, offers, tell, tell_judging, tell_own
from bot.assistant.intents import AwardsActed, AwardsAsked, AwardsDeed
from bot.assistant.introducing import Asked
from bot.assistant.messages import Acted
from bot.assistant.recording import Outcome
from store.awards.listing import categories
from store.awards.times import known_awards

SAID_ALOUD = "You wrote it where others read it, though; next time write to me directly."
KEPT = Outcome("awards")
CONFIDENTIAL = Outcome("awards", confidential=True)


def told_of_awards(
    session: Session, asked: Asked, intent: AwardsAsked | AwardsActed
) -> tuple[Acted, Outcome] | None:
    """None where it means something else."""
    if isinstance(intent, AwardsAsked):
        told = tell(session, asked.ask, intent, now=asked.now)
        return None if told is None else (told, KEPT)
    if intent.otherwise is not None and not _names_a_category(session, intent.text):
        return None
    return _acted(session, asked, intent), CONFIDENTIAL


def _acted(session: Session, asked: Asked, intent: AwardsActed) -> Acted:
    ask, act = asked.ask, asked.act
    if ask.overheard and intent.deed in {AwardsDeed.WITHDRAW, AwardsDeed.SCORE}:
        return Acted(ask.id, Told(False, OVERHEARD))
    match intent.deed:
        case AwardsDeed.NOMINATE:
            told = nominate_in_words(session, intent.text, act, asked.index)
            if told.done and ask.overheard:
                told = replace(told, text=f"{told.text} {SAID_ALOUD}")
            buttons = () if told.done else offers(session, ask, now=asked.now)
            return Acted(ask.id, told, offers=buttons)
        case AwardsDeed.WITHDRAW:
            return Acted(ask.id, withdraw(session, withdrawal_in(intent.text) or "", act))
        case AwardsDeed.OWN:
            return tell_own(session, ask)
        case AwardsDeed.JUDGING:
            return tell_judging(session, ask, act)
        case AwardsDeed.SCORE:
            entry, points, note = score_in(intent.text) or (0, 0, "")
            return Acted(ask.id, score(session, entry, points, note, act))
    assert_never(intent.deed)


def _names_a_category(session: Session, text: str) -> bool:
    names = [each.name for awards in known_awards(session) for each in categories(session, awards.event_id)]
    return nomination_in(text, names).category is not None

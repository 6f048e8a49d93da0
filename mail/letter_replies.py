"""A mail that replies to a letter of ours: its word is taken, what is no sure word is asked for once more, an ask stays an ask."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.confirming_addresses import reads_it
from bot.assistant.events.after_wording import SAID
from bot.assistant.events.after_words import said_in
from bot.assistant.events.answering import KINDS as EVENT_LETTERS
from bot.assistant.events.answering import attending_word
from bot.assistant.events.named_asks import about_an_event, names_a_kind
from bot.assistant.intents import (
    About,
    AwardsActed,
    AwardsAsked,
    CalendarAsked,
    EventsAsked,
    HelpAsked,
    Introduce,
    IntroduceTo,
    More,
    SmallTalk,
    Stop,
    WhoDoes,
    WhoThere,
)
from bot.assistant.introducing import SURE_OF_WHOM
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.outcomes import Details
from bot.assistant.introductions.words import word_of
from bot.assistant.letters import LetterKind
from bot.assistant.mail_ask import own_words
from bot.assistant.messages import Ask
from bot.assistant.readings import short
from bot.assistant.recording import Outcome, before, record
from bot.assistant.second_addresses import IF_BOTH_ARE_YOURS, claim
from bot.assistant.sent_letters import SentLetter, sent_letter
from bot.assistant.several_asks import ask_below
from bot.assistant.understanding import understand
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letters import SHARED, answered_letter
from mail.remarks import went_to_others
from mail.replied_to import answered_mail, letter_token
from mail.trust import Trust
from store.keys import storable
from store.kinds import Medium
from store.models import AuditEntry
from store.people import Asker, Member, by_address, by_id
from store.search.index import Index

KEPT_WORDS = 2000  # characters of what was not understood, for staff
A_WORD = 4  # words of a first line that says no more than its answer
NOT_SURE = "I was not sure what you meant, so I have done nothing yet."
ALSO_ASKED = "You also asked “{}”: please send me that in a mail of its own."
KEPT_FOR_STAFF = "The team can read what you wrote."
NOT_BELIEVED = (
    "I could not be sure that this came from you: your own mail domain says that it did not, as can happen to mail "
    "that was forwarded. So I have done nothing. Please answer on the letter's page, or in Slack, or ask the team."
)
TO_EACH_OTHER = (
    "That message of mine went to the two of you, and I pass nothing on between you. "
    "Please write to the other's address, which stands at the head of that message."
)

_ASKING = re.compile(
    r"\?|\b(?:who|which|where|anyone|anybody|looking for|find|need|know of|recommend)\b", re.IGNORECASE
)
_OF_THIS = re.compile(r"\b(?:they|them|their|it|its|this|that|he|she|him|her|yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a reply to a letter. `reply` is None where the mail needs no answer; `key`: said only once."""

    outcome: str
    reply: Reply | None = None
    key: str = ""


def read_reply(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """What the mail says to the letter it replies to; None where it replies to none, or asks something of its own."""
    token = _replied_to(arrived)
    if not token:
        return None
    goes_on = before(session, ask.conversation, ask_id=ask.id, answers=ask.answers).listed is not None
    if token == SHARED:
        return _to_each_other(ask, arrived, goes_on=goes_on)
    sent = sent_letter(session, token)
    if sent is None:
        return None
    if _is_disowned(session, sent, arrived):
        return _not_believed(session, ask, sent, now=arrived.now)
    by = _who(session, ask, sent, arrived)
    if word := _word(ask.text, sent):
        return _taken(session, ask, sent, word=word, by=by, arrived=arrived)
    theirs = isinstance(by, Member) and by.person_id == sent.person_id
    if theirs and sent.kind == LetterKind.THANKS.value and not _asks_instead(ask.text, arrived.post.index):
        return _taken(session, ask, sent, word=SAID, by=by, arrived=arrived)
    open_still = bool(sent.choices) and sent.answered_at is None
    if not theirs or not open_still or _asks(ask.text, arrived.post.index, goes_on=goes_on):
        return None
    if sent.kind in EVENT_LETTERS and _names_an_event(ask.text):
        return None
    return _unsure(session, ask, sent, now=arrived.now)


def _replied_to(arrived: Arrived) -> str:
    """The token of the letter: by the address it came to, else by the ids it names."""
    if answered_mail(arrived) is not None:
        return ""
    chain = (arrived.mail.in_reply_to, *reversed(arrived.mail.references))
    return letter_token(arrived) or answered_letter(chain, arrived.post.sender)


def _who(session: Session, ask: Ask, sent: SentLetter, arrived: Arrived) -> Asker:
    """Who answers: its token was sent to one mailbox only, so a From that nothing speaks for is enough beside it.

    One that its domain disowns is not.
    """
    if isinstance(ask.asker, Member) or arrived.trust is Trust.FAILED:
        return ask.asker
    if reads_it(session, sent, arrived.mail.sender):
        return by_id(session, sent.person_id)
    return by_address(session, arrived.mail.sender)


def _is_disowned(session: Session, sent: SentLetter, arrived: Arrived) -> bool:
    """Whether it is from its reader by name, and their domain says that it is not."""
    reader = by_address(session, arrived.mail.sender) if arrived.trust is Trust.FAILED else None
    return isinstance(reader, Member) and reader.person_id == sent.person_id


def _not_believed(session: Session, ask: Ask, sent: SentLetter, *, now: datetime) -> Read:
    record(session, ask, Outcome("letter_unclear"), now=now)
    return Read(
        "letter: not believed", Reply(ask.id, NOT_BELIEVED), f"letter-disowned:{sent.id}:{now:%Y-%m-%d}"
    )


def _taken(session: Session, ask: Ask, sent: SentLetter, *, word: str, by: Asker, arrived: Arrived) -> Read:
    evidence = arrived.mail.message_id or ask.id
    act = Act(by=by, medium=ask.medium, evidence=evidence, house=arrived.post.house, now=arrived.now)
    details = Details(words=_further_words(ask.text, word, sent))
    told = reply_to_letter(session, sent.token, word, act, details)
    record(session, ask, Outcome("letter"), now=arrived.now)
    closing = "" if isinstance(by, Member) else _whose_too(session, sent, act, arrived)
    return Read(f"letter: {word if told.done else 'not taken'}", Reply(ask.id, told.text, closing=closing))


def _whose_too(session: Session, sent: SentLetter, act: Act, arrived: Arrived) -> str:
    """Who answers from an address nobody knows may be its reader elsewhere, who is asked; what is said is the same."""
    if sent.kind != LetterKind.ADDRESS.value and arrived.trust is not Trust.FAILED:
        claim(session, arrived.mail.sender, act, person_id=sent.person_id, by_token=True)
    return IF_BOTH_ARE_YOURS


def _unsure(session: Session, ask: Ask, sent: SentLetter, *, now: datetime) -> Read:
    """Nothing is done; their words are kept for staff, and the exact ones are named, once a day."""
    session.add(
        AuditEntry(
            at=now,
            actor=f"person:{sent.person_id}",
            action="letter.unclear",
            subject=sent.about,
            details={"letter": sent.id, "ask": ask.id, "words": storable(ask.text[:KEPT_WORDS])},
        )
    )
    record(session, ask, Outcome("letter_unclear"), now=now)
    asked = ask_below(ask.text)
    closing = f"{KEPT_FOR_STAFF} {ALSO_ASKED.format(short(asked))}" if asked else KEPT_FOR_STAFF
    reply = Reply(ask.id, NOT_SURE, closing=closing, next_words=sent.words)
    return Read("letter: not sure", reply, f"letter-unclear:{sent.id}:{now:%Y-%m-%d}")


def _to_each_other(ask: Ask, arrived: Arrived, *, goes_on: bool) -> Read | None:
    """What is meant for the other of two is theirs: nothing is forwarded, and who wrote to us alone is told so."""
    post = arrived.post
    if went_to_others(arrived.mail, post.sender.address, reply_form=post.reply_form):
        return Read("not answered: it goes to somebody else")
    if _asks(ask.text, arrived.post.index, goes_on=goes_on):
        return None
    return Read("to each other", Reply(ask.id, TO_EACH_OTHER), f"shared:{ask.conversation}")


def _word(text: str, sent: SentLetter) -> str | None:
    """The answer it gives; to an event any of the three, whichever the letter named."""
    if sent.kind == LetterKind.THANKS.value:
        said = said_in(text)
        return str(said.score) if said.score is not None else SAID if said.wishes else None
    return attending_word(text) if sent.kind in EVENT_LETTERS else word_of(text, sent.words)


def _further_words(text: str, word: str, sent: SentLetter) -> str:
    """What they wrote besides the word itself; of an event all of it, since who comes along stands beside the yes."""
    if sent.kind == LetterKind.THANKS.value:
        return text
    lines = own_words(text).splitlines()
    alone = lines and len(lines[0].split()) <= A_WORD and sent.kind not in EVENT_LETTERS
    if alone and word_of(lines[0], sent.words) == word:
        lines = lines[1:]
    return "\n".join(lines).strip()


def _asks(text: str, index: Index, *, goes_on: bool) -> bool:
    """Whether this surely is an ask of its own and no answer: in doubt it is none, since a wrong answer misleads.

    `goes_on`: a list was shown in the same conversation, which "who there?" and the like can mean.
    """
    intent = understand(text, index=index, medium=Medium.EMAIL)
    match intent:
        case (
            AwardsAsked()
            | AwardsActed()
            | CalendarAsked()
            | EventsAsked()
            | HelpAsked()
            | IntroduceTo()
            | Stop()
        ):
            return True
        case More() | WhoThere() | Introduce() | SmallTalk():
            return goes_on
        case About(matches=matches):
            return matches[0].score >= SURE_OF_WHOM
        case WhoDoes():
            return _seeks_somebody(intent, text, index)
    return False


def _asks_instead(text: str, index: Index) -> bool:
    """Whether an answer to thanks asks for something: it must look like it, for anything else is worth keeping."""
    stops = isinstance(understand(text, index=index, medium=Medium.EMAIL), Stop)
    return stops or ("?" in own_words(text) and _asks(text, index, goes_on=False))


def _names_an_event(text: str) -> bool:
    """ "Who is speaking at the Biologics Forum?", not "where is it?": which one is meant must stand there."""
    named = about_an_event(text, Medium.EMAIL)
    return named is not None and names_a_kind(named.name)


def _seeks_somebody(asked: WhoDoes, text: str, index: Index) -> bool:
    sounds_so = bool(_ASKING.search(text)) and not _OF_THIS.search(text)
    return sounds_so and bool(index.search(asked.wanted, limit=1).full)

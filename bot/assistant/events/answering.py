"""A word on an invitation, a reminder, an offer or a ticket is taken: as a button, a mail or a page gave it."""

import re

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.attending import Company, respond
from bot.assistant.introductions.words import word_of
from bot.assistant.letters import LetterKind
from bot.assistant.mail_ask import own_words
from store.kinds import Rsvp
from store.models import LetterRecord

KINDS = frozenset({
    LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.OFFER, LetterKind.TICKET, LetterKind.EVENT_NEWS,
})  # fmt: skip
ANSWERS = {"yes": Rsvp.YES, "no": Rsvp.NO, "maybe": Rsvp.MAYBE, "perhaps": Rsvp.MAYBE}
WHICH = "Please answer yes, no or maybe."
LONGEST_LINE = 300  # characters of a sentence that is read for an answer
_COME = r"(?:come|be there|attend|make it|join(?: you)?|be (?:coming|attending|joining))"
_NO = re.compile(
    rf"\b(?:can(?:'t|not| not)|won't|will not|shall not|unable to|not able to|couldn't|could not) {_COME}\b"
    r"|\b(?:i'm|i am|we're|we are) not (?:coming|attending|joining)\b|\b(?:have|need|must) to (?:cancel|pull out|drop out|decline|withdraw)\b"
    r"|\bcount me out\b|\b(?:give|pass|offer) (?:my|the) (?:seat|place|ticket) (?:to|on)\b"
)
_MAYBE = re.compile(
    rf"\b(?:perhaps|possibly|tentativ\w*|not sure(?: yet)?|don't know yet|might {_COME}|may {_COME}|hope to {_COME}|try to {_COME})\b"
)
_YES = re.compile(
    rf"\b(?:i'll|i will|i shall|we'll|we will|i can|happy to|glad to|delighted to|love to|will) {_COME}\b|\b(?:i'm|i am|we're|we are) coming\b"
    r"|^(?:coming|attending|see you (?:there|then))\b|\blooking forward to (?:it|seeing you|the evening)\b|\bin my place\b|\binstead of me\b"
)
_WITH = re.compile(
    r"^\W*(?:yes\b\W*)?(?:please\b\W*)?(?:i(?:['’]m|['’]ll| am| will)? )?(?:(?:come|coming|be there|attend(?:ing)?) )?(?:along )?"
    r"(?:with|bring(?:ing)?|plus)\s+(?:my (?:guest|colleague)\s+)?(?P<name>[^\n.;!?]{2,100})",
    re.IGNORECASE | re.MULTILINE,
)
_INSTEAD = re.compile(
    r"^\W*(?:(?i:yes)\b\W*)?(?P<name>[A-Z][^\n.;!?,]{1,100}?)\s+"
    r"(?:comes|is coming|will come|will attend|attends|goes|takes my place)\b",
    re.MULTILINE,
)


def answer_event_letter(session: Session, record: LetterRecord, word: str, act: Act, words: str) -> Told:
    """`words`: what they wrote besides the word: "with Ben Ode", "Cleo Marsh comes in my place"."""
    kind, _, number = record.about.partition(":")
    answer = ANSWERS.get(word)
    if kind != "event" or not number.isdigit():
        return Told(False, "I know of no such event.")
    if answer is None:
        return Told(False, WHICH, int(number))
    return respond(session, int(number), answer, act, company_in(words))


def attending_word(text: str) -> str | None:
    """yes, no or maybe, as people say it of an evening; None where that is not sure, or where something is asked."""
    if word := word_of(text, ("yes", "no", "maybe")):
        return word
    said = [line.strip().casefold().replace("’", "'")[:LONGEST_LINE] for line in own_words(text).splitlines()]
    said = [line for line in said if line][:4]
    if any("?" in line or re.search(r"\b(?:if|unless|whether)\b", line) for line in said):
        return None
    heard = {word for line in said for word, pattern in _SAID if pattern.search(line)}
    for word in ("no", "maybe", "yes"):  # "I'd love to come but can't make it" is a no
        if word in heard:
            return word
    return None


_SAID = (("no", _NO), ("maybe", _MAYBE), ("yes", _YES))


def company_in(words: str) -> Company:
    """Who comes along or instead, where they say so by name."""
    along, instead = _WITH.search(words[:2000]), _INSTEAD.search(words[:2000])
    return Company(
        guest=" ".join(along["name"].split()) if along else "",
        substitute=" ".join(instead["name"].split()) if instead and not along else "",
    )

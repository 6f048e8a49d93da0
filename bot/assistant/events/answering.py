"""A word on an invitation, a reminder, an offer or a ticket is taken: as a button, a one-word mail or a page gave it."""

import re

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.attending import Company, respond
from store.kinds import Rsvp
from store.models import LetterRecord

ANSWERS = {"yes": Rsvp.YES, "no": Rsvp.NO, "maybe": Rsvp.MAYBE, "perhaps": Rsvp.MAYBE}
WHICH = "Please answer yes, no or maybe."
_WITH = re.compile(
    r"^\W*(?:yes\b\W*)?(?:i(?:'m| am|’m)? (?:will )?(?:come|coming|bring|bringing) )?(?:along )?(?:with|bring(?:ing)?|plus)\s+(?:my (?:guest|colleague)\s+)?(?P<name>[^\n.;!?]{2,100})",
    re.IGNORECASE | re.MULTILINE,
)
_INSTEAD = re.compile(
    r"^\W*(?:yes\b\W*)?(?P<name>[A-Z][^\n.;!?,]{1,100}?)\s+(?:comes|is coming|will come|will attend|attends|goes|takes my place)\b",
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


def company_in(words: str) -> Company:
    """Who comes along or instead, where they say so by name."""
    along, instead = _WITH.search(words[:2000]), _INSTEAD.search(words[:2000])
    return Company(
        guest=" ".join(along["name"].split()) if along else "",
        substitute=" ".join(instead["name"].split()) if instead and not along else "",
    )

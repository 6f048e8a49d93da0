"""The signs by which a sentence of a mail is an ask of its own: how it begins, what it points to, what it is about."""

import re

from bot.assistant.ask_patterns import (
    A_SOMEBODY,
    AGENT,
    ALSO,
    ALSO_SOMETHING,
    AND,
    BARE_ANY,
    COUNTED,
    FEW,
    FOR_ALL,
    GENERIC,
    IN_PARTICULAR,
    LED,
    MODAL,
    NARROWS,
    NEED,
    NEED_THEN,
    OBJECT,
    PLEASE,
    POINTS,
    QUANTITY,
    SOMETHING,
    SUBJECT_POINTS,
    TELL,
    WHO,
    WISHED,
)
from bot.assistant.lead_ins import asked_in
from bot.assistant.mail_ask import ASIDE, CONDITION
from store.search.words import FILLER_WORDS, STOP_WORDS, plain, words_of

MOST_READ = 2000  # characters of a sentence
STEM = 5  # letters by which two words are taken for the same

SHORTEST = 4  # words of an ask without a verb
LONGEST = 12


def led(said: str) -> bool:
    """Whether it begins as one more of several: "Also, …", "Second, …", "We also need …"."""
    return bool(LED.match(said) or ALSO.search(said[:80]))


def without_lead(said: str, *, fully: bool = False) -> str:
    """Without what only counts it: "Second, who …" is "who …"; `fully`: without "and" too."""
    found = LED.match(said)
    rest = re.sub(r"^[\W_]*(?:(?:and|is(?! there))\s+)?", "", said[found.end() :]) if found else said
    return (AND.sub("", rest) if fully else rest) or said


def announces_several(said: str) -> bool:
    return bool(FEW.search(said[:MOST_READ]))


def only_announces(said: str) -> bool:
    """ "I have two questions:" asks nothing yet."""
    return announces_several(said) and not re.search(r"\b(?:who|which|where|any\w*|someone|somebody)\b", said)


def _only_leads_up(said: str) -> bool:
    """ "Looking for:" asks nothing yet either."""
    return said.rstrip().endswith(":") and not subject(said)


def is_story(said: str) -> bool:
    """Whether what is needed only ends a sentence about something else: "We hold samples and need a freezer"."""
    bare = AND.sub("", without_lead(said))
    return bool(NEED_THEN.search(bare)) and not (NEED.match(bare) or PLEASE.match(bare) or is_question(said))


def for_all(said: str) -> bool:
    """A condition on everything that is asked: "All of them near Leeds, please." """
    return bool(FOR_ALL.match(said)) and not asks(said)


def asks(said: str) -> bool:
    """Whether somebody is sought, or something is to be told, in so many words."""
    said = said[:MOST_READ]
    bare = AND.sub("", without_lead(said))
    if WISHED.match(said) or only_announces(bare) or BARE_ANY.fullmatch(bare) or _only_leads_up(bare):
        return False
    if TELL.search(bare) or (WHO.match(bare) and "?" in said):
        return True
    if ASIDE.search(said):
        return False
    if WHO.search(bare) and (WHO.match(bare) or PLEASE.match(bare) or bare.rstrip().endswith("?")):
        return True
    if PLEASE.match(bare) or NEED.match(bare) or NEED_THEN.search(bare):
        return True
    if led(said) and bare.endswith("?") and SOMETHING.match(bare):
        return bool(subject(bare))
    return bool(ALSO_SOMETHING.match(said)) and SHORTEST <= len(bare.split()) <= LONGEST


def points_back(said: str) -> bool:
    """Whether it speaks of what was asked before it, and of little else."""
    bare = AND.sub("", without_lead(said))
    if SUBJECT_POINTS.search(bare[:200]):
        return True
    return bool(POINTS.search(bare)) and not (led(said) and len(subject(bare)) > 1)


def narrows(said: str) -> bool:
    """Whether it only says more of whom was asked for: a place, a quality, a number of them."""
    bare = AND.sub("", said)
    if led(said):
        sought = OBJECT.search(bare)
        return "?" not in said and bool(
            NARROWS.match(without_lead(said)) or (sought and QUANTITY.match(sought[1]))
        )
    if "?" not in said and A_SOMEBODY.match(bare):
        return True
    if not subject(bare) or IN_PARTICULAR.match(bare) or NARROWS.match(bare) or CONDITION.match(said):
        return True
    if WHO.match(bare):
        return False
    sought = OBJECT.search(bare)
    return bool(sought and (NARROWS.match(sought[1]) or QUANTITY.match(sought[1])))


def names_one(said: str) -> bool:
    """Whether a need is of somebody, or something, of a kind of its own: "We need a courier for …"."""
    sought = OBJECT.search(AND.sub("", said))
    return bool(
        sought
        and re.match(
            r"(?:to know )?(?:an?|some(?:one|body)|suppliers?|makers?|experts?|who|whom|which)\b",
            sought[1],
            re.IGNORECASE,
        )
    )


def is_question(said: str) -> bool:
    bare = AND.sub("", without_lead(said))
    behind = _behind(bare)
    return bool(WHO.match(bare) or ("?" in behind and WHO.match(behind)))


def _behind(said: str) -> str:
    """What stands behind a colon or a dash."""
    return re.sub(r"\s[-–—]\s|—", ": ", said).partition(": ")[2]


def names_somebody(said: str) -> bool:
    """Whether a list's item is somebody one looks for: "a specialist in drug allergy", and no thing one buys."""
    return bool(AGENT.match(said))


def is_plea(said: str) -> bool:
    return bool(PLEASE.match(AND.sub("", said)))


def asks_to_be_told(said: str) -> bool:
    return bool(TELL.search(said))


def is_one_more(said: str) -> bool:
    """ "Another thing on my list is an engineer for …"."""
    found = re.search(r"(?:\bis (?:for )?|:\s+)(?=an?\b|some(?:one|body)\b|who\b)", said)
    return bool(LED.match(said) and COUNTED.search(said) and found and subject(said[found.end() :]))


def tells_what(said: str) -> bool:
    """ "The first is …", "My second concerns …"."""
    return bool(re.search(r"\b(?:is|are|concerns?|relates? to|about)\b", said))


def sums_up(said: str) -> bool:
    """ "So who could help?" after a story ends what the story began."""
    return bool(MODAL.match(said) or MODAL.match(_behind(said)))


def subject(said: str) -> frozenset[str]:
    """The stems of the words that tell what it is about."""
    return frozenset(
        word[:STEM]
        for word in map(plain, words_of(asked_in(said)))
        if len(word) > 1
        and word not in STOP_WORDS
        and word not in FILLER_WORDS
        and word not in GENERIC
        and not word.isdigit()
    )


def opening(said: str) -> tuple[str, ...]:
    """Its first two words: asks in a row begin alike."""
    return tuple(words_of(AND.sub("", said))[:2])

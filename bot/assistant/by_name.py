"""One organisation or person asked about by name, or asked to be introduced to."""

from bot.assistant.intents import About, AboutUnknown, Intent, Introduce, IntroduceTo, UnclearAsk
from bot.assistant.introduce_asks import introduction_in
from bot.assistant.look_ups import LookUp, look_up_in
from bot.assistant.name_like import (
    has_rare_word,
    holds_a_name,
    is_a_persons,
    is_exact,
    is_person_of,
    says_no_name,
    says_several,
)
from bot.assistant.topic import is_plain_name
from bot.assistant.whereabouts import whereabouts_of
from store.search.index import Index
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

SURE_OF_NAME = 0.8  # after "contact for …"
SURE_OF_BARE_NAME = 0.86  # when nothing but the name was said
MOST_NAME_WORDS = 6
ONE_AT_A_TIME = "One introduction at a time, please: “introduce 1”, and then the next."


def introduction(said: str, index: Index) -> Intent | None:
    """Somebody wishes to be introduced, to a number of the list or to one by name; None where that is not asked."""
    asked = introduction_in(said)
    if asked is None:
        return None
    if asked.several:
        return UnclearAsk(ONE_AT_A_TIME)
    if asked.position is not None:
        return Introduce(asked.position, asked.seeks)
    look_up = look_up_in(f"introduce me to {asked.name}")
    found = _looked_up(look_up, index) if look_up else None
    return IntroduceTo(found.matches, found.asked, asked.seeks) if isinstance(found, About) else found


def named(said: str, index: Index) -> Intent | None:
    """One organisation or person, where the ask is about one."""
    if asked := look_up_in(said):
        return _looked_up(asked, index)
    if len(said.split()) > MOST_NAME_WORDS or not is_plain_name(said):
        return None
    if is_a_persons(said):
        people = [each for each in index.find_names(said, looked_up=True) if is_person_of(said, each)]
        return About(tuple(people), said) if people else AboutUnknown(said)
    matches = [match for match in index.find_names(said) if match.score >= SURE_OF_BARE_NAME]
    if matches and (is_exact(matches, said) or has_rare_word(said, index)):
        return About(tuple(matches), said)
    return None


def _looked_up(asked: LookUp, index: Index) -> Intent | None:
    matches = tuple(
        match for match in index.find_names(asked.name, looked_up=True) if match.score >= SURE_OF_NAME
    )
    if matches and (asked.sure or matches[0].score >= 1.0 or has_rare_word(asked.name, index)):
        return About(matches, asked.name)
    where = whereabouts_of(asked.name, index)
    if where.places and not is_a_persons(asked.name):
        rest = where.rest.strip(" ,")
        shorter = [match for match in index.find_names(rest, looked_up=True) if match.score >= SURE_OF_NAME]
        if shorter and rest:
            return About(tuple(shorter), asked.name)
        if not content(where.rest):
            return None
    if (
        (asked.sure and not says_no_name(asked.name, index))
        or is_a_persons(asked.name)
        or holds_a_name(asked.name, index)
    ) and not says_several(asked.name):
        return AboutUnknown(asked.name)
    return None


def exact_name(said: str, index: Index) -> bool:
    return (
        is_plain_name(said)
        and len(said.split()) <= MOST_NAME_WORDS
        and is_exact(index.find_names(said), said)
        and has_rare_word(said, index)
    )


def content(text: str) -> list[str]:
    return [word for word in words_of(text) if word not in STOP_WORDS and word not in FILLER_WORDS]

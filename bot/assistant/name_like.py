"""Tells names from other words: of organisations, which nobody else uses, and of people."""

import re

from bot.assistant.first_names import FIRST_NAMES
from store.search.index import Index, NameMatch
from store.search.words import FILLER_WORDS, STOP_WORDS, plain, words_of

SURE = 0.8  # that a name is meant which was said nearly so
RARE = 3  # entries at most that use a word which makes a few words a name
MOST_PERSONS_NAME = 3  # words


def holds_a_name(said: str, index: Index) -> bool:
    """Whether some word can only be a name: nobody uses it, and it is written large or near to nothing known."""
    return any(
        not index.is_ordinary(word) and (word[0].isupper() or not index.can_read(word))
        for word in re.findall(r"[^\W_]+", said)
        if word.lower() not in STOP_WORDS
    )


def says_no_name(said: str, index: Index) -> bool:
    """ "Contact for frozen samples": more words than one, none of them written as a name."""
    words = re.findall(r"[^\W_]+", said)
    return len(words) > 1 and all(
        index.is_ordinary(word) and not word[0].isupper() and word[0].isalpha() for word in words
    )


def is_a_persons(said: str) -> bool:
    """ "Mary", "Mary Whitlock"; not "Mary had a little lamb"."""
    words = said.strip(" ?!.,").split()
    return (
        0 < len(words) <= MOST_PERSONS_NAME
        and plain(words[0]) in FIRST_NAMES
        and all(word[0].isupper() for word in words[1:])
    )


def is_person_of(said: str, match: NameMatch) -> bool:
    """Whether somebody of that name is meant, or an organisation that bears it: "David" is nobody of "Avid"."""
    first = words_of(said)[0]
    return match.score >= SURE and (match.hit.person_id is not None or first in words_of(match.name))


def says_several(name: str) -> bool:
    """ "gene editing companies" is no name."""
    return any(
        word in FILLER_WORDS
        and word.endswith("s")
        and word not in {"solutions", "services", "products", "partners", "enterprises", "industries"}
        for word in words_of(name)
    ) or words_of(name)[:1] in (
        ["a"],
        ["an"],
        ["someone"],
        ["somebody"],
        ["anyone"],
        ["anybody"],
        ["people"],
        ["other"],
        ["some"],
    )


def is_exact(matches: tuple[NameMatch, ...] | list[NameMatch], said: str) -> bool:
    """The whole name as the directory has it, and more than one everyday word."""
    return bool(matches) and matches[0].score >= 1.0 and len(words_of(said)) > 1


def has_rare_word(said: str, index: Index) -> bool:
    return any(index.is_rare(word, most=RARE) for word in words_of(said) if word not in STOP_WORDS)


def first_names_in(topic: str) -> tuple[str, ...]:
    """Nobody's name is a slip of another word."""
    return tuple(
        word for word in words_of(topic) if word in FIRST_NAMES and word.capitalize() in topic.split()
    )

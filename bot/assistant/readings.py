"""Tells how an ask's words were read, and gives its topic as it was read."""

import re
from collections.abc import Iterable, Sequence

from bot.assistant.messages import Understood
from store.search.found import Reason, ReasonKind
from store.search.words import WORD, plain, stems_of

SMALL_WORDS = frozenset({"a", "and", "for", "in", "of", "on", "the", "to"})

LONGEST_RUN, MOST_RUNS = 8, 6  # misspelt words told in one breath, and breaths: nobody reads more


def readings(understood: Understood) -> tuple[str, ...]:
    """What was read otherwise than it was written, a sentence each."""
    topic = understood.wanted.topic
    told = (
        *_spellings(understood.readings, topic),
        *_meanings(understood.readings, topic),
        *_places(understood),
    )
    return tuple(dict.fromkeys(told))


def is_doubtful(understood: Understood) -> bool:
    """Whether something was read that may be wrong: a spelling, a place, an abbreviation. A wider search is not."""
    return any(_places(understood)) or any(
        each.kind is ReasonKind.SPELLING or _spells_out(each) for each in understood.readings
    )


def _spells_out(told: Reason) -> bool:
    return (
        told.kind is ReasonKind.MEANING
        and not same_words(told.said, told.matched)
        and abbreviates(told.said, told.matched)
    )


def as_read(text: str, told: Sequence[Reason]) -> str:
    """A text of the ask in the spelling it was read in."""
    spelt = {plain(each.said): each.matched for each in told if each.kind is ReasonKind.SPELLING}
    if not spelt:
        return text
    return WORD.sub(lambda word: spelt.get(plain(word[0]), word[0]), text)


def _spellings(told: Iterable[Reason], topic: str) -> Iterable[str]:
    """Misspelt words side by side are read in one breath."""
    spelt: dict[str, str] = {}
    for each in told:
        if each.kind is ReasonKind.SPELLING:
            spelt.setdefault(plain(each.said), each.matched)
    runs: list[list[str]] = [[]]
    for spot in WORD.finditer(topic):
        word = plain(spot[0])
        if word in spelt:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    there = {word for run in runs for word in run}
    runs += [[word] for word in spelt if word not in there]
    for run in list(dict.fromkeys(tuple(dict.fromkeys(run))[:LONGEST_RUN] for run in runs if run))[
        :MOST_RUNS
    ]:
        said = " ".join(_as_said(word, topic) for word in run)
        yield f"I read “{said}” as “{' '.join(spelt[word] for word in run)}”."


def _meanings(told: Sequence[Reason], topic: str) -> Iterable[str]:
    """What was looked for as well; words that mean the same are told together."""
    also: dict[str, list[str]] = {}
    asked = set(stems_of(as_read(topic, told)))
    for each in told:
        if each.kind is not ReasonKind.MEANING or same_words(each.said, each.matched):
            continue
        if asked.issuperset(stems_of(each.matched)):  # asked for anyway
            continue
        read = as_read(_as_said(each.said, topic), told)
        if _spells_out(each):
            yield f"{read} = {each.matched}"
        else:
            also.setdefault(each.matched, []).append(f"“{read}”")
    for meant, said in also.items():
        yield f"For {' and '.join(dict.fromkeys(said))} I also looked for “{meant}”."


def _places(understood: Understood) -> Iterable[str]:
    for place in understood.wanted.places:
        said, name = folded(place.said), folded(place.place.name)
        if said not in name and name not in said and not abbreviates(said, place.place.name):
            yield f"I read “{short(place.said)}” as {place.place.name}."


def _as_said(words: str, topic: str) -> str:
    """The asker's own capitals: the index works in lower case."""
    at = topic.casefold().find(words.casefold())
    return short(topic[at : at + len(words)] if at >= 0 else words)


def same_words(said: str, matched: str) -> bool:
    """Whether one says nothing that the other does not: number, case, hyphens and a word less aside."""
    one, other = folded(said), folded(matched)
    return one in other or other in one or set(stems_of(said)) == set(stems_of(matched))


def abbreviates(brief: str, long: str) -> bool:
    """CRO for contract research organisation, IVDR for in vitro diagnostic regulation; not one long word for another."""
    words = re.split(r"[\s-]+", long.casefold())
    telling = [word for word in words if word and word not in SMALL_WORDS]
    spelt = {"".join(word[0] for word in some if word) for some in (words, telling)}
    return " " not in brief and any(len(each) > 1 and brief.casefold().startswith(each) for each in spelt)


def folded(text: str) -> str:
    said = text.casefold()
    return said if said.isalnum() else "".join(filter(str.isalnum, said))


def short(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"

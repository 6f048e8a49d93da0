"""Says how many fit, and how many only in part; which of them a page shows; or that nobody does."""

from typing import assert_never

from bot.assistant.messages import Matches, NoMatch
from bot.assistant.misses import Sense
from bot.assistant.phrases import where
from bot.assistant.readings import short


def page_of(answer: Matches, last: int) -> str:
    if answer.after:
        begin, end = answer.after + answer.first, answer.after + last
        return f"The next {len(answer.hits)} of {answer.total}, with the numbers {begin} to {end}."
    if answer.first == last:
        return f"Number {last} of {answer.total}."
    return f"Numbers {answer.first} to {last} of {answer.total}."


def how_many(answer: Matches) -> str:
    """How many fit, and how many only in part, which is less and said to be."""
    total, full, shown, beyond = answer.total, answer.full, len(answer.hits), answer.beyond
    best = f"the best {shown} first" if 1 < shown < total else "the best first" if shown < total else ""
    least, everyone = "at least " if beyond and full is not None else "", total + beyond
    if full is None or full >= total:
        return _sentence(f"{least}{_organisations(everyone if full is None else total, 'fit')}", best)
    if not full:
        none = f"nobody {'among the best' if beyond else 'here'} has all of that"
        return _sentence(f"{none}; {_organisations(everyone, 'touch')} on part of it", best)
    more = f"{total - full} more {'touches' if total - full == 1 else 'touch'} on part of it"
    fit = f"{least}{_organisations(full, 'fit')}"
    told = _sentence(f"{fit}, of {everyone:,} that touch on it") if beyond else _sentence(fit, more)
    return f"{told} {_sentence(best)}" if best else told


def _sentence(*parts: str) -> str:
    told = "; ".join(part for part in parts if part)
    return f"{told[:1].upper()}{told[1:]}."


def _organisations(count: int, do: str) -> str:
    if count == 1:
        return f"one organisation {do}{'es' if do.endswith('ch') else 's'}"
    return f"{count:,} organisations {do}"


def nobody(answer: NoMatch) -> str:
    wanted = answer.understood.wanted
    if answer.missed and answer.missed == " or ".join(place.said for place in wanted.places):
        return f"I found nobody {where(wanted.places)} who fits that."
    return (
        f"I found nobody here for “{short(answer.missed)}”."
        if answer.missed
        else "I found nobody here who fits that."
    )


def told_of_miss(answer: NoMatch) -> str:
    topic = short(answer.understood.wanted.topic)
    match answer.sense:
        case Sense.GAP:
            wider = ", or a wider area" if answer.understood.wanted.places else ""
            return f"I have noted the gap. Try other words{wider}."
        case Sense.DOUBTFUL:
            return f"I have never met “{topic}”, and have noted that it was asked for. Is it spelt as you meant it?"
        case Sense.NONSENSE:
            return "That does not look like something anybody does. Try a skill, a product or a place."
    assert_never(answer.sense)

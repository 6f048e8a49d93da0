"""Hears "I meant …": what was meant, what instead of, and whether it is meant as it is spelt."""

import re
from dataclasses import dataclass, replace

from store.search.words import FILLER_WORDS, STOP_WORDS, WORD, bare, plain, words_of

LONGEST = 200  # characters of a correction
MOST_QUOTED = 4  # words: what is longer in quotes is a quotation

_OPENING = re.compile(
    r"^(?:(?:oops|whoops|sorry|apologies|no|nope|nah|actually|h+m+|ah+|oh|well|wait|ok(?:ay)?|but|and|so|my (?:mistake|bad|fault)|"
    r"typo|i mis(?:typed|spelt|spelled|wrote)(?: (?:it|that))?|not (?:quite|that|those)|wrong(?: one| word)?|please|thanks|hi|hello|"
    r"(?:that|this|it)(?:'s| is| was|s) (?:wrong|not (?:it|right|what i (?:meant|wanted|asked(?: for)?))))(?![\w'-])[\s,.;:!…–—-]*)+",
    re.IGNORECASE,
)
_SAY = r"(?: to (?:say|ask|write|type|search|look|find)(?: for)?(?! for))?"
_MEANT = re.compile(
    rf"^(?:what (?:i|we) (?:meant|mean)(?:{_SAY}) (?:was|is)|(?:i|we)(?: (?:had|actually|really|just|obviously|of course))* (?:meant|mean)\b{_SAY}|"
    rf"meant\b{_SAY}|(?:it|that) (?:should|was (?:meant|supposed) to) (?:be|say|read|have been|have said)|should (?:be|say|read|have been|have said)|"
    r"read (?:that|it) as|correction(?: to)?|corrected(?: to)?)(?![\w'])(?:\s+(?:was|is)\b)?\s*[:,;–—-]*\s*(?P<meant>.*)$",
    re.IGNORECASE,
)
_BLAMING = re.compile(
    r"^(?=[^,.;:!]*\b(?:you|sorry|i typed|mis\w+|wrong|mistake|apolog\w+|that|this|not)\b)[^,.;:!]{1,60}[,.;:!–—-]+\s*(?=(?:i|we) (?:\w+ )?meant\b)",
    re.IGNORECASE,
)
_SUBSTITUTION = re.compile(r"^s/(?P<instead>[^/]{1,60})/(?P<meant>[^/]{0,60})/?g?$")
_NOT_MEANT = re.compile(
    r"^(?:i|we) (?:did not|didn't|do not|don't) (?:really )?mean(?: to (?:say|ask for|search for))?\s+(?P<instead>.+?)"
    r"(?:(?:\s*[,;.–—-]\s*|\s+)(?:but\s+|(?:i|we) meant?\s+|rather\s+)+(?P<meant>.+))?$",
    re.IGNORECASE,
)
_NOT_FIRST = re.compile(
    r"^(?:not|instead of|rather than)\s+(?P<instead>[^,;:–—]{1,80}?)\s*(?:[,;:–—]\s*(?:but\s+|rather\s+)?|\s-\s|\s+but\s+)(?P<meant>[^,;]+)$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^(?P<meant>[^,;]+?)[\s,;(–—-]+(?:and |but )?(?:not|rather than|instead of)\s+(?P<instead>[^,;()]{1,80}?)\)?$",
    re.IGNORECASE,
)
_AS_SPELT = re.compile(
    r"^(?:(?:please )?(?:search|look|searching|looking)(?: for)?\s+)?(?:exactly|literally|precisely|the exact (?:word|phrase|term))\s+(?:for\s+|the (?:word|phrase|term)\s+)?(?P<before>.+)$|"
    r"^(?P<after>.+?)[\s,:;–—-]+(?:exactly(?: as (?:i|we) (?:wrote|typed|spelt|spelled|said)(?: it)?)?|as (?:i|we) (?:wrote|typed|spelt|spelled|said)(?: it)?|literally|is (?:right|correct|not a typo|how it(?:'s| is) (?:spelt|spelled)))$|"
    r"^(?:don't|do not) (?:correct|change)(?: (?:the spelling of|my))?\s+(?P<kept>.+)$",
    re.IGNORECASE,
)
_QUOTES = "\"“”„«»‘’'*_`"
_QUOTED = re.compile(
    r"“([^“”\n]{2,80})”|(?<![\w\"])\"([^\"\n]{2,80})\"(?![\w\"])|«([^«»\n]{2,80})»|\bexactly \*?([\w-]{3,40})\b"
)
_WHOLLY_QUOTED = re.compile(r"^[\"“«]([^\"“”«»]{2,80})[\"”»]$")
_STARRED = re.compile(r"^(?:\*+\s*(?P<first>[\w' -]{2,60})|(?P<last>[\w' -]{2,60}?)\s*\*+)$")
_ENDS = " \t,.;:!?…–—-"
_PRAISE = frozenset(
    {"right", "that", "this", "it", "me", "mine", "correct", "true", "good", "great", "helpful", "same"}
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A correction. `sure`: so it says of itself; else it is one only where it fits what was asked before."""

    meant: str = ""
    instead_of: str = ""
    literally: bool = False
    sure: bool = False

    @property
    def as_an_ask(self) -> str:
        """What is asked where nothing was asked before."""
        return f"“{self.meant}”" if self.literally else self.meant


def correction_in(text: str) -> Heard | None:
    """The correction that the whole of a short message is."""
    said = " ".join(text.replace("’", "'").split())
    if not said or len(said) > LONGEST:
        return None
    if found := _SUBSTITUTION.match(said):
        return Heard(_bare(found["meant"]), _bare(found["instead"]), sure=True)
    opened = _BLAMING.sub("", _OPENING.sub("", said)).strip(_ENDS)
    was_opened = len(opened) < len(said.strip(_ENDS))
    if found := _NOT_MEANT.match(opened):
        return Heard(_bare(found["meant"] or ""), _bare(found["instead"]), sure=True)
    if found := _MEANT.match(opened):
        return replace(_told(found["meant"].strip(_ENDS)) or Heard(_bare(found["meant"])), sure=True)
    told = _told(opened)
    if told is None and (starred := _STARRED.match(said)) and len(words_of(said)) <= MOST_QUOTED:
        told = Heard(_bare(starred["first"] or starred["last"]))
    if told is None and was_opened and _tells(opened):
        told = Heard(_bare(opened))  # "no, protein"
    if told is not None and told.literally:
        return replace(told, sure=was_opened) if _tells(told.meant) else None
    return told


def quoted_in(text: str, topic: str) -> tuple[str, ...]:
    """The words of a topic that the ask has in quotes or calls exact: they are meant as they are spelt."""
    there = set(words_of(topic))
    quoted = (next(filter(None, found.groups())) for found in _QUOTED.finditer(text))
    words = (word for piece in quoted for word in _few(piece) if word in there)
    return tuple(dict.fromkeys(word for word in words if word not in STOP_WORDS))


def _told(said: str) -> Heard | None:
    if found := _AS_SPELT.match(said):
        return Heard(_bare(found["before"] or found["after"] or found["kept"]), literally=True)
    if found := _WHOLLY_QUOTED.match(said):
        return Heard(_bare(found[1]), literally=True)
    if found := _NOT_FIRST.match(said) or _NOT_AFTER.match(said):
        return Heard(_bare(found["meant"]), _bare(found["instead"]))
    return None


def _bare(text: str) -> str:
    """Without the quotes and stars that people put around a word."""
    return text.strip(_ENDS + _QUOTES)


def _tells(meant: str) -> bool:
    """Not "exactly what I needed"."""
    words = words_of(meant)
    return (
        len(words) <= MOST_QUOTED
        and any(word not in STOP_WORDS and word not in FILLER_WORDS and word not in _PRAISE for word in words)
        and not {"what", "i", "you"} & set(words)
    )


def _few(piece: str) -> list[str]:
    words = [bare(word) for word in WORD.findall(plain(piece))]
    return words if len(words) <= MOST_QUOTED else []

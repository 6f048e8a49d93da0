"""Cuts an ask down to what is sought, in the asker's own words."""

import re

from store.search.words import FILLER_WORDS, STOP_WORDS, plain

MOST_TOPIC = 300  # characters

_WORD = re.compile(r"[^\W_]+(?:['’.&+/-][^\W_]+)*[+]*")
_LEADING = frozenset(
    {
        "else",
        "list",
        "name",
        "names",
        "interested",
        "companies",
        "second",
        "first",
        "hi",
        "dear",
        "matter",
        "love",
        "introduction",
        "meet",
        "visit",
        "invite",
        "touch",
        "choosing",
        "evaluating",
        "source",
        "talk",
        "speak",
        "people",
        "quick",
        "question",
        "wondering",
        "hoping",
        "trying",
        "searching",
        "search",
        "urgently",
        "also",
        "ideally",
        "uk-based",
        "keen",
    }
)
_KEPT_LAST = frozenset(
    {
        "space",
        "organisation",
        "organisations",
        "organization",
        "organizations",
        "manufacturing",
        "manufacture",
        "supply",
        "support",
        "services",
        "service",
        "products",
        "solutions",
        "development",
        "developing",
        "research",
        "networks",
        "network",
        "contract",
    }
)
_CUE = re.compile(
    r".*\b(?:(?:looking|searching) (?:for|to find)|in search of|(?:like|love|want|hoping|keen|trying|need) to (?:meet|visit|find|talk to|speak to|reach)|"
    r"(?:introduction|introduced|intro) to|another matter:|who should (?:i|we) (?:talk|speak) to (?:about|for|on)|we(?:'re|’re| are) after|in touch with)\s+(?=\S+\s*\S)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|which|what|where|any|anyone|anybody|someone|somebody|looking|need|needs|companies|company|firms?|members?|suppliers?|providers?|developers?|manufacturers?|makers?|people|experts?|specialists?|services|we|i|you|for|near|doing|makes?|does)\b",
    re.IGNORECASE,
)


def topic_of(text: str) -> str:
    """The ask without the words that lead up to what is sought and those that trail behind it."""
    cue = _CUE.match(text)
    if cue and any(not _leads(word[0]) for word in _WORD.finditer(text, cue.end())):
        text = text[cue.end() :]
    words = list(_WORD.finditer(text))
    first, last = 0, len(words)
    while first < last and _leads(words[first][0]):
        first += 1
    while last > first and _trails(words[last - 1][0]) and not _is_contract(words[first:last]):
        last -= 1
    if first == last:  # nothing but filler: better some of it than nothing
        kept = [word[0] for word in words if plain(word[0]) not in STOP_WORDS | _SAYS_NOBODY]
        return " ".join(kept)[:MOST_TOPIC]
    piece = text[words[first].start() : words[last - 1].end()]
    return " ".join(piece.split())[:MOST_TOPIC].strip()


_SAYS_NOBODY = frozenset(
    {
        "company",
        "companies",
        "firm",
        "firms",
        "member",
        "members",
        "people",
        "organisation",
        "organisations",
        "organization",
        "organizations",
        "business",
        "businesses",
        "person",
        "folk",
        "folks",
        "group",
        "groups",
        "contact",
        "contacts",
        "active",
        "local",
        "region",
        "area",
        "network",
        "work",
        "works",
        "working",
        "world",
        "team",
        "good",
        "great",
        "involved",
        "recommend",
        "recommendations",
        "suggest",
        "handle",
        "type",
        "types",
        "ones",
    }
)


def is_plain_name(text: str) -> bool:
    """Whether nothing in a few words says that something is asked for."""
    return not _ASKING.search(text) and "?" not in text.rstrip("?! ")


def _leads(word: str) -> bool:
    low = plain(word)
    return low in STOP_WORDS or low in FILLER_WORDS or low in _LEADING


def _is_contract(words: list[re.Match[str]]) -> bool:
    """ "contract manufacturers": the trailing word is what the contract is for."""
    return len(words) == 2 and plain(words[0][0]) == "contract"


def _trails(word: str) -> bool:
    low = plain(word)
    return (low in STOP_WORDS or low in FILLER_WORDS) and low not in _KEPT_LAST

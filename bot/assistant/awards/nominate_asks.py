"""Hears a nomination in a sentence or a mail: whom, for what, and why, however loosely it is worded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from store.importing.naming import folded_words

LONGEST = 8000  # characters that are read
LONGEST_NAME = 300
SAME_CATEGORY = 84  # of 100: how alike a category must be written
A_PART = 90  # of 100: a word of its name

_BLANKS = re.compile(r"[^\S\n]+|\s*\n\s*")  # a run of thousands would be tried at each of its places
_VERB = re.compile(
    r"\b(?:nominat(?:e|ing)|put(?:ting)? forward)\b|\b(?:(?:my|our|an?|the) )?(?:nominations?|nominee)\b(?= ?(?:is\b|for\b|[:–—-]))",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"[ ,;:]*\b(?:i|we)\b.{0,60}$", re.IGNORECASE)  # "… I would like to"
_LABEL = re.compile(
    r"^\W*(?P<label>nominee|name|who|whom|candidate|company|organisation|organization|category|award|for|prize|reasons?|because|why|citation|statement)(?:\s+(?:name|of nominee|category))?\s*[:=–—]\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_LABELS = {
    **dict.fromkeys(("nominee", "name", "who", "whom", "candidate", "company", "organisation", "organization"), "nominee"),
    **dict.fromkeys(("category", "award", "for", "prize"), "category"),
    **dict.fromkeys(("reason", "reasons", "because", "why", "citation", "statement"), "words"),
}  # fmt: skip
_FOR = re.compile(r"(?<!\w)(?:for|in|as|to)(?:\s+(?:the|our|your|this\s+year's|an?))*(?:\s+(?:category|award|prize|title)(?:\s+of)?)?\s+", re.IGNORECASE)  # fmt: skip
_BECAUSE = re.compile(
    r"(?:\s{0,3}[:;,.!–—-]{1,3}\s{0,3}|\s|^)(?:because|since|as\s+(?=(?:they|she|he|it|we|their|her|his|its)\b)|for\s+(?=(?:their|her|his|its|the\s+way|all)\b)|who\s+(?=(?:has|have|is|are|did)\b)|(?:the\s+)?reasons?(?:\s+(?:is|are|why|being))?\s*:?)\s*[:,–—-]?\s*",
    re.IGNORECASE,
)
_END_OF_NAME = re.compile(
    r"\s*(?:[:;\n]|[!?](?=\s|$)|\s[–—-]+\s|—|(?<=\w{3})\.(?:\s+|$)|,\s*(?=(?:because|since|as|who|which|we|i|they|she|he|it|for)\b))\s*"
)
_OF_THE_CATEGORY = re.compile(r"^\W*(?:category|award|prize|of\s+the\s+year)?\W*(?:because\b[\s:,–—-]*|since\b\s*|for\s+(?=(?:their|her|his|its)\b))?", re.IGNORECASE)  # fmt: skip
_AFTER_CATEGORY = re.compile(r"\s*(?:award\b|category\b)?\s*(?:[:,;–—-]|\bis\b|\bgoes to\b)*\s*(?P<who>\S.*)", re.IGNORECASE | re.DOTALL)  # fmt: skip
_AFFIXES = re.compile(r"^(?:the|our|your|an?|award|category|prize|of|for|in)\s+|\s+(?:award|awards|category|prize|please|thanks|thank you)$", re.IGNORECASE)  # fmt: skip
_NOBODY = re.compile(r"(?:some(?:body|one)|any(?:body|one)|people|them|him|her|it|this|that|you|us|me|who|whom|what|a\s+\w+|an\s+\w+|colleagues?|others?)?", re.IGNORECASE)  # fmt: skip
_ASKING = re.compile(r"^\W*(?:(?:hi|hello|hey|dear\s+\w+|please|so)\W+)*(?:how|who|whom|what|when|where|which|can|could|may|is|are|do|does|until|by)\b(?!.{0,20}\bplease\s+nominate)[^.\n:]*\bnominat", re.IGNORECASE)  # fmt: skip
_WITHDRAW = re.compile(
    r"^\W*(?:please\s+|i(?:'d|\s+would)?\s+(?:like|want|wish)\s+to\s+|could\s+you\s+(?:please\s+)?|can\s+you\s+(?:please\s+)?)*(?:withdraw|take\s+back|cancel|delete|remove|retract)\s+(?:my|our|the)?\s*nominations?\b(?:\s+(?:of|for)\s+(?P<who>[^\n.!?]{1,200}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Nomination:
    """What was said. `category` is its place in the list that was given, or None: then `said` is what was named."""

    nominee: str = ""
    category: int | None = None
    said: str = ""
    words: str = ""


def nominates(text: str) -> bool:
    """Whether somebody is put forward here; a question about nominations is none."""
    said = _plain(text)
    if _ASKING.match(said) or withdrawal_in(said) is not None:
        return False
    if (found := _VERB.search(said)) is None or found.start() > 200:
        return False
    return bool(re.search(r"\w", said[found.end() :]))


def withdrawal_in(text: str) -> str | None:
    """Whose nomination is taken back ("" where that is not said), or None."""
    found = _WITHDRAW.match(_plain(text))
    return None if found is None else " ".join((found["who"] or "").split())


def nomination_in(text: str, categories: Sequence[str]) -> Nomination:
    """As much as can be read of it; what is missing is empty."""
    said = _plain(text)
    if labelled := _labelled(said, categories):
        return labelled
    found = _VERB.search(said)
    before, rest = (said[: found.start()], said[found.end() :]) if found else ("", said)
    rest = re.sub(r"^\s*(?:is\b|are\b|[:–—-])?\s*", "", rest)
    return (
        _category_last(rest, categories)
        or _category_first(before, rest, categories)
        or _without_category(rest, categories)
    )


def category_meant(said: str, categories: Sequence[str]) -> int | None:
    """Which of these a few words name, where it is surely one."""
    plain = _bare(said)
    if not plain:
        return None
    alike = [(fuzz.ratio(plain, _bare(each)), place) for place, each in enumerate(categories)]
    best = sorted(alike, reverse=True)[:2]
    if best and best[0][0] >= SAME_CATEGORY and (len(best) == 1 or best[1][0] < best[0][0]):
        return best[0][1]
    words = set(plain.split()) - _LITTLE
    holding = [place for place, each in enumerate(categories) if words and _holds(_bare(each).split(), words)]
    return holding[0] if len(holding) == 1 else None


def _plain(text: str) -> str:
    return _BLANKS.sub(_blank, text[:LONGEST].replace("’", "'")).strip()


def _blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


_LITTLE = frozenset({"best", "award", "the", "of", "year", "for", "and", "in", "a"})


def _holds(name: Sequence[str], words: set[str]) -> bool:
    return all(any(fuzz.ratio(word, each) >= A_PART for each in name) for word in words)


def _bare(said: str) -> str:
    said = " ".join(said.split())
    for _ in range(3):
        said = _AFFIXES.sub("", said.strip(" .,:;!?-–—\"'“”"))
    return " ".join(folded_words(said))


def _labelled(said: str, categories: Sequence[str]) -> Nomination | None:
    """ "Nominee: …", "Category: …", "Reason: …", each on a line; the last may go on to the end."""
    found: dict[str, str] = {}
    field = ""
    for line in said.splitlines():
        if label := _LABEL.match(line):
            field = _LABELS[label["label"].lower()]
            found[field] = label["value"].strip()
        elif field == "words" and line.strip():
            found[field] = f"{found[field]}\n{line.strip()}".strip()
    if "nominee" not in found or not found.keys() & {"category", "words"}:
        return None
    category = found.get("category", "")
    return Nomination(
        _name(found["nominee"]), category_meant(category, categories), category, found.get("words", "")
    )


def _category_last(rest: str, categories: Sequence[str]) -> Nomination | None:
    """ "Ada Finch for Best Start-up: because …": of all places where it could begin the one most like a category."""
    best: tuple[float, Nomination] | None = None
    for way in _FOR.finditer(rest[:1000]):
        if not way.start():
            continue
        for place, each in enumerate(categories):
            score, end = _begins_with(rest[way.end() :], each)
            if score >= SAME_CATEGORY and (best is None or score > best[0]):
                words = _words(rest[way.end() + end :])
                nominee, reason = _cut(rest[: way.start()], _BECAUSE)
                said = rest[way.end() : way.end() + end]
                best = (score, Nomination(nominee, place, said, "\n".join(filter(None, (reason, words)))))
    return best[1] if best else None


def _category_first(before: str, rest: str, categories: Sequence[str]) -> Nomination | None:
    """ "For Best Start-up I nominate Ada Finch …", "Nomination for Best Start-up: Ada Finch, because …"."""
    named = _SPEAKER.sub("", before.strip().rpartition("\n")[2])
    place = category_meant(re.sub(r"^\W*(?:for|in|as) ", "", named), categories)
    if place is not None:
        nominee, words = _cut(rest)
        return Nomination(nominee, place, named, words)
    way = re.match(r"(?:for|in)\s+(?:the\s+)?(?:category\s+|award\s+)?", rest, re.IGNORECASE)
    start = way.end() if way else 0
    for place, each in enumerate(categories):
        score, end = _begins_with(rest[start:], each)
        tail = _AFTER_CATEGORY.match(rest[start + end :])
        if way and score >= SAME_CATEGORY and tail:
            nominee, words = _cut(tail["who"])
            return Nomination(nominee, place, each, words)
    return None


def _without_category(rest: str, categories: Sequence[str]) -> Nomination:
    """What is named as the category is none of them, or only a part of one, or nothing is."""
    head, words = _cut(rest)
    parts = list(_FOR.finditer(head))
    if parts and parts[0].start():
        said = head[parts[-1].end() :].strip(" .,:;")
        if (place := category_meant(said, categories)) is not None:
            return Nomination(_name(head[: parts[-1].start()]), place, said, words)
        said = head[parts[0].end() :].strip(" .,:;")
        return Nomination(_name(head[: parts[0].start()]), None, said, words)
    return Nomination(_name(head), None, "", words)


def _begins_with(text: str, category: str) -> tuple[float, int]:
    """How much a text begins with a category's name, and where that ends."""
    words = list(re.finditer(r"[^\W_]+", text[:300]))
    wanted = " ".join(folded_words(category))
    best = (0.0, 0)
    for number in range(1, min(len(words), len(wanted.split()) + 2) + 1):
        end = words[number - 1].end()
        score = fuzz.ratio(" ".join(folded_words(text[:end])), wanted)
        best = max(best, (score, end), key=lambda each: each[0])
    return best


def _cut(text: str, *ways: re.Pattern[str]) -> tuple[str, str]:
    """A name, and the reason after it."""
    text = text.strip()
    found_ends = (way.search(text) for way in ways or (_BECAUSE, _END_OF_NAME))
    ends = [found for found in found_ends if found and found.start()]
    if not ends:
        return _name(text), ""
    first = min(ends, key=lambda each: each.start())
    return _name(text[: first.start()]), _words(text[first.end() :])


def _name(said: str) -> str:
    name = " ".join(said.split()).strip(" ,.;:–—-\"'“”")
    name = re.sub(r"\s+(?:please|thanks|thank you)$", "", name, flags=re.IGNORECASE)
    return "" if _NOBODY.fullmatch(name) else name[:LONGEST_NAME]


def _words(said: str) -> str:
    return _OF_THE_CATEGORY.sub("", said.strip(), count=1).strip(" \n:;,–—-")

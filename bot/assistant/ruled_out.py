"""Hears what an ask rules out ("not CROs", "other than animal studies") and takes those words away."""

import re
from dataclasses import dataclass

MOST_RULED_OUT = 8  # in one ask
MOST_TRIED = 24  # words that may begin such a phrase
LONGEST_PHRASE = 7  # words

# Words after "not" and "no" with which nothing is ruled out: "not only", "no idea", "not sure who".
_NO_RULING = (
    r"(?!(?:just|only|merely|simply|necessarily|sure|certain|yet|too|so|very|far|least|all|known|able|aware|long|longer|more than|less than|further|farther|bigger|larger|smaller|older|younger|greater|higher|lower|earlier|fewer than|"
    r"later than|to|be|been|have|know|knowing|understand|see|mind|help|find|get|idea|ideas|clue|preference|matter|problem|worries|rush|doubt|limit|luck|need|one|thanks|thank|hurry|pressure|such|wonder|"
    r"win|fee|available|working|mentioned|listed|like|looking|answer|reply|response|particular|there|it|that|this|here|i|we|you|he|she|they)\b)"
)
_SMALL = r"(?:(?:any|the|a|an|more|other|another|those|these|just|also|really|from|for|in|at|of|with|by|doing|involving|using|working (?:on|in|with)|to do with)\s+)*"
_BEFORE = r"(?:(?<=^)|(?<=[\s,;:(–—-]))"
_CLAUSE = r"(?:[,;:(–—-]+\s*)?(?:\b(?:but|and|though|although|just|so|or|preferably|ideally|definitely|please|absolutely)\s+)*"
_OPENINGS = (
    rf"{_BEFORE}(?:not|nor|no)\s+{_NO_RULING}",
    rf"{_BEFORE}(?:nothing|not anything) (?:to do with|involving|about|on|like|from)\s+",
    r"(?:^|[,;:(–—-]\s*|\bbut )(?:nobody|no one|no-one|none) (?:from|of|doing|working (?:on|in|with)|who does)\s+",
    rf"{_BEFORE}(?:except(?:ing)?(?: for| from| in)?|excluding|exclude|excl\.?|leaving out|leave out|other than|apart from|aside from|rather than|instead of|as opposed to|bar(?=\s+(?:the|those|any)\b)|minus(?=\s+(?:the|those|any)\b))\s+",
    r"(?<=\bbut )(?=not\b)not\s+",
    rf"(?:(?<=[,;(–—])\s*|\bbut )without\s+{_NO_RULING}",
    rf"\b(?:that|which|who|but|and|who's|they|it)\s+(?:is|are|does|do|was|were)(?:n't| not)\s+{_NO_RULING}(?:do\s+|offer\s+|use\s+|sell\s+|provide\s+|involve\s+|include\s+|work (?:on|in|with)\s+|focus(?:ed)? on\s+|deal with\s+|test on\s+)?",
    r"(?<=\banyone )but\s+|(?<=\banybody )but\s+|(?<=\banything )but\s+|(?<=\beveryone )but\s+|(?<=\beverything )but\s+|(?<=\ball )but\s+",
)
_WITHOUT_WHOM = re.compile(
    rf"\bwithout\s+{_SMALL}(?=(?:\w+ )?(?:cros?|cdmos?|cmos?|consultan|agenc|distribut|resell|broker|middlem|recruit|universit|academi|multinational|investor|charit|nhs)\w*)",
    re.IGNORECASE,
)
_OPENING = re.compile("|".join(f"(?:{each})" for each in _OPENINGS), re.IGNORECASE)
_SMALL_WORDS = re.compile(_SMALL, re.IGNORECASE)
_CLAUSE_BEFORE = re.compile(rf"(?:^|\s*){_CLAUSE}$", re.IGNORECASE)
_END = re.compile(
    r"[.;:!?()–—]|\s-+\s|\s+(?:but|who|whom|which|that|where|please|pls|thanks|though|if|because|since|so|as|ideally|preferably|in|near|around|within|across|from|based|"
    r"anyone|anybody|someone|somebody|we|i|can|could|does|do|is|are|doing|making|working|need|needed|looking)\b",
    re.IGNORECASE,
)
_MORE_OF_IT = re.compile(
    r"\s*,\s*(?:(?:or|and|nor|no|not)\s+)*|\s+(?:or|nor|and)\s+(?:(?:no|not)\s+)?", re.IGNORECASE
)
_A_LIST = re.compile(r"^[^,]{1,60}(?:,[^,]{1,40}){1,4},?\s+(?:or|and|nor)\s+\S")
_JOINT_END = re.compile(r"\s+(?:and|or|nor)$", re.IGNORECASE)
_BOTH = re.compile(r"\bnot\s+(?:just|only|merely|simply)\s+", re.IGNORECASE)


_MAY_RULE_OUT = re.compile(
    r"\b(?:not?|nor|never|nothing|nobody|none|except\w*|exclud\w+|excl|leav(?:e|ing)|than|apart|aside|instead|opposed|bar|minus|without|but)\b|n't\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RuledOut:
    """`rest` is the ask without the words that were read; `phrases` are what it rules out, as it was said."""

    rest: str
    phrases: tuple[str, ...] = ()


def ruled_out_in(text: str) -> RuledOut:
    if not _MAY_RULE_OUT.search(text):
        return RuledOut(text)
    text = _BOTH.sub(" ", text)
    phrases: list[str] = []
    at = 0
    for _ in range(MOST_TRIED):
        found = _opening(text, at) if len(phrases) < MOST_RULED_OUT else None
        if found is None:
            break
        start, end = found
        end += len(_SMALL_WORDS.match(text, end)[0])  # type: ignore[index]  # matches the empty text at least
        last = _end_of_phrase(text, end)
        said = text[end:last].strip(" ,'\"“”")
        if not any(letter.isalnum() for letter in said):
            at = max(end, start + 1)
            continue
        phrases += [each for each in map(_trimmed, _MORE_OF_IT.split(said)) if each]
        start = _CLAUSE_BEFORE.search(text, max(0, start - 30), start).start()  # type: ignore[union-attr]  # as above
        text = f"{text[:start]} {text[last:].lstrip(' )')}"
        at = start
    return RuledOut(text, tuple(dict.fromkeys(phrases)))


def _opening(text: str, at: int) -> tuple[int, int] | None:
    found = [each for each in (_OPENING.search(text, at), _WITHOUT_WHOM.search(text, at)) if each]
    first = min(found, key=lambda each: each.start(), default=None)
    return None if first is None else first.span()


def _end_of_phrase(text: str, start: int) -> int:
    """Where what is ruled out ends: at a stop, at a word that begins another thought, or after some words."""
    stop = _END.search(text, start)
    end = stop.start() if stop else len(text)
    comma = text.find(",", start, end)
    if comma >= 0 and not _A_LIST.match(text[start:end]):
        end = comma
    words = list(re.finditer(r"\S+", text[start:end]))
    return start + words[LONGEST_PHRASE - 1].end() if len(words) > LONGEST_PHRASE else end


def _trimmed(phrase: str) -> str:
    return _SMALL_WORDS.sub("", _JOINT_END.sub("", phrase.strip(" ,'\"“”")), count=1).strip()

"""Hears that somebody wishes to be introduced: to a hit by its number, or to one named; and what they seek there."""

import re
from dataclasses import dataclass

from store.search.words import plain

LONGEST = 4000  # characters that are read
LONGEST_NAME = 80

ORDINALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_POLITE = (
    r"(?:(?:please|pls|ok(?:ay)?|yes|great|thanks|thank you|cool|and|so|now|hi|hello|hey|could you|can you|would you|will you|"
    r"could i|can i|may i|can we|could we|i'd like you to|i would like you to|we'd like you to|let's|just|also|kindly)[\s,!.]+)*"
)
_ME = r"(?:(?:me|us)\s+)?"
_ASK = (
    rf"(?:introduce\s+{_ME}(?:(?:to|with)\s+)?|(?:connect|put)\s+(?:me|us)\s+(?:up\s+)?(?:in\s+touch\s+)?(?:to|with)\s+|"
    rf"(?:(?:i|we)(?:'d| would)?\s+(?:like|love|want|need)\s+|(?:have|get|make|arrange|set\s+up)\s+)?(?:an?\s+|the\s+)?intro(?:duction)?\s+(?:to|with|for)\s+|"
    rf"intro\s+{_ME}(?=[\d#])|(?:i|we)(?:'d| would)?\s+(?:like|love|want)\s+to\s+(?:be\s+introduced\s+to|meet)\s+)"
)
_NUMBER = rf"(?:the\s+)?(?:number\s+|no\.?\s*|nr\.?\s*|#\s*|hit\s+|option\s+)?(?P<number>\d{{1,3}}(?:st|nd|rd|th)?|{'|'.join(ORDINALS)})(?:\s+one|\s+on\s+(?:the|your|that)\s+list)?"
_COURTESY = (
    r"(?:[\s,]+(?:please|pls|kindly|thanks|thank\s+you|if\s+you\s+(?:can|could|would|may|don't\s+mind)))?"
)
_STOP = (
    _COURTESY
    + r"(?:\s*[?!.]*\s*$|\s*(?:[:;,.!?\n]|\s[-–—]+\s|—)\s*|\s+(?=(?:we|i|we're|we've|i'm|i've|our|my|as|because|since|for|about|regarding|re|so\s+that|to\s+(?:talk|discuss|ask))\b))"
)
_BY_NUMBER = re.compile(rf"{_POLITE}{_ASK}{_NUMBER}{_STOP}(?P<seeks>.*)", re.IGNORECASE | re.DOTALL)
_END_OF_NAME = (
    _COURTESY
    + r"(?:\s*[?!.]*\s*$|\s*(?:[:;\n?!]|\s[-–—]+\s|—|(?<=[a-z]{3})\.\s+|,\s*(?=(?:we|i|our|my|as|because|since|please|they|to)\b))\s*|\s+(?=(?:about|regarding|re|because|since|so\s+that|to\s+(?:talk|discuss|ask))\b))"
)
_BY_NAME = re.compile(
    rf"{_POLITE}{_ASK}(?P<name>[^\n:;?!]{{2,{LONGEST_NAME}}}?){_END_OF_NAME}(?P<seeks>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SEVERAL = re.compile(
    rf"{_POLITE}{_ASK}(?:(?:number|no\.?|#)\s*)?\d{{1,3}}(?:\s*(?:,|and|&|or|to|-|\+)\s*(?:(?:to|number)\s+)?\d{{1,3}})+[\s.!?]*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*(?:because|since|about|regarding|re|for|as|so that)\b[\s:,]*(?=\S)", re.IGNORECASE)
_THANKS = re.compile(
    r"(?:^|(?<![\s,.;!–-])[\s,.;!–-]+)(?:please|pls|thanks|thank you|many thanks|thanks in advance|cheers|ta)[\s.!,]*$",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")  # a run of thousands would be tried at each of its places
_SOMEBODY = re.compile(
    r"(?:some|any|every)(?:one|body)?|people|companies|firms|a|an|who|whoever|them|him|her|it|there|that|this|they|each other|me|us|you|others?|more|all|both",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class IntroductionAsk:
    """`position` in the list that was shown, or else a `name`; `seeks` in the asker's own words."""

    position: int | None
    name: str
    seeks: str
    several: bool = False  # more than one at once, of which none is taken


def introduction_in(text: str) -> IntroductionAsk | None:
    """None where nothing of the kind is asked, or to nobody in particular ("introduce me to somebody who …")."""
    said = _BLANKS.sub(_blank, text[:LONGEST].replace("’", "'")).strip()
    for _ in range(2):
        said = _THANKS.sub("", said)
    if _SEVERAL.fullmatch(said):
        return IntroductionAsk(None, "", "", several=True)
    if found := _BY_NUMBER.fullmatch(said):
        return IntroductionAsk(_number(found["number"]), "", _seeks(found["seeks"]))
    found = _BY_NAME.fullmatch(said)
    if found is None:
        return None
    name = _THANKS.sub("", found["name"].strip(" ,.\"'“”"))
    if not name or _SOMEBODY.fullmatch(plain(name).split(" ")[0]):
        return None
    return IntroductionAsk(None, name, _seeks(found["seeks"]))


def _blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


def _number(said: str) -> int:
    digits = re.sub(r"\D", "", said)
    return int(digits) if digits else ORDINALS[said.lower()]


def _seeks(said: str) -> str:
    """What follows, in one paragraph, without the courtesies at its end."""
    return _FROM.sub("", " ".join(said.split()), count=1).strip(" ,;:–-")

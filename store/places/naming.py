"""How a place's name is written down to one form, and how a British postcode is read."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")
_SHORT = {"saint": "st", "gtr": "greater", "upon": "on"}
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)[ -]*([0-9][A-Z]{2})")
_OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_HEARD = (
    (re.compile(r"\bworcester|\bwuster"), "wooster"),
    (re.compile(r"i?cester"), "ster"),
    (re.compile(r"borough\b|brough\b|burgh\b|bury\b|bra\b"), "br"),
    (re.compile(r"wich\b|idge\b|itch\b"), "j"),
    (re.compile(r"wick\b|ick\b"), "k"),
    (re.compile(r"mouth\b"), "mth"),
    (re.compile(r"ck|kh|q|c(?![eiyh])"), "k"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"sh"), "s"),
)
_UNHEARD = str.maketrans("", "", "aeiouwhy")
_DOUBLED = re.compile(r"(.)\1+")
LONGEST_TEXT = 120  # no place's name is longer; the rest of an essay is not looked at


def fold(text: str) -> str:
    """One spelling for all ways to write a name: "The Saint-Helens" and "st. helens" are the same."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.replace("'", "").replace("’", "").replace(".", "").replace("&", " and ")
    words = [_SHORT.get(word, word) for word in _NOT_WORD.sub(" ", plain).split()]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[0] == "co":
        words[0] = "county"
    return " ".join(words)


def split_postcode(text: str) -> tuple[str, str]:
    """The outward and inward halves of a British postcode; ("SK10", "") for an outward code alone.

    ("", "") when the text is neither. Lower case and a missing or doubled space are forgiven.
    """
    upper = text.strip()[:12].upper()
    if whole := _POSTCODE.fullmatch(upper):
        return whole[1], whole[2]
    if _OUTCODE.fullmatch(upper):
        return upper, ""
    return "", ""


def sound(name: str) -> str:
    """What one hears of a folded name: its consonants, with the letters that British place names swallow left out."""
    heard = name
    for pattern, instead in _HEARD:
        heard = pattern.sub(instead, heard)
    return heard[:1] + _DOUBLED.sub(r"\1", heard[1:].translate(_UNHEARD))

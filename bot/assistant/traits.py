"""Finds the size and the kind of organisation that an ask wants or rules out, and takes those words away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.assistant.ruled_out import ruled_out_in
from store.kinds import OrganisationKind, SizeBand
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

_BANDS = tuple(SizeBand)
_UPPER = {SizeBand.MICRO: 10, SizeBand.SMALL: 50, SizeBand.MEDIUM: 250}
_SPELT = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a dozen": 12,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a hundred": 100, "one hundred": 100,
    "two hundred": 200, "two hundred and fifty": 250, "five hundred": 500, "a thousand": 1000,
}  # fmt: skip
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}|" + "|".join(sorted(map(re.escape, _SPELT), key=len, reverse=True)) + ")"
)
_STAFF = r"(?:people|persons?|staff|employees?|headcount|workers|fte|ftes|heads)"
_AT_MOST = re.compile(
    rf"\(?\b(?:with |of |has |have |having |employing )?(?:fewer than|less than|under|below|at most|up to|no more than|not more than|max(?:imum)?(?: of)?) ({_NUMBER}) ?{_STAFF}\b\)?",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"\(?\b(?:with |of |has |have |having |employing )?(?:(?:more than|over|above|at least|min(?:imum)?(?: of)?) ({_NUMBER}) ?\+?|({_NUMBER}) ?(?:\+|or more|plus)) ?{_STAFF}\b\)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\(?\b(?:with |of |employing )?(?:between |from )?(?<![\d-])({_NUMBER}) ?(?:-|–|to|and) ?({_NUMBER}) {_STAFF}\b\)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"\b(?<![\d-])({_NUMBER})[- ](?:person|people|man|woman|strong)[- ](?:company|firm|team|business|outfit|band|consultancy|operation|shop)\b",
    re.IGNORECASE,
)
_NOT_SIZES = r"(?![- ](?:molecul|animal|intestin|cell|angle|bowel|interfering|rna|scale|batch|bore|joint|incision|diameter|volume|language|vessel|nucle|fibre|fiber|peptide|number|amount|part|parcel|group of|print|format|data|quantit|order|run|footprint|lot|series|space|protein|fragment))"
_OF_COMPANIES = r"(?= (?:\w+ ){0,3}(?:compan|firm|organi|player|business|employer|pharma|corporat|manufactur|supplier|provider|group|ones|outfit|enterprise))"
_SIZE_WORDS: tuple[tuple[re.Pattern[str], tuple[SizeBand, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), bands)
    for pattern, bands in (
        (r"\b(?:smes?|small (?:and|or|to|&) medium(?:[- ]sized?)?(?: (?:enterprises?|businesses|companies|firms))?)\b", _BANDS[:3]),
        (r"\b(?:micro[- ]?(?:businesses|business|companies|company|firms?|enterprises?)|micros)\b", _BANDS[:1]),
        (r"\b(?:sole[- ]traders?|freelancers?|freelance|self[- ]employed|one[- ](?:wo)?man[- ]bands?|one[- ](?:wo)?man[- ]shows?|one[- ]person|solo)\b(?! (?:practice|test|study))", _BANDS[:1]),
        (r"\bwith a (?:small|tiny) team\b|\b(?:small|tiny) team\b", _BANDS[:2]),
        (r"(?<!\bfor )(?<!\bin )(?<!\bto )(?:\b(?:university|academic|nhs) )?\b(?:start[- ]?ups?|spin[- ]?(?:out|off)s?)\b(?! (?:support|advice|funding|grants?|loans?|capital|finance|incubat|accelerat))|\bscale[- ]?ups?\b(?= (?:compan|firm|business|in\b|doing|working|and\b|that|who|,)|$)", _BANDS[:2]),
        (rf"\b(?:small|smaller|tiny|little)\b{_NOT_SIZES}", _BANDS[:2]),
        (r"\b(?:medium[- ]sized?|mid[- ]?sized?|mid-?cap)\b", _BANDS[2:3]),
        (rf"\b(?:large|larger|big|bigger|huge|major)\b{_NOT_SIZES}{_OF_COMPANIES}", _BANDS[3:]),
        (r"\b(?:larger?|big|bigger) ones\b|\blarge\s*$", _BANDS[3:]),
    )
)  # fmt: skip
_KIND_WORDS = {
    OrganisationKind.UNIVERSITY: r"universit(?:y|ies)['’]?(?:s)?(?! (?:spin|hospital))(?: (?:department|group|lab|team|school)s?)?|academic (?:group|lab|team|partner|department|institution)s?|academics?['’]?|academia|unis?",
    OrganisationKind.NHS: r"nhs(?:['’]s)?(?: (?:trust|hospital|foundation trust|provider|organi[sz]ation|bod(?:y|ie)|site)s?['’]?)?|hospital trusts?|acute trusts?",
    OrganisationKind.INVESTOR: r"investors?['’]?|vcs?|venture (?:capitalists?|capital firms?)|business angels?|angel investors?|investment (?:firm|fund)s?|(?:vc|investor) (?:firm|fund)s?",
    OrganisationKind.MULTINATIONAL: r"multi-?nationals?['’]?(?: (?:compan(?:y|ies)|firms?|corporations?))?|global players?",
    OrganisationKind.PUBLIC_BODY: r"public (?:body|bodies|sector (?:organi[sz]ations?|bodies))|councils?|local authorit(?:y|ies)|government (?:agenc(?:y|ies)|bod(?:y|ies)|departments?)",
}
_ONLY_KINDS = {  # these words only describe in a full ask; alone they pick
    OrganisationKind.SUPPLIER: r"suppliers?|vendors?",
    OrganisationKind.COMPANY: r"compan(?:y|ies)|firms?|businesses",
}
_ANY_KIND = {
    kind: re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)
    for kind, pattern in (*_KIND_WORDS.items(), *_ONLY_KINDS.items())
}
_GIANTS = re.compile(r"\bbig[- ]pharmas?\b", re.IGNORECASE)
# What the ask is for, not who is to do it: "selling to universities", "grants for start-ups".
_CUSTOMERS = re.compile(
    r"\b(?:sell(?:s|ing)?|suppl(?:y|ies|ying)|market(?:s|ing)?|consult(?:s|ing)?|service[sd]?|train(?:s|ing)?|designed|made|intended) (?:in)?(?:to|for)\s+(?:the |an? |small |large )?$|\b(?:suppl(?:y|ies|ying)|serv(?:e|es|ing)|equips?|equipping|trains?|training) (?:the |an? )?$|(?<!looking )(?<!searching )(?<!search )(?<!look )(?<!ask )(?<!asking )(?<!hunting )(?<!ideas )(?<!suggestions )(?<!recommendations )(?<!contacts )\b(?:for|aimed at|used (?:by|in)) (?:the )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Traits:
    """`rest` is the ask without the words that were read; `without` is what it rules out that is no kind or size."""

    rest: str
    sizes: tuple[SizeBand, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    excluded: tuple[OrganisationKind, ...] = ()
    without: tuple[str, ...] = ()


def traits_of(text: str, *, picking: bool = False) -> Traits:
    """Read sizes and kinds. `picking`: the ask narrows an earlier one, so that plain "suppliers" is a kind too."""
    ruled = ruled_out_in(" ".join(text.split()))
    out = [_ruled_out(phrase) for phrase in ruled.phrases]
    rest, sizes = _sizes(ruled.rest)
    rest, kinds = _kinds(rest, picking=picking)
    unwanted = {size for each in out for size in each.sizes}
    if unwanted:
        sizes = tuple(band for band in sizes or _BANDS if band not in unwanted)
    excluded = tuple(dict.fromkeys(kind for each in out for kind in each.kinds))
    without = tuple(dict.fromkeys(phrase for each in out for phrase in each.without))
    return Traits(rest, sizes, kinds, excluded, without)


def _ruled_out(phrase: str) -> Traits:
    """What one phrase rules out: the sizes or the kinds it is, or else itself."""
    if _GIANTS.fullmatch(phrase):
        return Traits("", sizes=_BANDS[3:])
    rest, sizes = _sizes(f"{phrase} companies" if phrase.lower() in _BARE_SIZES else phrase)
    if sizes and not _content(rest):
        return Traits(rest, sizes=sizes)
    rest, kinds = _kinds(phrase, picking=True)
    if kinds and not _content(rest):
        return Traits(rest, kinds=kinds)
    telling = any(word not in STOP_WORDS for word in words_of(phrase))  # "not those" rules nobody out
    return Traits("", without=(phrase,)) if telling else Traits("")


_BARE_SIZES = frozenset({"big", "large", "huge", "major"})


def _sizes(text: str) -> tuple[str, tuple[SizeBand, ...]]:
    bands: set[SizeBand] = set()
    for found in _BETWEEN.finditer(text):
        bands |= _from(_number(found[1])) & _up_to(_number(found[2]) + 1, partly=True)
    text = _BETWEEN.sub(" ", text)
    for pattern, chosen in ((_AT_MOST, _up_to), (_AT_LEAST, _from), (_ABOUT, _around)):
        for found in pattern.finditer(text):
            bands |= chosen(_number(next(group for group in found.groups() if group)))
        text = pattern.sub(" ", text)
    for pattern, words_bands in _SIZE_WORDS:
        if (spot := pattern.search(text)) and not _CUSTOMERS.search(text, 0, spot.start()):
            bands = bands or set(words_bands)
            text = pattern.sub(" ", text)
    return text, tuple(band for band in _BANDS if band in bands)


def _kinds(text: str, *, picking: bool) -> tuple[str, tuple[OrganisationKind, ...]]:
    kinds: list[OrganisationKind] = []
    for kind, pattern in _ANY_KIND.items():
        if not (picking or kind in _KIND_WORDS):
            continue
        spot = pattern.search(text)
        if spot and (picking or not _CUSTOMERS.search(text, 0, spot.start())):
            kinds.append(kind)
            text = pattern.sub(" ", text)
    return text, tuple(kinds)


def _number(said: str) -> int:
    low = said.lower()
    return _SPELT[low] if low in _SPELT else int(low.replace(",", ""))


def _up_to(number: int, *, partly: bool = False) -> set[SizeBand]:
    """`partly`: of a range, the band that its upper end is in counts."""
    bands = {band for band, upper in _UPPER.items() if upper <= number}
    return (bands | _around(number - 2) if partly else bands) or {SizeBand.MICRO}


def _from(number: int) -> set[SizeBand]:
    return {band for band in _BANDS if band not in _UPPER or _UPPER[band] > number}


def _around(number: int) -> set[SizeBand]:
    return {next((band for band, upper in _UPPER.items() if number < upper), SizeBand.LARGE)}


def _content(text: str) -> Iterable[str]:
    return [word for word in words_of(text) if word not in STOP_WORDS and word not in FILLER_WORDS]

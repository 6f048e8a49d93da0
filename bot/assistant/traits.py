"""Finds the size and the kind of organisation that an ask wants or rules out, and takes those words away."""

import re
from dataclasses import dataclass

from store.kinds import OrganisationKind, SizeBand

_BANDS = tuple(SizeBand)
_UPPER = {SizeBand.MICRO: 10, SizeBand.SMALL: 50, SizeBand.MEDIUM: 250}
_STAFF = r"(?:people|persons?|staff|employees?|headcount|workers|fte|ftes)"
_AT_MOST = re.compile(
    rf"\(?\b(?:with |of )?(?:fewer than|less than|under|below|at most|up to|no more than|max(?:imum)?(?: of)?) (\d{{1,6}}) ?{_STAFF}\b\)?",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"\(?\b(?:with |of )?(?:(?:more than|over|above|at least|min(?:imum)?(?: of)?) (\d{{1,6}}) ?\+?|(\d{{1,6}}) ?(?:\+|or more|plus)) ?{_STAFF}\b\)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(\d{1,6})[- ](?:person|people|man|strong) (?:company|firm|team|business)\b", re.IGNORECASE
)
_NOT_SIZES = r"(?![- ](?:molecul|animal|intestin|cell|angle|bowel|interfering|rna|scale|batch|bore|joint|incision|diameter|volume|language|vessel|nucle|fibre|fiber|peptide|number|amount|part|parcel|group of|print|format))"
_SIZE_WORDS: tuple[tuple[re.Pattern[str], tuple[SizeBand, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), bands)
    for pattern, bands in (
        (r"\b(?:smes?|small (?:and|or|to|&) medium(?:[- ]sized?)?)\b", _BANDS[:3]),
        (r"\b(?:micro[- ]?(?:businesses|business|companies|company|firms?|enterprises?)|micros)\b", _BANDS[:1]),
        (r"\bwith a (?:small|tiny) team\b|\b(?:small|tiny) team\b", _BANDS[:2]),
        (r"(?<!\bfor )(?<!\bin )(?<!\bto )\bstart[- ]?ups?\b|\bscale[- ]?ups?\b", _BANDS[:2]),
        (rf"\b(?:small|smaller|tiny|little)\b{_NOT_SIZES}", _BANDS[:2]),
        (r"\b(?:medium[- ]sized?|mid[- ]?sized?|mid-?cap)\b", _BANDS[2:3]),
        (rf"\b(?:large|larger|big|bigger|huge|major)\b{_NOT_SIZES}(?= (?:\w+ ){{0,3}}(?:compan|firm|organi|player|business|employer|pharma|corporat|manufactur|supplier|provider|group|ones|outfit|enterprise))", _BANDS[3:]),
        (r"\b(?:larger?|big|bigger) ones\b|\blarge\s*$", _BANDS[3:]),
    )
)  # fmt: skip
_KIND_WORDS = {
    OrganisationKind.UNIVERSITY: r"universit(?:y|ies)(?! (?:spin|hospital))(?: (?:department|group|lab|team|school)s?)?|academics?|academia|academic (?:group|lab|team|partner|department)s?|unis?",
    OrganisationKind.NHS: r"nhs(?: (?:trust|hospital|foundation trust|provider|organisation|bod(?:y|ie)|site)s?)?|hospital trusts?",
    OrganisationKind.INVESTOR: r"investors?|vcs?|venture (?:capitalists?|capital firms?)|business angels?|angel investors?|investment (?:firm|fund)s?",
    OrganisationKind.MULTINATIONAL: r"multinationals?(?: (?:compan(?:y|ies)|firms?|corporations?))?",
    OrganisationKind.PUBLIC_BODY: r"public (?:body|bodies|sector (?:organi[sz]ations?|bodies))|councils?|local authorit(?:y|ies)",
}
_ONLY_KINDS = {  # these words only describe in a full ask; alone they pick
    OrganisationKind.SUPPLIER: r"suppliers?|vendors?",
    OrganisationKind.COMPANY: r"compan(?:y|ies)|firms?|businesses",
}
_ANY_KIND = {
    kind: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for kind, pattern in (*_KIND_WORDS.items(), *_ONLY_KINDS.items())
}
_NOT = re.compile(
    r"[,;(]?\s*\b(?:(?:but|and|just|also)\s+)?(?:not|no|except(?: for)?|excluding|other than|apart from|without)\s+"
    r"(?:(?:any|the|an?|from|at|in|for|of|more|other|big)\s+)*(?P<what>[\w&/-]+(?:\s+(?:trusts?|companies|firms|bodies|or|nor|and|sector)(?:\s+[\w&/-]+)?)*)\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Traits:
    """`rest` is the ask without the words that were read."""

    rest: str
    sizes: tuple[SizeBand, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    excluded: tuple[OrganisationKind, ...] = ()


def traits_of(text: str, *, picking: bool = False) -> Traits:
    """Read sizes and kinds. `picking`: the ask narrows an earlier one, so that plain "suppliers" is a kind too."""
    rest, excluded = _excluded(text)
    rest, sizes = _sizes(rest)
    rest, kinds = _kinds(rest, picking=picking)
    return Traits(rest, sizes, kinds, excluded)


def _excluded(text: str) -> tuple[str, tuple[OrganisationKind, ...]]:
    kinds: list[OrganisationKind] = []
    spans: list[tuple[int, int]] = []
    for found in _NOT.finditer(text):
        ruled_out = [kind for kind, pattern in _ANY_KIND.items() if pattern.search(found["what"])]
        trailing = found.start() > 0 and found[0].lstrip()[:1] in {",", ";", "(", "b"}
        if ruled_out or trailing:
            kinds += ruled_out
            spans.append(found.span())
    return _without(text, spans), tuple(dict.fromkeys(kinds))


def _sizes(text: str) -> tuple[str, tuple[SizeBand, ...]]:
    bands: set[SizeBand] = set()
    for pattern, chosen in ((_AT_MOST, _up_to), (_AT_LEAST, _from), (_ABOUT, _around)):
        for found in pattern.finditer(text):
            bands |= chosen(int(next(group for group in found.groups() if group)))
        text = pattern.sub(" ", text)
    for pattern, words_bands in _SIZE_WORDS:
        if pattern.search(text):
            bands = bands or set(words_bands)
            text = pattern.sub(" ", text)
    return text, tuple(band for band in _BANDS if band in bands)


def _kinds(text: str, *, picking: bool) -> tuple[str, tuple[OrganisationKind, ...]]:
    kinds: list[OrganisationKind] = []
    for kind, pattern in _ANY_KIND.items():
        if (picking or kind in _KIND_WORDS) and pattern.search(text):
            kinds.append(kind)
            text = pattern.sub(" ", text)
    return text, tuple(kinds)


def _up_to(number: int) -> set[SizeBand]:
    bands = {band for band, upper in _UPPER.items() if upper <= number}
    return bands or {SizeBand.MICRO}


def _from(number: int) -> set[SizeBand]:
    return {band for band in _BANDS if band not in _UPPER or _UPPER[band] > number}


def _around(number: int) -> set[SizeBand]:
    return {next((band for band, upper in _UPPER.items() if number < upper), SizeBand.LARGE)}


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text

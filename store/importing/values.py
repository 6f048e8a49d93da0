"""Makes typed values of cells: kinds, sizes, numbers, addresses, each with the ways people write it."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from store.importing.headings import plain
from store.importing.refusal import Unreadable
from store.importing.table import Value
from store.importing.text import line_of
from store.kinds import EventKind, Listing, OrganisationKind, SizeBand, StaffRole
from store.places.naming import split_postcode

Case = TypeVar("Case", bound=StrEnum)

_KINDS = {
    OrganisationKind.COMPANY: "company companies firm business sme start-up startup|start up|spin out|spin-out|spinout|"
    "scale up|scaleup|limited company|ltd|private company|private|micro|plc|charity|social enterprise|cic|consultancy|"
    "small business|commercial|industry|company sme|corporate",
    OrganisationKind.MULTINATIONAL: "multinational multinationals mnc|global company|international company|big pharma|"
    "large corporate|multi national|multinational company",
    OrganisationKind.SUPPLIER: "supplier suppliers|service provider|services|vendor|support services|professional services|"
    "supply chain|services to the sector|associate|distributor",
    OrganisationKind.UNIVERSITY: "university universities uni unis academia academic hei college|higher education|"
    "research institute|research institution|academic institution|school|education|university department",
    OrganisationKind.NHS: "nhs|nhs trust|nhs foundation trust|foundation trust|hospital|hospitals|trust|hospital trust|"
    "nhs hospital|icb|integrated care board|ccg|primary care|gp practice|nhs body|healthcare provider|health service",
    OrganisationKind.PUBLIC_BODY: "public body|public sector|public|council|local authority|government|"
    "government agency|agency|government department|lep|local enterprise partnership|regulator|combined authority|"
    "quango|network|trade body|trade association|membership body",
    OrganisationKind.INVESTOR: "investor investors vc|venture capital|fund|angel|angels|business angel|private equity|"
    "venture capitalist|angel network|bank|finance|funder|investment",
}
_SIZES = {
    SizeBand.MICRO: "micro|sole trader|self employed|very small|xs|1 9|0 9",
    SizeBand.SMALL: "small|s",
    SizeBand.MEDIUM: "medium|mid|mid size|mid sized|m|medium sized",
    SizeBand.LARGE: "large|l|big|xl|very large|corporate|enterprise|multinational",
}
_EVENT_KINDS = {
    EventKind.NETWORKING: "networking|network event|social|drinks|reception|breakfast|meet up|meetup|mixer|lunch|dinner",
    EventKind.WORKSHOP: "workshop|seminar|training|webinar|course|masterclass|clinic|talk|round table|roundtable|briefing",
    EventKind.CONFERENCE: "conference|congress|summit|symposium|exhibition|showcase|forum|annual conference|expo",
    EventKind.AWARDS: "awards|award|awards dinner|gala|awards ceremony|award ceremony|ceremony",
}
_ROLES = {
    StaffRole.MEMBER: "member|none|no|user",
    StaffRole.STAFF: "staff|team|editor",
    StaffRole.APPROVER: "approver|manager",
    StaffRole.ADMIN: "admin|administrator|owner",
}
_YES = frozenset(
    ["yes", "y", "true", "1", "x", "✓", "✔", "on", "listed", "public", "published", "subscribed", "active"]
)
_NO = frozenset(
    [
        "no",
        "n",
        "false",
        "0",
        "off",
        "unlisted",
        "hidden",
        "private",
        "unpublished",
        "unsubscribed",
        "inactive",
        "never",
    ]
)
_RANGE = re.compile(r"(\d{1,9})\s*(?:-|–|—|to)\s*(\d{1,9})(?!\d)")
_MONTHS_OF_RANGES = {"jan": 1, "oct": 10, "nov": 11, "dec": 12}
_NUMBER = re.compile(
    r"(?:c\.?|ca\.?|circa|about|approx\.?|approximately|around|~|est\.?)?\s*(\d+(?:\.\d+)?)\s*(k)?\s*(?:fte|ftes|staff|people|employees)?",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?")
_ADDRESSES = re.compile(r"[^\s<>;,\"'()]+@[^\s<>;,\"'()]+")
_LARGEST_STAFF = 5_000_000
_LOOKED_AT = 200  # characters; an essay is no size, kind or address


def _cases(words: dict[Case, str]) -> dict[str, Case]:
    """Words are parted by bars; a part whose words are all single ones may be written with spaces alone."""
    table: dict[str, Case] = {}
    for case, text in words.items():
        first, *rest = text.split("|")
        for word in (*first.split(), first, *rest, case.value):
            table[plain(word)] = case
    return table


_KIND_WORDS, _SIZE_WORDS = _cases(_KINDS), _cases(_SIZES)
_EVENT_WORDS, _ROLE_WORDS = _cases(_EVENT_KINDS), _cases(_ROLES)


def kind_of(cell: Value) -> OrganisationKind:
    return _case(cell, _KIND_WORDS, "a kind of organisation")


def event_kind_of(cell: Value) -> EventKind:
    return _case(cell, _EVENT_WORDS, "a kind of event")


def staff_role_of(cell: Value) -> StaffRole:
    return _case(cell, _ROLE_WORDS, "a role (member, staff, approver, admin)")


def _case(cell: Value, words: dict[str, Case], what: str) -> Case:
    text = line_of(cell)[:_LOOKED_AT]
    folded = plain(text)
    found = words.get(folded) or words.get(folded.removesuffix("s"))
    if found is None:
        raise Unreadable(f"“{text}” is not {what} we know")
    return found


def yes_or_no(cell: Value) -> bool:
    text = line_of(cell).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(f"“{text}” is neither yes nor no")


def listing_of(cell: Value) -> Listing:
    return Listing.LISTED if yes_or_no(cell) else Listing.UNLISTED


def band_of(employees: float) -> SizeBand:
    """The UK and EU definition: fewer than 10, 50, 250, or more."""
    for limit, band in ((10, SizeBand.MICRO), (50, SizeBand.SMALL), (250, SizeBand.MEDIUM)):
        if employees < limit:
            return band
    return SizeBand.LARGE


def size_of(cell: Value) -> SizeBand:
    """A band by its name, a number, or a range such as 11-50 or 250+."""
    if isinstance(cell, int | float):
        return band_of(employees_of(cell))
    if isinstance(cell, date):  # Excel took "10-49" for October 1949, and "1-9" for the 1st of September
        return band_of(cell.month if cell.year < 2000 else cell.day)
    text = line_of(cell)[:_LOOKED_AT]
    folded = plain(re.sub(r"\([^)]*\)", " ", text))
    if named := _SIZE_WORDS.get(folded) or _SIZE_WORDS.get(folded.split(" ")[0] if folded else ""):
        return named
    numbers = text.replace(",", "")
    if found := _RANGE.search(numbers):
        return band_of((int(found[1]) + int(found[2])) / 2)
    if found := re.fullmatch(
        r"(?:<|less than|fewer than|under|up to)\s*(\d{1,9})(?!\d).*", numbers, re.IGNORECASE
    ):
        return band_of(int(found[1]) - 1)
    if found := re.fullmatch(
        r"(?:>|more than|over)?\s*(\d{1,9})(?!\d)\s*(?:\+|or more|and over)?.*", numbers, re.IGNORECASE
    ):
        return band_of(int(found[1]) + (1 if numbers.startswith(">") else 0))
    if found := re.fullmatch(r"([a-z]{3})-\d\d", numbers, re.IGNORECASE):
        return band_of(_MONTHS_OF_RANGES.get(found[1].lower(), 1))
    raise Unreadable(f"“{text}” is not a size (micro, small, medium, large, or a number of people)")


def employees_of(cell: Value) -> int:
    """A whole number of people."""
    number: float
    if isinstance(cell, int | float):
        number = cell
    else:
        text = line_of(cell)[:_LOOKED_AT]
        found = _NUMBER.fullmatch(text.replace(",", ""))
        if not found:
            raise Unreadable(f"“{text}” is not a number of people")
        number = float(found[1]) * (1000 if found[2] else 1)
    if not 0 <= number <= _LARGEST_STAFF:
        raise Unreadable(f"“{line_of(cell)}” is not a number of people")
    return round(number)


def website_of(cell: Value) -> str:
    """An http address; a bare domain gets https:// in front."""
    text = line_of(cell)[: 10 * _LOOKED_AT]
    candidate = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(candidate)
        host = parts.hostname or ""
    except ValueError:
        parts, host = None, ""
    if (
        parts is None
        or parts.scheme.lower() not in {"http", "https"}
        or " " in text
        or not _DOMAIN.fullmatch(host)
    ):
        raise Unreadable(f"“{text[:100]}” is not a web address")
    return candidate


def as_website(stored: str) -> str:
    """A stored address as a row would give it; what is none stays as it is."""
    try:
        return website_of(stored)
    except Unreadable:
        return stored


def domain_of(website: str) -> str:
    """What two spellings of one website share: its host without www."""
    try:
        host = urlsplit(website if "://" in website else f"https://{website}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def postcode_of(cell: Value) -> str:
    """A British postcode in its proper form, any other as it is written."""
    text = line_of(cell)
    outward, inward = split_postcode(text)
    return f"{outward} {inward}".strip() if outward else text


def addresses_of(cell: Value) -> list[str]:
    """Every mail address in the cell, lower-case. Raises Unreadable when there is something else in it only."""
    text = line_of(cell)[: 10 * _LOOKED_AT]
    found = [address.removeprefix("mailto:").rstrip(".") for address in _ADDRESSES.findall(text.lower())]
    good = list(dict.fromkeys(address for address in found if _is_address(address)))
    if not good or len(good) < len(set(found)):
        raise Unreadable(f"“{text[:100]}” is not a mail address")
    return good


def _is_address(address: str) -> bool:
    if len(address) > 320:
        return False
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True

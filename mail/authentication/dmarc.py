"""What a domain says of mail in its name: its DMARC record (RFC 7489 6.3, 6.6.3)."""

from dataclasses import dataclass

from mail.authentication.domains import organisation
from mail.authentication.names import Names

ENFORCED = frozenset({"quarantine", "reject"})
POLICIES = ENFORCED | {"none"}


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The policy for the From's very domain, and how near SPF and DKIM must come to it."""

    policy: str
    strict_dkim: bool = False
    strict_spf: bool = False

    @property
    def enforced(self) -> bool:
        return self.policy in ENFORCED


def published(from_domain: str, names: Names) -> Dmarc | None:
    """The record of the domain, else of its organisation with its policy for subdomains. Raises Unanswered."""
    if own := _record(from_domain, names):
        return _read(own, "p")
    above = organisation(from_domain)
    if above == from_domain:
        return None
    record = _record(above, names)
    return _read(record, "sp") if record else None


def _record(domain: str, names: Names) -> dict[str, str]:
    """Of several records none counts."""
    found = [each for each in map(_tags, names.texts(f"_dmarc.{domain}")) if each.get("v") == "dmarc1"]
    return found[0] if len(found) == 1 else {}


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text[:4000].split(";"))
    return {name.strip().casefold(): value.strip().casefold() for name, mark, value in pairs if mark}


def _read(tags: dict[str, str], tag: str) -> Dmarc:
    policy = tags.get(tag) or tags.get("p", "none")
    return Dmarc(
        policy if policy in POLICIES else "none",
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
    )

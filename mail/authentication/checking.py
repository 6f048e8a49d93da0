"""Where no MTA checks: DKIM, SPF and DMARC looked up here, through the DNS. What cannot be found out proves nothing."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import dkim
import spf

from mail.authentication.dmarc import Dmarc, published
from mail.authentication.domains import aligned, ascii_domain
from mail.authentication.names import Names, Unanswered
from mail.trust import Trust

log = logging.getLogger(__name__)

MOST_SIGNATURES = 3
SMALLEST_KEY = 1024  # bits (RFC 8301)
_HOST = re.compile(r"[\w.-]{1,253}")
MOST_VOID = 2  # look-ups without an answer (RFC 7208 4.6.4)
_QUIET = logging.getLogger(f"{__name__}.dkim")
_QUIET.disabled = True  # what it says quotes the mail


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SPF looks at. `client` is the connecting address, "" where an MTA of ours stands between."""

    client: str
    mail_from: str
    helo: str = ""


def trust_of(raw: bytes, from_domain: str, envelope: Envelope, names: Names) -> Trust:
    """How far the From of this domain is believed. Never raises; asks the DNS, within the time `names` gives a mail."""
    domain = ascii_domain(from_domain)
    if not domain:
        return Trust.UNPROVED
    try:
        policy = published(domain, names)
    except Unanswered:
        policy = None
    strict_dkim, strict_spf = (policy.strict_dkim, policy.strict_spf) if policy else (False, False)
    if any(aligned(each, domain, strict=strict_dkim) for each in signing_domains(raw, names)):
        return Trust.PROVED
    if aligned(permitted_domain(envelope, names), domain, strict=strict_spf):
        return Trust.PROVED
    in_doubt = names.in_doubt or _unseen(envelope, domain, strict=strict_spf)
    return _failed(policy, in_doubt=in_doubt)


def _failed(policy: Dmarc | None, *, in_doubt: bool) -> Trust:
    """A failure only where the domain asks for it, and nothing was left open that might have spoken for it."""
    return Trust.FAILED if policy is not None and policy.enforced and not in_doubt else Trust.UNPROVED


def _unseen(envelope: Envelope, domain: str, *, strict: bool) -> bool:
    """Whether SPF might have spoken for it, had we seen its client: an MTA of ours has, where one stands between."""
    return not _is_public(envelope.client) and aligned(_sending(envelope), domain, strict=strict)


def _sending(envelope: Envelope) -> str:
    """The domain of the envelope's sender; "" where two readers could see two."""
    _, at, domain = envelope.mail_from.partition("@")
    return domain if at and _HOST.fullmatch(domain) else ""


def signing_domains(raw: bytes, names: Names) -> Iterator[str]:
    """The domains whose DKIM signatures (RFC 6376) hold over the whole body and the From."""
    try:
        message = dkim.DKIM(_with_crlf(raw), logger=_QUIET, minkey=SMALLEST_KEY)
        signatures = sum(name.lower() == b"dkim-signature" for name, _ in message.headers)
    except Exception:  # noqa: BLE001 - a library fed by strangers: what it stumbles over is not signed
        return
    for number in range(min(signatures, MOST_SIGNATURES)):
        if domain := _signed_by(message, number, names):
            yield domain


def _signed_by(message: Any, number: int, names: Names) -> str:
    try:
        holds = message.verify(idx=number, dnsfunc=names.for_dkim)
        fields, covered = message.signature_fields, message.include_headers
    except Exception:  # noqa: BLE001 - as above
        return ""
    if not holds or b"l" in fields or b"from" not in covered:  # l=: more may have been written under it
        return ""
    domain: str = fields[b"d"].decode("ascii", "replace")
    return domain if _HOST.fullmatch(domain) else ""  # a dot behind a backslash is no dot to the DNS


def permitted_domain(envelope: Envelope, names: Names) -> str:
    """The domain for which the client may send (RFC 7208); "" where it may not, or nobody can say."""
    domain = _sending(envelope)
    if not domain or not _is_public(envelope.client):
        return ""
    try:
        verdict = _Query(envelope, names).check()[0]
    except Exception:  # noqa: BLE001 - as above
        return ""
    return domain if verdict == "pass" else ""


def _is_public(client: str) -> bool:
    try:
        return ip_address(client).is_global
    except ValueError:
        return False


class _Query(spf.query):  # type: ignore[misc]  # it ships no types
    """pyspf's rules over our own resolver, whose time is bounded."""

    def __init__(self, envelope: Envelope, names: Names) -> None:
        super().__init__(i=envelope.client, s=envelope.mail_from, h=envelope.helo or "unknown", strict=True)
        self._names = names

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        found = self._names.for_spf(str(name), qtype)
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > MOST_VOID:
                raise spf.PermError(f"Void lookup limit of {MOST_VOID} exceeded")
        return found


def _with_crlf(raw: bytes) -> bytes:
    return raw if b"\r\n" in raw[:2000] else raw.replace(b"\n", b"\r\n")

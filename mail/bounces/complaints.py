"""Complaints in the standard form (RFC 5965): a reader called a mail of ours spam, or wants no more of them."""

import re
from email.message import Message

from mail.bounces.addresses import field_address, machine
from mail.bounces.parts import Parts, fields_in
from mail.bounces.report import Failed
from mail.decoding import header_text, in_words
from store.kinds import BounceKind, BounceProof

# "auth-failure" tells of a forged or broken mail (RFC 6591) and "not-spam" of a mistake: nobody complains in them.
COMPLAINTS = {"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list", "complaint", "spam", "dkim"}
_COMPLAINT = re.compile(r"\s*complaint about message from [\d.:a-f]{3,45}\s*$", re.IGNORECASE)
OPT_OUT = {"opt-out", "opt-out-list"}
_READERS = {"original-rcpt-to", "redacted-address", "removal-recipient", "x-hmxmroriginalrecipient"}


def complaints_in(parts: Parts, *, own: set[str]) -> list[Failed]:
    """Who complained: as the report says it, else whom the mail was for."""
    found: list[Failed] = []
    for text in parts.feedback:
        fields = list(fields_in(text))
        kind = next((value.lower() for name, value in fields if name == "feedback-type"), "").split()
        if not kind or kind[0] not in COMPLAINTS:
            continue
        told = [field_address(value) for name, value in fields if name in _READERS]
        readers = [each for each in told if each] or list(parts.returned.recipients)
        reason = "does not want these mails" if kind[0] in OPT_OUT else f"complaint: {kind[0]}"
        found += [_complaint(each, reason) for each in readers if each not in own and not machine(each)]
    if not parts.feedback and is_complaint(parts.headers):
        found = [_complaint(each, "complaint") for each in parts.returned.complained]
    return found


def is_complaint(headers: Message) -> bool:
    """As Outlook.com sends them, in no standard form."""
    return _COMPLAINT.match(in_words(header_text(headers.get("Subject", "")))) is not None


def _complaint(address: str, reason: str) -> Failed:
    return Failed(address, BounceKind.COMPLAINT, BounceProof.REPORT, reason=reason)

"""Notices of a sending service (Amazon SES), mailed on as JSON."""

import json
import re
from typing import Any

from mail.bounces.addresses import addresses_in
from mail.bounces.report import Failed
from mail.bounces.severity import kind_of
from store.kinds import BounceKind, BounceProof

MOST = 100
_BEGINS = re.compile(r'\{\s{0,20}"(?:notificationType"|Type"\s{0,9}:\s{0,9}"Notification")')


def notices_in(text: str) -> list[Failed]:
    """The addresses of a notice; nothing where the text is none. Of what is told as delivered nothing is told."""
    text = text.replace("\n ", "").replace("\n", " ")  # long lines were folded on the way
    begin = _BEGINS.search(text)
    told = _decoded(text[begin.start() :]) if begin else {}
    if isinstance(inner := told.get("Message"), str):
        told = _decoded(inner)
    return [*_bounced(_part(told, "bounce")), *_complained(_part(told, "complaint"))]


def _decoded(text: str) -> dict[str, Any]:
    try:
        told, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _bounced(bounce: dict[str, Any]) -> list[Failed]:
    given_up = bounce.get("bounceType") != "Transient"
    found = []
    for each in _list(bounce, "bouncedRecipients"):
        address = next(iter(addresses_in(str(each.get("emailAddress", "")))), "")
        status, words = str(each.get("status", ""))[:12], str(each.get("diagnosticCode", ""))[:500]
        if address:
            kind = kind_of(status, words, given_up=given_up)
            found.append(Failed(address, kind, BounceProof.REPORT, status, words, given_up=given_up))
    return found


def _complained(complaint: dict[str, Any]) -> list[Failed]:
    said = [str(each.get("emailAddress", "")) for each in _list(complaint, "complainedRecipients")]
    kind, reason = BounceKind.COMPLAINT, str(complaint.get("complaintFeedbackType") or "complaint")[:100]
    return [
        Failed(address, kind, BounceProof.REPORT, reason=reason)
        for each in said
        for address in addresses_in(each)[:1]
    ]


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _list(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = part.get(name)
    return [each for each in found[:MOST] if isinstance(each, dict)] if isinstance(found, list) else []

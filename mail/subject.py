"""A mail's subject without what replying, forwarding and gateways put before it."""

import re

LONGEST = 1000  # characters that are looked at

_COLON = r"(?:\s?[\[(]\d{1,3}[\])])?\s{0,3}[:：]\s{0,20}"  # "Re[2]:" counts its replies
_REPLY = r"(?:re|aw|antw|antwort|sv|vs|ref|rif|res|odp|ynt|rép|回复|回覆|答复|返信)" + _COLON
_FORWARD = r"(?:fwd?|wg|tr|rv|enc|doorst|vl|vb|pd|i|转发|轉寄|転送)" + _COLON
_TAG = r"\[[^\[\]\n]{1,40}\]\s{0,20}"
_REPLIES = re.compile(f"(?:{_REPLY})*", re.IGNORECASE)
_ALL_BEFORE = re.compile(f"(?:{_REPLY}|{_FORWARD}|{_TAG})*", re.IGNORECASE)


def without_replies(subject: str) -> str:
    """The subject as its thread has it: "Re:" and its like in other languages taken off, "Fwd:" and [tags] kept."""
    return _without(_REPLIES, subject)


def in_own_words(subject: str) -> str:
    """What a person wrote as the subject: without any prefix or [tag]."""
    return _without(_ALL_BEFORE, subject)


def _without(prefixes: re.Pattern[str], subject: str) -> str:
    seen = subject.strip()[:LONGEST]
    found = prefixes.match(seen)
    return seen[found.end() :].strip() if found else seen

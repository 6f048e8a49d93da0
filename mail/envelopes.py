"""A mail with its envelope, as the inbox keeps both; and what the envelope was, where a mailbox no longer tells."""

import re
from email import policy
from email.parser import BytesHeaderParser

from mail import limits
from mail.digest import digest_of
from mail.mailboxes import Mailboxes
from store.inbox import Arrival
from store.keys import storable
from store.kinds import Medium

DELIVERED = ("x-original-to", "envelope-to", "delivered-to")  # the address as written comes first
WRITTEN = ("to", "cc")
LONGEST_HEAD = 64 * 1024  # octets of header that are read for addresses
LONGEST_FIELD = 4000  # characters of one field
AROUND_ADDRESSES = re.compile(r"[\s<>,;:\"()\[\]\x00-\x1f\x7f]+")
_HEADERS = BytesHeaderParser(
    policy=policy.compat32
)  # the modern policy takes seconds for a field made to hurt it


def arrival_of(content: bytes, *, mail_from: str, rcpt_tos: list[str], peer: str = "") -> Arrival:
    """For the inbox. The same mail under the same envelope is one, by whatever way it came."""
    sender = "" if mail_from == "<>" else mail_from
    payload = {
        "mail_from": storable(sender),
        "rcpt_tos": [storable(address) for address in rcpt_tos],
        "peer": storable(peer),
    }
    event_id = digest_of((sender, *sorted(rcpt_tos)), content)
    return Arrival(Medium.EMAIL, event_id, "mail", payload, content)


def from_a_mailbox(content: bytes, ours: Mailboxes) -> Arrival:
    """A mail that an IMAP server had: its envelope is what the server wrote down of it. Never raises."""
    fields = _fields(content)
    return arrival_of(content, mail_from=_sender(fields), rcpt_tos=_recipients(fields, ours))


def _fields(content: bytes) -> dict[str, list[str]]:
    """The header as it came, unparsed: parsing is where broken fields raise."""
    end = content.find(b"\r\n\r\n", 0, LONGEST_HEAD)
    fields: dict[str, list[str]] = {}
    for name, value in _HEADERS.parsebytes(content[: LONGEST_HEAD if end < 0 else end + 2]).raw_items():
        fields.setdefault(name.strip().casefold(), []).append(_readable(str(value)[:LONGEST_FIELD]))
    return fields


def _readable(value: str) -> str:
    """Raw octets above ASCII are UTF-8 more often than anything else; the parser hides them in surrogates."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _sender(fields: dict[str, list[str]]) -> str:
    """The topmost Return-Path, which the last server wrote; else whoever says to have written it."""
    path = fields.get("return-path")
    if path is not None:
        return "".join(_addresses(path[0])[:1])
    return "".join(_addresses(" ".join(fields.get("from", ())))[-1:])


def _recipients(fields: dict[str, list[str]], ours: Mailboxes) -> list[str]:
    """Those of ours that it was delivered to; else those it was written to; else our address, for we have it."""
    for names in (*((name,) for name in DELIVERED), WRITTEN):
        values = " ".join(value for name in names for value in fields.get(name, ()))
        if found := [address for address in _addresses(values) if ours.hold(address)]:
            return list(dict.fromkeys(found))[: limits.RECIPIENTS]
    return [ours.address]


def _addresses(value: str) -> list[str]:
    """Whatever looks like an address, in its order. Display names that do are no matter: only ours are looked for."""
    return [part for part in AROUND_ADDRESSES.split(value) if "@" in part.strip("@")]

"""One whole mail of a mailing to one reader: its words in both forms, and the fields that let the reader out of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mail.render.headers import INTERNATIONAL, POLICY, display_name, header_text, mailbox
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut, list_headers
from mail.render.newsletter import Rendered, filled
from mail.render.reply import LONGEST_SUBJECT
from mail.render.written import WrittenMail

# Those that a signature must name, so that no relay on the way adds or changes a way out (RFC 8058 4, RFC 6376 5.4).
TO_SIGN = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "List-Id",
           "List-Unsubscribe", "List-Unsubscribe-Post")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadersCopy:
    """Whose copy it is. `key` is the ledger's: the same copy is the same Message-ID, however often it is tried."""

    to: Mailbox
    key: str  # "campaign:7:person:4"
    token: str
    why: str


def written_copy(
    rendered: Rendered, subject: str, copy: ReadersCopy, mailing: Mailing, ways: WaysOut, *, now: datetime
) -> bytes:
    """With CRLF line ends. A reply comes to the reader's own address, where words like "stop" are understood."""
    return copy_with(digest_of(copy), rendered, subject, copy, mailing=mailing, ways=ways, now=now)


def digest_of(copy: ReadersCopy) -> str:
    """What its Message-ID and its boundary are made of: hexadecimal, of one length."""
    return hashlib.sha256(f"{copy.key}\n{copy.token}".encode()).hexdigest()[:32]


def words_of(rendered: Rendered, copy: ReadersCopy, mailing: Mailing, ways: WaysOut) -> Rendered:
    """Both forms of the text, for this reader."""
    mine = filled(
        rendered,
        unsubscribe=ways.page(copy.token, mailing.topic) or ways.mailto(copy.token, mailing.topic),
        preferences=ways.preferences(copy.token),
        why=copy.why,
    )
    return Rendered(_clean(mine.text), _clean(mine.page))


def copy_with(
    digest: str,
    rendered: Rendered,
    subject: str,
    copy: ReadersCopy,
    *,
    mailing: Mailing,
    ways: WaysOut,
    now: datetime,
) -> bytes:
    """The copy of that digest (mail/bulk/segments.py writes one of a digest that is none)."""
    sender, address = ways.sender, mailbox(copy.to.address)
    plain = address.isascii()
    message = WrittenMail(POLICY if plain else INTERNATIONAL)
    name = display_name(sender.name)
    message.put_mailboxes("From", [(name, mailbox(sender.address))])
    if plain:
        message.put_mailboxes("To", [(display_name(copy.to.name), address)])
    else:
        message.put("To", address)
    message.put_mailboxes("Reply-To", [(name, mailbox(ways.addresses.of(copy.token)))])
    message.put("Subject", header_text(subject)[:LONGEST_SUBJECT] or mailing.name)
    message.put("Date", format_datetime(now))
    message.put("Message-ID", f"<mailing.{digest}@{sender.domain}>")
    for field, value in list_headers(mailing, copy.token, ways):
        if field == "List-Unsubscribe":
            message.put_ids(field, value)
        else:
            message.put(field, value)
    mine = words_of(rendered, copy, mailing, ways)
    return message.as_bytes(mine.text, mine.page, boundary=f"=_{digest}")


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

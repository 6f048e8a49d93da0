"""Letters by mail: how one is written down for the relay, and by which ids its replies are known again.

A letter to one reader carries its secret token in its Message-ID, which programs repeat in every reply (RFC 5322 3.6.4).
One to several has none there: each would read the other's.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.assistant.consent.confirmations import Confirmation, was_it_you
from bot.assistant.letters import Addressed
from bot.assistant.sent_letters import to_keep
from mail.render.headers import mailbox, writable
from mail.render.letter import Mailbox, Posting, render
from mail.render.list_headers import WaysOut
from mail.render.reply import From
from mail.sender import ADDRESS
from mail.tokens import TokenAddresses, plus_form
from store.keys import fitting
from store.kinds import Medium
from store.outbox import Draft
from store.reaching import Reachable

OWN_ID = re.compile(r"(letter|shared)\.([a-z0-9]{8,64})@(.+)", re.IGNORECASE)
SHARED = "shared"


class MailCarrier:
    """Writes letters as mails. `pages` is the public address the pages stand under; "" leaves links out.

    Answers come back to addresses of `reply_form` ("": behind a plus of the sender's).
    """

    def __init__(self, sender: From, *, pages: str = "", reply_form: str = "") -> None:
        self._sender = sender
        self._replies = TokenAddresses(reply_form or plus_form(sender.address), b"")  # these are not signed
        self._pages = pages.rstrip("/")

    def ways_out(self, key: bytes) -> WaysOut:
        """Where the readers of a mailing get out of it; `key` signs their addresses."""
        return WaysOut(self._sender, TokenAddresses(self._replies.form, key), self._pages)

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        """Every one has an address that an envelope and a header can hold."""
        return bool(to) and all(
            each.address and ADDRESS.fullmatch(each.address) and writable(each.address) for each in to
        )

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        """One message under the outbox key: to two it is one mail with two recipients, taken by the relay for both or none."""
        addresses = [each.address or "" for each in addressed.to]
        return Draft(
            dedup_key=addressed.outbox_key,
            medium=Medium.EMAIL,
            kind="letter",
            recipient=fitting(", ".join(addresses)),
            sender=self._sender.address,
            payload=to_keep(addressed.letter) if len(addresses) == 1 else {"recipients": addresses},
            body=render(addressed.letter, self._posting(addressed), self._sender, now=now),
        )

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        """None: what was mailed stays as it was mailed."""
        return None

    def confirmation(self, asked: Confirmation, *, now: datetime) -> Draft | None:
        """ "Was it you who wants our news?", to an address that nobody vouches for yet."""
        if not (ADDRESS.fullmatch(asked.address) and writable(asked.address)):
            return None
        posting = Posting(
            to=(Mailbox(asked.address, ""),),  # no words of a stranger's reach another stranger
            message_id=f"subscription.{_digest(asked.key, asked.token)}@{self._sender.domain}",
            threads=(_thread_id(asked.key, 0, self._sender.domain),),
            page=asked.page,
            reply_to=self._replies.of(asked.token),
        )
        return Draft(
            dedup_key=asked.key,
            medium=Medium.EMAIL,
            kind="confirmation",
            recipient=asked.address,
            sender=self._sender.address,
            body=render(was_it_you(asked), posting, self._sender, now=now),
        )

    def _posting(self, addressed: Addressed) -> Posting:
        domain, alone = self._sender.domain, len(addressed.to) == 1
        about = addressed.letter.about
        return Posting(
            to=tuple(Mailbox(each.address or "", each.name) for each in addressed.to),
            message_id=f"letter.{addressed.token}@{domain}" if alone else _shared_id(addressed, domain),
            threads=tuple(_thread_id(about, each.person_id, domain) for each in addressed.to),
            page=f"{self._pages}/l/{addressed.token}" if self._pages and alone else "",
            reply_to=self._replies.of_letter(addressed.token) if alone else "",
        )


def answered_letter(ids: Iterable[str], own: From) -> str:
    """The token of the newest of our letters among these ids, newest first; `SHARED` where it went to several; "" for none."""
    for each in ids:
        found = OWN_ID.fullmatch(each)
        if found and mailbox(found[3]).casefold() == own.domain.casefold():
            return SHARED if found[1].lower() == SHARED else found[2].lower()
    return ""


def _shared_id(addressed: Addressed, domain: str) -> str:
    return f"{SHARED}.{_digest(addressed.outbox_key, *addressed.tokens)}@{domain}"


def _thread_id(about: str, person_id: int, domain: str) -> str:
    """No mail has this id: naming it makes a reader's program show all letters about one thing together."""
    return f"about.{_digest(about, str(person_id))}@{domain}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]

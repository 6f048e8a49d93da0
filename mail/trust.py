"""How far a mail's From is believed: what was proved about it, never what it says of itself."""

from enum import StrEnum
from typing import Protocol

from mail.inbound import InboundMail
from store.inbox import Received


class Trust(StrEnum):
    """What is known about who wrote a mail."""

    PROVED = "proved"  # DMARC passed, or SPF or DKIM for the From's own domain
    UNPROVED = "unproved"  # nothing speaks for it: perhaps theirs, perhaps anybody's
    FAILED = "failed"  # the From's domain says that its mail does not look like this (DMARC fail)


class Judge(Protocol):
    """Looks at one accepted mail. Called in a thread, outside any transaction: it may ask the DNS. Never raises."""

    def __call__(self, item: Received, mail: InboundMail, /) -> Trust: ...


def believe(_item: Received, _mail: InboundMail) -> Trust:
    """Every From, for a listener that nobody but its own people can reach."""
    return Trust.PROVED

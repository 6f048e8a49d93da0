"""The judge that the settings name: our MTA's results, our own checks, or every From as it stands."""

import logging
from dataclasses import dataclass

import dns.resolver

from mail.authentication.checking import Envelope, trust_of
from mail.authentication.names import Names
from mail.authentication.results import trust_in
from mail.inbound import InboundMail
from mail.trust import Trust
from store.inbox import Received

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ByResults:
    """By the Authentication-Results of the MTA in front."""

    authserv_id: str

    def __call__(self, _item: Received, mail: InboundMail, /) -> Trust:
        return trust_in(mail.headers, _domain(mail), self.authserv_id)


@dataclass(frozen=True, slots=True)
class ByChecking:
    """By DKIM, SPF and DMARC, looked up here."""

    resolver: dns.resolver.Resolver

    def __call__(self, item: Received, mail: InboundMail, /) -> Trust:
        envelope = Envelope(str(item.payload.get("peer", "")), str(item.payload.get("mail_from", "")))
        if not mail.sender or not item.raw:
            return Trust.UNPROVED
        try:
            return trust_of(item.raw, _domain(mail), envelope, Names(self.resolver))
        except Exception:
            log.exception("mail.not_judged", extra={"inbox_id": item.id})
            return Trust.UNPROVED


def _domain(mail: InboundMail) -> str:
    return mail.sender.rpartition("@")[2]

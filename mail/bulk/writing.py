"""A row of the ledger becomes a mail on the wire, just before it leaves, in the thread that sends it."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from mail.bulk.batch import Made
from mail.bulk.copies import CampaignMail, Copies
from mail.bulk.dkim import Signer
from mail.campaigns import readers_copy
from mail.relay import Envelope
from mail.render.newsletter import TooLong
from mail.sender import on_the_wire
from store.campaigns.ledger import Claimed
from store.outcome import Refused

log = logging.getLogger(__name__)

NOBODY = Refused("There is no such reader any more.")
NO_ADDRESS = Refused("The address cannot be written in a mail.")
NOT_LAID_OUT = Refused("The mail could not be laid out; the log says why.")
MOST_MAILS = 8  # that are kept laid out


class Writing:
    """`return_address` makes the envelope's sender of a row's id; without it that is the house's own address."""

    def __init__(
        self,
        signer: Signer | None,
        return_address: Callable[[int], str] | None,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._signer = signer
        self._return_address = return_address
        self._clock = clock
        self._laid_out: dict[CampaignMail, Copies | Refused] = {}
        self._laying_out = threading.Lock()

    def maker(self, rows: Sequence[Claimed], mails: Mapping[int, CampaignMail]) -> Callable[[int], Made]:
        """Writes the mail of a row by its place among them. `mails`: what each campaign says."""
        laid_out: dict[int, Copies | Refused] = {}

        def made(number: int) -> Made:
            to = rows[number]
            copies = laid_out.get(to.campaign_id)
            if copies is None:
                copies = laid_out[to.campaign_id] = self._copies(mails[to.campaign_id])
            return copies if isinstance(copies, Refused) else self._written(to, copies)

        return made

    def _written(self, to: Claimed, copies: Copies) -> Made:
        ways = copies.ways
        copy = readers_copy(to, ways.addresses.key)
        if copy is None:
            return NOBODY
        recipient = on_the_wire(to.destination)
        sender = on_the_wire(self._return_address(to.id) if self._return_address else ways.sender.address)
        if recipient is None or sender is None:
            return NO_ADDRESS
        try:
            content = copies.content(copy, now=self._clock())
        except Exception as error:  # noqa: BLE001 - the standard library's many ways to refuse an address
            # Its words may hold the address.
            log.warning("bulk.not_written", extra={"recipient": to.id, "error": type(error).__name__})
            return NO_ADDRESS
        plain = content.isascii()
        international = not plain or not (recipient.isascii() and sender.isascii())
        return Envelope(sender, (recipient,), content, eight_bit=not plain, international=international)

    def _copies(self, mail: CampaignMail) -> Copies | Refused:
        with self._laying_out:
            found = self._laid_out.get(mail)
            if found is None:
                if len(self._laid_out) >= MOST_MAILS:
                    self._laid_out.clear()
                found = self._laid_out[mail] = self._laid(mail)
            return found

    def _laid(self, mail: CampaignMail) -> Copies | Refused:
        try:
            return Copies(mail, self._signer)
        except TooLong as problem:
            return Refused(str(problem))
        except Exception:
            log.exception("bulk.not_laid_out")
            return NOT_LAID_OUT

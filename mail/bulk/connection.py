"""A connection that takes mails to the relay one behind the other, and the phase of each failure known.

MAIL, RCPT and DATA leave together, and behind the final dot of a mail those of the next: a round trip a mail. Until its
content leaves a mail is surely not sent; from then until the reply to its final dot nobody can know (RFC 1047).
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress

from mail.bulk.batch import Batch
from mail.bulk.conversation import Conversation
from mail.relay_opening import (
    BROKEN,
    RelayAddress,
    RelayNotReady,
    Timeouts,
    break_off,
    cause,
    opened,
    shut,
)
from store.outcome import Unknown


def nothing(_point: str) -> None:
    """Who is told of each step by default."""


class BulkConnection:
    """Used by one thread at a time; `abort` alone may come from another. `at` hears "data_sent" and "replied"."""

    def __init__(
        self, relay: RelayAddress, timeouts: Timeouts, *, at: Callable[[str], None] = nothing
    ) -> None:
        self._relay = relay
        self._timeouts = timeouts
        self._at = at
        self._smtp: smtplib.SMTP | None = None
        self._talk: Conversation | None = None
        self._aborted = False
        self._tried = False  # whether the relay has said anything of a mail on this connection
        self._in_the_air = False

    @property
    def usable(self) -> bool:
        return self._talk is not None and not self._aborted

    def open(self) -> None:
        """Connect and greet. Raises RelayNotReady, nothing else."""
        self.close()
        try:
            smtp = opened(self._relay, self._timeouts, connected=self._have)
            self._talk, self._tried = Conversation(smtp, self._timeouts), False
        except RelayNotReady:
            self.close()
            raise
        except BROKEN as error:
            self.close()
            raise RelayNotReady(f"The relay broke off while greeting ({cause(error)}).") from error

    def deliver(self, batch: Batch) -> None:
        """Send what is in it, on a new connection where this one breaks. What has no outcome then was not begun.

        Raises RelayNotReady, and what making a mail raises.
        """
        while not batch.done and not self._aborted:
            if self._talk is None:
                self.open()
            assert self._talk is not None  # noqa: S101 - narrows the type: it is open
            self._in_the_air = False
            try:
                self._run(self._talk, batch)
            except RelayNotReady:
                batch.broke("", in_the_air=False, blame=False)
                self.close()
                raise
            except BROKEN as error:
                batch.broke(cause(error), in_the_air=self._in_the_air, blame=not self._tried)
                self.close()
            except Exception as error:
                batch.broke(type(error).__name__, in_the_air=self._in_the_air, blame=True)
                self.close()
                raise

    def quit(self) -> None:
        """Say goodbye, briefly. Safe to repeat."""
        if self._talk is not None and not self._aborted:
            with suppress(*BROKEN):
                self._talk.goodbye()
        self.close()

    def close(self) -> None:
        smtp, self._smtp, self._talk = self._smtp, None, None
        if smtp is not None:
            shut(smtp)

    def abort(self) -> None:
        """Break it off from another thread, for good: whoever waits in it hears so at once."""
        self._aborted = True
        break_off(self._smtp)

    def _have(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        if self._aborted:
            break_off(smtp)

    def _run(self, talk: Conversation, batch: Batch) -> None:
        """Until the batch is through; raises what a relay that breaks off raises."""
        mail = batch.take(talk.unfit)
        if mail is not None:
            talk.offer(mail)
        while mail is not None:
            refused = talk.verdict()
            self._tried = True
            if refused is not None:
                batch.settle(refused)
                mail = batch.take(talk.unfit)
                if mail is not None:
                    talk.offer(mail)
                continue
            following = batch.take(talk.unfit)
            self._in_the_air = True
            talk.hand_over(mail, following)
            self._at("data_sent")
            outcome = talk.last_word()
            self._at("replied")
            self._in_the_air = False
            batch.settle(outcome)
            if isinstance(outcome, Unknown):
                raise smtplib.SMTPServerDisconnected(outcome.reply)  # who knows what it will say next
            mail = following

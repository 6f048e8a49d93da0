"""One conversation with the relay, command by command, so that every failure is known by how far it got."""

import smtplib
import time
from contextlib import suppress
from dataclasses import dataclass

from mail.relay_opening import (
    BROKEN,
    RelayAddress,
    RelayNotReady,
    Timeouts,
    break_off,
    cause,
    opened,
    shut,
    wait,
    words,
)
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

WANTS_LOGIN = {530, 534, 535, 538}  # replies to MAIL that speak of our settings, not of this message


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready for the wire: lines end in CRLF, dots are stuffed. It is taken for all its recipients or for none."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    eight_bit: bool
    international: bool  # needs SMTPUTF8: an address or a header beyond ASCII


class StaleConnection(Exception):
    """The relay had let go of a connection we meant to use again; nothing of the message was sent."""


class RelayConnection:
    """One connection, used by one thread at a time; `abort` alone may come from another."""

    def __init__(self, relay: RelayAddress, timeouts: Timeouts) -> None:
        self._relay = relay
        self._timeouts = timeouts
        self._smtp: smtplib.SMTP | None = None
        self._used = 0
        self._aborted = False

    @property
    def usable(self) -> bool:
        return self._smtp is not None and self._smtp.sock is not None and not self._aborted

    def deliver(self, mail: Envelope) -> Outcome:
        """Send one mail, connecting first where needed. Raises RelayNotReady or StaleConnection, nothing else."""
        begun = time.monotonic()
        smtp = self._smtp or self._open()
        reused, self._used = self._used > 0, self._used + 1
        try:
            outcome = self._offer(smtp, mail)
        except BROKEN as error:
            self.close()
            if reused and not self._aborted:
                raise StaleConnection from None
            return Postponed(f"The relay broke off before the message was sent ({cause(error)}).")
        if outcome is None and (self._aborted or time.monotonic() - begun > self._timeouts.before_body):
            self.close()  # our lease may be over: somebody else may own this message now
            return Postponed("It took too long until the relay would take the message.")
        return outcome or self._hand_over(smtp, mail)

    def _open(self) -> smtplib.SMTP:
        try:
            return opened(self._relay, self._timeouts, connected=self._have)
        except RelayNotReady:
            self._smtp = None
            raise

    def _have(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def _offer(self, smtp: smtplib.SMTP, mail: Envelope) -> Outcome | None:
        """MAIL, RCPT and DATA: None when the relay waits for the content."""
        wait(smtp, self._timeouts.command)
        too_much = unfit(smtp, mail)
        if too_much is not None:
            return too_much
        smtp.command_encoding = "utf-8" if mail.international else "ascii"
        commands = (
            (f"MAIL FROM:<{mail.sender}>{parameters(smtp, mail)}", 250),
            *((f"RCPT TO:<{recipient}>", 250) for recipient in mail.recipients),
            ("DATA", 354),
        )
        for command, wanted in commands:
            code, text = smtp.docmd(command)
            if code == 421 or code < 200:
                raise smtplib.SMTPServerDisconnected(words(code, text))
            if code // 10 != wanted // 10:
                return self._turned_down(smtp, code, text)
        return None

    def _turned_down(self, smtp: smtplib.SMTP, code: int, text: bytes) -> Outcome:
        reply = words(code, text)
        with suppress(*BROKEN):
            if smtp.rset()[0] != 250:
                self.close()
        if code in WANTS_LOGIN:
            self.close()
            raise RelayNotReady(f"The relay wants us to log in or to encrypt ({reply}).")
        return Refused(reply) if code >= 500 else Postponed(reply)

    def _hand_over(self, smtp: smtplib.SMTP, mail: Envelope) -> Outcome:
        """The content and the final dot. From the first byte until the reply, nobody can know (RFC 1047)."""
        try:
            wait(smtp, self._timeouts.body)
            smtp.send(mail.content + b".\r\n")
            wait(smtp, self._timeouts.final_dot)
            code, text = smtp.getreply()
        except BROKEN as error:
            self.close()
            return Unknown(f"The relay broke off before it confirmed the message ({cause(error)}).")
        reply = words(code, text)
        if code == 421 or not 200 <= code < 600:
            self.close()
        match code // 100:
            case 2:
                return Sent(reply)
            case 4:
                return Postponed(reply)
            case 5:
                return Refused(reply)
        self.close()
        return Unknown(f"The relay's last reply was not one of SMTP ({reply}).")

    def quit(self) -> None:
        """Say goodbye, briefly."""
        if self._smtp is not None:
            with suppress(*BROKEN):
                wait(self._smtp, 2.0)
                self._smtp.quit()
        self.close()

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            shut(smtp)

    def abort(self) -> None:
        """Break the conversation off from another thread: whoever waits in it hears so at once."""
        self._aborted = True
        break_off(self._smtp)


def unfit(smtp: smtplib.SMTP, mail: Envelope) -> Refused | None:
    if mail.international and not smtp.has_extn("smtputf8"):
        return Refused("The address has letters beyond ASCII and the relay cannot carry those (no SMTPUTF8).")
    limit = str(smtp.esmtp_features.get("size", "")).strip()
    if limit.isdecimal() and 0 < int(limit) < len(mail.content):
        return Refused(f"The message has {len(mail.content)} bytes; the relay takes {limit} at most.")
    return None


def parameters(smtp: smtplib.SMTP, mail: Envelope) -> str:
    """What MAIL says of the message. Eight-bit content goes to relays that do not offer it too: they all take it."""
    parameters = ""
    if smtp.has_extn("size"):
        parameters += f" SIZE={len(mail.content)}"
    if mail.eight_bit and smtp.has_extn("8bitmime"):
        parameters += " BODY=8BITMIME"
    if mail.international:
        parameters += " SMTPUTF8"
    return parameters

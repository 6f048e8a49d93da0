"""One conversation with the relay, command by command, so that every failure is known by how far it got."""

import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

Security = Literal["none", "starttls", "tls"]

BROKEN = (smtplib.SMTPException, OSError, ValueError)  # ValueError: a TLS socket closed under the reader
WANTS_LOGIN = {530, 534, 535, 538}  # replies to MAIL that speak of our settings, not of this message


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. An attempt may take all of them together; its claim is kept up all the while."""

    connect: float = 30.0
    command: float = 60.0
    before_body: float = 240.0  # the whole of it, from the connection to the reply to DATA
    body: float = 240.0
    final_dot: float = 600.0  # RFC 5321 4.5.3.2.6; a shorter one is what makes duplicates
    idle: float = 30.0  # how long a connection waits for the next message
    rest: float = 30.0  # how long a relay that could not be used is left alone


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how it wants to be spoken to."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    hostname: str  # what we call ourselves in EHLO
    tls: ssl.SSLContext

    def __repr__(self) -> str:
        return f"RelayAddress({self.host}:{self.port}, {self.security})"  # a password never gets into a log


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready for the wire: lines end in CRLF, dots are stuffed. It is taken for all its recipients or for none."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    eight_bit: bool
    international: bool  # needs SMTPUTF8: an address or a header beyond ASCII


class RelayNotReady(Exception):
    """The relay could not be brought to take mail at all; the text is for staff."""


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
            return Postponed(f"The relay broke off before the message was sent ({_cause(error)}).")
        if outcome is None and (self._aborted or time.monotonic() - begun > self._timeouts.before_body):
            self.close()  # our lease may be over: somebody else may own this message now
            return Postponed("It took too long until the relay would take the message.")
        return outcome or self._hand_over(smtp, mail)

    def _open(self) -> smtplib.SMTP:
        try:
            smtp = self._connect()
        except ssl.SSLError as error:
            raise RelayNotReady(_tls_trouble(error)) from error
        except socket.gaierror as error:
            raise RelayNotReady(f"The relay's name {self._relay.host} cannot be found in the DNS.") from error
        except smtplib.SMTPResponseException as error:
            reply = _words(error.smtp_code, error.smtp_error)
            raise RelayNotReady(f"The relay turned us away ({reply}).") from error
        except BROKEN as error:
            where = f"{self._relay.host}:{self._relay.port}"
            raise RelayNotReady(f"The relay {where} cannot be reached ({_cause(error)}).") from error
        self._smtp = smtp
        try:
            self._introduce(smtp)
        except RelayNotReady:
            self.close()
            raise
        except ssl.SSLError as error:
            self.close()
            raise RelayNotReady(_tls_trouble(error)) from error
        except BROKEN as error:
            self.close()
            raise RelayNotReady(f"The relay broke off while greeting ({_cause(error)}).") from error
        return smtp

    def _connect(self) -> smtplib.SMTP:
        relay, timeout = self._relay, self._timeouts.connect
        if relay.security == "tls":
            return smtplib.SMTP_SSL(
                relay.host, relay.port, relay.hostname, timeout=timeout, context=relay.tls
            )
        return smtplib.SMTP(relay.host, relay.port, relay.hostname, timeout=timeout)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        relay = self._relay
        _wait(smtp, self._timeouts.command)
        smtp.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            self._encrypt(smtp)
        if relay.user:
            self._log_in(smtp)

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        if not smtp.has_extn("starttls"):
            raise RelayNotReady(
                "The relay offers no encryption (STARTTLS) and the settings ask for it: mail waits, "
                "it never goes in clear text."
            )
        code, text = smtp.starttls(context=self._relay.tls)
        if code != 220:
            raise RelayNotReady(f"The relay would not start encryption ({_words(code, text)}).")
        smtp.ehlo_or_helo_if_needed()

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        relay = self._relay
        if relay.security == "none" and not _is_loopback(smtp):
            raise RelayNotReady(
                "A password is set for the relay but no encryption: it is not sent in clear text. "
                "Set the relay's security to starttls or tls."
            )
        try:
            smtp.login(relay.user, relay.password)
        except smtplib.SMTPAuthenticationError as error:
            # Only the code: some servers repeat in the text what they were given.
            raise RelayNotReady(
                f"The relay refused our user name or password (reply {error.smtp_code})."
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise RelayNotReady(
                "A user name is set for the relay, but it offers no way to log in that we know."
            ) from None

    def _offer(self, smtp: smtplib.SMTP, mail: Envelope) -> Outcome | None:
        """MAIL, RCPT and DATA: None when the relay waits for the content."""
        _wait(smtp, self._timeouts.command)
        unfit = _unfit(smtp, mail)
        if unfit is not None:
            return unfit
        smtp.command_encoding = "utf-8" if mail.international else "ascii"
        commands = (
            (f"MAIL FROM:<{mail.sender}>{_parameters(smtp, mail)}", 250),
            *((f"RCPT TO:<{recipient}>", 250) for recipient in mail.recipients),
            ("DATA", 354),
        )
        for command, wanted in commands:
            code, text = smtp.docmd(command)
            if code == 421 or code < 200:
                raise smtplib.SMTPServerDisconnected(_words(code, text))
            if code // 10 != wanted // 10:
                return self._turned_down(smtp, code, text)
        return None

    def _turned_down(self, smtp: smtplib.SMTP, code: int, text: bytes) -> Outcome:
        reply = _words(code, text)
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
            _wait(smtp, self._timeouts.body)
            smtp.send(mail.content + b".\r\n")
            _wait(smtp, self._timeouts.final_dot)
            code, text = smtp.getreply()
        except BROKEN as error:
            self.close()
            return Unknown(f"The relay broke off before it confirmed the message ({_cause(error)}).")
        reply = _words(code, text)
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
                _wait(self._smtp, 2.0)
                self._smtp.quit()
        self.close()

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(*BROKEN):
                smtp.close()

    def abort(self) -> None:
        """Break the conversation off from another thread: whoever waits in it hears so at once."""
        self._aborted = True
        smtp = self._smtp
        sock = smtp.sock if smtp is not None else None
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    smtp.sock.settimeout(seconds)


def _unfit(smtp: smtplib.SMTP, mail: Envelope) -> Refused | None:
    if mail.international and not smtp.has_extn("smtputf8"):
        return Refused("The address has letters beyond ASCII and the relay cannot carry those (no SMTPUTF8).")
    limit = str(smtp.esmtp_features.get("size", "")).strip()
    if limit.isdecimal() and 0 < int(limit) < len(mail.content):
        return Refused(f"The message has {len(mail.content)} bytes; the relay takes {limit} at most.")
    return None


def _parameters(smtp: smtplib.SMTP, mail: Envelope) -> str:
    """What MAIL says of the message. Eight-bit content goes to relays that do not offer it too: they all take it."""
    parameters = ""
    if smtp.has_extn("size"):
        parameters += f" SIZE={len(mail.content)}"
    if mail.eight_bit and smtp.has_extn("8bitmime"):
        parameters += " BODY=8BITMIME"
    if mail.international:
        parameters += " SMTPUTF8"
    return parameters


def _is_loopback(smtp: smtplib.SMTP) -> bool:
    return smtp.sock is not None and str(smtp.sock.getpeername()[0]).startswith(("127.", "::1"))


def _tls_trouble(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The relay's certificate is not trusted ({error.verify_message})."
    if error.reason == "WRONG_VERSION_NUMBER":
        return "The relay does not speak TLS from the first byte on this port: set its security to starttls."
    return f"The encrypted connection to the relay failed ({error.reason or 'no reason given'})."


def _words(code: int, text: bytes | str) -> str:
    """A reply on one line, fit to show and to store."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = re.sub(r"[\x00-\x20\x7f]+", " ", plain).strip()
    return f"{code} {words}"[:500] if code > 0 else words[:500]


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:200] or type(error).__name__

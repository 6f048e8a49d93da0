"""How a conversation with the relay begins: connected, encrypted and logged in as the settings ask, or why not."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

Security = Literal["none", "starttls", "tls"]

BROKEN = (smtplib.SMTPException, OSError, ValueError)  # ValueError: a TLS socket closed under the reader


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


class RelayNotReady(Exception):
    """The relay could not be brought to take mail at all; the text is for staff."""


def opened(
    relay: RelayAddress, timeouts: Timeouts, *, connected: Callable[[smtplib.SMTP], None]
) -> smtplib.SMTP:
    """A conversation ready for its first MAIL. Raises RelayNotReady, nothing else.

    `connected` hears of it as soon as there is one, so that another thread can break it off.
    """
    try:
        smtp = _connect(relay, timeouts.connect)
    except ssl.SSLError as error:
        raise RelayNotReady(_tls_trouble(error)) from error
    except socket.gaierror as error:
        raise RelayNotReady(f"The relay's name {relay.host} cannot be found in the DNS.") from error
    except smtplib.SMTPResponseException as error:
        reply = words(error.smtp_code, error.smtp_error)
        raise RelayNotReady(f"The relay turned us away ({reply}).") from error
    except BROKEN as error:
        where = f"{relay.host}:{relay.port}"
        raise RelayNotReady(f"The relay {where} cannot be reached ({cause(error)}).") from error
    connected(smtp)
    try:
        _introduce(smtp, relay, timeouts.command)
    except RelayNotReady:
        shut(smtp)
        raise
    except ssl.SSLError as error:
        shut(smtp)
        raise RelayNotReady(_tls_trouble(error)) from error
    except BROKEN as error:
        shut(smtp)
        raise RelayNotReady(f"The relay broke off while greeting ({cause(error)}).") from error
    return smtp


def shut(smtp: smtplib.SMTP) -> None:
    with suppress(*BROKEN):
        smtp.close()


def break_off(smtp: smtplib.SMTP | None) -> None:
    """From another thread: whoever waits in this conversation hears so at once."""
    sock = smtp.sock if smtp is not None else None
    if sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _connect(relay: RelayAddress, timeout: float) -> smtplib.SMTP:
    if relay.security == "tls":
        return smtplib.SMTP_SSL(relay.host, relay.port, relay.hostname, timeout=timeout, context=relay.tls)
    return smtplib.SMTP(relay.host, relay.port, relay.hostname, timeout=timeout)


def _introduce(smtp: smtplib.SMTP, relay: RelayAddress, timeout: float) -> None:
    wait(smtp, timeout)
    smtp.ehlo_or_helo_if_needed()
    if relay.security == "starttls":
        _encrypt(smtp, relay.tls)
    if relay.user:
        _log_in(smtp, relay)


def _encrypt(smtp: smtplib.SMTP, tls: ssl.SSLContext) -> None:
    if not smtp.has_extn("starttls"):
        raise RelayNotReady(
            "The relay offers no encryption (STARTTLS) and the settings ask for it: mail waits, "
            "it never goes in clear text."
        )
    code, text = smtp.starttls(context=tls)
    if code != 220:
        raise RelayNotReady(f"The relay would not start encryption ({words(code, text)}).")
    smtp.ehlo_or_helo_if_needed()


def _log_in(smtp: smtplib.SMTP, relay: RelayAddress) -> None:
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


def wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    smtp.sock.settimeout(seconds)


def _is_loopback(smtp: smtplib.SMTP) -> bool:
    return smtp.sock is not None and str(smtp.sock.getpeername()[0]).startswith(("127.", "::1"))


def _tls_trouble(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The relay's certificate is not trusted ({error.verify_message})."
    if error.reason == "WRONG_VERSION_NUMBER":
        return "The relay does not speak TLS from the first byte on this port: set its security to starttls."
    return f"The encrypted connection to the relay failed ({error.reason or 'no reason given'})."


def words(code: int, text: bytes | str) -> str:
    """A reply on one line, fit to show and to store."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = re.sub(r"[\x00-\x20\x7f]+", " ", plain).strip()
    return f"{code} {words}"[:500] if code > 0 else words[:500]


def cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return words(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:200] or type(error).__name__

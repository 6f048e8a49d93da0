"""What is said to a relay about each mail, and what its replies mean: pipelined where it offers that (RFC 2920)."""

import smtplib
import socket
import ssl
import struct
from functools import lru_cache
from io import BufferedReader

from mail.relay import WANTS_LOGIN, Envelope, unfit
from mail.relay_opening import RelayNotReady, Timeouts, words
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

LONGEST_LINE = 4096  # octets of a reply
MOST_LINES = 100
LONGEST_WORD = 500  # letters of a reply that are kept
DATA = (b"DATA\r\n", 354)
DOT = b".\r\n"
RESET = b"RSET\r\n"


class Conversation:
    """Greeted and ready. Whatever breaks it raises what BROKEN names (mail/relay_opening.py)."""

    def __init__(self, smtp: smtplib.SMTP, timeouts: Timeouts) -> None:
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        self._smtp = smtp
        self._timeouts = timeouts
        self._sock: socket.socket = smtp.sock
        self._offers = {
            each for each in ("size", "8bitmime", "smtputf8", "pipelining") if smtp.has_extn(each)
        }
        self._within = 0.0
        self._by_kernel = not isinstance(smtp.sock, ssl.SSLSocket)  # which would try again without end
        if self._by_kernel:  # Python would ask it for the time before each piece
            smtp.sock.settimeout(None)
            smtp.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(timeouts.body))
        # The library's own reader: it may hold what came behind the last reply.
        self._replies: BufferedReader = getattr(smtp, "file", None) or smtp.sock.makefile("rb")
        self._pipelining = "pipelining" in self._offers
        self._offered: list[tuple[bytes, int]] = []  # commands, and the replies that lead to the next
        self._reset = False  # whether a refused mail is still open on the other side

    def unfit(self, mail: Envelope) -> Outcome | None:
        return unfit(self._smtp, mail)

    def offer(self, mail: Envelope) -> None:
        """The first of a batch, or after a refusal."""
        said = self._commands(mail)
        if self._pipelining:
            self._say(said)

    def verdict(self) -> Outcome | None:
        """Of the mail offered: None when the relay waits for its content. Raises RelayNotReady where it wants a login."""
        self._wait(self._timeouts.command)
        refused: tuple[int, bytes] | None = None
        code = 0
        for command, wanted in self._offered:
            if not self._pipelining:
                self._say(command)
            code, text = self._reply()
            if code == 421 or code < 200:
                raise smtplib.SMTPServerDisconnected(words(code, text))
            if code // 10 != wanted // 10 and command is not RESET and refused is None:
                refused = code, text
                if not self._pipelining:
                    break
        if refused is None:
            return None
        self._reset = True
        if code == 354:  # it would take the content of a mail to nobody: it gets none
            self._say(DOT)
            self._reply()
        return _turned_down(*refused)

    def hand_over(self, mail: Envelope, following: Envelope | None) -> None:
        """The content and its final dot, and behind them what offers the next."""
        said = mail.content + DOT
        if following is not None:
            commands = self._commands(following)
            said = said + commands if self._pipelining else said
        self._wait(self._timeouts.final_dot)
        self._say(said)

    def last_word(self) -> Outcome:
        """What became of the mail whose content left."""
        code, text = self._reply()
        if 200 <= code < 300 and text.isascii() and (plain := text[:-2].decode()).isprintable():
            return Sent(f"{code} {plain}"[:LONGEST_WORD])
        reply = words(code, text)
        match code // 100:
            case 2:
                return Sent(reply)
            case 4:
                return Postponed(reply)
            case 5:
                return Refused(reply)
        return Unknown(f"The relay's last reply was not one of SMTP ({reply}).")

    def goodbye(self) -> None:
        self._wait(2.0)
        self._say(b"QUIT\r\n")
        self._reply()

    def _commands(self, mail: Envelope) -> bytes:
        coding = "utf-8" if mail.international else "ascii"
        sender = f"MAIL FROM:<{mail.sender}>{self._parameters(mail)}\r\n".encode(coding)
        recipients = [(f"RCPT TO:<{each}>\r\n".encode(coding), 250) for each in mail.recipients]
        self._offered = [(sender, 250), *recipients, DATA]
        if self._reset:
            self._offered.insert(0, (RESET, 250))
            self._reset = False
        return b"".join([command for command, _ in self._offered])

    def _parameters(self, mail: Envelope) -> str:
        """What MAIL says of it, of what the relay offered (mail/relay.py says the same)."""
        size = f" SIZE={len(mail.content)}" if "size" in self._offers else ""
        body = " BODY=8BITMIME" if mail.eight_bit and "8bitmime" in self._offers else ""
        return f"{size}{body} SMTPUTF8" if mail.international else size + body

    def _wait(self, seconds: float) -> None:
        """So long for each reply from now on."""
        if seconds == self._within:
            return
        self._within = seconds
        if self._by_kernel:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(seconds))
        else:
            self._sock.settimeout(seconds)

    def _say(self, said: bytes) -> None:
        self._sock.sendall(said)

    def _reply(self) -> tuple[int, bytes]:
        line = self._line()
        text = line[4:]
        for _ in range(MOST_LINES):
            if line[3:4] != b"-":
                return (int(line[:3]), text) if line[:3].isdigit() else (-1, line)
            line = self._line()
            text += line[4:]
        raise smtplib.SMTPServerDisconnected("a reply without an end")

    def _line(self) -> bytes:
        line = self._replies.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected(
                "it hung up, or gave no answer in time" if not line else "a reply too long"
            )
        return line


@lru_cache(maxsize=16)
def _timeval(seconds: float) -> bytes:
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))


def _turned_down(code: int, text: bytes) -> Outcome:
    reply = words(code, text)
    if code in WANTS_LOGIN:
        raise RelayNotReady(f"The relay wants us to log in or to encrypt ({reply}).")
    return Refused(reply) if code >= 500 else Postponed(reply)

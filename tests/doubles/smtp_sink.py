"""A recording relay: takes mail like a smarthost, writes down what it took, and fails in the ways relays fail.

`python -m tests.doubles.smtp_sink --record FILE` runs it in a process of its own; it prints `port N` when it listens.
Faults are asked for by the recipient's local part ("drop-after-dot+17@member.example") or by chance.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import StrEnum
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("relay_certificate.pem")  # for "localhost", trusted by nobody else


class Fault(StrEnum):
    REFUSE = "refuse"  # 550 at RCPT
    GREYLIST = "greylist"  # 451 at RCPT, the first time
    DROP_AT_RCPT = "drop-at-rcpt"
    DROP_AT_DATA = "drop-at-data"
    DROP_IN_BODY = "drop-in-body"
    LATER = "later"  # 451 after the final dot, the first time
    NEVER = "never"  # 554 after the final dot
    DROP_AFTER_DOT = "drop-after-dot"  # taken, but nobody is told
    STALL = "stall"  # taken, and then silence
    GIBBERISH = "gibberish"  # taken, and a reply that is none of SMTP's
    WORDY = "wordy"  # a reply of several lines with 8-bit letters
    GOODBYE = "goodbye"  # 421 after the final dot, the first time


@dataclass(frozen=True, slots=True)
class Taken:
    sender: str
    recipient: str
    parameters: str
    content: bytes  # dots unstuffed

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.content).get("Message-ID", ""))


@dataclass(slots=True)
class Manner:
    """How this relay behaves."""

    extensions: tuple[str, ...] = ("SIZE 10000000", "8BITMIME", "SMTPUTF8")
    greeting: str = "220 sink.example ready"  # empty: it never says a word
    starttls: bool = False
    tls: bool = False
    starttls_reply: str = "220 go ahead"
    login: tuple[str, str] | None = None
    mail_reply: str = ""  # instead of 250, for every MAIL
    drop_at: str = ""  # the command at which it hangs up, always
    close_after: int = 0  # 421 at the n-th MAIL of a connection, as relays do
    drop_after: int = 0  # the same without a word
    takes_nobody: bool = False  # 354 for a mail without recipients too, as few relays do
    slow: float = 0.0  # up to so many seconds before the mail is taken, and before the reply
    chance: float = 0.0  # of a random fault that is over at the next try
    seed: int = 0


RANDOM_FAULTS = (Fault.GREYLIST, Fault.LATER, Fault.DROP_AT_RCPT, Fault.DROP_AFTER_DOT, Fault.GOODBYE)


class Hangup(Exception):
    pass


class SmtpSink:
    def __init__(self, manner: Manner | None = None, *, record: Path | None = None) -> None:
        self.manner = manner or Manner()
        self.taken: list[Taken] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0
        self._random = random.Random(self.manner.seed)
        self._seen: set[tuple[Fault, str]] = set()
        self._file = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if record is not None else None
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        context = server_context() if self.manner.tls else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=context)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._file is not None:
            os.close(self._file)

    async def __aenter__(self) -> "SmtpSink":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        with suppress(Hangup, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _Conversation(self, reader, writer).hold()
        self._tasks.discard(task)
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    def fault(self, recipient: str) -> Fault | None:
        name = recipient.partition("@")[0].partition("+")[0]
        if name in set(Fault):
            return Fault(name)
        return self._random.choice(RANDOM_FAULTS) if self._random.random() < self.manner.chance else None

    def first_time(self, fault: Fault, recipient: str) -> bool:
        if (fault, recipient) in self._seen:
            return False
        self._seen.add((fault, recipient))
        return True

    def take(self, taken: Taken) -> None:
        """Written down in one append before anybody is told: what is in the file is what has arrived."""
        if self._file is None:
            self.taken.append(taken)
            return
        line = {"id": taken.message_id, "recipient": taken.recipient, "bytes": len(taken.content)}
        os.write(self._file, json.dumps(line).encode() + b"\n")

    async def dawdle(self) -> None:
        if self.manner.slow:
            await asyncio.sleep(self._random.uniform(0, self.manner.slow))


@dataclass(slots=True)
class _Conversation:
    sink: SmtpSink
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    encrypted: bool = False
    mails: int = 0
    sender: str = ""
    parameters: str = ""
    recipient: str = ""  # the latest named; of one mail there may be several
    recipients: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    async def hear(self) -> str:
        line = await self.reader.readuntil(b"\r\n")
        return line.decode().rstrip("\r\n")

    async def hold(self) -> None:
        manner = self.sink.manner
        self.encrypted = manner.tls
        if not manner.greeting:
            await self.reader.read()
            return
        await self.say(manner.greeting)
        while True:
            command = await self.hear()
            self.sink.commands.append(_upper_verb(command))
            if manner.drop_at and command.upper().startswith(manner.drop_at):
                raise Hangup
            match command.split(maxsplit=1)[0].upper():
                case "EHLO" | "HELO":
                    await self.say(*self.offers())
                case "STARTTLS":
                    await self.encrypt()
                case "AUTH":
                    await self.log_in(command)
                case "MAIL":
                    await self.mail(command)
                case "RCPT":
                    await self.rcpt(command)
                case "DATA":
                    await self.data()
                case "QUIT":
                    await self.say("221 bye")
                    return
                case "RSET":
                    await self.say("250 forgotten")
                case _:
                    await self.say("500 what?")

    def offers(self) -> list[str]:
        manner = self.sink.manner
        words = ["sink.example", *manner.extensions]
        if manner.starttls and not self.encrypted:
            words.append("STARTTLS")
        if manner.login is not None:
            words.append("AUTH PLAIN LOGIN")
        return [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]

    async def encrypt(self) -> None:
        reply = self.sink.manner.starttls_reply
        await self.say(reply)
        if reply.startswith("220"):
            await self.writer.start_tls(server_context())
            self.encrypted = True

    async def log_in(self, command: str) -> None:
        user, password = self.sink.manner.login or ("", "")
        given = base64.b64decode(command.split()[2]) if len(command.split()) > 2 else b""
        if given == f"\0{user}\0{password}".encode():
            await self.say("235 welcome")
        elif "LOGIN" in command:
            await self.hear_login()
        else:
            await self.say(f"535 5.7.8 no, not with {given.decode()!r}")  # some relays do repeat it

    async def hear_login(self) -> None:
        await self.say("334 UGFzc3dvcmQ6")
        await self.hear()
        await self.say("535 5.7.8 no")

    async def mail(self, command: str) -> None:
        manner = self.sink.manner
        self.mails += 1
        if manner.drop_after and self.mails > manner.drop_after:
            raise Hangup
        if manner.close_after and self.mails > manner.close_after:
            await self.say("421 enough for one connection")
            raise Hangup
        self.recipients = []
        path, _, self.parameters = command[len("MAIL FROM:") :].partition("> ")
        self.sender = path.strip("<>")
        await self.say(manner.mail_reply or "250 sender ok")

    async def rcpt(self, command: str) -> None:
        self.recipient = command[len("RCPT TO:") :].strip("<>")
        match self.sink.fault(self.recipient):
            case Fault.REFUSE:
                await self.say("550 5.1.1 nobody of that name")
            case Fault.GREYLIST if self.sink.first_time(Fault.GREYLIST, self.recipient):
                await self.say("451 4.7.1 come back later")
            case Fault.DROP_AT_RCPT if self.sink.first_time(Fault.DROP_AT_RCPT, self.recipient):
                raise Hangup
            case _:
                self.recipients.append(self.recipient)
                await self.say("250 recipient ok")

    async def data(self) -> None:
        fault = self.sink.fault(self.recipient)
        if not self.recipients and not self.sink.manner.takes_nobody:
            await self.say("554 5.5.1 no valid recipients")
            return
        if fault is Fault.DROP_AT_DATA:
            raise Hangup
        await self.say("354 go on")
        if fault is Fault.DROP_IN_BODY:
            raise Hangup
        lines = []
        while (line := await self.reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        await self.finish(
            Taken(self.sender, ", ".join(self.recipients), self.parameters, b"".join(lines)), fault
        )

    async def finish(self, taken: Taken, fault: Fault | None) -> None:
        await self.sink.dawdle()
        match fault:
            case Fault.LATER if self.sink.first_time(Fault.LATER, self.recipient):
                return await self.say("451 4.3.0 not now")
            case Fault.GOODBYE if self.sink.first_time(Fault.GOODBYE, self.recipient):
                await self.say("421 4.3.2 going down")
                raise Hangup
            case Fault.NEVER:
                return await self.say("554 5.6.0 not this")
        self.sink.take(taken)
        await self.sink.dawdle()
        match fault:
            case Fault.DROP_AFTER_DOT:
                raise Hangup
            case Fault.STALL:
                await self.reader.read()
                raise Hangup
            case Fault.GIBBERISH:
                await self.say("fine by me")
            case Fault.WORDY:
                await self.say("250-2.0.0 pris \N{LATIN SMALL LETTER E WITH ACUTE}", "250 2.0.0 merci\x07")
            case _:
                await self.say("250 2.0.0 taken")
        return None


def _upper_verb(command: str) -> str:
    verb, _, rest = command.partition(" ")
    return f"{verb.upper()} {rest}".strip()


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_context() -> ssl.SSLContext:
    """Trusts this relay's certificate and no other."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--close-after", type=int, default=0)
    parser.add_argument("--chance", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    manner = Manner(slow=given.slow, close_after=given.close_after, chance=given.chance, seed=given.seed)
    sink = SmtpSink(manner, record=given.record)
    port = await sink.start(given.port)
    print(f"port {port}", flush=True)  # noqa: T201 - its parent reads it
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())

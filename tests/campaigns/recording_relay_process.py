"""A relay in a process of its own that writes down each mail it takes before it says so, and fails as relays do.

`python -m tests.campaigns.recording_relay_process FILE [--faults 0.05] [--slow 0.02]` prints `port N`, and takes commands
one by one or pipelined (RFC 2920). A line of the file is on the disk before the reply: `{"to", "id", "taken", "told"}`; `told` is
false where it hung up without a word, `taken` or not.
"""

import argparse
import asyncio
import json
import os
import random
import re
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from enum import StrEnum
from pathlib import Path

DAWDLE = 0.6  # seconds at most
STORM, CALM = 30, 70  # mails: faults come in storms, and between them all is well


class Fault(StrEnum):
    BUSY = "busy"  # 421 instead of a greeting
    MAIL_LATER = "mail later"
    RCPT_LATER = "rcpt later"
    DATA_LATER = "data later"
    LATER = "later"  # 451 after the final dot: not taken
    GONE_BEFORE = "gone before"  # hangs up in the middle of the mail: not taken
    GONE_AFTER = "gone after"  # taken, and it hangs up
    GOODBYE = "goodbye"  # taken, said so, and it hangs up
    SLOW = "slow"


@dataclass(slots=True)
class Relay:
    record: int
    faults: float
    slow: float
    chance: random.Random
    mails: int = 0

    def fault(self, *possible: Fault) -> Fault | None:
        stormy = self.mails % (STORM + CALM) < STORM
        if stormy and self.chance.random() < self.faults:
            return self.chance.choice(possible)
        return None

    def take(self, to: str, content: bytes, *, told: bool) -> None:
        message_id = str(BytesHeaderParser().parsebytes(content).get("Message-ID", ""))
        self.write({"to": to, "id": message_id, "taken": True, "told": told})

    def write(self, line: dict[str, object]) -> None:
        os.write(self.record, json.dumps(line).encode() + b"\n")
        os.fsync(self.record)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _Conversation(self, reader, writer).hold()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@dataclass(slots=True)
class _Conversation:
    relay: Relay
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: bool = False
    to: str = ""

    def say(self, line: str) -> None:
        """Sent at once, yet not waited for: what came in one packet is answered in one."""
        self.writer.write(f"{line}\r\n".encode())

    async def hold(self) -> None:
        if self.relay.fault(Fault.BUSY, *[Fault.SLOW] * 4) is Fault.BUSY:
            self.say("421 4.3.2 too busy")
            return
        self.say("220 relay.example ready")
        while line := (await self.reader.readuntil(b"\r\n")).decode("utf-8", "replace").strip():
            if not await self.answer(line):
                return

    async def answer(self, line: str) -> bool:
        verb = line.partition(" ")[0].upper()
        match verb:
            case "EHLO" | "HELO":
                for word in ("relay.example", "PIPELINING", "8BITMIME", "SMTPUTF8"):
                    self.say(f"250-{word}")
                self.say("250 SIZE 10000000")
            case "MAIL":
                self.sender, self.to = False, ""
                later = self.relay.fault(*Fault) is Fault.MAIL_LATER
                self.sender = not later
                self.say("451 4.3.0 no sender now" if later else "250 2.1.0 sender ok")
            case "RCPT":
                later = self.relay.fault(*Fault) is Fault.RCPT_LATER
                found = re.search(r"<(.*?)>", line)
                self.to = found[1] if self.sender and found and not later else ""
                self.say("250 2.1.5 recipient ok" if self.to else "451 4.2.0 not this one now")
            case "DATA":
                return await self.data()
            case "RSET":
                self.sender, self.to = False, ""
                self.say("250 2.0.0 forgotten")
            case "NOOP":
                self.say("250 2.0.0 yes")
            case "QUIT":
                self.say("221 2.0.0 bye")
                return False
            case _:
                self.say("500 5.5.1 what?")
        return True

    async def data(self) -> bool:
        """False where it hung up."""
        if not self.to:
            self.say("503 5.5.1 for whom?")
            return True
        fault = self.relay.fault(Fault.DATA_LATER, Fault.LATER, Fault.GONE_BEFORE, Fault.GONE_AFTER, Fault.GOODBYE, Fault.SLOW)  # fmt: skip
        if fault is Fault.DATA_LATER:
            self.say("451 4.3.0 no room now")
            return True
        self.say("354 go on")
        if fault is Fault.GONE_BEFORE:
            await self.reader.read(1000)
            self.relay.write({"to": self.to, "taken": False, "told": False})
            return False
        content = await self.content()
        if fault is Fault.LATER:
            self.say("451 4.3.0 could not be kept")
            return True
        await asyncio.sleep(
            self.relay.chance.uniform(0, self.relay.slow * (20 if fault is Fault.SLOW else 1))
        )
        self.relay.mails += 1
        self.relay.take(self.to, content, told=fault is not Fault.GONE_AFTER)
        if fault is Fault.GONE_AFTER:
            return False
        self.to, self.sender = "", False
        await asyncio.sleep(self.relay.chance.uniform(0, self.relay.slow))
        self.say("250 2.0.0 taken")
        return fault is not Fault.GOODBYE

    async def content(self) -> bytes:
        lines = []
        while (line := await self.reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    parser.add_argument("--faults", type=float, default=0.0, help="of a mail in a storm")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before and after a mail is kept")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    record = os.open(given.record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    relay = Relay(record, given.faults, given.slow, random.Random(given.seed))
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, limit=1 << 20)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201 - its parent reads it
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())

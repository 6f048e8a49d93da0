"""A small strict IMAP server with one mailbox in memory: it knows what it is told, refuses the rest, and fails on request."""

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.doubles.imap_folders import Folders, Lying, Manners
from tests.doubles.smtp_sink import server_context

ARGUMENT = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
LITERAL = re.compile(rb"\{(\d+)\}\Z")


class Hangup(Exception):
    pass


class ImapMailbox(Folders):
    def __init__(self, manners: Manners | None = None) -> None:
        super().__init__(manners)
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> int:
        context = server_context() if self.manners.tls else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=context, limit=1 << 20)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def close(self) -> None:
        """Hang up on everybody; what lies here stays, for the next start."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> "ImapMailbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        with suppress(Hangup, OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            await _Conversation(self, reader, writer).hold()
        self._tasks.discard(task)
        writer.close()
        with suppress(OSError, asyncio.CancelledError, ssl.SSLError):
            await writer.wait_closed()


@dataclass(slots=True)
class _Conversation:
    server: Folders
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    encrypted: bool = False
    known: bool = False  # logged in
    selected: str = ""
    exists: int = 0  # as told

    async def say(self, *lines: bytes | str) -> None:
        self.writer.write(
            b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines)
        )
        await self.writer.drain()

    async def hold(self) -> None:
        self.encrypted = self.server.manners.tls
        await self.say(self.server.manners.greeting)
        while True:
            tag, words = await self.hear()
            name = words[0].upper()
            if name == "UID":
                words = words[1:]
                name = f"UID {words[0].upper()}"
            self.server.commands.append(" ".join([name, *words[1:]]) if name != "LOGIN" else name)
            if not await self.fail(tag, name):
                await self.obey(tag, name, words[1:])

    async def hear(self) -> tuple[str, list[str]]:
        line = (await self.reader.readuntil(b"\r\n"))[:-2]
        while (literal := LITERAL.search(line)) is not None:
            await self.say("+ go on")
            content = await self.reader.readexactly(int(literal[1]))
            line = (
                line[: literal.start()] + b'"' + content + b'"' + (await self.reader.readuntil(b"\r\n"))[:-2]
            )
        tag, _, rest = line.partition(b" ")
        words = [(quoted or group or word).decode() for quoted, group, word in ARGUMENT.findall(rest)]
        return tag.decode(), words or [""]

    async def fail(self, tag: str, name: str) -> bool:
        manners, dropped = self.server.manners, self.server.dropped
        if manners.drop_at and name.startswith(manners.drop_at) and dropped[name] < manners.drops:
            dropped[name] += 1
            raise Hangup
        if manners.stall_at and name.startswith(manners.stall_at):
            await self.reader.read()
            raise Hangup
        if manners.refuse and name.startswith(manners.refuse):
            await self.say(f"{tag} NO not this")
            return True
        return False

    async def obey(self, tag: str, name: str, words: list[str]) -> None:
        deeds: dict[str, Callable[..., object]] = {
            "CAPABILITY": self.capability, "STARTTLS": self.encrypt, "LOGIN": self.log_in, "NOOP": self.noop,
            "LOGOUT": self.log_out, "SELECT": self.select, "LIST": self.list_folders, "CREATE": self.create, "IDLE": self.idle,
            "UID SEARCH": self.search, "UID FETCH": self.fetch, "UID STORE": self.store, "UID MOVE": self.move,
            "UID COPY": self.copy, "UID EXPUNGE": self.expunge,
        }  # fmt: skip
        deed = deeds.get(name)
        needs = {"UID MOVE": "MOVE", "UID EXPUNGE": "UIDPLUS", "IDLE": "IDLE"}.get(name)
        early = name not in {"CAPABILITY", "STARTTLS", "LOGIN", "NOOP", "LOGOUT"} and not self.known
        unselected = name.startswith(("UID", "IDLE")) and not self.selected
        if deed is None or early or unselected or (needs and needs not in self.server.manners.extensions):
            await self.say(f"{tag} BAD not here, not now: {name}")
            return
        done = await deed(tag, *words)  # type: ignore[misc]  # each is a coroutine function
        await self.say(*([] if done is None else [f"{tag} {done}"]))

    async def capability(self, _tag: str) -> str:
        more = ("STARTTLS", "LOGINDISABLED") if self.server.manners.starttls and not self.encrypted else ()
        await self.say(" ".join(("* CAPABILITY IMAP4rev1", *self.server.manners.extensions, *more)))
        return "OK told"

    async def encrypt(self, tag: str) -> None:
        await self.say(f"{tag} OK go ahead")
        await self.writer.start_tls(server_context())
        self.encrypted = True

    async def log_in(self, _tag: str, user: str, password: str) -> str:
        manners = self.server.manners
        if manners.login_reply:
            return manners.login_reply
        self.known = (user, password) == (manners.user, manners.password)
        return "OK welcome" if self.known else f"NO [AUTHENTICATIONFAILED] {user} is not known here"

    async def log_out(self, tag: str) -> None:
        await self.say("* BYE see you", f"{tag} OK bye")
        raise Hangup

    async def noop(self, _tag: str) -> str:
        await self.tell()
        return "OK nothing done"

    async def tell(self) -> None:
        if self.selected and len(self.mails) != self.exists:
            self.exists = len(self.mails)
            await self.say(f"* {self.exists} EXISTS")

    @property
    def mails(self) -> list[Lying]:
        return self.server.folders[self.selected]

    async def select(self, _tag: str, folder: str) -> str:
        if folder not in self.server.folders:
            return "NO [NONEXISTENT] no such folder"
        self.selected, self.exists = folder, len(self.server.folders[folder])
        await self.say(
            f"* {self.exists} EXISTS", "* 0 RECENT", "* FLAGS (\\Seen \\Deleted \\Flagged)",
            f"* OK [UIDVALIDITY {self.server.validity}] valid", f"* OK [UIDNEXT {self.exists + 1}] next",
        )  # fmt: skip
        return f"OK [{'READ-ONLY' if self.server.manners.read_only else 'READ-WRITE'}] open"

    async def list_folders(self, _tag: str, _reference: str, pattern: str) -> str:
        if pattern in self.server.folders:
            await self.say(f'* LIST () "/" "{pattern}"')
        return "OK listed"

    async def create(self, _tag: str, folder: str) -> str:
        self.server.folders[folder] = []
        return "OK made"

    async def idle(self, tag: str) -> str | None:
        reply = self.server.manners.idle_reply
        if not reply.startswith("+"):
            return reply
        if self.server.manners.at_idle:
            await self.server.deliver(self.server.manners.at_idle)
            self.server.manners.at_idle = b""
        self.server.idling += 1
        news = [f"* {len(self.mails)} EXISTS"] if len(self.mails) != self.exists else []
        self.exists = len(self.mails)
        await self.say(reply, *news)
        watching = asyncio.create_task(self._watch())
        try:
            line = await self.reader.readuntil(b"\r\n")
        finally:
            watching.cancel()
            self.server.idling -= 1
        return "OK woken" if line == b"DONE\r\n" else "BAD DONE is what ends it"

    async def _watch(self) -> None:
        while True:
            await self.server.new_mail(self.exists)
            await self.tell()

    async def search(self, _tag: str, *criteria: str) -> str:
        wanted = list(criteria)
        since = datetime.strptime(wanted[wanted.index("SINCE") + 1], "%d-%b-%Y").replace(tzinfo=UTC)
        if wanted[:2] != ["UNSEEN", "UNDELETED"]:
            return "BAD that is not what this server is asked"
        found = [
            str(mail.uid)
            for mail in self.mails
            if not mail.flags & {"\\Seen", "\\Deleted"} and mail.came >= since
        ]
        await self.say(self.server.manners.search_reply or " ".join(["* SEARCH", *found]))
        return "OK searched"

    def named(self, uids: str) -> list[tuple[int, Lying]]:
        wanted: set[int] = set()
        for part in uids.split(","):
            first, _, last = part.partition(":")
            wanted.update(range(int(first), int(last or first) + 1))
        return [(number, mail) for number, mail in enumerate(self.mails, start=1) if mail.uid in wanted]

    async def fetch(self, _tag: str, uids: str, what: str) -> str:
        for number, mail in self.named(uids):
            part = what.strip("()")
            if part == "RFC822.SIZE":
                await self.say(f"* {number} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.content)})")
                continue
            head = re.fullmatch(r"BODY\.PEEK\[HEADER\]<0\.(\d+)>", part)
            if part != "BODY.PEEK[]" and head is None:
                return "BAD without PEEK it would be marked"
            if mail.uid in self.server.broken:
                return "NO [SERVERBUG] that one cannot be had"
            content = mail.content
            if head is not None:
                content = content[: content.find(b"\r\n\r\n") + 4][: int(head[1])]
            name = "BODY[]" if head is None else "BODY[HEADER]<0>"
            answer = f"* {number} FETCH (UID {mail.uid} {name} {{{len(content)}}}\r\n".encode()
            await self.say(answer + content + b")")
        return "OK fetched"

    async def store(self, _tag: str, uids: str, how: str, flags: str) -> str:
        if how != "+FLAGS.SILENT":
            return "BAD flags are only added here"
        if not self.server.manners.forgets_flags:
            for _, mail in self.named(uids):
                mail.flags |= set(flags.strip("()").split())
        return "OK stored"

    async def copy(self, _tag: str, uids: str, folder: str) -> str:
        copies = [Lying(mail.uid, mail.content, set(mail.flags), mail.came) for _, mail in self.named(uids)]
        self.server.folders[folder].extend(copies)
        return "OK copied"

    async def move(self, tag: str, uids: str, folder: str) -> str:
        await self.copy(tag, uids, folder)
        await self.take_out([mail for _, mail in self.named(uids)])
        return "OK moved"

    async def expunge(self, _tag: str, uids: str) -> str:
        await self.take_out([mail for _, mail in self.named(uids) if "\\Deleted" in mail.flags])
        return "OK gone"

    async def take_out(self, leaving: list[Lying]) -> None:
        for mail in leaving:
            await self.say(f"* {self.mails.index(mail) + 1} EXPUNGE")
            self.mails.remove(mail)
        self.exists = len(self.mails)

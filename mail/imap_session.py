"""One connection to a mailbox, used by one thread: take what is unread, and only then mark it; wait for more."""

import logging
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from imapclient import DELETED, FLAGGED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError, LoginError

from mail.bell import Bell

log = logging.getLogger(__name__)

CONNECT_SECONDS, ANSWER_SECONDS = 20.0, 60.0
IDLE_SECONDS = 120.0  # RFC 2177 allows 29 minutes; a line that is dead without a word is found out sooner
POLL_SECONDS = 30.0  # where the server cannot tell by itself that mail has come
GROUP = 100  # sizes asked for at once
STRIKES = 5  # so often the connection may be lost over one mail before it is left where it is
LONGEST_HEAD = 64 * 1024


class After(StrEnum):
    """What becomes of a mail in the mailbox when it has been kept."""

    SEEN = "seen"
    MOVE = "move"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox. `archive` is the folder that mails move to, where they move."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    after: After = After.SEEN
    archive: str = ""


class Trouble(Exception):
    """Why the mailbox cannot be read just now, in a sentence for staff. `lasting`: until somebody mends it."""

    def __init__(self, sentence: str, *, lasting: bool) -> None:
        super().__init__(sentence)
        self.lasting = lasting


@dataclass(slots=True)
class Memory:
    """Of one folder, beyond a lost connection: what is settled, and what the connection was lost over."""

    validity: int = 0  # UIDVALIDITY: under another the same number is another mail
    settled: set[int] = field(default_factory=set)  # not looked at again, whatever its flags say
    strikes: Counter[int] = field(default_factory=Counter)

    def begin(self, validity: int) -> None:
        if validity != self.validity:
            self.validity = validity
            self.settled.clear()
            self.strikes.clear()


@dataclass(frozen=True, slots=True)
class Keeper:
    """What is done with mails; both return when it is on the disk, and raise StoreError where it cannot be just now."""

    keep: Callable[[bytes], bool]  # False: this one cannot be kept, today or tomorrow
    lay_aside: Callable[[bytes, int], object]  # of a mail that is too large: its header, its size


class NoIdling(Exception):
    """The server offers IDLE and then does not do it."""


class ImapSession:
    """`bell` ends every wait."""

    def __init__(
        self, account: Account, keeper: Keeper, bell: Bell, *, memory: Memory, max_bytes: int, idles: bool
    ) -> None:
        self._account = account
        self._keeper = keeper
        self._bell = bell
        self._memory = memory
        self._max_bytes = max_bytes
        self._idles = idles
        self._client: IMAPClient | None = None

    def open(self, tls: ssl.SSLContext | None) -> None:
        """Raises Trouble, OSError and IMAPClientError."""
        account = self._account
        self._client = IMAPClient(
            account.host, account.port, ssl=account.security == "tls", ssl_context=tls,
            timeout=SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS),
        )  # fmt: skip
        if account.security == "starttls":
            self._client.starttls(tls)
        self._log_in(self._client)
        self._select(self._client)
        self._idles = self._idles and self._client.has_capability("IDLE")

    def take_unread(self, *, since: date) -> int:
        """All that came since that day, oldest first. Returns how many were kept; a second copy counts, too."""
        client = self._connected
        found = client.search(["UNSEEN", "UNDELETED", "SINCE", since])
        kept = 0
        for group in _groups(sorted({*found} - self._memory.settled)):
            sizes = client.fetch(group, ["RFC822.SIZE"])
            for uid in group:
                if self._bell.rung:
                    return kept
                if uid in sizes:  # else somebody took it away meanwhile
                    kept += self._try(client, uid, size=sizes[uid][b"RFC822.SIZE"])
        return kept

    def wait(self) -> None:
        """Until mail may have come, the bell rings or a while has passed."""
        client = self._connected
        if not self._idles:
            self._bell.wait(POLL_SECONDS)
            client.noop()
            return
        try:
            client.idle()
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise NoIdling from None
        if not _told_already(client):
            self._bell.wait(IDLE_SECONDS, beside=client.socket())
        client.idle_done()

    def hang_up(self) -> None:
        """From another thread: whatever the connection waits for ends with an error."""
        if self._client is not None:
            with suppress(OSError):
                self._client.socket().shutdown(2)

    def close(self) -> None:
        if self._client is None:
            return
        client, self._client = self._client, None
        with suppress(IMAPClientError, OSError):
            if not self._bell.rung:
                client.logout()
                return
        with suppress(IMAPClientError, OSError):
            client.shutdown()

    @property
    def _connected(self) -> IMAPClient:
        assert self._client is not None  # noqa: S101 - narrows the type: open() comes first
        return self._client

    def _log_in(self, client: IMAPClient) -> None:
        try:
            client.login(self._account.user, self._account.password)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError):
                raise error.__context__ from None
            if "UNAVAILABLE" in str(error):  # RFC 5530: it cannot look them up just now
                raise IMAPClientAbortError("login unavailable") from None
            raise Trouble(
                "refuses the user or the password (WHODOES_IMAP_USER, WHODOES_IMAP_PASSWORD)", lasting=True
            ) from None

    def _select(self, client: IMAPClient) -> None:
        folder, archive = self._account.folder, self._account.archive
        try:
            selected = client.select_folder(folder)
        except IMAPClientReadOnlyError:
            raise Trouble(
                f"lets us only read the folder {folder}, not mark what was taken", lasting=True
            ) from None
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise Trouble(f"has no folder {folder} (WHODOES_IMAP_FOLDER)", lasting=True) from None
        if self._account.after is After.MOVE and not client.folder_exists(archive):
            _make_folder(client, archive)
        self._memory.begin(int(selected.get(b"UIDVALIDITY", 0)))

    def _try(self, client: IMAPClient, uid: int, *, size: int) -> bool:
        """One mail that makes trouble keeps no other from being taken."""
        taken = False
        try:
            if self._memory.strikes[uid] >= STRIKES:
                log.error("mail.imap_left", extra={"uid": uid, "reason": "the connection is lost over it"})
            elif size > self._max_bytes:
                self._leave(client, uid, size=size)
            else:
                taken = self._take(client, uid)
        except (IMAPClientAbortError, OSError):
            self._memory.strikes[uid] += 1
            raise
        except IMAPClientError as error:
            log.error("mail.imap_left", extra={"uid": uid, "reason": type(error).__name__})
        self._memory.settled.add(uid)
        return taken

    def _leave(self, client: IMAPClient, uid: int, *, size: int) -> None:
        log.warning("mail.imap_too_large", extra={"uid": uid, "octets": size})
        found = client.fetch([uid], [f"BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>"]).get(uid, {})
        self._keeper.lay_aside(found.get(b"BODY[HEADER]<0>") or b"", size)
        client.add_flags([uid], [FLAGGED], silent=True)

    def _take(self, client: IMAPClient, uid: int) -> bool:
        content = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if content is None:
            return False
        if not self._keeper.keep(content):
            client.add_flags([uid], [FLAGGED], silent=True)
            return False
        self._mark(client, uid)  # it is on the disk: what is broken off here is done again
        return True

    def _mark(self, client: IMAPClient, uid: int) -> None:
        match self._account.after:
            case After.SEEN:
                client.add_flags([uid], [SEEN], silent=True)
            case After.DELETE:
                self._delete(client, uid)
            case After.MOVE:
                client.add_flags([uid], [SEEN], silent=True)
                if client.has_capability("MOVE"):
                    client.move([uid], self._account.archive)
                else:
                    client.copy([uid], self._account.archive)
                    self._delete(client, uid)

    def _delete(self, client: IMAPClient, uid: int) -> None:
        """Without UIDPLUS it stays behind, marked: EXPUNGE alone would take what others have marked with it."""
        client.add_flags([uid], [DELETED], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge([uid])


def _told_already(client: IMAPClient) -> bool:
    """Whether news came with the very answer to IDLE: they are in the library's buffer then, and the socket is still."""
    buffer = vars(client._imap).get("_file") or client._imap.file  # the first from Python 3.14 on
    line = client.socket()
    waits = line.gettimeout()
    line.settimeout(0)
    try:
        return bool(buffer.peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        line.settimeout(waits)


def _make_folder(client: IMAPClient, name: str) -> None:
    try:
        client.create_folder(name)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        raise Trouble(f"lets us not make the folder {name} (WHODOES_IMAP_KEEP)", lasting=True) from None


def _groups(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[start : start + GROUP] for start in range(0, len(uids), GROUP))

"""The way in through a mailbox: a thread that keeps an IMAP connection and puts what is unread into the inbox."""

import asyncio
import concurrent.futures
import logging
import ssl
import threading
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from imapclient.exceptions import IMAPClientError

from mail.bell import Bell
from mail.envelopes import from_a_mailbox
from mail.imap_session import Account, ImapSession, Keeper, Memory, NoIdling, Trouble
from mail.mailboxes import Mailboxes
from store.errors import PASSING, StoreBusy, StoreClosed, StoreError
from store.inbox import receive, receive_for_people
from store.store import Store

_R = TypeVar("_R")
log = logging.getLogger(__name__)

OLDEST = timedelta(days=14)  # what lay unread before we came is for people, not to be answered months late
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds between tries
LASTING_PAUSE = 120.0  # where somebody has to mend something: providers shut out who tries often
KEEP_SECONDS = 60.0  # for one mail to be on the disk
STOP_SECONDS = 2.0  # for the command in hand; then the line is cut
AWAY = "cannot be reached"


class MailboxReader:
    """Reads one mailbox until told to stop. The event loop is never blocked, and a broken line is taken up again.

    `wake` is called on the loop when something was kept, `announce` with a sentence when the mailbox fails or works again.
    """

    def __init__(
        self,
        *,
        store: Store,
        account: Account,
        ours: Mailboxes,
        max_bytes: int,
        wake: Callable[[], None],
        announce: Callable[[str], None],
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._store = store
        self._account = account
        self._ours = ours
        self._max_bytes = max_bytes
        self._wake = wake
        self._announce = announce
        self._clock = clock
        self._tls = tls  # None: the system's certificates
        self._bell = Bell()
        self._memory = Memory()
        self._idles = True
        self._failures = 0
        self._said = ""
        self._read_once = False
        self._session: ImapSession | None = None

    @property
    def works(self) -> bool:
        """Whether the mailbox is read, as far as was told."""
        return self._read_once and not self._said

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first, or comes again at the next start."""
        logging.getLogger("imapclient").setLevel(logging.WARNING)  # it logs what it reads
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Any] = loop.create_future()
        threading.Thread(target=self._live, args=(loop, ended), name="imap", daemon=True).start()
        stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            self._bell.ring()
        await asyncio.wait({ended}, timeout=STOP_SECONDS)
        if not ended.done() and self._session is not None:
            self._session.hang_up()
            await asyncio.wait({ended}, timeout=STOP_SECONDS)
        if ended.done():
            ended.result()
            self._bell.close()

    def _live(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Future[Any]) -> None:
        """The thread."""
        try:
            while not self._bell.rung:
                self._bell.wait(self._pause(loop))
            _tell(loop, ended.set_result, None)
        except BaseException as error:  # noqa: BLE001 - whoever runs us must hear of it
            _tell(loop, ended.set_exception, error)

    def _pause(self, loop: asyncio.AbstractEventLoop) -> float:
        """Read until something fails. Returns for how many seconds to leave it alone."""
        try:
            self._read(loop)
        except NoIdling:
            self._idles = False  # and ask from time to time instead
            return 0.0
        except Trouble as trouble:
            self._fail(loop, str(trouble), trouble)
            return LASTING_PAUSE if trouble.lasting else self._next_pause()
        except ssl.SSLCertVerificationError as error:
            self._fail(loop, "shows a certificate that cannot be trusted", error)
            return LASTING_PAUSE
        except (IMAPClientError, OSError) as error:
            if (
                self._failures and not self._bell.rung
            ):  # servers hang up now and then, and are there at once again
                self._fail(loop, AWAY, error)
        except StoreError as error:
            log.error("mail.not_kept", extra={"reason": type(error).__name__})
        except Exception as error:  # noqa: BLE001 - the edge: what a server says shall not end the reading
            self._fail(loop, "says what nobody understands", error)
        return self._next_pause()

    def _next_pause(self) -> float:
        self._failures += 1
        return min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 20), LONGEST_PAUSE)

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        keeper = Keeper(
            lambda content: self._keep(loop, content), lambda head, size: self._lay_aside(loop, head, size)
        )
        session = ImapSession(
            self._account,
            keeper,
            self._bell,
            memory=self._memory,
            max_bytes=self._max_bytes,
            idles=self._idles,
        )
        self._session = session
        try:
            session.open(self._tls)
            while not self._bell.rung:
                session.take_unread(since=(self._clock() - OLDEST).date())
                self._works(loop)
                session.wait()
                self._failures = 0
        finally:
            session.close()

    def _keep(self, loop: asyncio.AbstractEventLoop, content: bytes) -> bool:
        """In the thread: returns when the mail is on the disk. The same mail again is no second one."""
        try:
            arrival = from_a_mailbox(content, self._ours)
            new = _wait(self._store.write(receive, arrival, now=self._clock()), loop)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - one mail that cannot be kept keeps no other from it
            log.error("mail.not_kept", extra={"reason": type(error).__name__})
            return False
        if new is not None:
            _tell(loop, self._wake)
        return True

    def _lay_aside(self, loop: asyncio.AbstractEventLoop, head: bytes, size: int) -> None:
        """Too large to be taken: staff are told, for its sender was told nothing."""
        why = f"{size} octets, more than is taken: it lies flagged in the mailbox"
        try:
            arrival = replace(from_a_mailbox(head, self._ours), kind="too large")
            _wait(self._store.write(receive_for_people, arrival, why, now=self._clock()), loop)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            log.error("mail.not_kept", extra={"reason": type(error).__name__})

    def _works(self, loop: asyncio.AbstractEventLoop) -> None:
        self._read_once = True
        if self._said:
            log.info("mail.imap_works")
            self._said = ""
            _tell(loop, self._announce, f"The mailbox at {self._account.host} is read again.")

    def _fail(self, loop: asyncio.AbstractEventLoop, sentence: str, error: Exception) -> None:
        """Servers repeat what they were told, addresses too: only the kind of error is logged."""
        log.warning("mail.imap_failed", extra={"reason": type(error).__name__, "failures": self._failures})
        if sentence != self._said:
            self._said = sentence
            _tell(
                loop, self._announce, f"The mailbox at {self._account.host} {sentence}; whodoes keeps trying."
            )


def _wait(writing: Coroutine[Any, Any, _R], loop: asyncio.AbstractEventLoop) -> _R:
    """For the loop to have written. Raises what writing raises, and StoreError where that takes too long."""
    try:
        return asyncio.run_coroutine_threadsafe(writing, loop).result(KEEP_SECONDS)
    except TimeoutError:
        raise StoreBusy("The mail was not kept in time.") from None
    except concurrent.futures.CancelledError:
        raise StoreClosed("The mail was not kept before the end.") from None  # the next start takes it


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[..., object], *about: object) -> None:
    try:
        loop.call_soon_threadsafe(what, *about)
    except RuntimeError:  # the loop is gone: whoever ran it did not wait for us
        log.warning("mail.imap_left_behind")

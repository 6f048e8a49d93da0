"""A mailbox of a real Dovecot: read over each kind of line, through its restarts, with nothing left out or kept twice."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Literal

import pytest

from mail.imap_session import Account, After
from store.store import Store
from tests.doubles.dovecot import MISSING, PASSWORD, USER, Dovecot, dovecot
from tests.doubles.smtp_sink import client_context
from tests.mail.mailbox_reading import a_mail, reading, until_so

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture
async def server() -> AsyncIterator[Dovecot]:
    async with dovecot() as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of how long to wait, not parts of ours."""
    monkeypatch.setattr("mail.imap.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("mail.imap.LONGEST_PAUSE", 0.2)
    monkeypatch.setattr("mail.imap.LASTING_PAUSE", 0.2)


def account(server: Dovecot, security: Literal["tls", "starttls", "none"] = "none", **fields: Any) -> Account:
    port = server.tls_port if security == "tls" else server.port
    return Account("localhost", port, security, USER, fields.pop("password", PASSWORD), **fields)


async def test_it_is_read_over_each_kind_of_line(
    sqlite_store: Store, clock: Callable[[], datetime], server: Dovecot
) -> None:
    kinds: tuple[Literal["tls", "starttls", "none"], ...] = ("tls", "starttls", "none")
    for turn, security in enumerate(kinds):
        first = 4 * turn
        for number in range(first, first + 3):
            server.deliver(a_mail(number))
        async with reading(sqlite_store, account(server, security), clock, tls=client_context()) as at_work:
            kept = await at_work.until_kept(first + 3)
            assert [item.raw for item in kept] == [a_mail(number) for number in range(first + 3)]
            await until_so(lambda: server.unread() == 0)
            server.deliver(a_mail(first + 3))  # by now it idles, or is about to
            await at_work.until_kept(first + 4)
            await until_so(lambda: server.unread() == 0)
        assert set(at_work.said) == {"woken"}


async def test_what_was_kept_is_marked_moved_or_deleted(
    sqlite_store: Store, clock: Callable[[], datetime], server: Dovecot
) -> None:
    for turn, after in enumerate(After):
        for number in range(3):
            server.deliver(a_mail(3 * turn + number))
        async with reading(sqlite_store, account(server, after=after, archive="Answered"), clock) as at_work:
            await at_work.until_kept(3 * turn + 3)
            await until_so(lambda: server.unread() == 0)
            await until_so(lambda: server.lying() == 3, after)  # the three of the first turn stay
    assert server.lying("Answered") == 3


async def test_it_goes_on_after_restarts_and_under_new_numbers(
    sqlite_store: Store, clock: Callable[[], datetime], server: Dovecot
) -> None:
    async with reading(sqlite_store, account(server), clock) as at_work:
        for turn in range(2):
            for number in range(4):
                server.deliver(a_mail(10 * turn + number))
            await at_work.until_kept(4 * turn + 2)  # in the middle of them
            await server.stop()
            server.renumber()
            await server.start()
            await at_work.until_kept(4 * turn + 4)
            await until_so(lambda: server.unread() == 0, server.log())
        assert len(await at_work.kept()) == 8


async def test_a_mail_too_large_stays_flagged_and_a_wrong_password_is_told(
    sqlite_store: Store, clock: Callable[[], datetime], server: Dovecot
) -> None:
    server.deliver(a_mail(1, more=b"x" * 200_000))
    server.deliver(a_mail(2))
    async with reading(sqlite_store, account(server), clock) as at_work:
        await at_work.until_kept(1)
        await until_so(lambda: server.flagged() == 1 and server.unread() == 1)
    async with reading(sqlite_store, account(server, password="another"), clock) as at_work:
        await until_so(lambda: any("refuses the user or the password" in line for line in at_work.said))

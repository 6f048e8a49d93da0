"""A mailbox that is read: kept first and marked then, whatever breaks in between; every mail once, none left out."""

import contextlib
import logging
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from mail.envelopes import arrival_of
from mail.imap_session import Account, After
from store import inbox
from store.kinds import InboxState
from store.models import InboxItem
from store.store import Store
from tests.doubles.imap_folders import Manners
from tests.doubles.imap_mailbox import ImapMailbox
from tests.doubles.smtp_sink import client_context
from tests.mail import mailbox_reading
from tests.mail.mailbox_reading import ADDRESS, Reading, a_mail, until_so
from tests.whodoes_process import free_port


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of how long to wait, not parts of ours."""
    monkeypatch.setattr("mail.imap.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("mail.imap.LONGEST_PAUSE", 0.1)
    monkeypatch.setattr("mail.imap.LASTING_PAUSE", 0.1)
    monkeypatch.setattr("mail.imap_session.POLL_SECONDS", 0.02)


Start = Callable[..., contextlib.AbstractAsyncContextManager[Reading]]


@pytest.fixture
def reading(sqlite_store: Store, clock: Callable[[], datetime]) -> Start:
    def begin(
        server: ImapMailbox, *, store: Store = sqlite_store, tls: ssl.SSLContext | None = None, **fields: Any
    ) -> contextlib.AbstractAsyncContextManager[Reading]:
        given: dict[str, Any] = {
            "host": "127.0.0.1", "port": server.port, "security": "none", "user": server.manners.user,
            "password": server.manners.password,
        } | fields  # fmt: skip
        return mailbox_reading.reading(store, Account(**given), clock, tls=tls)

    return begin


async def test_what_lay_there_and_what_comes_is_kept_and_then_marked(
    store: Store, reading: Start, now: datetime
) -> None:
    async with ImapMailbox() as server:
        first = await server.deliver(a_mail(1))
        async with reading(server, store=store) as at_work:
            [item] = await at_work.until_kept(1)
            assert (item.kind, item.raw, item.received_at) == ("mail", a_mail(1), now)
            assert item.payload == {"mail_from": "ada@firm.example", "rcpt_tos": [ADDRESS], "peer": ""}
            await until_so(lambda: "\\Seen" in first.flags)
            await until_so(lambda: server.idling)
            second = await server.deliver(a_mail(2))  # it is told: nobody waits for two minutes to pass
            await at_work.until_kept(2)
            await until_so(lambda: "\\Seen" in second.flags)
        assert at_work.said == ["woken", "woken"]
    assert all(
        "BODY.PEEK[]" in command or "RFC822.SIZE" in command
        for command in server.commands
        if "FETCH" in command
    )


async def test_the_same_mail_by_smtp_is_no_second_one(
    sqlite_store: Store, reading: Start, now: datetime
) -> None:
    from_smtp = a_mail(1).split(b"\r\n", 2)[2]  # without what the last server wrote above it
    arrival = inbox_arrival(from_smtp)
    await sqlite_store.write(inbox.receive, arrival, now=now)
    async with ImapMailbox() as server:
        copy = await server.deliver(a_mail(1))
        async with reading(server) as at_work:
            await until_so(lambda: "\\Seen" in copy.flags)
            assert len(await at_work.kept()) == 1
            assert at_work.said == []


def inbox_arrival(content: bytes) -> inbox.Arrival:
    return arrival_of(content, mail_from="ada@firm.example", rcpt_tos=[ADDRESS], peer="192.0.2.1")


@pytest.mark.parametrize("extensions", [("IDLE", "UIDPLUS", "MOVE"), ("UIDPLUS",), ()])
@pytest.mark.parametrize("after", list(After))
async def test_what_was_kept_is_marked_moved_or_deleted(
    reading: Start, after: After, extensions: tuple[str, ...]
) -> None:
    async with ImapMailbox(Manners(extensions=extensions)) as server:
        other = await server.deliver(a_mail(0))
        other.flags.update({"\\Seen", "\\Deleted"})  # by somebody else: it must not go with ours
        mails = [await server.deliver(a_mail(number)) for number in (1, 2, 3)]
        async with reading(server, after=after, archive="Answered") as at_work:
            await at_work.until_kept(3)
            marked = {"\\Deleted"} if after is not After.SEEN else {"\\Seen"}
            await until_so(lambda: all(mail not in server.inbox or mail.flags >= marked for mail in mails))
            if after is After.MOVE:
                assert [mail.content for mail in server.folders["Answered"]] == [a_mail(n) for n in (1, 2, 3)]
            if after is not After.SEEN and extensions:
                await until_so(lambda: server.inbox == [other])
            await server.deliver(a_mail(4))
            assert len(await at_work.until_kept(4)) == 4
        assert other in server.inbox


@pytest.mark.parametrize(
    "command", ["UID SEARCH", "UID FETCH", "UID STORE", "LOGIN", "SELECT", "IDLE", "CAPABILITY"]
)
async def test_a_line_that_breaks_anywhere_loses_nothing_and_keeps_nothing_twice(
    reading: Start, command: str
) -> None:
    async with ImapMailbox(Manners(drop_at=command, drops=3)) as server:
        mails = [await server.deliver(a_mail(number)) for number in range(3)]
        async with reading(server) as at_work:
            await at_work.until_kept(3)
            await until_so(lambda: all("\\Seen" in mail.flags for mail in mails))
            await until_so(lambda: server.idling)
            assert len(await at_work.kept()) == 3
            assert any("is read again" in line for line in at_work.said)
    assert sum(server.dropped.values()) >= 3


async def test_a_server_that_hangs_up_now_and_then_is_no_news(reading: Start) -> None:
    async with ImapMailbox(Manners(drop_at="NOOP", extensions=())) as server, reading(server) as at_work:
        await until_so(lambda: server.connections > 1)
        await server.deliver(a_mail(1))
        await at_work.until_kept(1)
        assert at_work.said == ["woken"]


async def test_a_server_that_goes_and_comes_back_is_found_again(reading: Start) -> None:
    port = free_port()
    server = ImapMailbox()
    server.port = port  # nobody listens there yet
    async with reading(server) as at_work:
        await until_so(lambda: any("cannot be reached" in line for line in at_work.said))
        await server.start(port)
        await server.deliver(a_mail(1))
        await at_work.until_kept(1)
        await server.close()
        await server.deliver(a_mail(2))
        await server.start(port)
        await at_work.until_kept(2)
        await server.close()
    assert [line.split("127.0.0.1 ")[1] for line in at_work.said if line != "woken"][:2] == [
        "cannot be reached; whodoes keeps trying.", "is read again.",
    ]  # fmt: skip


async def test_a_mailbox_that_was_numbered_anew_is_read_by_its_new_numbers(reading: Start) -> None:
    async with ImapMailbox() as server:
        for number in range(3):
            await server.deliver(a_mail(number))
        async with reading(server) as at_work:
            await at_work.until_kept(3)
            await until_so(lambda: server.idling)
            await server.close()
            server.renumber()
            for number in (3, 4):
                await server.deliver(a_mail(number))
            await server.start(server.port)
            await at_work.until_kept(5)
            await until_so(lambda: all("\\Seen" in mail.flags for mail in server.inbox))
            assert len(await at_work.kept()) == 5


async def test_a_mail_too_large_stays_flagged_and_staff_can_see_it(
    sqlite_store: Store, reading: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with ImapMailbox() as server:
        large = await server.deliver(a_mail(1, more=b"x" * 100_000))
        async with reading(server) as at_work:
            await server.deliver(a_mail(2))
            assert len(await at_work.until_kept(1)) == 1
            await until_so(lambda: "\\Flagged" in large.flags)
            assert "\\Seen" not in large.flags
            [aside] = await sqlite_store.read(inbox.set_aside)
            assert b"Message-ID: <1@firm.example>" in (aside.raw or b"")
            outcome = await sqlite_store.read(
                lambda session: session.exec(
                    select(InboxItem.outcome).where(InboxItem.state == InboxState.SET_ASIDE)
                ).one()
            )
            assert (
                outcome == f"{len(large.content)} octets, more than is taken: it lies flagged in the mailbox"
            )
    assert not any(
        "BODY.PEEK[]" in command for command in server.commands if f"UID FETCH {large.uid} " in command
    )
    assert_nothing_private(caplog)


async def test_old_mail_that_nobody_read_is_left_for_people(reading: Start) -> None:
    async with ImapMailbox() as server:
        old = await server.deliver(a_mail(1), came=datetime(2026, 11, 1, tzinfo=UTC))
        await server.deliver(a_mail(2))
        async with reading(server) as at_work:
            [item] = await at_work.until_kept(1)
            assert item.raw == a_mail(2)
    assert old.flags == set()


async def test_a_wrong_password_is_told_once_in_a_clear_line_and_tried_again(
    reading: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with ImapMailbox(Manners(password="another")) as server:
        await server.deliver(a_mail(1))
        async with reading(server, password="open sesame") as at_work:
            await until_so(lambda: server.commands.count("LOGIN") > 2)
            server.manners.password = "open sesame"
            await at_work.until_kept(1)
    told = [line for line in at_work.said if line != "woken"]
    assert told == [
        "The mailbox at 127.0.0.1 refuses the user or the password (WHODOES_IMAP_USER, WHODOES_IMAP_PASSWORD); "
        "whodoes keeps trying.",
        "The mailbox at 127.0.0.1 is read again.",
    ]
    assert_nothing_private(caplog)
    assert "sesame" not in caplog.text


@pytest.mark.parametrize(
    ("manners", "fields", "told"),
    [
        (Manners(), {"folder": "Nowhere"}, "has no folder Nowhere (WHODOES_IMAP_FOLDER)"),
        (Manners(read_only=True), {}, "lets us only read the folder INBOX"),
        (Manners(refuse="CREATE"), {"after": After.MOVE, "archive": "Old"}, "not make the folder Old (WHODOES_IMAP_KEEP)"),
        (Manners(login_reply="NO [UNAVAILABLE] come back"), {}, "cannot be reached"),
        (Manners(greeting="* BYE too many of you"), {}, "cannot be reached"),
        (Manners(greeting="220 this is SMTP"), {}, "cannot be reached"),
        (Manners(tls=True), {"security": "tls", "host": "localhost"}, "certificate that cannot be trusted"),
        (Manners(), {"security": "starttls"}, "cannot be reached"),
        (Manners(search_reply="* SEARCH one two"), {}, "says what nobody understands"),
    ],
)  # fmt: skip
async def test_what_somebody_has_to_mend_is_said_in_a_sentence(
    reading: Start, manners: Manners, fields: dict[str, Any], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with ImapMailbox(manners) as server:
        await server.deliver(a_mail(1))
        async with reading(server, **fields) as at_work:
            await until_so(lambda: caplog.text.count("mail.imap_failed") > 1)
            assert told in at_work.said[0]
        assert len(at_work.said) == 1
        assert await at_work.kept() == ()


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_the_line_may_be_encrypted_from_the_start_or_from_a_command_on(
    reading: Start, security: str
) -> None:
    manners = Manners(tls=security == "tls", starttls=security == "starttls")
    async with ImapMailbox(manners) as server:
        await server.deliver(a_mail(1))
        async with reading(server, host="localhost", security=security, tls=client_context()) as at_work:
            await at_work.until_kept(1)
            await until_so(lambda: server.idling)
            await server.deliver(a_mail(2))
            await at_work.until_kept(2)


async def test_a_password_is_never_sent_where_encryption_was_taken_away(reading: Start) -> None:
    """STARTTLS stripped from what the server offers, or the greeting saying that we are logged in already."""
    for manners in (Manners(starttls=False), Manners(starttls=True, greeting="* PREAUTH welcome back")):
        async with ImapMailbox(manners) as server:
            async with reading(server, host="localhost", security="starttls", tls=client_context()):
                await until_so(lambda: server.connections > 1)
            assert "LOGIN" not in server.commands


@pytest.mark.parametrize(
    "manners", [Manners(extensions=()), Manners(idle_reply="NO not today"), Manners(idle_reply="BAD what")]
)
async def test_without_idle_it_looks_from_time_to_time(reading: Start, manners: Manners) -> None:
    async with ImapMailbox(manners) as server:
        async with reading(server) as at_work:
            for number in range(1, 4):
                await server.deliver(a_mail(number))
                await at_work.until_kept(number)
        assert not any("reached" in line for line in at_work.said)


@pytest.mark.parametrize("tls", [False, True])
async def test_news_that_come_with_the_answer_to_idle_are_heard(reading: Start, tls: bool) -> None:
    async with ImapMailbox(Manners(at_idle=a_mail(1), tls=tls)) as server:
        line = {"host": "localhost", "security": "tls" if tls else "none", "tls": client_context()}
        async with reading(server, **line) as at_work:
            await at_work.until_kept(1)


async def test_idling_is_begun_anew_before_anybody_grows_tired_of_it(
    reading: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.imap_session.IDLE_SECONDS", 0.02)  # a setting of how long to wait
    async with ImapMailbox() as server, reading(server):
        await until_so(lambda: server.commands.count("IDLE") > 3)
        assert server.connections == 1


async def test_a_mail_that_cannot_be_had_keeps_no_other_waiting(
    reading: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with ImapMailbox() as server:
        for number in range(3):
            await server.deliver(a_mail(number))
        server.broken.add(2)
        async with reading(server) as at_work:
            await at_work.until_kept(2)
            await until_so(lambda: server.idling)
            assert len(await at_work.kept()) == 2
        assert "\\Seen" not in server.inbox[1].flags
    assert "mail.imap_left" in caplog.text


async def test_a_server_that_forgets_what_was_marked_is_not_asked_again_and_again(reading: Start) -> None:
    async with ImapMailbox(Manners(forgets_flags=True)) as server:
        await server.deliver(a_mail(1))
        async with reading(server) as at_work:
            await at_work.until_kept(1)
            await until_so(lambda: server.idling)
            await server.deliver(a_mail(2))
            await at_work.until_kept(2)
        assert [c.split()[2] for c in server.commands if "BODY.PEEK[]" in c] == ["1", "2"]


async def test_a_full_disk_marks_nothing_and_the_mail_is_kept_later(
    sqlite_store: Store, reading: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with ImapMailbox() as server:
        await sqlite_store.write(lambda s: s.execute(text("PRAGMA max_page_count=1")) and None)
        mail = await server.deliver(a_mail(1, more=b"x" * 90_000))
        async with reading(server) as at_work:
            await until_so(lambda: caplog.text.count("mail.not_kept") > 1)
            assert mail.flags == set()
            await sqlite_store.write(lambda s: s.execute(text("PRAGMA max_page_count=1000000")) and None)
            await at_work.until_kept(1)
            await until_so(lambda: mail.flags == {"\\Seen"})
    assert_nothing_private(caplog)


async def test_a_mail_the_database_refuses_keeps_no_other_from_being_kept(
    sqlite_store: Store, reading: Start, caplog: pytest.LogCaptureFixture
) -> None:
    refusing = "CREATE TRIGGER refusing BEFORE INSERT ON inbox WHEN instr(NEW.raw, X'{}') BEGIN SELECT RAISE(ABORT, 'no'); END"
    await sqlite_store.write(lambda s: s.execute(text(refusing.format(b"<2@firm.example>".hex()))) and None)
    async with ImapMailbox() as server:
        mails = [
            await server.deliver(a_mail(number, more=b"x" * 200_000 * (number == 4)))
            for number in range(1, 5)
        ]
        mails.append(await server.deliver(a_mail(2, more=b"x" * 200_000)))  # nor can it be laid aside
        async with reading(server) as at_work:
            await at_work.until_kept(2)
            await until_so(lambda: server.idling)
            assert [mail.flags for mail in mails] == [
                {"\\Seen"},
                {"\\Flagged"},
                {"\\Seen"},
                {"\\Flagged"},
                {"\\Flagged"},
            ]
            assert set(at_work.said) == {"woken"}
    assert_nothing_private(caplog)


@pytest.mark.parametrize(
    "manners", [Manners(), Manners(extensions=()), Manners(greeting=""), Manners(stall_at="UID SEARCH")]
)
async def test_a_stop_takes_seconds_whatever_the_server_does(
    reading: Start, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.imap.STOP_SECONDS", 0.2)
    monkeypatch.setattr("mail.imap_session.POLL_SECONDS", 600.0)
    async with ImapMailbox(manners) as server, reading(server) as at_work:
        await until_so(lambda: server.connections)
        began = time.monotonic()
        await at_work.end()
        assert time.monotonic() - began < 10  # the promise, far above what it takes


def assert_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    assert any(record.levelno >= logging.WARNING for record in caplog.records)
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for private in ("firm.example", "assays", "ask@"):
        assert private not in logged

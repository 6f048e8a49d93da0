"""Mails read and their answers worked out in processes beside: the same answers, and no process of theirs takes a mail along."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import Session, select

from mail.arrived import Arrived, Post
from mail.conversation import converse, ready_for
from mail.inbound import InboundMail, read_mail
from mail.own_addresses import own_addresses
from mail.reading import ReadingThreads
from mail.reading_processes import Errand, ReadingProcesses
from mail.render.reply import From
from mail.tokens import plus_form
from mail.trust import Judge, Trust, believe
from store.directory import next_revision
from store.inbox import Received, unfinished
from store.kinds import Listing, Medium
from store.models import Organisation
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import add_golden_region, add_person
from tests.mail.correspondence import (
    OWN,
    STRANGER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    outcomes,
    words_of,
)
from tests.whodoes_process import Server, free_port

SENDER = From(OWN, "whodoes · Harrowdale")
ASKS = (
    "who makes lateral flow tests in Chester?", "help", "viral vectors\n\nand\n\nwho does fill-finish?", "thank you!",
    "introduce 1", "stop", "who is at Fenwick Flow Diagnostics?", "more", "asdfgh", "what events are coming up?",
)  # fmt: skip
MEMBERS = ("alice@firm.example", "ben@firm.example", "cleo@firm.example")
AS_ON_LINUX = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="it lists processes as Linux does"
)
DEADLY = "deadly@firm.example"


def deadly(_item: Received, mail: InboundMail) -> Trust:
    """What a parser in C does to its process when it fails badly."""
    if mail.sender == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return Trust.PROVED


@asynccontextmanager
async def reading(
    store: Store, url: str, *, judge: Judge = believe, processes: int = 1
) -> AsyncIterator[ReadingProcesses]:
    addresses = await own_addresses(store, plus_form(OWN), now=at())
    readers = ReadingProcesses(
        Errand(url, judge, SENDER, addresses), processes=processes, beside=ReadingThreads(judge)
    )
    await readers.begin()
    yield readers
    readers.close()


async def written_to(store: Store) -> None:
    """Ten mails of three members, each a thread of its own, and one of a stranger."""
    await store.write(add_golden_region)
    for number, sender in enumerate(MEMBERS):
        await store.write(add_person, name=f"Member {number}", addresses=[sender], now=at())
    for number, text in enumerate((*ASKS, "viral vectors")):
        sender = STRANGER if number == len(ASKS) else MEMBERS[number % len(MEMBERS)]
        raw = a_mail(text, sender=sender, message_id=f"{number}@firm.example")
        await arrive(store, raw, mail_from=sender, now=at())


async def test_answers_worked_out_beside_are_those_of_the_desk_itself(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    beside, alone = store, Store.open(f"sqlite:///{tmp_path}/alone.sqlite3")
    for each in (beside, alone):
        await written_to(each)
    async with (
        reading(beside, database_url) as readers,
        a_working_desk(beside, Clock(at()), readers=readers) as desk,
    ):
        await all_worked_through(beside, desk)
    async with a_working_desk(alone, Clock(at())) as desk:
        await all_worked_through(alone, desk)
    told = [await each.read(outcomes) for each in (beside, alone)]
    assert told[0] == told[1]
    sent = [[words_of(mail) for mail in await each.read(answers)] for each in (beside, alone)]
    assert sent[0] == sent[1]
    assert len(sent[0]) == len(ASKS) + 1
    alone.close()


async def test_what_was_worked_out_is_thrown_away_when_the_directory_changes_before_its_turn(
    sqlite_store: Store,
) -> None:
    await sqlite_store.write(add_golden_region)
    await arrive(sqlite_store, a_mail("lateral flow tests in Chester?"), now=at())
    live = LiveIndex()
    await sqlite_store.read(live.catch_up)
    (item,) = await sqlite_store.read(unfinished, Medium.EMAIL)
    mail, post = read_mail(item.raw or b""), Post(live.index, SENDER)
    assert isinstance(mail, InboundMail)
    ready = await sqlite_store.read(ready_for, Arrived(item, mail, Trust.PROVED, post, at()))
    assert ready is not None
    assert b"Fenwick Flow" in ready.body

    def hide(session: Session) -> None:
        firm = session.exec(select(Organisation).where(Organisation.name == "Fenwick Flow Diagnostics")).one()
        firm.listing = Listing.UNLISTED
        firm.revision = next_revision(session)

    await sqlite_store.write(hide)
    await sqlite_store.read(live.catch_up)
    await sqlite_store.write(converse, item, mail, Trust.PROVED, post=post, now=at(), ready=ready)
    (answer,) = await sqlite_store.read(answers)
    assert "Fenwick Flow" not in words_of(answer)


async def test_a_follow_up_read_before_its_first_mail_is_answered_follows_it_all_the_same(
    sqlite_store: Store, sqlite_url: str
) -> None:
    await sqlite_store.write(add_golden_region)
    await sqlite_store.write(add_person, name="Alice Marsh", addresses=[MEMBERS[0]], now=at())
    await arrive(sqlite_store, a_mail("diagnostics", message_id="first@firm.example"), now=at())
    follow_up = a_mail(
        "only in Chester", In_Reply_To="<first@firm.example>", References="<first@firm.example>"
    )
    await arrive(sqlite_store, follow_up, now=at())
    async with (
        reading(sqlite_store, sqlite_url) as readers,
        a_working_desk(sqlite_store, Clock(at()), readers=readers) as desk,
    ):
        await all_worked_through(sqlite_store, desk)
    first, second = await sqlite_store.read(answers)
    assert "diagnostics" in words_of(second).lower()
    assert "Chester" in words_of(second)
    assert words_of(first) != words_of(second)


async def test_a_mail_that_kills_its_process_is_set_aside_alone(
    sqlite_store: Store, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    senders = [f"m{number}@firm.example" for number in range(4)]
    for sender in (*senders[:2], DEADLY, *senders[2:]):
        await arrive(sqlite_store, a_mail("help", sender=sender), mail_from=sender, now=at())
    async with (
        reading(sqlite_store, sqlite_url, judge=deadly) as readers,
        a_working_desk(sqlite_store, Clock(at()), readers=readers) as desk,
    ):
        await all_worked_through(sqlite_store, desk)
    told = await sqlite_store.read(outcomes)
    assert told == ["answered", "answered", "BrokenProcessPool", "answered", "answered"]
    assert "mail.readers_broke" in caplog.messages


async def test_processes_that_cannot_start_leave_the_work_to_this_one(
    sqlite_store: Store, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await arrive(sqlite_store, a_mail("help"), now=at())

    def kept_here(_item: Received, _mail: InboundMail) -> Trust:  # it cannot be sent to another process
        return Trust.PROVED

    async with (
        reading(sqlite_store, sqlite_url, judge=kept_here) as readers,
        a_working_desk(sqlite_store, Clock(at()), readers=readers) as desk,
    ):
        await all_worked_through(sqlite_store, desk)
    assert await sqlite_store.read(outcomes) == ["answered"]
    assert "mail.readers_not_started" in caplog.messages


async def test_a_database_that_they_cannot_see_costs_only_time(sqlite_store: Store) -> None:
    await arrive(sqlite_store, a_mail("help"), now=at())
    async with (
        reading(sqlite_store, "sqlite:////nowhere/at/all.sqlite3") as readers,
        a_working_desk(sqlite_store, Clock(at()), readers=readers) as desk,
    ):
        await all_worked_through(sqlite_store, desk)
    assert await sqlite_store.read(outcomes) == ["answered"]


@asynccontextmanager
async def serving_with_one(url: str) -> AsyncIterator[tuple[Server, set[int]]]:
    """A server that reads mail in a process beside it, and everybody below it."""
    store = Store.open(url)
    await store.write(add_golden_region)
    store.close()
    server = Server(
        "--only", "mail", database_url=url, mail_address=OWN, mail_port=str(free_port()), mail_processes="1"
    )
    await server.start()
    await until(lambda: len(descendants(server.pid)) >= 2)  # the one that forks, and the one that reads
    yield server, descendants(server.pid)


@AS_ON_LINUX
async def test_they_end_with_the_process_they_belong_to_even_when_it_is_killed(sqlite_url: str) -> None:
    async with serving_with_one(sqlite_url) as (server, theirs):
        await server.kill()
        await until(lambda: not any(alive(pid) for pid in theirs))


@AS_ON_LINUX
async def test_told_to_stop_together_with_its_server_they_hold_up_nothing(sqlite_url: str) -> None:
    """As systemd tells all processes of a service at once."""
    async with serving_with_one(sqlite_url) as (server, theirs):
        for pid in theirs:
            os.kill(pid, signal.SIGTERM)
        assert await server.stop() == 0
        await until(lambda: not any(alive(pid) for pid in theirs))


def descendants(pid: int) -> set[int]:
    """Everybody below a process, as Linux lists them."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | descendants(child)
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"  # who waits to be buried is dead


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.05)

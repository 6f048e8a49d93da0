"""A broadcast by mail: each reader's own copy goes to the relay, once, and the ledger knows what became of it."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.assistant.campaigns.steering import cancel, pause, resume
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.letters import MailCarrier
from mail.relay_opening import RelayAddress, Timeouts
from mail.render.reply import From
from scheduler.bulk import BulkMail
from store.campaigns import ledger
from store.campaigns.rules import Rules
from store.errors import StoreBusy
from store.kinds import Medium, RecipientState
from store.models import Address, Campaign, CampaignRecipient, OutboxMessage, Person
from store.outbox import Draft, enqueue
from store.store import Store
from tests.bot.assistant.campaigns.region import Region
from tests.doubles.smtp_sink import Manner, SmtpSink, Taken, client_context

PAGES = "https://pages.cluster.example"
CARRIER = MailCarrier(From("ask@cluster.example", "whodoes", "1 Mill Lane"), pages=PAGES)
HOUSE = House(
    "the Northmoor cluster",
    letterbox=Letterbox({Medium.EMAIL: CARRIER}),
    campaigns=Rules(approval_above=10),
    pages=PAGES,
)
READERS = [f"reader{number}@larkspur.example" for number in range(1, 7)]
PATIENCE = 20.0  # seconds until something that must happen has not


def as_read(taken: Taken) -> EmailMessage:
    return email.message_from_bytes(taken.content, policy=email.policy.default)


def sender(region: Region, sink: SmtpSink, **settings: Any) -> BulkMail:
    usual: dict[str, Any] = {
        "store": region.store,
        "connections": 2,
        "poll_seconds": 0.05,
        "timeouts": Timeouts(rest=0.05),
        "stop_within": 5,
    }
    return BulkMail(
        house=HOUSE, carrier=CARRIER, clock=lambda: region.now,
        relay=RelayAddress("127.0.0.1", sink.port, "none", "", "", "us.example", client_context()),
        **usual | settings,
    )  # fmt: skip


@asynccontextmanager
async def running(bulk: BulkMail) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(bulk.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def until(region: Region, campaign: int, so: Callable[[dict[str, int]], bool]) -> dict[str, int]:
    """What became of its six readers; three of the staff want no news."""
    async with asyncio.timeout(PATIENCE):
        while not so(counts := await region.counts(campaign)):
            await asyncio.sleep(0.02)
    assert counts.pop("suppressed") >= 3
    return counts


def over(counts: dict[str, int]) -> bool:
    return not counts.get("queued") and not counts.get("sending")


async def begun(store: Store) -> tuple[Region, int]:
    region = await Region(store, HOUSE).open()
    campaign = await region.drafted()
    assert (await region.sent(campaign)).done
    for _ in range(16):
        await region.tick()
    return region, campaign


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink(Manner(extensions=("SIZE 10000000", "8BITMIME", "SMTPUTF8", "PIPELINING"))) as sink:
        yield sink


async def test_each_reader_gets_one_copy_with_their_own_way_out_and_the_ledger_hears_of_it(
    store: Store, sink: SmtpSink
) -> None:
    region, campaign = await begun(store)
    assert await region.counts(campaign) == {"queued": 6, "suppressed": 3}
    async with running(sender(region, sink)):
        assert await until(region, campaign, over) == {"sent": 6}
    assert sorted(each.recipient for each in sink.taken) == READERS
    mails = [as_read(each) for each in sink.taken]
    assert {mail["Subject"] for mail in mails} == {"Autumn evening"}
    assert len({mail["List-Unsubscribe"] for mail in mails}) == len(READERS)
    assert all(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for mail in mails)
    text = mails[0].get_body(("plain",))
    assert text is not None
    assert "1 Mill Lane" in text.get_content()
    assert "Stop announcements: https://pages.cluster.example/u/" in text.get_content()
    await region.tick()
    assert await region.state(campaign) == "done"


async def test_reports_come_to_an_address_of_that_very_copy(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)
    async with running(sender(region, sink, return_address=lambda number: f"back+{number}@cluster.example")):
        await until(region, campaign, over)
    assert len({each.sender for each in sink.taken}) == len(READERS)


async def readdressed(store: Store, changes: dict[int, str]) -> None:
    def change(session: Session) -> None:
        for number, address in changes.items():
            person = session.exec(select(Person.id).where(Person.name == f"Reader {number}")).one()
            row = session.exec(select(Address).where(Address.person_id == person)).one()
            row.address = address
            session.add(row)

    await store.write(change)


async def sent_to(
    store: Store, sink: SmtpSink, changes: dict[int, str], **settings: Any
) -> tuple[Region, int]:
    region = await Region(store, HOUSE).open()
    await readdressed(store, changes)
    campaign = await region.drafted()
    assert (await region.sent(campaign)).done
    for _ in range(16):
        await region.tick()
    return region, campaign


async def test_what_the_relay_says_of_one_is_in_the_ledger_and_hurts_no_other(
    store: Store, sink: SmtpSink
) -> None:
    changes = {
        1: "refuse@larkspur.example", 2: "drop-after-dot@larkspur.example", 3: "drop-at-data@larkspur.example",
        4: "never@larkspur.example", 5: "ünknown@larkspur.example",
    }  # fmt: skip
    region, campaign = await sent_to(store, sink, changes)
    bulk = sender(region, sink, connections=1)
    async with running(bulk):
        became = await until(region, campaign, lambda now: not now.get("sending") and now.get("queued") == 1)
        assert became == {"failed": 2, "uncertain": 1, "sent": 2, "queued": 1}
    assert {"reader6@larkspur.example", "ünknown@larkspur.example"} <= {each.recipient for each in sink.taken}
    assert "refuse@larkspur.example" not in {each.recipient for each in sink.taken}


async def test_not_now_is_tried_again_when_its_time_has_come(store: Store, sink: SmtpSink) -> None:
    region, campaign = await sent_to(
        store, sink, {1: "greylist@larkspur.example", 2: "later@larkspur.example"}
    )
    async with running(sender(region, sink)):
        await until(region, campaign, lambda now: now.get("sent") == 4 and not now.get("sending"))
        await region.tick(3600)
        assert await until(region, campaign, over) == {"sent": 6}
    assert len(sink.taken) == 6


async def test_a_relay_that_is_away_costs_nobody_a_try(store: Store) -> None:
    region, campaign = await begun(store)
    sink = SmtpSink()
    port = await sink.start()
    await sink.close()
    bulk = sender(region, sink)
    async with running(bulk):
        await asyncio.sleep(0.1)
        assert await region.counts(campaign) == {"queued": 6, "suppressed": 3}
        back = SmtpSink()
        await back.start(port)
        assert await until(region, campaign, over) == {"sent": 6}
    await back.close()


async def test_a_relay_that_wants_a_login_at_a_mail_gets_none_and_nobody_is_marked(store: Store) -> None:
    region, campaign = await begun(store)
    async with SmtpSink(Manner(mail_reply="530 5.7.0 log in first")) as sink:
        async with running(sender(region, sink)):
            async with asyncio.timeout(PATIENCE):
                while "MAIL" not in " ".join(sink.commands):
                    await asyncio.sleep(0.02)
        assert await region.counts(campaign) == {"queued": 6, "suppressed": 3}
        assert not sink.taken


async def test_a_pause_holds_back_the_rest_and_a_cancel_ends_it(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)
    assert (await region.do(pause, campaign)).done
    async with running(sender(region, sink)):
        await asyncio.sleep(0.2)
        assert not sink.taken
        assert (await region.do(cancel, campaign)).done
        for _ in range(3):
            await region.tick()
    assert await region.counts(campaign) == {"cancelled": 6, "suppressed": 3}
    assert not sink.taken


async def test_what_was_paused_goes_on_when_it_is_resumed(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)
    assert (await region.do(pause, campaign)).done
    async with running(sender(region, sink)):
        assert (await region.do(resume, campaign)).done
        assert await until(region, campaign, over) == {"sent": 6}


async def test_a_stop_ends_with_the_mail_on_the_wire_and_puts_back_what_was_not_begun(
    store: Store,
) -> None:
    region, campaign = await begun(store)
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with SmtpSink(Manner(extensions=("PIPELINING",), slow=0.2)) as sink:
        bulk = sender(
            region, sink, connections=1,
            at=lambda point: loop.call_soon_threadsafe(reached.set) if point == "data_sent" else None,
        )  # fmt: skip
        async with running(bulk) as stop:
            await asyncio.wait_for(reached.wait(), PATIENCE)
            stop.set()
        became = await until(region, campaign, lambda now: not now.get("sending"))
        assert became.get("sent", 0) == len(sink.taken)
        assert became.get("queued", 0) == 6 - len(sink.taken)
        assert became.get("queued", 0) >= 2
        async with running(sender(region, sink)):
            assert await until(region, campaign, over) == {"sent": 6}
        assert sorted(each.recipient for each in sink.taken) == READERS


async def test_a_relay_that_never_answers_is_left_at_a_stop_and_its_mail_is_uncertain(store: Store) -> None:
    region, campaign = await sent_to(store, SmtpSink(), {1: "stall@larkspur.example"})
    async with SmtpSink(Manner(extensions=("PIPELINING",))) as sink:
        async with running(sender(region, sink, connections=1, stop_within=0.2)):
            async with asyncio.timeout(PATIENCE):
                while "stall@larkspur.example" not in [each.recipient for each in sink.taken]:
                    await asyncio.sleep(0.02)
        became = await until(region, campaign, lambda now: not now.get("sending"))
        assert became["uncertain"] == 1


async def test_who_unsubscribes_before_their_turn_gets_none(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)

    def unsubscribe(session: Session) -> None:
        reader = session.exec(select(Person).where(Person.name == "Reader 3")).one()
        reader.newsletters = False
        session.add(reader)

    await store.write(unsubscribe)
    async with running(sender(region, sink)):
        assert await until(region, campaign, over) == {"sent": 5}
    assert READERS[2] not in [each.recipient for each in sink.taken]


async def test_what_an_only_process_left_in_mid_send_is_uncertain_at_the_next_start(
    sqlite_store: Store, sink: SmtpSink
) -> None:
    region, campaign = await begun(sqlite_store)
    ours = await sqlite_store.write(ledger.claim, owner="dead", limit=2, now=region.now)
    await sqlite_store.write(ledger.mark_sending, ours[:1], now=region.now)
    await region.tick(1)
    async with running(sender(region, sink, alone=True)):
        assert await until(region, campaign, over) == {"sent": 5, "uncertain": 1}


async def test_a_worker_that_slept_past_its_lease_sends_nothing_more(store: Store) -> None:
    region, campaign = await begun(store)

    def sleep(point: str) -> None:
        if point == "marked":
            region.now += ledger.LEASE

    async with SmtpSink() as sink:
        async with running(sender(region, sink, connections=1, at=sleep)):
            await asyncio.sleep(0.3)
        assert not sink.taken
    assert "sent" not in await region.counts(campaign)


async def test_a_rate_is_kept_over_all_connections(store: Store, sink: SmtpSink) -> None:
    """The time stands still, so there are the turns that were saved up and no more."""
    region, campaign = await begun(store)
    async with running(sender(region, sink, per_second=8.0)):
        await until(region, campaign, lambda now: now.get("sent") == 2 and not now.get("sending"))
        await asyncio.sleep(0.2)
        assert (await region.counts(campaign))["sent"] == 2
        await region.tick(1)
        await until(region, campaign, lambda now: now.get("sent") == 4 and not now.get("sending"))


async def test_what_an_earlier_release_gave_the_outbox_is_settled(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)
    [ours, *_] = await store.write(ledger.claim, owner="outbox", limit=1, now=region.now)

    def as_before(session: Session) -> None:
        key = f"campaign:{ours.campaign_id}:{ours.key}:{ours.attempt}"
        draft = Draft(
            dedup_key=key, medium=Medium.EMAIL, kind="campaign", recipient=ours.destination, body=b"x"
        )
        enqueue(session, draft, now=region.now)
        ledger.mark_sending(session, [ours], now=region.now)
        row = session.exec(select(OutboxMessage).where(OutboxMessage.dedup_key == key)).one()
        row.state, row.reply = type(row.state).SENT, "250 ok"
        session.add(row)

    await store.write(as_before)
    await region.campaigns.run()
    assert (await region.counts(campaign))["sent"] == 1


async def test_rows_stay_in_hand_while_the_relay_takes_its_time(store: Store, sink: SmtpSink) -> None:
    region, _ = await sent_to(store, SmtpSink(), {1: "stall@larkspur.example"})

    def leases(session: Session) -> set[datetime | None]:
        rows = session.exec(
            select(CampaignRecipient).where(CampaignRecipient.state == RecipientState.SENDING)
        )
        return {row.lease_until for row in rows}

    bulk = sender(region, sink, connections=1, heartbeat=0.05, stop_within=0.1)
    async with running(bulk), asyncio.timeout(PATIENCE):
        while not sink.taken:
            await asyncio.sleep(0.02)
        region.now += timedelta(minutes=1)
        while await store.read(leases) != {region.now + ledger.LEASE}:
            await asyncio.sleep(0.02)


class Stumbling(Store):
    """A store whose database is busy every other time."""

    stumbles = 0

    async def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        self.stumbles += 1
        if self.stumbles % 2:
            raise StoreBusy("The database is busy.")
        return await super().write(fn, *args, **kwargs)


async def test_a_database_that_stumbles_loses_no_word_of_the_relay_s(
    sqlite_store: Store, sink: SmtpSink
) -> None:
    region, campaign = await begun(sqlite_store)
    bulk = sender(region, sink, store=Stumbling(sqlite_store._backend), connections=1, alone=True)
    async with running(bulk):
        assert await until(region, campaign, over) == {"sent": 6}
    assert sorted(each.recipient for each in sink.taken) == READERS


async def test_an_address_that_no_mail_can_have_is_refused(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)

    def spoil(session: Session) -> None:
        rows = session.exec(select(CampaignRecipient).where(CampaignRecipient.state == RecipientState.QUEUED))
        for row, address in zip(rows, ("a b@larkspur.example", "a(@larkspur.example"), strict=False):
            row.destination = address
            session.add(row)

    await store.write(spoil)
    async with running(sender(region, sink)):
        assert await until(region, campaign, over) == {"sent": 4, "failed": 2}


async def test_a_mail_that_programs_would_cut_goes_to_nobody(store: Store, sink: SmtpSink) -> None:
    region, campaign = await begun(store)

    def lengthen(session: Session) -> None:
        row = session.get_one(Campaign, campaign)
        row.body = "word " * 30_000
        session.add(row)

    await store.write(lengthen)
    async with running(sender(region, sink)):
        assert await until(region, campaign, over) == {"failed": 6}
    assert not sink.taken

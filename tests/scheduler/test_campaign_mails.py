"""A broadcast by mail: each reader's own copy goes out by the outbox, once, and the ledger knows what became of it."""

import email
import email.policy
from email.message import EmailMessage

from sqlmodel import Session, col, select

from bot.assistant.campaigns.steering import cancel
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.letters import MailCarrier
from mail.render.reply import From
from store.campaigns.rules import Rules
from store.kinds import Medium, OutboxState
from store.models import OutboxMessage, Person
from store.outbox import claim, settle
from store.outcome import Outcome, Refused, Sent, Unknown
from store.store import Store
from tests.bot.assistant.campaigns.region import Region

PAGES = "https://pages.cluster.example"
HOUSE = House(
    "the Northmoor cluster",
    letterbox=Letterbox(
        {Medium.EMAIL: MailCarrier(From("ask@cluster.example", "whodoes", "1 Mill Lane"), pages=PAGES)}
    ),
    campaigns=Rules(approval_above=10),
    pages=PAGES,
)
READERS = [f"reader{number}@larkspur.example" for number in range(1, 7)]


def copies(session: Session) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "campaign")
    return list(session.exec(rows.order_by(col(OutboxMessage.recipient), col(OutboxMessage.id))))


def as_read(row: OutboxMessage) -> EmailMessage:
    return email.message_from_bytes(row.body or b"", policy=email.policy.default)


async def delivered(region: Region, outcome: Outcome, *, to: str = "", limit: int = 100) -> int:
    """The relay's turn: what it says of each, or of the one to that address."""
    ours = await region.store.write(claim, owner="relay", media=[Medium.EMAIL], now=region.now, limit=limit)
    for each in ours:
        said = outcome if not to or each.recipient == to else Sent("250 ok")
        await region.store.write(settle, each, said, now=region.now)
    return len(ours)


async def begun(store: Store) -> tuple[Region, int]:
    region = await Region(store, HOUSE).open()
    campaign = await region.drafted()
    assert (await region.sent(campaign)).done
    for _ in range(16):
        await region.tick()
    return region, campaign


async def became(region: Region, campaign: int) -> dict[str, int]:
    """Of its six readers; three of the staff want no news."""
    counts = await region.counts(campaign)
    assert counts.pop("suppressed") == 3
    return counts


async def test_each_reader_gets_one_copy_with_their_own_way_out_and_the_ledger_hears_of_it(
    store: Store,
) -> None:
    region, campaign = await begun(store)
    rows = await store.read(copies)
    assert [row.recipient for row in rows] == READERS
    mails = [as_read(row) for row in rows]
    assert {mail["Subject"] for mail in mails} == {"Autumn evening"}
    assert len({mail["List-Unsubscribe"] for mail in mails}) == len(READERS)
    assert all(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for mail in mails)
    text = mails[0].get_body(("plain",))
    assert text is not None
    assert "1 Mill Lane" in text.get_content()
    assert "Stop announcements: https://pages.cluster.example/u/" in text.get_content()
    assert await became(region, campaign) == {"sending": 6}
    assert await delivered(region, Sent("250 ok")) == 6
    await region.tick()
    assert await became(region, campaign) == {"sent": 6}
    assert await region.state(campaign) == "done"
    await region.tick()
    assert len(await store.read(copies)) == 6


async def test_what_the_relay_says_of_one_is_in_the_report_and_nobody_gets_it_twice(store: Store) -> None:
    region, campaign = await begun(store)
    await delivered(region, Refused("550 no such user"), to=READERS[2])
    await region.tick()
    assert await became(region, campaign) == {"sent": 5, "failed": 1}


async def test_a_copy_nobody_knows_about_is_uncertain_and_stays_so(store: Store) -> None:
    region, campaign = await begun(store)
    await delivered(region, Unknown("gone after the dot"), to=READERS[0])
    for _ in range(3):
        await region.tick()
    assert await became(region, campaign) == {"sent": 5, "uncertain": 1}
    assert len(await store.read(copies)) == 6


async def test_who_unsubscribes_before_their_copy_is_written_gets_none(store: Store) -> None:
    region = await Region(store, HOUSE).open()
    campaign = await region.drafted()
    assert (await region.sent(campaign)).done

    def unsubscribe(session: Session) -> None:
        reader = session.exec(select(Person).where(Person.name == "Reader 3")).one()
        reader.newsletters = False
        session.add(reader)

    await store.write(unsubscribe)
    for _ in range(16):
        await region.tick()
    assert READERS[2] not in [row.recipient for row in await store.read(copies)]


async def test_a_cancelled_broadcast_takes_back_what_the_relay_has_not_begun(store: Store) -> None:
    region, campaign = await begun(store)
    assert await delivered(region, Sent("250 ok"), limit=2) == 2
    assert (await region.do(cancel, campaign)).done
    for _ in range(3):
        await region.tick()
    states = [row.state for row in await store.read(copies)]
    assert states.count(OutboxState.CANCELLED) == 4
    assert await became(region, campaign) == {"sent": 2, "cancelled": 4}

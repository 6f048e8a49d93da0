"""A campaign's mail that comes back is known by its own return address, and its row of the ledger says so."""

from datetime import timedelta

from sqlmodel import Session, col, select

from mail.own_addresses import own_addresses
from mail.tokens import Purpose, plus_form
from store.bounces import suppressed
from store.campaigns.ledger import claim, settle
from store.kinds import BounceKind, BounceProof, RecipientState
from store.models import AuditEntry, CampaignRecipient
from store.outcome import Sent
from store.store import Store
from tests.conftest import NOW
from tests.mail.bounces.reports import a_report
from tests.mail.bounces.test_taking import LATER, kinds, taken
from tests.mail.correspondence import OWN
from tests.store.campaigns.rows import add_campaign, add_recipients

READER = "reader1@readers.example"


async def a_copy_sent(store: Store) -> int:
    def sent(session: Session) -> int:
        campaign = add_campaign(session, now=NOW)
        [row] = add_recipients(session, campaign, 1, now=NOW)
        ours = claim(session, owner="bulk", limit=1, now=NOW, begin=True)
        settle(session, [(each, Sent("250 ok")) for each in ours], now=NOW)
        return row

    return await store.write(sent)


async def back_of(store: Store, row: int) -> str:
    return (await own_addresses(store, plus_form(OWN), now=NOW)).address(Purpose.COPY, row)


async def test_a_report_to_a_copy_s_return_address_fails_its_row_and_silences_the_address(
    store: Store,
) -> None:
    row = await a_copy_sent(store)
    assert await taken(store, (a_report(READER), await back_of(store, row))) == ["bounce: hard, token"]
    assert await store.read(kinds) == [(READER, BounceKind.HARD, BounceProof.TOKEN, True)]

    def became(session: Session) -> tuple[RecipientState, str]:
        found = session.get_one(CampaignRecipient, row)
        return found.state, found.reply

    assert await store.read(became) == (RecipientState.FAILED, "It came back: 550 5.1.1 User unknown")
    assert await store.read(suppressed, READER, now=LATER) is not None

    def audited(session: Session) -> list[str]:
        return [each.action for each in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]

    assert "campaign.bounced" in await store.read(audited)


async def test_the_same_report_again_changes_nothing(store: Store) -> None:
    row = await a_copy_sent(store)
    back = await back_of(store, row)
    await taken(store, (a_report(READER), back), (a_report(READER), back))
    assert len(await store.read(kinds)) == 1


async def test_a_report_that_names_a_reader_we_mailed_lately_is_believed_and_of_nobody_else(
    store: Store,
) -> None:
    await a_copy_sent(store)
    told = await taken(store, (a_report(READER), "ask@cluster.example"))
    assert told == ["bounce: hard, report"]
    told = await taken(store, (a_report("else@readers.example"), "ask@cluster.example"))
    assert "not believed" in told[-1]


async def test_long_after_it_is_believed_no_more(sqlite_store: Store) -> None:
    await a_copy_sent(sqlite_store)
    report = (a_report(READER), "ask@cluster.example")
    assert "not believed" in (await taken(sqlite_store, report, at=NOW + timedelta(days=31)))[-1]


async def test_an_address_of_a_row_that_is_none_is_nobody_s(sqlite_store: Store) -> None:
    told = await taken(sqlite_store, (a_report(READER), await back_of(sqlite_store, 4711)))
    assert "not believed" in told[-1]

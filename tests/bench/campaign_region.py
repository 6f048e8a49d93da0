"""A region of as many readers as wanted, and a broadcast to all of them that was frozen and waits to be sent."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.campaigns.drafting import Draft, draft
from bot.assistant.campaigns.looking import Look, look
from bot.assistant.campaigns.sending import send
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.letters import MailCarrier
from mail.render.newsletter import IssueMail, Rendered, render_issue
from mail.render.reply import From
from scheduler.campaigns import Campaigns
from store.campaigns.audience import Audience
from store.campaigns.rules import Rules
from store.kinds import CampaignState, Medium, StaffRole
from store.models import Address, Campaign, Organisation, Person
from store.people import by_id
from store.store import Store
from tests.factories import add_person

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAGES = "https://pages.cluster.example"
RULES = Rules(approval_above=10_000_000, cancel_window=timedelta(), late_after=timedelta(days=36_500))
SENDER = From("ask@cluster.example", "whodoes", "The Northmoor cluster, 1 Mill Lane, Northmoor")
HOUSE = House(
    "the Northmoor cluster", letterbox=Letterbox({Medium.EMAIL: MailCarrier(SENDER, pages=PAGES)}),
    campaigns=RULES, pages=PAGES, identity=SENDER.identity,
)  # fmt: skip
SUBJECT = "Autumn evening"
BODY = "\n\n".join(
    f"## Item {number}\n\nCome **all** to the [autumn evening](https://cluster.example/{number}) in Northmoor. "
    + "There is much to tell, and somebody new to meet. " * 4
    for number in range(1, 7)
)
FIRMS, AT_ONCE = 1_000, 10_000
WORK = ("viral vectors", "lateral flow tests", "protein purification", "cell banks", "sterile filling", "diagnostics",
        "laboratory signs", "clean rooms", "peptides", "cold chain transport", "clinical trials", "patent law")  # fmt: skip


def rendered() -> Rendered:
    """What the broadcast says, with its readers' places still empty."""
    return render_issue(
        IssueMail(SUBJECT, BODY, HOUSE.region, NOW, identity=SENDER.identity, topic="announcements")
    )


def prepared(folder: Path, readers: int) -> str:
    """The URL of a database with that many recipients waiting; made once."""
    path = folder / f"campaign-{readers}.sqlite3"
    if not path.exists():
        asyncio.run(_prepare(f"sqlite:///{path}", readers))
    return f"sqlite:///{path}"


def specimen(words: Rendered) -> bytes:
    """One mail of that size, ready for the wire."""
    head = b"From: whodoes <ask@cluster.example>\r\nTo: Reader <reader@firm.example>\r\nSubject: Autumn evening\r\n"
    lines = [line.encode() for line in f"{words.text}\n{words.page}".splitlines()]
    return (
        head + b"\r\n" + b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)
    )


def copied(url: str, name: str) -> str:
    """A database of its own, just as that one is, for one run."""
    path = Path(url.removeprefix("sqlite:///"))
    shutil.copyfile(path, path.with_name(f"{name}.sqlite3"))
    return f"sqlite:///{path.with_name(name)}.sqlite3"


async def _prepare(url: str, readers: int) -> None:
    store = Store.open(url)
    author = await store.write(_furnish)
    for first in range(0, readers, AT_ONCE):
        await store.write(_add_readers, range(first, min(first + AT_ONCE, readers)))
    campaign = await store.write(_broadcast, author)
    await Campaigns(store, House(HOUSE.region, campaigns=RULES), clock=lambda: NOW).run()
    state = await store.read(lambda session: session.get_one(Campaign, campaign).state)
    assert state is CampaignState.RUNNING, state
    store.close()


def _furnish(session: Session) -> int:
    rows = [
        {
            "name": f"Firm {n}", "name_key": f"firm {n}", "ref": f"firm-{n}", "created_at": NOW, "updated_at": NOW,
            "revision": 1, "summary": f"Offers {WORK[n % 12]}, and {WORK[n // 12 % 12]} to the whole region.",
        }
        for n in range(FIRMS)
    ]  # fmt: skip
    session.execute(sa.insert(Organisation), rows)
    return add_person(session, name="Ada Author", staff_role=StaffRole.STAFF, newsletters=False)


def _add_readers(session: Session, numbers: range) -> None:
    people = [
        {"id": 1000 + n, "name": f"Reader {n}", "organisation_id": 1 + n % FIRMS, "created_at": NOW}
        for n in numbers
    ]
    session.execute(sa.insert(Person), people)
    addresses = [
        {"address": f"reader{n}@firm{n % FIRMS}.example", "person_id": 1000 + n, "position": 0}
        for n in numbers
    ]
    session.execute(sa.insert(Address), addresses)


def _broadcast(session: Session, author: int) -> int:
    act = Act(by_id(session, author), Medium.TERMINAL, "bench", HOUSE, NOW)
    told = draft(session, Draft(SUBJECT, BODY, Audience(everyone=True)), act)
    assert told.about is not None, told.text
    found = look(session, told.about, act)
    assert isinstance(found, Look), found
    told = send(session, told.about, act, people=found.people)
    assert told.done, told.text
    assert told.about is not None
    return told.about

"""A region with staff, who broadcast, and readers, and a time that moves when told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import Draft, draft
from bot.assistant.campaigns.looking import Look, look
from bot.assistant.campaigns.sending import send
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.letters import SlackCarrier
from scheduler.campaigns import Campaigns
from store.campaigns import ledger
from store.campaigns.audience import Audience
from store.campaigns.report import counts
from store.campaigns.rules import Rules
from store.kinds import Medium, RecipientState, StaffRole
from store.models import AuditEntry, Campaign
from store.outbox import Claimed as Message
from store.outbox import claim as claim_messages
from store.outbox import settle as settle_message
from store.outcome import Outcome, Sent
from store.people import Asker, Stranger, by_id
from store.store import Store
from tests.bot.assistant.plain_carrier import PlainCarrier
from tests.factories import NOW, add_organisation, add_person

AUTHOR, APPROVER, ADMIN, MEMBER = 1, 2, 3, 4
HOUSE = House(
    "the Northmoor cluster",
    letterbox=Letterbox({Medium.SLACK: SlackCarrier(), Medium.EMAIL: PlainCarrier(Medium.EMAIL)}),
    campaigns=Rules(approval_above=10),
)


def furnish(session: Session) -> None:
    firm = add_organisation(session, name="Larkspur Vectors", town="Macclesfield", sector="biotechnology")
    for name, role in (
        ("Ada Author", StaffRole.STAFF), ("Ben Approver", StaffRole.APPROVER), ("Cara Admin", StaffRole.ADMIN),
    ):  # fmt: skip
        add_person(
            session, name=name, staff_role=role, slack_user_id=f"U0{name[:3].upper()}", newsletters=False
        )
    for number in range(1, 7):
        slack = f"U1{number}" if number <= 2 else None
        add_person(
            session, name=f"Reader {number}", organisation_id=firm, addresses=[f"reader{number}@larkspur.example"],
            slack_user_id=slack,
        )  # fmt: skip


class Region:
    """One process, and the mail relay and Slack it speaks to."""

    def __init__(self, store: Store, house: House = HOUSE) -> None:
        self.store = store
        self.house = house
        self.now = NOW
        self.campaigns = Campaigns(store, house, clock=lambda: self.now)
        self.mailed: list[str] = []
        self.said: list[Message] = []

    async def open(self) -> "Region":
        await self.store.write(furnish)
        return self

    async def act(self, who: int | None = AUTHOR, medium: Medium = Medium.SLACK) -> Act:
        by: Asker = Stranger() if who is None else await self.store.read(by_id, who)
        return Act(by, medium, f"test:{self.now.isoformat()}", self.house, self.now)

    async def do(
        self, action: Callable[..., Told], *words: Any, who: int | None = AUTHOR, **named: Any
    ) -> Told:
        return await self.store.write(action, *words, await self.act(who), **named)

    async def drafted(self, who: int | None = AUTHOR, **fields: Any) -> int:
        usual: dict[str, Any] = {
            "subject": "Autumn evening",
            "body": "Come **all**.",
            "audience": Audience(everyone=True),
        }
        given = Draft(**usual | fields)
        told = await self.do(draft, given, who=who)
        assert told.done, told.text
        assert told.about is not None
        return told.about

    async def look(self, campaign_id: int, who: int | None = AUTHOR) -> Look | Told:
        return await self.store.read(look, campaign_id, await self.act(who))

    async def sent(self, campaign_id: int, who: int | None = AUTHOR) -> Told:
        found = await self.look(campaign_id, who)
        return await self.do(
            send, campaign_id, who=who, people=found.people if isinstance(found, Look) else 0
        )

    async def tick(self, seconds: float = 5) -> None:
        self.now += timedelta(seconds=seconds)
        await self.campaigns.run()

    async def mail(self, outcome: Outcome | None = None, limit: int = 100) -> int:
        """The relay's turn."""
        ours = await self.store.write(ledger.claim, owner="mailer", limit=limit, now=self.now)
        marked = await self.store.write(ledger.mark_sending, ours, now=self.now)
        sent = [each for each in ours if each.id in marked]
        self.mailed += [each.destination for each in sent]
        await self.store.write(
            ledger.settle, [(each, outcome or Sent("250 ok")) for each in sent], now=self.now
        )
        return len(sent)

    async def speak(self, outcome: Outcome | None = None) -> int:
        """Slack's turn."""
        ours = await self.store.write(
            claim_messages, owner="slack", media=[Medium.SLACK], now=self.now, limit=100
        )
        for number, each in enumerate(ours):
            self.said.append(each)
            said = outcome or Sent(f"D1/{len(self.said)}.{number}")
            await self.store.write(settle_message, each, said, now=self.now)
        return len(ours)

    async def state(self, campaign_id: int) -> str:
        return await self.store.read(lambda session: session.get_one(Campaign, campaign_id).state.value)

    async def field(self, campaign_id: int, name: str) -> Any:
        return await self.store.read(lambda session: getattr(session.get_one(Campaign, campaign_id), name))

    async def counts(self, campaign_id: int) -> dict[str, int]:
        from_ledger = await self.store.read(_counts, campaign_id)
        return {state.value: number for state, number in from_ledger.items() if number}

    async def audited(self) -> list[tuple[str, str]]:
        return await self.store.read(
            lambda session: [
                (row.actor, row.action)
                for row in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
            ]
        )


def _counts(session: Session, campaign_id: int) -> dict[RecipientState, int]:
    return dict(counts(session, campaign_id))

"""Those who can approve a broadcast hear that one waits for them."""

from dataclasses import replace

from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.letters import Choice, Letter, LetterKind
from store.kinds import StaffRole
from store.models import Campaign, Person
from store.people import Member

QUOTED = 600


def ask_approvers(session: Session, campaign: Campaign, act: Act) -> int:
    """A letter to each but its authors. Returns how many there are, however they are reached."""
    rows = session.exec(
        select(Person.id)
        .where(col(Person.staff_role).in_([StaffRole.APPROVER, StaffRole.ADMIN]))
        .order_by(col(Person.id))
    )
    others = [each for each in rows if f"person:{each}" not in {campaign.made_by, campaign.changed_by}]
    letter = waiting(campaign)
    for person_id in others:
        if person_id is not None:
            act.house.letterbox.post(session, letter, [person_id], now=act.now)
    return len(others)


def show_decided(session: Session, campaign: Campaign, said: str, act: Act) -> None:
    """Every approver's letter shows what was decided, and by whom; its buttons go."""
    name = act.by.name if isinstance(act.by, Member) else "the team"
    settled = replace(waiting(campaign), choices=(), closing=f"{said} By {name}.")
    act.house.letterbox.revise(session, settled, now=act.now)


def waiting(campaign: Campaign) -> Letter:
    return Letter(
        key=f"campaign:{campaign.id}:{campaign.version}",
        kind=LetterKind.CAMPAIGN,
        about=f"campaign:{campaign.id}",
        subject=f"To approve: {campaign.subject}"[:300],
        lead=f"Broadcast {campaign.id} would go to {campaign.expected:,} people, and waits for a second person's word.",
        facts=(
            ("Subject", campaign.subject),
            ("People", f"{campaign.expected:,}"),
            ("Channels", str(len(campaign.channels))),
        ),
        quoted=campaign.body[:QUOTED],
        closing=f"In Slack: /whodoes announce approve {campaign.id}. At the machine: whodoes announce approve {campaign.id}.",
        choices=(Choice("approve", "Approve it", primary=True), Choice("decline", "Give it back")),
        why="You get this because you can approve broadcasts.",
    )

"""A broadcast is confirmed by the second step of a letter: sent by its author, approved by somebody else; a word each."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import Draft, draft
from bot.assistant.campaigns.looking import Look, look, reaches
from bot.assistant.campaigns.sending import approve, decline, send
from bot.assistant.campaigns.steering import cancel
from bot.assistant.letters import Choice, Letter, LetterKind
from store.campaigns.audience import Audience
from store.kinds import CampaignState, Medium
from store.models import Campaign, LetterRecord
from store.people import Member

SEND, LEAVE = Choice("send", "Send it", primary=True), Choice("cancel", "Leave it")
APPROVE, DECLINE = Choice("approve", "Approve it", primary=True), Choice("decline", "Give it back")
TO_SEND, TO_APPROVE = "campaign-send:", "campaign:"
OLD = "It was changed since that letter, so its word counts no more. Look at it as it is now."
QUOTED = 2000


def draft_by_mail(session: Session, subject: str, text: str, act: Act) -> Told:
    """What staff wrote in a mail, to everybody; a letter to them asks for the word that sends it."""
    told = draft(session, Draft(subject, text, Audience(everyone=True)), act)
    found = look(session, told.about, act) if told.about is not None else None
    if not told.done or not isinstance(found, Look) or not isinstance(act.by, Member):
        return told
    campaign = session.get_one(Campaign, found.campaign_id)
    campaign.expected = found.people
    session.add(campaign)
    session.flush()
    letter = to_send(campaign, found)
    act.house.letterbox.post(session, letter, [act.by.person_id], now=act.now, media=(Medium.EMAIL,))
    return told


def to_send(campaign: Campaign, found: Look) -> Letter:
    left_out = tuple((why, f"{number:,}") for why, number in sorted(found.found.suppressed.items()))
    return Letter(
        key=f"{TO_SEND}{campaign.id}:{campaign.version}",
        kind=LetterKind.CAMPAIGN,
        about=f"campaign:{campaign.id}",
        subject=f"To be sent? {campaign.subject}"[:300],
        lead=f"Your broadcast {campaign.id} would go to {reaches(len(campaign.channels), found.people)}. Shall I send it?",
        facts=(("Subject", campaign.subject), ("People", f"{found.people:,}"), *left_out),
        quoted=campaign.body[:QUOTED],
        closing=f"To choose whom it is for, or change it: whodoes announce change {campaign.id}, then send it there.",
        choices=(SEND, LEAVE),
        why="You get this because you wrote to the address for broadcasts. Without your word it goes to nobody.",
    )


def answer_campaign_letter(session: Session, record: LetterRecord, word: str, act: Act) -> Told:
    """Of this very version: what was changed since needs another look."""
    number, _, version = record.key.removeprefix(TO_SEND).removeprefix(TO_APPROVE).partition(":")
    campaign = session.get(Campaign, int(number)) if number.isdecimal() else None
    if campaign is None or str(campaign.version) != version:
        return Told(False, OLD)
    if record.key.startswith(TO_SEND):
        return _to_send(session, campaign, word, act)
    if word == "approve":
        return approve(session, campaign.id or 0, act)
    if word in {"decline", "no"}:
        return decline(session, campaign.id or 0, act)
    return Told(False, "Please answer approve or decline.", campaign.id)


def _to_send(session: Session, campaign: Campaign, word: str, act: Act) -> Told:
    if word == "send":
        return send(session, campaign.id or 0, act, people=campaign.expected)
    if word in {"cancel", "no"} and campaign.state is CampaignState.DRAFT:
        return Told(True, f"Broadcast {campaign.id} stays a draft; nobody gets it.", campaign.id)
    if word in {"cancel", "no"}:
        return cancel(session, campaign.id or 0, act)
    return Told(False, "Please answer send or cancel.", campaign.id)

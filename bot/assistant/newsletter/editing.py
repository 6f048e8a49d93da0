"""Staff make an issue: drafted from what there is, edited as a file, and handed to the campaigns that send it."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import Draft, draft, edit
from bot.assistant.newsletter.issue_file import NOTE, IssueFile, Unfit, read_issue, written_issue
from bot.assistant.rights import Action, allowed
from store.campaigns.audience import Audience
from store.consent.topics import NEWSLETTER
from store.events.walls import instant_of
from store.importing.refusal import Unreadable
from store.kinds import CampaignKind, CampaignState, Reach
from store.models import AuditEntry, Campaign
from store.newsletter.gathering import material
from store.newsletter.issues import Issue, hand_over, issue, keep

STAFF_ONLY = Told(False, "Only staff can make the newsletter.")
OUT = "That issue went out already; give the new one another name in its field “issue”."


def drafted(session: Session, act: Act) -> str:
    """The file of the next issue. Reads only."""
    return written_issue(
        material(session, now=act.now), region=act.house.region, zone=act.house.rules.zone, now=act.now
    )


def put(session: Session, source: str, act: Act) -> Told:
    """Keep the file, and make its campaign what the file says. Nobody gets it before it is sent as any broadcast is."""
    if not allowed(session, act, Action.BROADCAST):
        return STAFF_ONLY
    try:
        file = read_issue(source)
        given = _given(file, act)
    except (Unfit, Unreadable) as problem:
        return Told(False, str(problem))
    before = issue(session, file.slug)
    campaign = None if before is None or before.campaign_id is None else before.campaign_id
    told = draft(session, given, act, kind=CampaignKind.NEWSLETTER) if campaign is None else edit(
        session, campaign, given, act
    )  # fmt: skip
    if not told.done or told.about is None:
        return told
    kept = keep(session, file.slug, file.title, source, now=act.now)
    if kept is None:
        return Told(False, OUT)
    hand_over(session, file.slug, told.about)
    _audit(session, act, "newsletter.kept", kept)
    return Told(
        True,
        f"Issue {file.slug} is kept as broadcast {told.about}. Look at it (whodoes newsletter preview), try it on "
        f"yourself (whodoes announce test {told.about}), and send it (whodoes announce send {told.about}).",
        told.about,
    )


def sendable(session: Session, slug: str) -> str:
    """Why an issue cannot be sent now, in words; "" where it can."""
    found = issue(session, slug)
    campaign = session.get(Campaign, found.campaign_id) if found and found.campaign_id else None
    if found is None or campaign is None:
        return "There is no such issue. Make one: whodoes newsletter draft > issue.md"
    return "" if campaign.state is CampaignState.DRAFT else f"Issue {found.slug} is {campaign.state.value}."


def _given(file: IssueFile, act: Act) -> Draft:
    """Raises Unfit or Unreadable."""
    if NOTE in file.body:
        raise Unfit(
            "The line that stands in for a few words of yours is still there. Write them, or delete it."
        )
    send_at = instant_of(file.send, act.house.rules.zone) if file.send else None
    if send_at is not None and send_at <= act.now:
        raise Unfit(f"“{file.send}” is over. Choose another time, or leave “send” empty to send it by hand.")
    return Draft(
        subject=file.subject,
        body=file.body,
        audience=Audience(everyone=True, subscribers=True),
        reach=Reach.MAIL,
        topic=NEWSLETTER,
        send_at=send_at,
        window=_hours(file.hours) if file.hours else None,
        content={"issue": file.slug, "title": file.title, "preview": file.preview},
    )


def _hours(said: str) -> tuple[int, int]:
    since, dash, until = said.replace("–", "-").partition("-")
    if not (dash and since.strip().isdecimal() and until.strip().isdecimal()):
        raise Unfit("The field “hours” is two hours of the day between which it goes out, such as 9-17.")
    return int(since), int(until)


def _audit(session: Session, act: Act, what: str, kept: Issue) -> None:
    session.add(AuditEntry(at=act.now, actor=act.actor, action=what, subject=f"issue:{kept.slug}"))
    session.flush()

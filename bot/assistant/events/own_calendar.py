"""“My calendar”: the address of a person's own feed, told to them alone, and renewed when they wish."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.telling import OVERHEARD
from bot.assistant.events.feeds import feed_token, renew_feed
from bot.assistant.intents import CalendarAsked
from bot.assistant.introducing import Asked
from bot.assistant.messages import Acted, AwardLine
from bot.assistant.rights import Action, allowed
from store.models import AuditEntry
from store.people import Member

MEMBERS_ONLY = (
    "Only people the directory knows have a calendar of their own. Ask the team to add you, or write from the "
    "address they know."
)
NO_PAGES = "Calendars have no public address here. The team sets one as WHODOES_WEB_URL."
RENEW = "renew my calendar"


def told_of_calendar(session: Session, asked: Asked, intent: CalendarAsked) -> Acted:
    """The answer, for whoever asks in their own name where nobody reads along."""
    ask, public = asked.ask, public_address(asked.act)
    if not isinstance(ask.asker, Member) and public:
        return Acted(ask.id, Told(False, MEMBERS_ONLY), (_everybodys(public),))
    if ask.overheard:
        return Acted(ask.id, Told(False, OVERHEARD))
    told = own_calendar(session, asked.act, renewed=intent.renewed)
    if not told.done:
        return Acted(ask.id, told)
    return Acted(ask.id, told, lines(session, asked.act), closing=KEEP_IT, next_words=(RENEW,))


def own_calendar(session: Session, act: Act, *, renewed: bool) -> Told:
    """Whether they have one, in a sentence; `renewed`: by a new address, and the one before opens nothing any more."""
    if not allowed(session, act, Action.SET_OWN, subject="calendar") or not isinstance(act.by, Member):
        return Told(False, MEMBERS_ONLY)
    if not act.house.pages:
        return Told(False, NO_PAGES)
    if not renewed:
        return Told(True, "Your own calendar has the events you come to, and follows them when they move.")
    renew_feed(session, act.by.person_id, now=act.now)
    session.add(
        AuditEntry(
            at=act.now, actor=act.actor, action="calendar.renewed", subject=f"person:{act.by.person_id}", details={}
        )
    )  # fmt: skip
    return Told(
        True, "Your calendar has a new address; the one before opens nothing any more. Subscribe anew."
    )


KEEP_IT = (
    f"Whoever has the address can read it, so keep it to yourself. “{RENEW}” makes a new one and ends this."
)


def lines(session: Session, act: Act) -> tuple[AwardLine, ...]:
    """The addresses, and how calendars take them. To be asked only where `own_calendar` was done."""
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: `own_calendar` looked
    token = feed_token(session, act.by.person_id, now=act.now)
    address = f"{act.house.pages.rstrip('/')}/calendar/{token}.ics"
    return (
        AwardLine("Your address", address),
        AwardLine("Google Calendar", "Other calendars, the plus sign, From URL: paste the address."),
        AwardLine("Outlook", "Add calendar, Subscribe from web: paste the address."),
        AwardLine(
            "Apple", "File, New Calendar Subscription: paste the address, or open it as " + _webcal(address)
        ),
        _everybodys(public_address(act)),
    )


def public_address(act: Act) -> str:
    """Of the calendar that anybody may read; "" where there are no pages."""
    return f"{act.house.pages.rstrip('/')}/events.ics" if act.house.pages else ""


def _everybodys(address: str) -> AwardLine:
    return AwardLine("All events, for anybody", address)


def _webcal(address: str) -> str:
    """The scheme that calendar programs open; it has no registered standard, and stands for HTTP(S)."""
    return f"webcal://{address.partition('://')[2]}"

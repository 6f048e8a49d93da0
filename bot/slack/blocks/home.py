"""The Home tab: for a member what is theirs to see and decide, for staff what waits for them and whether all is well."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from bot.assistant.gaps import Gap
from bot.assistant.introductions.looking import Mine, Queued
from bot.assistant.linking import Linked, LinkState, Pending, Unlinked
from bot.assistant.proposal_wording import shortly
from bot.assistant.proposing import Listing, OpenProposal
from bot.slack.blocks.event_rows import LIST, PLAN, SERIES, WISHES, EventRow, coming_button, row
from bot.slack.blocks.introductions import own, queue
from bot.slack.blocks.letters import button, context, section
from bot.slack.blocks.mrkdwn import bold, escaped, link, moment, plain
from store.directory import ComingEvent
from store.kinds import OutboxState

JSON = dict[str, Any]

LINK, CODE, UNLINK = "home:link", "home:code", "home:unlink"
CONFIRM, EDIT = "home:confirm", "home:listing"
INTRODUCTIONS, PAUSE, RESUME = "home:set_introductions", "home:pause", "home:resume"
NEWSLETTERS, TOPICS = "home:set_newsletters", "home:topics"
CALENDAR, NEW_CALENDAR = "home:calendar", "home:new_calendar"
APPROVE, DECLINE = "home:approve_change", "home:decline_change"
BLOCKS_MOST = 100
PROPOSALS_SHOWN, CHANGES_SHOWN, EVENTS_SHOWN = 6, 6, 5
FOREIGN = (
    "You are here from another workspace, and your account there tells me nothing: I answer you with what is public, "
    "until a code by mail shows whom of the directory I have before me."
)
UNKNOWN = (
    "I don't know yet who of the directory you are. Ask me anything that is public; to be introduced to somebody, or "
    "to see and edit your own entry, tell me your work address. A code goes there by mail."
)
WAITING = (
    "I have asked for a code that only the owner of the address you named can read. It is good until {}."
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member decided for themselves. `paused_until` is None, while paused, until they return."""

    introductions: bool
    paused: bool
    paused_until: date | None
    by_silence: bool  # paused by us, after requests that went unanswered
    newsletters: bool
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether all is well, as far as a glance tells."""

    connection: str  # "connected"; "" where nobody can say
    last_event: datetime | None
    outbox: Mapping[OutboxState, int]
    set_aside: int


@dataclass(frozen=True, slots=True)
class ForStaff:
    queue: tuple[Queued, ...]
    staff: Mapping[int, str]
    proposals: tuple[OpenProposal, ...]
    gaps: tuple[Gap, ...]
    health: Health
    now: datetime
    events: tuple[EventRow, ...] = ()
    wishes: int = 0  # guests who wait to be introduced to whom they missed at an event


@dataclass(frozen=True, slots=True)
class HomePage:
    region: str
    link: LinkState
    foreign: bool  # from another workspace, by Slack Connect
    events: tuple[ComingEvent, ...] = ()
    listing: Listing | None = None
    preferences: Preferences | None = None
    mine: tuple[Mine, ...] = ()
    first: int = 0  # of `mine`
    notice: str = ""  # what became of what they just did here
    for_staff: ForStaff | None = None


def view(page: HomePage) -> JSON:
    blocks = [_header(f"Who does what in {page.region}?")]
    blocks += [section(f"→ {escaped(page.notice, 1500)}")] if page.notice else []
    if page.for_staff is not None:  # first: what waits for them waits for others too
        blocks += [*_for_staff(page.for_staff)]
    match page.link:
        case Linked(name=name):
            blocks += [*_member(page, name)]
        case Pending() | Unlinked():
            blocks += [*_stranger(page, page.link)]
        case _:
            assert_never(page.link)
    blocks += [*_events(page.events, answers=isinstance(page.link, Linked))]
    if len(blocks) > BLOCKS_MOST:
        blocks = [*blocks[: BLOCKS_MOST - 1], *context("… and more than fits here.")]
    return {"type": "home", "blocks": blocks}


def _stranger(page: HomePage, state: Pending | Unlinked) -> Iterator[JSON]:
    yield section(FOREIGN if page.foreign else UNKNOWN)
    elements = [button(LINK, "Link my account", "home", primary=True)]
    if isinstance(state, Pending):
        yield section(WAITING.format(moment(state.until)))
        elements = [button(CODE, "Type the code", "home", primary=True), button(LINK, "Another code", "home")]
    yield {"type": "actions", "elements": elements}


def _member(page: HomePage, name: str) -> Iterator[JSON]:
    unlink = button(UNLINK, "Not me", "home") | {"confirm": NOT_ME}
    yield {**section(f"I know you as {bold(name, 200)}."), "accessory": unlink}
    if page.listing is not None:
        yield from _listing(page.listing)
    if page.preferences is not None:
        yield from _preferences(page.preferences)
    yield _header("My introductions")
    yield from own(page.mine, first=page.first)


NOT_ME: JSON = {
    "title": plain("Unlink?"),
    "text": plain("I no longer know who you are here. You can link again with a code by mail."),
    "confirm": plain("Unlink"),
    "deny": plain("Leave it"),
}


def _listing(listing: Listing) -> Iterator[JSON]:
    yield _header("My entry")
    on = listing.confirmed_on
    fresh = f"Confirmed on {on.day} {on:%B %Y}." if on else "Nobody has confirmed it yet."
    said = {field.name: field.text for field in listing.fields}
    lines = [bold(listing.name, 300), escaped(said.get("summary", ""), 500)]
    lines += [escaped("; ".join(said.get("capabilities", "").split("\n")), 500), fresh]
    yield section("\n".join(line for line in lines if line))
    number = str(listing.organisation_id)
    elements = [button(CONFIRM, "Still right", number), button(EDIT, "Edit", number)]
    yield {"type": "actions", "elements": elements}


def _preferences(mine: Preferences) -> Iterator[JSON]:
    yield _header("What reaches me")
    paused = mine.introductions and mine.paused
    requests = "on" if mine.introductions else "off: nobody is introduced to you"
    if paused:
        until = mine.paused_until
        requests = f"paused until {until.day} {until:%B %Y}" if until else "paused until you return"
        requests += ", since several went unanswered" if mine.by_silence else ""
    topics = escaped(", ".join(mine.topics), 600) or "none named"
    letters = "on" if mine.newsletters else "off"
    yield section(
        f"Requests for introductions: {requests}\nNewsletters and reminders: {letters}\nTopics: {topics}"
    )
    elements = [_switch(INTRODUCTIONS, "requests", on=mine.introductions)]
    if mine.introductions:
        elements.append(button(RESUME, "End the pause", "home") if paused else button(PAUSE, "Pause", "home"))
    elements += [_switch(NEWSLETTERS, "newsletters", on=mine.newsletters), button(TOPICS, "Topics", "home")]
    elements.append(button(CALENDAR, "My calendar", "home"))
    yield {"type": "actions", "elements": elements}


def _switch(action: str, what: str, *, on: bool) -> JSON:
    """Carries what it sets, so that one that was drawn long ago still does what it says."""
    return button(action, f"Switch {what} {'off' if on else 'on'}", "off" if on else "on")


def _events(events: tuple[ComingEvent, ...], *, answers: bool) -> Iterator[JSON]:
    if not events:
        return
    yield _header("Coming events")
    for event in events[:EVENTS_SHOWN]:  # a block each: five long addresses are more than one block holds
        where = escaped(", ".join(part for part in (event.venue, event.town) if part), 200)
        parts = (link(event.title, event.url), moment(event.starts_at), where)
        said = section(" · ".join(part for part in parts if part))
        yield (said | {"accessory": coming_button(event.id)} if answers and event.id else said)


def _for_staff(staff: ForStaff) -> Iterator[JSON]:
    yield _header("For the team: introductions")
    yield from queue(staff.queue, staff.staff)
    yield _header("For the team: corrections")
    if not staff.proposals:
        yield section("No correction waits for you.")
    for each in staff.proposals[:PROPOSALS_SHOWN]:
        yield from _proposal(each)
    more = len(staff.proposals) - PROPOSALS_SHOWN
    yield from context(f"… and {more} more behind these." if more > 0 else "")
    yield _header("For the team: events")
    for event in staff.events:
        yield from row(event, now=staff.now)
    planning = [
        button(PLAN, "Plan an event", "new"),
        button(LIST, "All events", "0"),
        button(SERIES, "Series", "all"),
    ]
    if staff.wishes:
        planning.append(button(WISHES, f"Whom guests missed ({staff.wishes:,})", "all"))
    yield {"type": "actions", "elements": planning}
    yield _header("Asked for, and nobody has it (30 days)")
    gaps = [f"• {escaped(gap.topic, 150)} ({gap.times})" for gap in staff.gaps]
    yield section("\n".join(gaps) or "Nothing.")
    yield from _health(staff.health)


def _proposal(proposal: OpenProposal) -> Iterator[JSON]:
    own_people = ", of its own people" if proposal.own else ""
    by = f"{escaped(proposal.proposer, 100)}{own_people} · {moment(proposal.proposed_at)}"
    lines = [f"{bold(proposal.organisation, 200)} · {by}"]
    for each in proposal.changes[:CHANGES_SHOWN]:
        was, becomes = escaped(shortly(each.was), 130), escaped(shortly(each.becomes), 130)
        lines.append(f"{bold(each.label, 40)}: {was} → {becomes}")
    left = len(proposal.changes) - CHANGES_SHOWN
    lines += [f"… and {left} more fields"] if left > 0 else []
    lines += [f"> {escaped(proposal.words, 600)}"] if proposal.words else []
    yield section("\n".join(lines))
    number = str(proposal.id)
    label = "Approve" if proposal.changes else "Dealt with"
    yield {
        "type": "actions",
        "elements": [button(APPROVE, label, number), button(DECLINE, "Decline", number)],
    }


def _health(health: Health) -> Iterator[JSON]:
    yield _header("Is all well?")
    counts = [f"{health.outbox.get(state, 0)} {state.value}" for state in SHOWN_STATES]
    last = (
        f"last heard of Slack {moment(health.last_event)}"
        if health.last_event
        else "nothing heard of Slack yet"
    )
    lines = [
        f"Slack: {escaped(health.connection, 200) + ', ' if health.connection else ''}{last}",
        f"Outbox: {', '.join(counts)}",
        f"Set aside: {health.set_aside}",
    ]
    if health.outbox.get(OutboxState.UNCERTAIN, 0) or health.set_aside:
        lines.append("`whodoes outbox list` says what is uncertain; only a person can decide it.")
    yield section("\n".join(lines))
    yield {"type": "divider"}


SHOWN_STATES = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNCERTAIN, OutboxState.FAILED)


def _header(text: str) -> JSON:
    words = " ".join(text.split())
    return {"type": "header", "text": plain(words if len(words) <= 150 else f"{words[:149]}…")}

"""A region with awards, as each test of them begins: two firms, a dinner in March, categories, and people who ask."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.answering import answer
from bot.assistant.awards.planning import CategoryWords, add_category, set_times
from bot.assistant.house import House
from bot.assistant.messages import Ask
from bot.assistant.wording import Reply, put_in_words
from store.kinds import EventKind, EventState, Medium, StaffRole
from store.models import Event
from store.people import Asker, Stranger, by_id
from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from tests.factories import NOW, add_organisation, add_person

STARTS = datetime(2027, 3, 5, 19, 0, tzinfo=UTC)
CLOSES = datetime(2027, 2, 5, 17, 0, tzinfo=UTC)
TOLD_AT = datetime(2027, 3, 5, 21, 30, tzinfo=UTC)
HOUSE = House()
GAZETTEER = Gazetteer.load()


def furnish(session: Session, *, state: EventState = EventState.OPEN) -> int:
    """The event's id. Ada (1) and Cleo (3) are members, Ben (2) is of another firm, Sam (4) staff, Amy (5) approves."""
    oriel = add_organisation(session, name="Oriel Protein Services")
    larkspur = add_organisation(session, name="Larkspur Vectors Ltd", town="Macclesfield")
    add_organisation(session, name="<!channel> & Sons <b>")
    for name, firm, role in (
        ("Ada Finch", oriel, StaffRole.MEMBER), ("Ben Ode", larkspur, StaffRole.MEMBER),
        ("Cleo Marsh", None, StaffRole.MEMBER), ("Sam Reed", None, StaffRole.STAFF),
        ("Amy Vale", None, StaffRole.APPROVER),
    ):  # fmt: skip
        address = f"{name.split()[0].lower()}@dinner.example"
        add_person(
            session, name=name, organisation_id=firm, addresses=[address], staff_role=role,
            slack_user_id=f"U{name.split()[0].upper()}",
        )  # fmt: skip
    event = Event(
        title="Region's Awards", kind=EventKind.AWARDS, state=state, starts_at=STARTS,
        ends_at=datetime(2027, 3, 5, 23, 0, tzinfo=UTC),
    )  # fmt: skip
    session.add(event)
    session.flush()
    staff, index = act(session, 5), LiveIndex(GAZETTEER).index
    for name in ("Best Start-up", "Rising Star"):
        assert add_category(session, event.id or 0, CategoryWords(name), staff, index).done
    times = {"nominations_until": CLOSES, "shortlist_at": TOLD_AT.replace(day=1), "winners_at": TOLD_AT}
    assert set_times(session, event.id or 0, times, staff).done
    return event.id or 0


def act(
    session: Session, person_id: int | None, *, now: datetime = NOW, medium: Medium = Medium.SLACK
) -> Act:
    by: Asker = Stranger() if person_id is None else by_id(session, person_id)
    return Act(by, medium, f"test:{person_id}:{now.isoformat()}", HOUSE, now)


def asking(session: Session, text: str, *, by: int | None = None, now: datetime = NOW, medium: Medium = Medium.SLACK, overheard: bool = False) -> Reply:  # fmt: skip
    """What is answered, in words."""
    live: LiveIndex = session.info.setdefault("live", LiveIndex(GAZETTEER))  # made once a test
    live.catch_up(session)
    asker = act(session, by, now=now).by
    ask = Ask(f"test:{by}:{text}:{now}", asker, text, medium, f"test:{by}:{text}", overheard=overheard)
    return put_in_words(answer(session, ask, index=live.index, now=now, house=HOUSE))


def in_full(reply: Reply) -> str:
    items = (f"{each.title} | {each.line} | {each.excerpt} | {'; '.join(each.why)}" for each in reply.items)
    return "\n".join((reply.lead, *items, reply.closing, " · ".join(reply.next_words)))


def the_event(session: Session) -> Event:
    return session.exec(select(Event)).one()

"""Everything the assistant can show in Slack, hung in the local Slack once: each kind of answer, letter, form and Home."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any, get_args

from sqlmodel import Session, select

from bot.assistant.answering import answer
from bot.assistant.events.after_words import Said
from bot.assistant.events.wishes import Suggestion
from bot.assistant.house import House
from bot.assistant.letters import Addressed
from bot.assistant.messages import Answer, Ask, NobodyOfThatName, Stopped
from bot.assistant.proposal_wording import Difference
from bot.assistant.wording import put_in_words
from bot.slack.blocks import home as home_blocks
from bot.slack.blocks.answers import render
from bot.slack.blocks.menu import menu
from bot.slack.blocks.message import Message
from bot.slack.letters import SlackCarrier
from bot.slack.modals import (
    after_event,
    asking,
    awards,
    event_lines,
    event_series,
    introductions,
    listing,
    mistakes,
    nominations,
    origin,
    preferences,
)
from bot.slack.showing import Place, Shown
from store.events.feedback import Heard, Remark, Wished
from store.events.series import SeriesLine
from store.kinds import EventKind, Medium, WishState
from store.models import AwardCategory, Event, Organisation, Sponsorship
from store.people import Asker, Stranger, by_id
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.award_forms import award_forms
from tests.bot.slack.test_gallery import letters
from tests.bot.slack.test_home import a_crowded_page
from tests.bot.slack.test_modals import LONG, a_listing, all_forms
from tests.conftest import NOW
from tests.doubles.slack.gallery import hang
from tests.doubles.slack.records import ALICE, BOB
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_event, add_person

ASKS = (
    "who does viral vector manufacturing near Macclesfield?", "who at 1?", "introduce 1", "introduce 2: labels", "more",
    "only in Leeds", "who repairs church organs with bellows?", "tell me about Oriel Protein Services",
    "tell me about <!channel> & Sons <b>", "what events are coming?", "help", "thanks", "who does xqzzt wvvk?", "stop",
    "introduce me to Fenwick Flow Diagnostics please", "who is Zebedee Quux?", "", "who won the awards?",
    "award categories", "nominate <!channel> for <!here> of the Year: because <b>", "my nominations", "judging", "awards",
)  # fmt: skip
FORM_MODULES: tuple[ModuleType, ...] = (
    after_event, asking, awards, event_lines, event_series, introductions, listing, mistakes, nominations, origin, preferences,
)  # fmt: skip


def askers(session: Session) -> tuple[Asker, Asker]:
    """A member and a stranger, in the golden region."""
    ids = {each.name: each.id for each in session.exec(select(Organisation))}
    person = add_person(
        session, name="Ada <!here> Finch", organisation_id=ids["Oriel Protein Services"], slack_user_id=ALICE
    )
    add_person(
        session, name="Ben Larch", organisation_id=ids["Larkspur Vectors Ltd"], slack_user_id=BOB, main_contact=True,
        role="<!everyone>",
    )  # fmt: skip
    add_event(session, title="<!channel> evening", starts_at=NOW.replace(month=12), kind=EventKind.NETWORKING)
    add_event(session, title="<!here> awards", starts_at=NOW.replace(month=12, day=9), kind=EventKind.AWARDS)
    dinner = session.exec(select(Event).where(Event.kind == EventKind.AWARDS)).one()
    session.add(
        AwardCategory(
            event_id=dinner.id or 0, position=1, key="x", name="<!here> of the Year", description=LONG
        )
    )
    session.flush()
    return by_id(session, person), Stranger()


def answered(session: Session, live: LiveIndex) -> list[Answer]:
    asking_people = askers(session)
    live.catch_up(session)
    found: list[Answer] = []
    for asker in asking_people:
        for at, text in enumerate(ASKS):
            ask = Ask(
                f"t:{type(asker).__name__}:{at}",
                asker,
                text or "help",
                Medium.SLACK,
                f"c:{type(asker).__name__}",
            )
            found.append(answer(session, ask, index=live.index, now=NOW.replace(second=at), house=House()))
    return [*found, NobodyOfThatName("t:x", LONG), Stopped("t:y", known=False)]


def shown(answers: list[Answer]) -> Iterator[tuple[str, Message]]:
    for at, given in enumerate(answers):
        reply = put_in_words(given)
        for place in Place:
            for cards in (False, True):
                plain = Shown(reply, place, posted=True, may_share=place is Place.COMMAND)
                name = f"{type(given).__name__} {at} {place.value}{' cards' if cards else ''}"
                yield name, render(plain, key="answer:t:1", cards=cards)
        judged = Shown(
            reply, Place.CHANNEL, posted=True, said="Marked useful by Ada.", shared=f"{LONG} asked:"
        )
        yield f"{type(given).__name__} {at} judged", render(judged, key="answer:t:1")


def a_letter_of_each_kind() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, letter, to in letters():
        addressed = Addressed(letter, to, ("a" * 24, "b" * 24)[: len(to)], f"letter:{letter.key}:1")
        yield f"letter {name}", SlackCarrier().draft(addressed, now=NOW).payload["arguments"]


async def test_slack_takes_everything_that_can_be_shown_and_nobody_is_pinged(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    answers = await sqlite_store.write(answered, live)
    messages = {name: {"text": said.text, "blocks": said.blocks} for name, said in shown(answers)}
    messages |= dict(a_letter_of_each_kind())
    messages |= {f"menu {staff}": {"text": "menu", "blocks": menu(staff=staff)} for staff in (True, False)}
    modals = {f"form {at}": form for at, form in enumerate(every_form())}
    page = a_crowded_page()
    homes = {
        "crowded": home_blocks.view(page),
        "a member's": home_blocks.view(replace(page, for_staff=None)),
        "bare": home_blocks.view(replace(page, for_staff=None, mine=(), events=(), preferences=None)),
    }
    together = {name: message for name, message in messages.items() if "handoff" in name}
    assert await hang(slack, messages={k: v for k, v in messages.items() if k not in together}) == []
    assert await hang(slack, modals=modals) == []
    assert await hang(slack, homes=homes) == []
    mentions = len(slack.mentions)
    await hang(slack, messages=together)
    assert sorted(set(slack.mentions[mentions:])) == [ALICE, BOB]  # those two agreed to this very message
    slack.mentions.clear()


async def test_every_kind_of_answer_hangs_there(sqlite_store: Store, live: LiveIndex) -> None:
    kinds = {type(each) for each in await sqlite_store.write(answered, live)}
    assert set(get_args(Answer)) - kinds == set()


def test_every_form_that_there_is_hangs_there() -> None:
    source = "".join(inspect.getsource(each) for each in (every_form, after_an_event, all_forms, award_forms))
    forms = [
        name for module in FORM_MODULES for name, made in vars(module).items()
        if name.endswith("_modal") and inspect.isfunction(made) and made.__module__ == module.__name__
    ]  # fmt: skip
    assert forms
    assert [name for name in forms if f"{name}(" not in source] == []


def every_form() -> list[dict[str, Any]]:
    return [
        *after_an_event(LONG),
        *after_an_event("Oriel"),
        *all_forms(LONG),
        *all_forms("Oriel"),
        *award_forms(LONG),
        *award_forms("Oriel"),
        asking.ask_modal(asking.Place("C0GENERAL", "https://hooks.example/x", NOW)),
        mistakes.which_modal([(1, LONG), (2, "Oriel")], ask_id="slack:C1:1"),
        origin.told_modal(LONG),
        listing.check_modal(a_listing(LONG), [Difference("name", LONG, LONG, LONG)], at_once=True),
    ]


def after_an_event(said: str) -> list[dict[str, Any]]:
    """A crowded one: every guest wrote at length, and missed somebody."""
    event = Event(id=7, title=said[:300], kind=EventKind.NETWORKING, starts_at=NOW, ends_at=NOW)
    wish = Wished(3, 7, said[:300], 1, said[:200], 2, said[:200], said[:300], WishState.OPEN, None, NOW)
    suggestions = tuple(Suggestion(10**12 + each, 10**12, said, said) for each in range(3))
    suggested = [
        after_event.Suggested(wish, suggestions),
        after_event.Suggested(wish, ()),
        after_event.Suggested(replace(wish, state=WishState.INTRODUCED, introduction_id=9), ()),
    ] * 10
    remarks = [Remark(each, said[:200], said[:200], each % 5 + 1, said[:2000], NOW) for each in range(60)]
    heard = Heard(1234, tuple(remarks), ())
    before = Said(3, said[:2000], (said[:300],) * 3)
    bank = Sponsorship(
        id=3, event_id=7, name=said[:300], level=said[:60], promised=[f"{n} {said[:200]}" for n in range(12)]
    )
    series = SeriesLine(1, said[:300], said[:500], "2027-01-28T17:30", said[:60], ended=False)
    return [
        event_lines.programme_modal(event, said[:2500], now=said[:2500]),
        event_lines.programme_modal(event, said[:2500], now=said[:2500], round=1, note=said),
        event_lines.programme_modal(event, "", now=said * 3000),
        event_lines.sponsors_modal(event, [bank] * 1, notice=said),
        event_lines.sponsors_modal(event, [replaced(bank, n) for n in range(60)]),
        event_series.series_modal("Europe/London"),
        event_series.all_series_modal([series] * 40, notice=said),
        event_series.all_series_modal(()),
        after_event.say_modal(event, before, token="t" * 24),
        after_event.say_modal(event, Said(), token="t" * 24),
        after_event.heard_modal(event, heard, suggested, notice=said),
        after_event.heard_modal(event, Heard(0, (), ()), ()),
        after_event.wishes_modal(suggested, total=len(suggested), notice=said),
        after_event.wishes_modal((), total=0),
    ]


def replaced(bank: Sponsorship, number: int) -> Sponsorship:
    return Sponsorship(**{**bank.model_dump(), "id": number + 1})

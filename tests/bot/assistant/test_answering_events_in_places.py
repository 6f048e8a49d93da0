"""Events in a place: those there, and where there are none what is coming otherwise, said so."""

from datetime import timedelta

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Ask, Events
from bot.assistant.wording import put_in_words
from store.kinds import Medium
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import NOW, add_event, add_golden_region


def furnish(session: Session) -> None:
    add_golden_region(session)
    for number, town in enumerate(("Chester", "Liverpool", "Liverpool")):
        starts_at = NOW + timedelta(days=30 * (number + 1))
        add_event(session, title=f"Evening {number}", starts_at=starts_at, town=town, venue="Wharf Hall")


async def test_events_are_told_by_place(sqlite_store: Store) -> None:
    await sqlite_store.write(furnish)
    live = LiveIndex()
    await sqlite_store.read(live.catch_up)

    def asked(session: Session, text: str) -> Events:
        ask = Ask(f"t:{text}", Stranger(), text, Medium.TERMINAL, conversation=f"t:{text}")
        given = answer(session, ask, index=live.index, now=NOW)
        assert isinstance(given, Events)
        return given

    there = await sqlite_store.write(asked, "what's on in Liverpol?")
    assert [each.title for each in there.events] == ["Evening 1", "Evening 2"]
    nowhere = await sqlite_store.write(asked, "events in Carlisle")
    assert not nowhere.meant
    assert put_in_words(nowhere).lead == "No event in Carlisle is planned, as far as I know. Coming up:"

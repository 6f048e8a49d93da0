"""Nominations in people's own words: taken, changed, taken back, asked back, and never told to others."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.awards.deciding import nominators
from bot.assistant.awards.nominate_asks import nomination_in
from store.awards.listing import entries
from store.kinds import EventState
from store.models import AskRecord, AuditEntry, AwardDraft, Event, Organisation
from store.store import Store
from tests.bot.assistant.awards.dinner import CLOSES, act, asking, furnish, in_full
from tests.factories import NOW

CATEGORIES = ("Best Start-up", "Exporter of the Year", "Innovation in Diagnostics", "Rising Star")


@pytest.mark.parametrize(
    ("text", "nominee", "category", "words"),
    [
        ("nominate Ada Finch for Best Start-up: because she did it", "Ada Finch", 0, "she did it"),
        ("Nominate Ada Finch for best startup", "Ada Finch", 0, ""),
        ("I would like to nominate Larkspur Ltd for the Best Startup award because they grew.", "Larkspur Ltd", 0, "they grew."),
        ("We nominate Centre for Genomics for Exporter of the Year as they sell abroad", "Centre for Genomics", 1, "as they sell abroad"),
        ("Nomination: Fenwick Flow for Innovation in Diagnostics - it saves lives", "Fenwick Flow", 2, "it saves lives"),
        ("For Rising Star I nominate Ada Finch, because she is brilliant.", "Ada Finch", 3, "she is brilliant."),
        ("Nomination for Best Start-up: Ada Finch, because she began twice", "Ada Finch", 0, "she began twice"),
        ("Category: Best start up\nNominee: Ada Finch\nReason: She\nis good", "Ada Finch", 0, "She\nis good"),
        ("My nomination for the Exporter of the Year is Larkspur. They export.", "Larkspur", 1, "They export."),
        ("put forward Tamarisk for exporter", "Tamarisk", 1, ""),
        ("nominate for Best Start-up Ada Finch", "Ada Finch", 0, ""),
        ("nominate Ada Finch for Best Lunch: because", "Ada Finch", None, ""),
        ("nominate them for Best Start-up", "", 0, ""),
        ("nominate Ada Finch", "Ada Finch", None, ""),
    ],
)  # fmt: skip
def test_a_nomination_is_read_however_it_is_worded(
    text: str, nominee: str, category: int | None, words: str
) -> None:
    read = nomination_in(text, CATEGORIES)
    assert (read.nominee, read.category, read.words) == (nominee, category, words)


@pytest.mark.parametrize(
    "text", ["nominate " + " for " * 2000, "nominate x for " + "-" * 8000, "nominate\n" * 900]
)
def test_a_text_made_to_be_slow_is_read_like_any_other(text: str) -> None:
    assert nomination_in(text, CATEGORIES).category is None


async def test_a_nomination_is_taken_and_its_words_are_kept_from_the_record(store: Store) -> None:
    def nominate(session: Session) -> None:
        event = furnish(session)
        reply = asking(session, "nominate Ada Finch for Best Start-up: because she began twice", by=2)
        assert reply.lead.startswith(
            "Thank you: Ada Finch, Oriel Protein Services is nominated for Best Start-up."
        )
        assert "until Friday 5 February 2027, 17:00 (Europe/London)" in reply.lead
        again = asking(session, "I nominate Ada Finch for Best Start-up because of her second firm", by=2)
        assert "is changed" in again.lead
        asking(session, "nominate ada finch for best start up", by=3)
        (entry,) = entries(session, event)
        assert (entry.nominations, entry.organisation_id) == (2, 1)
        assert entry.reasons == ("of her second firm",)
        kept = session.exec(select(AskRecord)).all()
        assert {each.text for each in kept} == {""}
        audited = [each for each in session.exec(select(AuditEntry)) if each.action == "award.nominated"]
        assert {each.actor for each in audited} == {"a member"}

    await store.write(nominate)


async def test_what_is_missing_is_asked_for_with_the_categories_and_nothing_is_lost(
    sqlite_store: Store,
) -> None:
    def ask(session: Session) -> None:
        furnish(session)
        text = "nominate Ada Finch for Best Lunch: because it was good"
        reply = asking(session, text, by=2)
        assert "There is no category “Best Lunch”" in reply.lead
        assert "Best Start-up or Rising Star" in reply.lead
        assert "nominate Ada Finch for Best Start-up: because …" in reply.lead
        (draft,) = session.exec(select(AwardDraft)).all()
        assert (draft.nominee, draft.said) == ("Ada Finch", text)
        assert (
            "Whom do you nominate for Rising Star?"
            in asking(session, "nominate them for Rising Star", by=2).lead
        )
        assert len(session.exec(select(AwardDraft)).all()) == 2
        asking(session, "nominate Ada Finch for Rising Star", by=2)
        assert [each.nominee for each in session.exec(select(AwardDraft))] == [""]
        seen = nominators(session, 1, act(session, 5))
        assert not hasattr(seen, "done")

    await sqlite_store.write(ask)


async def test_one_who_bears_the_name_of_another_is_asked_for(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        furnish(session)
        first = session.get(Organisation, 1)
        assert first is not None
        second = session.get(Organisation, 2)
        assert second is not None
        second.name, second.aliases = first.name, []
        session.add(second)
        session.flush()
        reply = asking(session, "nominate the night shift at the hospital for Rising Star", by=1)
        assert "the night shift at the hospital is nominated" in reply.lead

    await sqlite_store.write(ask)


async def test_whoever_is_too_early_or_too_late_is_told_when(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        event = furnish(session)
        late = asking(session, "nominate Ada Finch for Rising Star", by=2, now=CLOSES + timedelta(seconds=1))
        assert "closed on Friday 5 February 2027, 17:00 (Europe/London)" in late.lead
        assert entries(session, event) == ()
        assert session.exec(select(AwardDraft)).one().nominee == "Ada Finch"
        assert (
            "closed on" in asking(session, "when do nominations close?", now=CLOSES + timedelta(days=1)).lead
        )

    await sqlite_store.write(ask)


async def test_strangers_and_people_without_awards_hear_why_not(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        event = furnish(session)
        assert "Members nominate" in asking(session, "nominate Ada Finch for Rising Star").lead
        assert "Members nominate" in asking(session, "my nominations").lead
        row = session.get(Event, event)
        assert row is not None
        row.state = EventState.PLANNED
        session.add(row)
        session.flush()
        assert "no awards to nominate for" in asking(session, "nominate Ada Finch for Rising Star", by=2).lead
        assert "no awards" in asking(session, "who won the awards?").lead

    await sqlite_store.write(ask)


async def test_ones_own_nominations_are_listed_and_taken_back(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        event = furnish(session)
        assert "nominated nobody" in asking(session, "my nominations", by=2).lead
        assert "nominated nobody" in asking(session, "withdraw my nomination", by=2).lead
        for name in ("Ada Finch for Rising Star", "Larkspur Vectors for Best Start-up: because good"):
            asking(session, f"nominate {name}", by=2)
        mine = asking(session, "whom have I nominated?", by=2)
        assert "Larkspur Vectors Ltd | Best Start-up | good" in in_full(mine)
        assert "eyes alone" in asking(session, "my nominations", by=2, overheard=True).lead
        aloud = asking(session, "withdraw my nomination", by=2, overheard=True)
        assert "eyes alone" in aloud.lead
        aloud = asking(session, "nominate Ada Finch for Rising Star", by=2, overheard=True)
        assert "where others read it" in aloud.lead
        assert "nominated nobody" in asking(session, "my nominations", by=3).lead
        assert "Which of your nominations" in asking(session, "withdraw my nomination", by=2).lead
        assert "Which of your" in asking(session, "withdraw my nomination of Dan for Rising Star", by=2).lead
        assert "is taken back" in asking(session, mine.next_words[0], by=2).lead
        assert [each.name for each in entries(session, event)] == ["Larkspur Vectors Ltd"]
        late = asking(session, "withdraw my nomination", by=2, now=CLOSES + timedelta(days=1))
        assert "closed on" in late.lead
        assert "the team can take it out" in late.lead

    await sqlite_store.write(ask)


async def test_hostile_and_endless_words_are_kept_or_refused_whole(sqlite_store: Store) -> None:
    def ask(session: Session) -> None:
        event = furnish(session)
        asking(session, "nominate <!channel> & Sons <b> for Rising Star: =cmd()\x00\u202e", by=2)
        (entry,) = entries(session, event)
        assert entry.organisation_id == 3
        assert "\x00" not in entry.reasons[0]
        long = asking(session, f"nominate Ada Finch for Rising Star: because {'good ' * 1500}", by=2)
        assert "Nothing is cut" in long.lead
        assert len(entries(session, event)) == 1
        assert "Whom do you nominate" in asking(session, "nominate !!! for Rising Star", by=2).lead

    await sqlite_store.write(ask)


@pytest.mark.parametrize(
    "text",
    [
        "who can nominate an authorised person for our site?",
        "We nominate a lot. Who does catheters near Leeds?",
    ],
)
async def test_what_only_mentions_nominating_is_asked_as_before(sqlite_store: Store, text: str) -> None:
    def ask(session: Session) -> None:
        furnish(session)
        assert "Thank you" not in asking(session, text, by=2, now=NOW).lead

    await sqlite_store.write(ask)

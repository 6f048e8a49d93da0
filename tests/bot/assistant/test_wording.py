"""Answers become words that say what was understood, why each hit is there, and what to say next."""

from datetime import UTC, date, datetime

import pytest

from bot.assistant.intents import SmallTalkKind
from bot.assistant.messages import (
    Events,
    Help,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    PeopleThere,
    SmallTalk,
    Stopped,
    Unclear,
    Understood,
)
from bot.assistant.misses import Sense
from bot.assistant.phrases import describe, freshness
from bot.assistant.wording import put_in_words
from store.directory import ComingEvent
from store.kinds import EventKind, OrganisationKind, SizeBand
from store.places.place import Place, PlaceKind, Point
from store.search.entry import Entry, EntryPerson
from store.search.found import Hit, Reason, ReasonKind
from store.search.wanted import Nearness, Wanted, WantedPlace

MACCLESFIELD = Place("town:macclesfield:gb", "Macclesfield", PlaceKind.TOWN, Point(53.26, -2.13))
LEEDS = Place("town:leeds:gb", "Leeds", PlaceKind.TOWN, Point(53.8, -1.55))
ASKED = Understood(
    Wanted("viral vectors", places=(WantedPlace(MACCLESFIELD, "Macclesfeild", Nearness.NEAR, 15.0),)),
    readings=(
        Reason(ReasonKind.SPELLING, "vectr", "vector"),
        Reason(ReasonKind.MEANING, "CDMO", "contract development and manufacturing"),
    ),
)


def a_hit(number: int = 1, **fields: object) -> Hit:
    values: dict[str, object] = {
        "id": number,
        "ref": f"r{number}",
        "name": f"Firm {number}",
        "score": 1.0,
        "reasons": (Reason(ReasonKind.WORDS, "viral vectors", "viral vector supply", "capabilities"),),
        "place": "Stockport, Greater Manchester",
        "distance_miles": 10.4,
        "confirmed_on": date(2026, 3, 12),
        **fields,
    }
    return Hit(**values)  # type: ignore[arg-type]  # a test's own shorthand


def test_hits_come_with_what_was_understood_their_reasons_place_and_freshness() -> None:
    reply = put_in_words(Matches("a1", ASKED, (a_hit(),), 1, 1))
    assert reply.understood == "viral vectors · within 15 miles of Macclesfield"
    assert reply.readings == (
        "I read “vectr” as “vector”.",
        "CDMO = contract development and manufacturing",
        "I read “Macclesfeild” as Macclesfield.",
    )
    assert reply.lead == "One organisation fits."
    assert reply.items[0].line == "Stockport, Greater Manchester · 10 miles away · confirmed 12 March 2026"
    assert reply.items[0].why == ("“viral vector supply” in what they do",)


def test_a_page_says_which_of_how_many_and_offers_the_rest() -> None:
    hits = tuple(a_hit(number) for number in range(1, 6))
    first = put_in_words(Matches("a1", ASKED, hits, 1, 12))
    assert first.lead == "12 organisations fit; the best 5 first."
    assert (first.remaining, first.next_words[0]) == (7, "more")
    last = put_in_words(Matches("a1", ASKED, hits[:2], 11, 12))
    assert last.lead == "Numbers 11 to 12 of 12."
    assert last.remaining == 0
    assert "more" not in last.next_words
    assert [item.number for item in last.items] == [11, 12]


def test_the_next_words_name_a_place_only_when_none_was_asked_for() -> None:
    anywhere = Understood(Wanted("viral vectors"))
    assert "only in Stockport" in put_in_words(Matches("a", anywhere, (a_hit(),), 1, 1)).next_words
    assert not any(
        word.startswith("only in") for word in put_in_words(Matches("a", ASKED, (a_hit(),), 1, 1)).next_words
    )


def test_nothing_found_is_said_and_the_nearest_is_named_as_that() -> None:
    reply = put_in_words(NoMatch("a1", ASKED, (a_hit(),), "Macclesfield"))
    assert reply.lead.startswith("I found nobody here for “Macclesfield”.")
    assert "may not be what you need" in reply.lead
    assert len(reply.items) == 1
    bare = put_in_words(NoMatch("a1", Understood(Wanted("falconry")), (), ""))
    assert bare.lead == "I found nobody here who fits that."


def test_an_organisation_is_shown_whole_and_similar_names_after_it() -> None:
    entry = Entry(
        7, "r7", "Firm 7", sector="diagnostics", kind=OrganisationKind.COMPANY, size=SizeBand.SMALL,
        summary="They make tests.", capabilities=("tests", "readers"), website="https://firm.example",
    )  # fmt: skip
    people = (EntryPerson(1, "Ana Ortiz", "Director"), EntryPerson(2, "Bo Lind"))
    reply = put_in_words(
        OneOrganisation("a", "firm", a_hit(7, distance_miles=None), entry, people, (a_hit(8),))
    )
    item = reply.items[0]
    assert "diagnostics, company, 10 to 49 people" in item.line
    assert item.why[:2] == ("Does: tests; readers", "People: Ana Ortiz, Director; Bo Lind")
    assert item.website == "https://firm.example"
    assert reply.items[1].title == "Firm 8"


def test_people_are_named_or_the_asker_is_told_why_not() -> None:
    shown = put_in_words(
        PeopleThere("a", ((a_hit(), (EntryPerson(1, "Ana", "CSO"),)), (a_hit(2), ())), hidden=False)
    )
    assert shown.items[0].why == ("Ana, CSO",)
    assert shown.items[1].why == ("Nobody there is listed; the team can ask for you.",)
    hidden = put_in_words(PeopleThere("a", (), hidden=True))
    assert "for members" in hidden.lead
    assert hidden.items == ()


def test_events_stand_in_their_own_zones_wall_time() -> None:
    starts = datetime(2027, 6, 10, 17, 30, tzinfo=UTC)
    event = ComingEvent(
        "Summer evening", EventKind.NETWORKING, starts, starts, "Europe/London", "The Hall", "Crewe", "", ""
    )
    reply = put_in_words(Events("a", (event,)))
    assert reply.items[0].line == "Thursday 10 June 2027, 18:30 · The Hall, Crewe"
    assert put_in_words(Events("a", ())).lead.startswith("No events")


@pytest.mark.parametrize("kind", list(SmallTalkKind))
def test_every_courtesy_is_answered_without_naming_anyone(kind: SmallTalkKind) -> None:
    reply = put_in_words(SmallTalk("a", kind))
    assert reply.lead
    assert reply.items == ()


def test_the_other_answers_have_words_too() -> None:
    assert put_in_words(Help("a")).items
    assert "Oxtrellium" in put_in_words(NobodyOfThatName("a", "Oxtrellium")).lead
    assert put_in_words(Unclear("a", "More of what?")).lead == "More of what?"
    assert put_in_words(Stopped("a", known=True)).lead != put_in_words(Stopped("a", known=False)).lead


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("assays", kinds=(OrganisationKind.UNIVERSITY,)), "assays · universities"),
        (
            Wanted("assays", sizes=(SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM)),
            "assays · fewer than 250 people",
        ),
        (Wanted("assays", sizes=(SizeBand.MICRO, SizeBand.SMALL)), "assays · fewer than 50 people"),
        (Wanted("assays", sizes=(SizeBand.LARGE,)), "assays · 250 people or more"),
        (Wanted("", excluded=(OrganisationKind.NHS,)), "leaving out NHS organisations"),
        (
            Wanted("assays", excluded=(OrganisationKind.UNIVERSITY,), without=("CROs", "animals")),
            "assays · leaving out universities, CROs and animals",
        ),
        (Wanted("assays", outside=(WantedPlace(LEEDS, "Leeds"),)), "assays · not in Leeds"),
        (Wanted("protean folding", literally=("protean",)), "protean folding · spelt exactly “protean”"),
        (Wanted("x", places=(WantedPlace(MACCLESFIELD, "Macclesfield"),)), "x · in Macclesfield"),
        (
            Wanted("x", places=(WantedPlace(MACCLESFIELD, "M"), WantedPlace(LEEDS, "Leeds"))),
            "x · in Macclesfield or Leeds",
        ),
        (
            Wanted("x", places=(WantedPlace(MACCLESFIELD, "Macclesfield", Nearness.NEAR),)),
            "x · near Macclesfield",
        ),
    ],
)
def test_what_was_understood_fits_in_one_line(wanted: Wanted, words: str) -> None:
    assert describe(Understood(wanted)) == words


@pytest.mark.parametrize(
    ("miles", "words"), [(0.4, "less than a mile away"), (1.2, "1 mile away"), (12.6, "13 miles away")]
)
def test_distances_read_as_people_say_them(miles: float, words: str) -> None:
    reply = put_in_words(Matches("a", ASKED, (a_hit(distance_miles=miles),), 1, 1))
    assert words in reply.items[0].line


def test_an_entry_nobody_confirmed_says_so() -> None:
    assert freshness(None) == "not confirmed yet"


def test_every_kind_of_reason_has_its_phrase() -> None:
    reasons = (
        Reason(ReasonKind.NAME, "larkspur", "Larkspur Vectors", "name"),
        Reason(ReasonKind.SPELLING, "protien", "protein"),
        Reason(ReasonKind.MEANING, "CRO", "contract research", "summary"),
        Reason(ReasonKind.MEANING, "wound care", "wound dressings", "capabilities"),
        Reason(ReasonKind.KIND, "SMEs", "a small company"),
        Reason(ReasonKind.PLACE, "Leeds", "Leeds", "place"),
        Reason(ReasonKind.WORDS, "assays", "assays", "capabilities"),
        Reason(ReasonKind.WORDS, "assays", "assays", "capabilities"),
    )
    why = put_in_words(Matches("a", ASKED, (a_hit(reasons=reasons),), 1, 1)).items[0].why
    assert why == (
        "also called “Larkspur Vectors”",
        "“protien” read as “protein”",
        "“contract research” in their summary",
        "“wound dressings” (for “wound care”) and “assays” in what they do",
        "a small company",
    )


def test_readings_keep_the_askers_capitals_and_call_only_abbreviations_equal() -> None:
    understood = Understood(
        Wanted("CROs for wound care"),
        readings=(
            Reason(ReasonKind.MEANING, "cros", "contract research"),
            Reason(ReasonKind.MEANING, "wound care", "wound dressings"),
        ),
    )
    reply = put_in_words(Matches("a", understood, (a_hit(),), 1, 1))
    assert reply.readings == (
        "CROs = contract research",
        "For “wound care” I also looked for “wound dressings”.",
    )


def test_a_month_without_events_is_said_before_what_else_is_coming() -> None:
    starts = datetime(2027, 6, 10, 17, 30, tzinfo=UTC)
    event = ComingEvent(
        "Summer evening", EventKind.NETWORKING, starts, starts, "Europe/London", "", "", "", ""
    )
    assert put_in_words(Events("a", (event,), 6)).lead == "Coming up in June:"
    assert put_in_words(Events("a", (event,), 5, meant=False)).lead.startswith("No event in May")


def test_words_that_met_the_same_words_are_told_as_one() -> None:
    reasons = (
        Reason(ReasonKind.MEANING, "viral", "gene therapies", "summary"),
        Reason(ReasonKind.MEANING, "vector", "gene therapies", "summary"),
    )
    why = put_in_words(Matches("a", ASKED, (a_hit(reasons=reasons),), 1, 1)).items[0].why
    assert why == ("“gene therapies” in their summary, for “viral vectors”",)


def why_of(hit: Hit, understood: Understood = ASKED) -> tuple[str, ...]:
    return put_in_words(Matches("a", understood, (hit,), 1, 1)).items[0].why


def test_words_side_by_side_are_quoted_as_the_phrase_they_are() -> None:
    reasons = (
        Reason(ReasonKind.WORDS, "protein", "protein", "capabilities"),
        Reason(ReasonKind.WORDS, "purification", "purification", "capabilities"),
        Reason(ReasonKind.WORDS, "gmp", "GMP", "capabilities"),
    )
    told = why_of(a_hit(reasons=reasons, excerpt="protein purification at any scale, to GMP"))
    assert told == ("“protein purification” and “GMP” in what they do",)
    apart = why_of(a_hit(reasons=reasons[:2], excerpt="purification of a protein"))
    assert apart == ("“protein” and “purification” in what they do",)


def test_a_meaning_is_told_for_the_whole_phrase_that_has_it_and_once() -> None:
    understood = Understood(
        Wanted("viral vectr supply"),
        readings=(
            Reason(ReasonKind.SPELLING, "vectr", "vector"),
            Reason(ReasonKind.MEANING, "viral vectr", "AAV"),
        ),
    )
    reasons = (
        Reason(ReasonKind.MEANING, "viral", "AAV", "capabilities"),
        Reason(ReasonKind.WORDS, "vectr", "vector", "capabilities"),
        Reason(ReasonKind.MEANING, "viral", "AAV", "tags"),
    )
    told = why_of(a_hit(reasons=reasons, excerpt="AAV vector manufacture"), understood)
    assert told == ("“AAV” in what they do, for “viral vector”",)


def test_the_same_in_another_number_case_or_hyphen_is_no_other_word() -> None:
    reasons = (
        Reason(ReasonKind.MEANING, "CDMOs", "CDMO", "tags"),
        Reason(ReasonKind.MEANING, "clean room", "cleanroom", "capabilities"),
        Reason(ReasonKind.MEANING, "CAR T", "CAR-T", "offers"),
    )
    assert why_of(a_hit(reasons=reasons)) == (
        "“CDMO” in their tags",
        "“cleanroom” in what they do",
        "“CAR-T” in what they offer",
    )
    understood = Understood(Wanted("CAR T"), readings=(Reason(ReasonKind.MEANING, "CAR T", "CAR-T"),))
    assert put_in_words(Matches("a", understood, (a_hit(),), 1, 1)).readings == ()


def test_a_word_is_not_told_beside_the_phrase_it_stands_in() -> None:
    reasons = (
        Reason(ReasonKind.WORDS, "lateral", "lateral", "capabilities"),
        Reason(ReasonKind.WORDS, "flow", "flow", "capabilities"),
        Reason(ReasonKind.MEANING, "tests", "lateral flow", "capabilities"),
    )
    understood = Understood(
        Wanted("lateral flow tests"),
        readings=(Reason(ReasonKind.MEANING, "lateral flow tests", "lateral flow"),),
    )
    assert why_of(a_hit(reasons=reasons, excerpt="lateral flow materials"), understood) == (
        "“lateral flow” in what they do",
    )


def test_people_kinds_and_sizes_are_said_as_one_says_them() -> None:
    reasons = (
        Reason(ReasonKind.NAME, "ana", "Ana Ortiz", "people"),
        Reason(ReasonKind.NAME, "firm 1", "Firm 1", "name"),
        Reason(ReasonKind.KIND, "nhs", "nhs", "kind"),
        Reason(ReasonKind.SIZE, "small", "small", "size"),
    )
    assert why_of(a_hit(reasons=reasons)) == (
        "Ana Ortiz works there",
        "an NHS organisation",
        "10 to 49 people",
    )


def test_misspelt_words_side_by_side_are_read_in_one_breath_and_shown_as_read() -> None:
    understood = Understood(
        Wanted("protien purifcation of Antibodys"),
        readings=(
            Reason(ReasonKind.SPELLING, "protien", "protein"),
            Reason(ReasonKind.SPELLING, "purifcation", "purification"),
            Reason(ReasonKind.SPELLING, "antibodys", "antibodies"),
        ),
    )
    reply = put_in_words(Matches("a", understood, (a_hit(),), 1, 1))
    assert reply.understood == "protein purification of antibodies"
    assert reply.readings == (
        "I read “protien purifcation” as “protein purification”.",
        "I read “Antibodys” as “antibodies”.",
    )


def test_correcting_is_offered_where_a_reading_may_be_wrong_and_only_there() -> None:
    spelt = Understood(Wanted("vectr"), readings=(Reason(ReasonKind.SPELLING, "vectr", "vector"),))
    short = Understood(Wanted("CROs"), readings=(Reason(ReasonKind.MEANING, "CROs", "contract research"),))
    wider = Understood(Wanted("x"), readings=(Reason(ReasonKind.MEANING, "stem cells", "iPSC"),))
    offered = [
        "I meant …" in put_in_words(Matches("a", each, (a_hit(),), 1, 1)).next_words
        for each in (spelt, short, ASKED, wider, Understood(Wanted("x")))
    ]
    assert offered == [True, True, True, False, False]
    assert "I meant …" in put_in_words(NoMatch("a", spelt, (), "vectr")).next_words
    assert put_in_words(NoMatch("a", Understood(Wanted("x")), (), "x")).next_words == ("help",)


@pytest.mark.parametrize(
    ("total", "full", "lead"),
    [
        (1, 1, "One organisation fits."),
        (12, None, "12 organisations fit; the best 2 first."),
        (12, 12, "12 organisations fit; the best 2 first."),
        (42, 12, "12 organisations fit; 30 more touch on part of it. The best 2 first."),
        (2, 1, "One organisation fits; 1 more touches on part of it."),
        (8, 0, "Nobody here has all of that; 8 organisations touch on part of it; the best 2 first."),
        (1, 0, "Nobody here has all of that; one organisation touches on part of it."),
    ],
)
def test_who_fits_is_counted_apart_from_who_touches_on_part(total: int, full: int | None, lead: str) -> None:
    hits = tuple(a_hit(number) for number in range(1, min(total, 2) + 1))
    assert put_in_words(Matches("a", ASKED, hits, 1, total, full)).lead == lead


@pytest.mark.parametrize(
    ("full", "lead"),
    [
        (None, "1,215 organisations fit; the best 2 first."),
        (50, "At least 50 organisations fit; the best 2 first."),
        (8, "At least 8 organisations fit, of 1,215 that touch on it. The best 2 first."),
        (
            0,
            "Nobody among the best has all of that; 1,215 organisations touch on part of it; the best 2 first.",
        ),
    ],
)
def test_who_fits_beyond_the_list_is_counted_too(full: int | None, lead: str) -> None:
    hits = (a_hit(1), a_hit(2))
    assert put_in_words(Matches("a", ASKED, hits, 1, 50, full, 1165)).lead == lead


def test_what_means_the_same_is_told_together_and_a_nation_by_its_letters_is_no_reading() -> None:
    states = Place("nation:us", "United States", PlaceKind.COUNTRY, Point(40.0, -100.0))
    understood = Understood(
        Wanted("braces and teeth straightening", places=(WantedPlace(states, "US"),)),
        readings=(
            Reason(ReasonKind.MEANING, "braces", "orthodontics"),
            Reason(ReasonKind.MEANING, "teeth straightening", "orthodontics"),
        ),
    )
    reasons = (
        Reason(ReasonKind.MEANING, "straightening", "clear aligners", "summary"),
        Reason(ReasonKind.MEANING, "braces", "clear aligners", "summary"),
    )
    reply = put_in_words(Matches("a", understood, (a_hit(reasons=reasons),), 1, 1))
    assert reply.readings == ("For “braces” and “teeth straightening” I also looked for “orthodontics”.",)
    assert reply.items[0].why == ("“clear aligners” in their summary, for “braces and teeth straightening”",)


def test_what_was_asked_for_anyway_is_no_other_meaning() -> None:
    understood = Understood(
        Wanted("RNAi or siRNA"),
        readings=(
            Reason(ReasonKind.MEANING, "RNAi", "siRNA"),
            Reason(ReasonKind.MEANING, "siRNA", "RNAi"),
        ),
    )
    hit = a_hit(reasons=(Reason(ReasonKind.MEANING, "RNAi", "siRNA", "summary"),))
    assert put_in_words(Matches("a", understood, (hit,), 1, 1)).readings == ()
    assert why_of(hit, understood) == ("“siRNA” in their summary",)


def test_a_phrase_is_found_where_it_stands_whole() -> None:
    reasons = (
        Reason(ReasonKind.WORDS, "gene", "gene", "summary"),
        Reason(ReasonKind.WORDS, "editing", "editing", "summary"),
    )
    told = why_of(a_hit(reasons=reasons, excerpt="gene therapy, gene editing, and RNA"))
    assert told == ("“gene editing” in their summary",)


def test_a_page_of_one_is_a_number() -> None:
    assert put_in_words(Matches("a", ASKED, (a_hit(),), 6, 6)).lead == "Number 6 of 6."


@pytest.mark.parametrize(
    ("miles", "words"),
    [
        (15.0, "within 15 miles of Macclesfield"),
        (1.0, "within 1 mile of Macclesfield"),
        (5 / 1.609344, "within 5 km of Macclesfield"),
        (7.25, "within 7.2 miles of Macclesfield"),
        (0.5, "within 0.5 miles of Macclesfield"),
    ],
)
def test_a_radius_is_told_in_the_askers_measure(miles: float, words: str) -> None:
    wanted = Wanted("", places=(WantedPlace(MACCLESFIELD, "Macclesfield", Nearness.NEAR, miles),))
    assert describe(Understood(wanted)) == words


def test_a_miss_says_where_or_what_and_what_becomes_of_it() -> None:
    by_place = put_in_words(NoMatch("a", ASKED, (), "Macclesfeild"))
    assert by_place.lead == "I found nobody within 15 miles of Macclesfield who fits that."
    assert by_place.closing == "I have noted the gap. Try other words, or a wider area."
    unknown = Understood(Wanted("blorp"))
    assert (
        "Is it spelt as you meant" in put_in_words(NoMatch("a", unknown, (), "blorp", Sense.DOUBTFUL)).closing
    )
    assert "noted" not in put_in_words(NoMatch("a", unknown, (), "blorp", Sense.NONSENSE)).closing

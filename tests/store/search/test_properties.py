"""Laws of the index: what it knows is its entries and nothing else, and what was asked for comes before what was guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import NamedTuple

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from store.kinds import OrganisationKind, SizeBand
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry, EntryPerson, EntrySite
from store.search.found import Found, ReasonKind
from store.search.index import Index
from store.search.lexicon import Lexicon
from store.search.wanted import Wanted
from store.search.words import FILLER_WORDS, STOP_WORDS, stem, words_of
from tests.store.search.region import index_of, near, within

TODAY = date(2026, 11, 23)
WORDS = (
    "lateral flow", "test", "assay", "protein", "protien", "purification", "antibody", "antibodies", "catheter", "stent",
    "catheters", "stents", "vector", "vectors", "AAV8", "AAV9", "CDMO", "GMP", "plasmid", "plasmids", "contract research",
    "organisation", "gene therapy", "lipid", "microfluidics", "micro fluidics", "x-ray", "xray", "wound", "dressings",
    "dressing", "2024", "2025", "viral",
)  # fmt: skip
TOWNS = (("Macclesfield", "Cheshire", "SK10 4TG"), ("Leeds", "West Yorkshire", "LS2 9JT"),
         ("Preston", "Lancashire", "PR1 2HE"))  # fmt: skip
ASKS = (
    Wanted("lateral flow test"),
    Wanted("protien purifcation"),
    Wanted("antibody", places=(near("Macclesfield"),)),
    Wanted("catheters or stents", places=(within("Lancashire"),), kinds=(OrganisationKind.COMPANY,)),
    Wanted("viral vectrs not plasmids", without=("plasmids",)),
    Wanted("AAV8"),
    Wanted("CRO", sizes=(SizeBand.SMALL,), excluded=(OrganisationKind.UNIVERSITY,)),
    Wanted("", places=(near("Leeds"),)),
    Wanted("microfluidics xray"),
    Wanted("wound dressing", outside=(within("Leeds"),), literally=("dressing",)),
)

said = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
sites = st.sampled_from(TOWNS).map(lambda town: EntrySite(*town[:2], "", town[2], "United Kingdom"))
people = st.builds(
    EntryPerson,
    id=st.integers(1, 99),
    name=st.sampled_from(["Ada Farrow", "Ben Catheter", "Oyelowe Stent"]),
    role=st.sampled_from(["", "Head of Assay"]),
    expertise=st.lists(said, max_size=2).map(tuple),
)
entries = st.builds(
    Entry,
    id=st.integers(1, 12),
    ref=st.just("R"),
    name=st.one_of(said, st.sampled_from(["Tarn Antibodies", "Protean Ltd", "<b>", "Ωmega \x00"])),
    aliases=st.lists(said, max_size=2).map(tuple),
    kind=st.sampled_from([None, OrganisationKind.COMPANY, OrganisationKind.UNIVERSITY]),
    sector=st.sampled_from(["", "biotechnology"]),
    summary=st.lists(said, max_size=4).map(". ".join),
    capabilities=st.lists(said, max_size=4).map(tuple),
    tags=st.lists(said, max_size=2).map(tuple),
    sites=st.lists(sites, max_size=2).map(tuple),
    people=st.lists(people, max_size=2).map(tuple),
    size=st.sampled_from([None, SizeBand.SMALL, SizeBand.LARGE]),
    confirmed_on=st.sampled_from([None, date(2026, 9, 1), date(2019, 1, 1)]),
)
changes = st.lists(
    st.one_of(st.lists(entries, min_size=1, max_size=5), st.sets(st.integers(1, 14), min_size=1, max_size=4)),
    max_size=8,
)


class Told(NamedTuple):
    """All that an index says when it is asked."""

    found: list[Found]
    explained: list[object]
    names: list[object]
    words: list[object]
    entries: tuple[Entry, ...]


def told(index: Index, asks: Sequence[Wanted] = ASKS) -> Told:
    return Told(
        [index.search(ask, limit=5, today=TODAY) for ask in asks],
        [index.explain(ask, today=TODAY) for ask in asks],
        [index.find_names(name, looked_up=loosely) for name in ("tarn antibodys", "Catheter", "Protean") for loosely in (True, False)],
        [(index.knows(word), index.is_ordinary(word), index.can_read(word), index.is_rare(word, most=2)) for word in WORDS],
        tuple(index.entries()),
    )  # fmt: skip


def changed(index: Index, steps: Iterable[list[Entry] | set[int]]) -> dict[int, Entry]:
    """Puts and drops in turn; what should be left."""
    left: dict[int, Entry] = {}
    for step in steps:
        if isinstance(step, set):
            index.drop(step)
            left = {each: entry for each, entry in left.items() if each not in step}
        else:
            index.put(step)
            left |= {entry.id: entry for entry in step}
    return left


@settings(max_examples=40, deadline=None)
@given(changes, st.randoms(use_true_random=False))
def test_an_index_that_was_changed_answers_like_one_built_anew_in_any_order(
    steps: list[list[Entry] | set[int]], chance: Random
) -> None:
    index = Index(Gazetteer.load())
    left = list(changed(index, steps).values())
    chance.shuffle(left)
    assert told(index) == told(index_of(*left))


@settings(max_examples=3, deadline=None)
@given(st.lists(entries, min_size=8, max_size=12, unique_by=lambda entry: entry.id))
def test_thousands_of_changes_leave_no_trace(region: list[Entry]) -> None:
    index = index_of(*(replace(entry, id=entry.id + 100, summary="quillworting") for entry in region))
    for turn in range(160):
        index.put(replace(entry, summary=f"{entry.summary} passing{turn}") for entry in region)
    index.drop(entry.id + 100 for entry in region)
    index.put(region)
    assert told(index) == told(index_of(*region))
    assert not index.can_read("quilworting")
    assert not index.can_read("pasing159")


@settings(max_examples=30, deadline=None)
@given(changes, st.sampled_from(["quillwort", "brindlefax", "aspergulin"]), said)
def test_nothing_of_a_dropped_entry_is_ever_said_again(
    steps: list[list[Entry] | set[int]], secret: str, words: str
) -> None:
    gone = Entry(
        id=77,
        ref="GONE",
        name=f"{secret.title()} Hushworks",
        aliases=(f"{words} {secret}",),
        summary=f"{words}. Works on {secret} ({secret[0].upper()}ZZ).",
        capabilities=(f"{words} {secret}",),
        sites=(EntrySite("Aberystwyth", "Ceredigion", "", "SY23 1AA", "United Kingdom"),),
        people=(EntryPerson(7, f"Wilf {secret.title()}"),),
    )
    index, other = Index(Gazetteer.load()), Index(Gazetteer.load())
    index.put([gone])
    changed(index, steps)
    changed(other, steps)
    index.drop([77])
    slip = secret[:2] + secret[3:]
    asks = [Wanted(f"{words} {each}") for each in (secret, slip, "hushwork", f"{secret[0]}zz")]
    assert told(index, asks) == told(other, asks)
    for name in (f"{slip} hushworks", f"wilf {secret}", secret):
        assert index.find_names(name, looked_up=True) == other.find_names(name, looked_up=True)
    assert not index.can_read(slip)
    assert not index.has_anyone_in(within("Aberystwyth"))


LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz")
INVENTED = st.text(LETTERS, min_size=6, max_size=12)
BARE = Lexicon(())


def slips_of(word: str) -> st.SearchStrategy[str]:
    """The word with a letter more, a letter less, another letter, or two swapped."""
    return st.builds(
        lambda at, letter, how: {
            "more": word[:at] + letter + word[at:],
            "less": word[:at] + word[at + 1 :],
            "other": word[:at] + letter + word[at + 1 :],
            "swapped": word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        }[how],
        st.integers(1, len(word) - 1),
        LETTERS,
        st.sampled_from(["more", "less", "other", "swapped"]),
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), INVENTED, st.sampled_from([1, 3, 90]))
@example(None, "protien", 90)
def test_who_has_the_very_word_comes_before_who_has_one_like_it(
    data: DataObject | None, word: str, others: int
) -> None:
    assume(not {word} & (FILLER_WORDS | STOP_WORDS))  # asked alone they ask for nothing
    like = data.draw(slips_of(word)) if data else "protein"
    assume(stem(like) != stem(word))  # not one word in two spellings
    index = index_of(
        *(Entry(each, "", f"{each} Works", summary=f"We do {like}.") for each in range(1, others + 1)),
        Entry(500, "", "Exactly Works", summary=f"We do {word}."),
        lexicon=BARE,
    )
    assert index.search(Wanted(word), limit=3).hits[0].name == "Exactly Works"


CODES = st.one_of(
    st.from_regex(r"[a-z]{0,6}[0-9][a-z0-9]{0,6}", fullmatch=True),
    st.sampled_from(
        ["SK10", "M13", "CA12", "IL2", "AAV8", "CD19", "p53", "2024", "H5N1", "covid19", "100000"]
    ),
    st.text(LETTERS, min_size=1, max_size=3),
)


@settings(max_examples=80, deadline=None)
@given(st.data(), CODES)
def test_numbers_codes_and_short_words_are_read_as_they_are_written(data: DataObject, code: str) -> None:
    near_ones = data.draw(st.lists(slips_of(code + " ").map(str.strip), max_size=4)) if len(code) > 1 else []
    texts = [*near_ones, f"{code}1", f"{code}ab", "proteins and assays", *WORDS]
    index = index_of(
        *(Entry(at, "", f"Works {at}", summary=text) for at, text in enumerate(texts, 1) if text != code),
        lexicon=BARE,
    )
    read = index.explain(Wanted(f"proteins {code}"))
    assert not [each for each in read.found.readings if each.kind is ReasonKind.SPELLING]
    assert not [term for term in read.terms if term.spellings]


# Each is a letter or two away from a word of some trade here, and is not that trade.
ENGLISH = words_of("""
    essay stunt cellar mental phrase planet gown cartoon motion coaches sweeping filing pasta proton cathedral venue
    organist patent patient table genes jeans fibre factor vicar sectors lotion topic tissue issue grants plants clinic
    nurse purse steel wheel machine employment
""")
TRADES = words_of("""
    assay assays stent stents dental dentist cells cell metal serum scanner scanners phase plasmid plasmids town
    carton bandage bandages lotions pouches sleeping nursing filling plaster protein proteins catheter catheters
    venom organoid organoids moulding braid tablet tablets gene vector vectors vaccine fermentation topical implants
""")


def test_plain_english_is_not_corrected_into_another_trade() -> None:
    trades = index_of(*(Entry(at, "", f"Works {at}", summary=trade) for at, trade in enumerate(TRADES, 1)))
    readings = [reading for word in ENGLISH for reading in trades.search(Wanted(word)).readings]
    assert [each for each in readings if each.kind is ReasonKind.SPELLING] == []

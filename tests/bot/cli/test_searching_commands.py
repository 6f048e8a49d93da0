"""`whodoes explain`, `evaluate` and `lexicon` as staff at a terminal meet them."""

import asyncio
import json
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.main import app
from store.kinds import Medium, OrganisationKind, SizeBand
from store.people import Stranger
from store.search.gate import ENOUGH
from store.search.live import LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import NOW, add_golden_region, add_organisation, add_person


@pytest.fixture(autouse=True)
def _directory(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.delenv("WHODOES_SETTINGS", raising=False)


@pytest.fixture
def region(sqlite_store: Store) -> dict[str, int]:
    return asyncio.run(sqlite_store.write(add_golden_region))


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def document(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("region")
def test_an_ask_is_explained_with_its_words_its_place_and_its_scores() -> None:
    shown = run("explain", "who does viral vectr manufacturing near Macclesfeild?").stdout
    assert "near Macclesfield (said “Macclesfeild”): town Cheshire" in shown
    assert "within 12.5 miles" in shown
    words = next(line for line in shown.splitlines() if line.split()[:1] == ["vectr"])
    assert words.split()[1] == "vector"
    best = next(line for line in shown.splitlines() if "Larkspur Vectors Ltd" in line)
    assert best.split()[0] == "1"
    assert "Oriel" not in shown


@pytest.mark.usefixtures("region")
def test_the_explained_order_is_the_order_of_the_answer(sqlite_store: Store) -> None:
    live = LiveIndex()
    asyncio.run(sqlite_store.read(live.catch_up))
    for topic in ("viral vectors", "IVD manufacturing", "gene therapy", "signage", "dragons", ""):
        found = live.index.search(Wanted(topic), limit=10)
        explained = live.index.explain(Wanted(topic), limit=10)
        assert explained.found == found
        assert [each.id for each in explained.candidates][: len(found.hits)] == [hit.id for hit in found.hits]
        assert [round(each.score, 4) for each in explained.candidates][: len(found.hits)] == [
            hit.score for hit in found.hits
        ]


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize("vectors", ["auto", "off"])
def test_the_figures_of_a_candidate_make_up_its_score(vectors: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_VECTORS", vectors)
    search = document("explain", "viral vectors in Manchester")["search"]
    assert search["fitting"] == len(search["found"]["hits"])
    assert search["word_vectors"] is any(each["likeness"] for each in search["candidates"])
    for each in search["candidates"]:
        words = sum(each["lexical"].values())
        worth = each["place"] * each["kind"] * each["size"] * each["freshness"]
        by_words = words * worth * (0.25 + 0.75 * each["coverage"])
        assert each["score"] == pytest.approx(by_words + each["likeness"])


@pytest.mark.usefixtures("region")
def test_word_vectors_are_switched_off_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_VECTORS", "off")
    assert not document("explain", "viral vectors in Manchester")["search"]["word_vectors"]
    assert "Without word vectors." in run("explain", "viral vectors in Manchester").stdout
    monkeypatch.setenv("WHODOES_VECTORS", "on")
    refused = run("explain", "viral vectors in Manchester")
    assert refused.exit_code == 2
    assert "WHODOES_VECTORS" in refused.stderr


@pytest.mark.skipif(find_spec("wordllama") is None, reason="the word vectors are an extra")
@pytest.mark.usefixtures("region")
def test_word_vectors_are_used_where_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHODOES_VECTORS", raising=False)
    assert document("explain", "viral vectors in Manchester")["search"]["word_vectors"]
    assert "Word vectors put those that fit in order" in run("explain", "viral vectors").stdout


def _why(*words: str) -> dict[str, str]:
    return {each["name"]: each["ground"] for each in document("explain", *words)["search"]["fallen"]}


def test_who_fell_out_is_told_why(sqlite_store: Store) -> None:
    def fill(session: Any) -> None:
        add_organisation(session, name="Near Stents", summary="Stents and balloons.", town="Leeds")
        add_organisation(session, name="Far Stents", summary="Stents.", town="Exeter")
        add_organisation(session, name="Nowhere Stents", summary="Stents.")
        add_organisation(
            session, name="Stent School", summary="Stents.", town="Leeds", kind=OrganisationKind.UNIVERSITY
        )
        add_organisation(session, name="Big Stents", summary="Stents.", town="Leeds", size=SizeBand.LARGE)
        add_organisation(session, name="Hidden Stents", summary="Stents.", town="Exeter", listing="unlisted")

    asyncio.run(sqlite_store.write(fill))
    why = _why("small companies for stents in Leeds, not universities")
    assert why["Far Stents"] == "place"
    assert why["Nowhere Stents"] == "place"
    assert why["Stent School"] == "kind"
    assert why["Big Stents"] == "size"
    assert "Hidden Stents" not in why
    shown = run("explain", "small companies for stents in Leeds, not universities").stdout
    assert "miles away; asked: Leeds" in shown
    assert "place: no place known; asked: Leeds" in shown
    assert "kind: university" in shown
    assert "size: large" in shown
    assert "Hidden" not in shown


def test_what_nobody_says_well_falls_under_the_gate(sqlite_store: Store) -> None:
    def fill(session: Any) -> None:
        for number in range(14):
            add_organisation(session, name=f"Maker {number:03}", summary="Stents.")

    asyncio.run(sqlite_store.write(fill))
    ask = "stents lyophilised dragon husbandry"
    assert set(_why(ask).values()) == {"nothing fits"}
    assert "nobody fits: the best reach" in run("explain", ask).stdout


def test_who_says_too_little_is_told_with_the_figures(sqlite_store: Store) -> None:
    def fill(session: Any) -> None:
        add_organisation(
            session,
            name="Whole",
            capabilities=["lyophilised catheter coating validation"],
            summary="Coating.",
        )
        for number in range(105):
            add_organisation(session, name=f"Part {number:03}", summary=f"{'Dry goods. ' * 9} Validation.")

    asyncio.run(sqlite_store.write(fill))
    shown = run("explain", "lyophilised catheter coating validation").stdout
    assert "asked beside the best" in shown
    whole = document("explain", "lyophilised catheter coating validation")["search"]
    assert {each["ground"] for each in whole["fallen"]} <= {"score", "coverage"}
    assert whole["fitting"] == 1


@pytest.mark.usefixtures("region")
def test_an_ask_that_nobody_answers_shows_how_far_the_best_reach() -> None:
    shown = run("explain", "laboratory dragons and unicorn husbandry").stdout
    assert f"of the {ENOUGH:.2f} needed: nobody fits." in shown
    assert "Missed: dragons" in shown


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ("hello", "small talk"),
        ("what events are on in May?", "events asked"),
        ("contact for Oriel Protein Services", "Oriel Protein Services  (1.00)"),
        ("who works at Zyxwvut Ltd?", "whom the directory does not have"),
        ("help", "help asked"),
        ("???", "unclear ask"),
        ("who is in Leeds?", "(none: a place, a kind or a size alone)"),
        ("companies within 20 km of Leeds", "within 20 km"),
        ("lateral flow in Cheshire", "whatever is inside"),
        ("universities in Leeds", "itself (within 6 miles at 35% worth)"),
    ],
)
def test_every_intent_is_told(ask: str, told: str) -> None:
    assert told in run("explain", ask).stdout


def test_people_meant_by_name_are_told_with_their_organisation(
    sqlite_store: Store, region: dict[str, int]
) -> None:
    where = region["Oriel Protein Services"]
    asyncio.run(sqlite_store.write(add_person, name="Marguerite Oyelowe", organisation_id=where))
    shown = run("explain", "contact for Marguerite Oyelowe").stdout
    assert "Marguerite Oyelowe, at Oriel Protein Services" in shown
    assert document("explain", "contact for Marguerite Oyelowe")["names"][0]["score"] == 1.0


@pytest.mark.usefixtures("region")
def test_hostile_names_reach_the_terminal_as_words(sqlite_store: Store) -> None:
    asyncio.run(sqlite_store.write(add_organisation, name="[red]Sly\x1b[2J", summary="Snail counting."))
    shown = run("explain", "[bold]snail\x1b[31m counting").stdout
    assert "\x1b" not in shown
    assert "[red]Sly" in shown


def test_an_empty_directory_is_said_in_one_line() -> None:
    result = run("explain", "stents")
    assert result.exit_code == 1
    assert result.stderr.strip() == "The directory is empty. Take one in with: whodoes import FILE"


@pytest.mark.usefixtures("region")
def test_a_word_added_to_the_lexicon_finds_at_once_and_is_listed_and_removed() -> None:
    assert "no rows of its own yet" in run("lexicon", "list").stdout
    assert run("lexicon", "add", "wigglers", "lateral flow", "IVD").stdout == (
        "“wigglers” means: lateral flow; IVD.\n"
    )
    found = document("ask", "who makes wigglers?")["hits"]
    assert [hit["name"] for hit in found] == ["Fenwick Flow Diagnostics"]
    listed = run("lexicon", "list").stdout
    assert "lateral flow; IVD" in listed
    assert "rows ship with whodoes" in listed
    assert "the region" in run("lexicon", "list", "Wigglers").stdout
    assert run("lexicon", "remove", "wiggler").stdout == "“wigglers” no longer means: lateral flow; IVD.\n"
    assert document("ask", "who makes wigglers?")["hits"] == []


def test_what_the_lexicon_cannot_do_is_said_in_one_line() -> None:
    for words, told in (
        (("add", "the", "stents"), "“the” is in asks about anything; name a word that says what is sought."),
        (("remove", "zorb"), "The region has no row of its own for “zorb”."),
        (
            ("remove", "CRO"),
            "The region has no row of its own for “CRO”. It ships with whodoes and stays.",
        ),
        (("list", "zorb"), "Nothing is written down for “zorb”."),
    ):
        result = run("lexicon", *words)
        assert result.exit_code == 1
        assert result.stderr.strip() == told
    assert "whodoes" in run("lexicon", "list", "CRO").stdout


def test_candidates_are_what_the_directory_spells_out_and_the_lexicon_lacks(sqlite_store: Store) -> None:
    assert "Nothing: the lexicon has all" in run("lexicon", "candidates").stdout

    def fill(session: Any) -> None:
        for number in range(5):
            add_organisation(session, name=f"Flow {number}", summary="Fluid dynamics modelling (FDM).")
        add_organisation(session, name="Trials", summary="A contract research organisation (CRO).")

    asyncio.run(sqlite_store.write(fill))
    shown = run("lexicon", "candidates").stdout
    assert "FDM    Fluid dynamics modelling   Flow 0, Flow 1, Flow 2 and 2 more" in shown
    assert "CRO" not in shown
    run("lexicon", "add", "FDM", "fluid dynamics modelling")
    assert "FDM" not in run("lexicon", "candidates").stdout


def test_candidates_are_also_what_askers_corrected_and_what_found_somebody_after_a_miss(
    sqlite_store: Store, region: dict[str, int]
) -> None:
    def talk(session: Any) -> None:
        live = LiveIndex()
        live.catch_up(session)
        for number, words in enumerate(
            (
                ("gluey vectors", "I meant viral vectors"),
                ("gluey vectors near Leeds", "I meant viral vectors"),
                ("blinky strips for clinics", "lateral flow tests"),
                ("CROs", "I meant contract research"),
            )
        ):
            for step, text in enumerate(words):
                ask = Ask(f"t:{number}:{step}", Stranger(), text, Medium.SLACK, f"t:{number}")
                answer(session, ask, index=live.index, now=NOW + timedelta(minutes=step))

    asyncio.run(sqlite_store.write(talk))
    shown = [line.split() for line in run("lexicon", "candidates").stdout.splitlines()]
    assert ["gluey", "viral", "corrected", "2", NOW.date().isoformat()] in shown
    assert any(line[:3] == ["blinky", "strips", "for"] and "nobody," in line for line in shown)
    assert not any("CROs" in line for line in shown)
    assert run("lexicon", "add", "gluey", "viral").exit_code == 0
    assert "gluey" not in run("lexicon", "candidates").stdout


@pytest.mark.usefixtures("region")
def test_words_ruled_out_or_meant_as_spelt_are_explained() -> None:
    shown = run("explain", "who does “vectr” supply").stdout
    assert "as spelt" in shown

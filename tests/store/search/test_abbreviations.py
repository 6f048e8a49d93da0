"""What the directory spells out in brackets is offered for the lexicon."""

import pytest

from store.search.abbreviations import SpeltOut, spelt_out
from store.search.lexicon import Lexicon
from tests.store.search.region import entry

NONE = Lexicon(())


def pairs(text: str, lexicon: Lexicon = NONE) -> list[tuple[str, str]]:
    return [(each.said, each.meant) for each in spelt_out([entry(1, "Passing", summary=text)], lexicon)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A contract research organisation (CRO) in Leeds.", ("CRO", "contract research organisation")),
        ("We serve contract research organisations (CROs).", ("CRO", "contract research organisations")),
        ("A CRO (contract research organisation) here.", ("CRO", "contract research organisation")),
        ("Tests with PD-L1 (programmed death-ligand 1).", ("PD-L1", "programmed death-ligand 1")),
        ("Kits. Point of care testing (POCT) kits.", ("POCT", "Point of care testing")),
    ],
)
def test_an_expansion_beside_its_abbreviation_is_found(text: str, found: tuple[str, str]) -> None:
    assert pairs(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(CRO)",
        "Founded (in 2004) by two.",
        "Stents (balloons and valves).",
        "Sells shares in London (AIM).",
        "The information technology (IT) people.",
        "Vials. (VIA) for Leeds (and York).",
    ],
)
def test_other_brackets_are_passed_over(text: str) -> None:
    assert pairs(text) == []


def test_what_the_lexicon_has_is_no_candidate() -> None:
    text = "A contract research organisation (CRO) for in vitro diagnostics (IVD)."
    assert pairs(text, Lexicon([("CRO", "contract research organisations")])) == [
        ("IVD", "in vitro diagnostics")
    ]
    other_way = Lexicon([("contract research organisation", "CRO")])
    assert ("CRO", "contract research organisation") not in pairs(text, other_way)


def test_an_organisations_own_name_is_no_candidate() -> None:
    named = entry(1, "Danebrook Vector Works", summary="Danebrook Vector Works (DVW) makes vectors.")
    assert spelt_out([named], NONE) == ()


def test_what_more_organisations_write_comes_first() -> None:
    said = [
        entry(1, "One", summary="Gene therapy medicinal products (GTMP)."),
        entry(2, "Two", capabilities=("fluid dynamics modelling (FDM)",)),
        entry(3, "Three", tags=("Fluid Dynamics Modelling (FDM)",)),
    ]
    assert spelt_out(said, NONE) == (
        SpeltOut("FDM", "fluid dynamics modelling", ("Two", "Three")),
        SpeltOut("GTMP", "Gene therapy medicinal products", ("One",)),
    )

"""Mails with several asks, and mails with one that only looks like several."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.several_asks import asks_in_mail

# Each line: a mail, and a word of each of its asks, in order.
MAILS = Path(__file__).parents[2] / "mails" / "several.jsonl"
CASES = [json.loads(line) for line in MAILS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "+".join(case["asks"]).replace(" ", "-"))
def test_each_ask_of_a_mail_is_told_apart_and_one_stays_one(case: dict[str, list[str]]) -> None:
    mail, words = str(case["mail"]), case["asks"]
    asked = asks_in_mail(mail)
    assert len(asked) == len(words), asked
    if len(words) == 1:
        assert asked == (mail,)
        return
    for own, ask in zip(words, asked, strict=True):
        assert [word for word in words if word.casefold() in ask.casefold()] == [own]


def test_conditions_stay_with_their_ask() -> None:
    mail = (
        "Hi,\n\nWho does freeze drying? Ideally within 20 miles of Leeds. No universities please.\n\n"
        "Also, who makes stents? They must be in Cheshire.\n\nThanks\nAda"
    )
    assert asks_in_mail(mail) == (
        "Who does freeze drying? Ideally within 20 miles of Leeds. No universities please.",
        "who makes stents? They must be in Cheshire.",
    )


def test_what_is_said_for_all_belongs_to_each() -> None:
    mail = "Who makes stents? And who makes pumps? Both near Bolton, please."
    assert [ask.endswith("Both near Bolton, please.") for ask in asks_in_mail(mail)] == [True, True]


@pytest.mark.parametrize(
    "said",
    [
        "introduce 1 and 3 please",
        "more",
        "who at 2?",
        "only SMEs",
        "stop",
        "",
        "help\n\nThanks and regards\nJo",
    ],
)
def test_commands_are_never_taken_apart(said: str) -> None:
    assert asks_in_mail(said) == (said,)


@pytest.mark.parametrize(
    "word",
    [
        "more please",
        "only SMEs.",
        "introduce 2 please.",
        "introduce 2. We need 200 vials dried by June.",
        "help",
    ],
)
def test_an_ask_below_a_short_word_is_not_lost(word: str) -> None:
    assert asks_in_mail(f"{word}\n\nAlso, who makes stents?\n\nAda") == (word, "who makes stents?")


def test_what_is_counted_within_a_line_is_a_list_too() -> None:
    mail = "Hi,\n\nWe need (i) a patent attorney for biologics, and (ii) a courier with dry ice.\n\nIvo"
    assert asks_in_mail(mail) == ("We need: a patent attorney for biologics", "a courier with dry ice.")
    one = "We need a CRO with (a) GCP and (b) 20 sites, in building 1) or 2)."
    assert asks_in_mail(one) == (one,)


def test_a_place_above_a_list_is_meant_for_all_of_it() -> None:
    mail = "We need near Leeds:\n- a supplier of gowns\n- a lab for karyotyping"
    assert asks_in_mail(mail) == (
        "We need near Leeds: a supplier of gowns",
        "We need near Leeds: a lab for karyotyping",
    )


def test_what_is_sought_of_an_introduction_is_no_ask_of_its_own() -> None:
    mail = "introduce 2\n\nWe are looking for a partner. Who has capacity? We also need vials."
    assert asks_in_mail(mail) == (mail,)


PIECES = (
    "also ", "who makes stents? ", "\n\n", "- ", "1. ", "We need a vial. ", "both ", "more", "they ", "Two things: ",
    ".", "? ", "only SMEs ", "who makes pumps? ",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join))
def test_whatever_is_written_there_is_at_least_one_ask(mail: str) -> None:
    asked = asks_in_mail(mail)
    assert asked == (mail,) or (len(asked) > 1 and all(each.strip() for each in asked))


@pytest.mark.parametrize(
    "hostile",
    [
        "1. " * 30_000,
        "also " * 20_000,
        "who? " * 20_000,
        "- " * 40_000,
        "and who " * 12_000,
        " " * 60_000 + "?",
        "we " * 30_000,
        "1) " * 20_000,
        "(i) a lab (ii) " * 5_000,
    ],
    ids=str.split,
)
def test_endless_mails_are_read_too(hostile: str) -> None:
    assert asks_in_mail(hostile)

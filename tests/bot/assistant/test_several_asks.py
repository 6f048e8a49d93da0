"""Mails with several asks, and mails with one that only looks like several."""

import json
from pathlib import Path

import pytest

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


def test_an_ask_below_a_short_word_is_not_lost() -> None:
    assert asks_in_mail("more please\n\nAlso, who makes stents?\n\nAda") == (
        "more please",
        "who makes stents?",
    )


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
    ],
    ids=str.split,
)
def test_endless_mails_are_read_too(hostile: str) -> None:
    assert asks_in_mail(hostile)

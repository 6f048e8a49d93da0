"""Whether a mail says that its writer has a further address, and nothing but that."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.address_words import further_address

ASKS = Path("demo/asks.jsonl")
ADA, BEN = "ada@firm.example", "ada@home.example"


@pytest.mark.parametrize(
    "text",
    [
        f"This is also my address, I am {ADA}",
        f"this is my other address. I'm {ADA}.",
        f"Hi,\n\nI am {ADA}, this is my private mailbox.\n\nKind regards\nAda",
        f"link {ADA}",
        f"Please link {ADA} to this address.",
        f"link this address to {ADA}, please",
        f"Could you link me to {ADA}",
        f"You know me as {ADA}.",
        f"You may have me under {ADA}",
        f"My other address is {ADA}",
        f"my work email is <{ADA}>",
        f"It's me, {ADA}",
        f"{ADA} is my address, too.",
        f"{ADA} is also me",
        f"I usually write from {ADA}",
        f"I also have the address {ADA}",
        f"Add my address {ADA}",
        f"add {ADA} as my second address",
        f"please add {ADA} to my account",
        f"Hello,\nthis is also me: {ADA}\nAda Lovelace",
        f"Thanks. Both are mine: {ADA}",
        f"I AM ALSO {ADA.upper()}",
    ],
)
def test_who_names_a_further_address_of_theirs_is_heard(text: str) -> None:
    assert further_address(text, sender=BEN) == ADA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "link",
        "my other address",
        ADA,
        f"who is {ADA}?",
        f"Who makes viral vectors? My email is {ADA}.",
        f"We need 200 L of AAV by June, tell {ADA}",
        f"Is {ADA} my address?",
        f"I am looking for antibody makers, my address is {ADA}",
        f"Introduce me to {ADA}",
        f"Write to {ADA} and to eve@firm.example, both are mine",
        f"I am {BEN}",
        f"stop writing to {ADA}",
        f"Please add my colleague {ADA} to the newsletter",
        f"I am not {ADA}",
        f"{ADA} has left, who took over there",
        f"link companies in Leeds with {ADA}",
        "introduce 2\n\nPlease send what you have, this is my address for parcels: 2 Mill Lane",
        f"I am {ADA}\n\n{'and so on ' * 100}",
    ],
)
def test_anything_else_is_no_such_word(text: str) -> None:
    assert further_address(text, sender=BEN) == ""


def test_no_ask_is_taken_for_one_whatever_address_is_under_it() -> None:
    asks = [json.loads(line) for line in ASKS.read_text(encoding="utf-8").splitlines()]
    texts = [str(each.get("text") or each.get("ask") or each.get("query")) for each in asks]
    assert len(texts) > 100
    for text in set(texts) - {"hello!", "thanks!", "good morning"}:
        assert further_address(text, sender=BEN) == ""
        assert further_address(f"{text}\n\nMy email is {ADA}", sender=BEN) == "", text


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    further_address(text, sender=BEN)
    further_address(f"{text} {ADA}", sender=BEN)

"""Addresses with a signed token: made, read back in any case, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.tokens import LONGEST_LOCAL, Purpose, Token, TokenAddresses, plus_form

OURS = TokenAddresses("ask+{token}@cluster.example", b"k" * 32)
OTHERS = TokenAddresses("ask+{token}@cluster.example", b"o" * 32)
NUMBERS = st.integers(0, 2**40 - 1)


@given(NUMBERS, st.sampled_from(Purpose))
def test_an_address_says_what_it_is_about_in_any_case(number: int, purpose: Purpose) -> None:
    address = OURS.address(purpose, number)
    for each in (address, address.upper(), address.title()):
        assert OURS.read(each) == Token(purpose, number)
    assert len(address.partition("@")[0]) <= LONGEST_LOCAL


@given(NUMBERS, st.integers(5, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_address_changed_anywhere_is_not_ours(number: int, place: int, letter: str) -> None:
    address = OURS.address(Purpose.ANSWER, number)
    changed = address[:place] + letter + address[place + 1 :]
    token = OURS.read(changed)
    assert token is None or token == Token(
        Purpose.ANSWER, number
    )  # the last letters hold bits that say nothing


@given(NUMBERS)
def test_another_region_cannot_sign_for_us(number: int) -> None:
    assert OURS.read(OTHERS.address(Purpose.ANSWER, number)) is None


@given(NUMBERS)
def test_a_token_for_one_purpose_is_none_for_another(number: int) -> None:
    answer = OURS.address(Purpose.ANSWER, number)
    assert OURS.read(answer.replace("+r", "+b", 1)) is None


@given(st.text(max_size=80))
def test_whatever_stands_there_is_read_without_an_error(text: str) -> None:
    assert OURS.read(text) is None
    assert OURS.read(f"ask+{text}@cluster.example") is None


def test_tokens_stand_where_the_settings_say() -> None:
    dashed = TokenAddresses("r-{token}@reply.cluster.example", b"k" * 32)
    assert dashed.address(Purpose.ANSWER, 7).startswith("r-r")
    assert dashed.read(dashed.address(Purpose.ANSWER, 7)) == Token(Purpose.ANSWER, 7)
    assert dashed.inside("ask@cluster.example") == ""
    assert plus_form("ask@cluster.example") == "ask+{token}@cluster.example"


def test_the_key_never_shows() -> None:
    assert "kkkk" not in repr(OURS)


@pytest.mark.parametrize("address", ["", "@", "ask+@cluster.example", "ask@cluster.example"])
def test_an_address_without_a_token_has_none(address: str) -> None:
    assert OURS.inside(address) == ""

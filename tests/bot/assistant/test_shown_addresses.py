"""Nobody is asked about an address that only looks like one they know."""

import pytest

from bot.assistant.address_letters import known_now, to_the_person
from bot.assistant.shown_addresses import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ann@fen.example", "ann@fen.example"),
        ("ann@münchen.example", "ann@münchen.example"),
        ("ann@f\u0435n.example", "ann@xn--fn-nlc.example"),  # a Cyrillic e
        ("ann@\u0430\u0440\u0440\u04cf\u0435.example", "ann@xn--80ak6aa92e.example"),  # Cyrillic throughout
        ("ann@fen.example\u2028x", "ann@fen.example\\u2028x"),
        ("ann", "ann"),
    ],
)
def test_a_domain_that_can_pass_for_another_is_shown_as_the_dns_has_it(address: str, shown: str) -> None:
    assert shown_address(address) == shown


def test_the_letters_about_second_addresses_show_it_so() -> None:
    asked = to_the_person(1, "ann@f\u0435n.example", by_token=False, region="Harrowdale")
    told = known_now(1, "ann@f\u0435n.example", to_mailbox=False, region="Harrowdale")
    assert asked.facts == told.facts == (("The address", "ann@xn--fn-nlc.example"),)

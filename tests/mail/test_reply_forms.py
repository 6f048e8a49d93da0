"""Where replies come to: behind a plus or in a form of its own, in the settings, at the door and in what we send."""

from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime
from smtplib import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.housing import reply_form
from bot.settings import Settings, SettingsProblem, read_settings
from mail.mailboxes import Mailboxes
from mail.smtp import listen
from mail.tokens import LONGEST, LONGEST_LOCAL, PLACE, Purpose, TokenAddresses, checked_form
from store.store import Store

ADDRESS, FORM = "ask@cluster.example", "r-{token}@reply.cluster.example"
TOKEN = "r" + "a" * 26


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WHODOES_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("address", "written", "form"),
    [
        (ADDRESS, "", "ask+{token}@cluster.example"),
        (ADDRESS, FORM, FORM),
        (ADDRESS, "R-{token}@Reply.Cluster.Example", FORM),
        (ADDRESS, "{token}@reply.cluster.example", "{token}@reply.cluster.example"),
        (ADDRESS, "ask={token}.x@clüster.example", "ask={token}.x@xn--clster-4ya.example"),
        ("ask@clüster.example", "", "ask+{token}@xn--clster-4ya.example"),
        ("a" * 30 + "@cluster.example", "", "a" * 30 + "+{token}@cluster.example"),
        ("a" * 60 + "@cluster.example", FORM, FORM),
        ("frage-ü@cluster.example", FORM, FORM),
    ],
)
def test_the_form_comes_from_the_settings(
    monkeypatch: pytest.MonkeyPatch, address: str, written: str, form: str
) -> None:
    monkeypatch.setenv("WHODOES_MAIL_ADDRESS", address)
    monkeypatch.setenv("WHODOES_MAIL_REPLY_ADDRESS", written)
    assert reply_form(read_settings()) == form


@pytest.mark.parametrize(
    "written",
    [
        "ask@cluster.example", "{token}", "r-{token}@", "@cluster.example", "{token}-{token}@cluster.example", "r@{token}.example",
        "r-{token}@{token}.example", "r-{Token}-ü@cluster.example", "a b{token}@cluster.example", "r-{token}@clu ster.example",
        "r..{token}@cluster.example", ".{token}@cluster.example", "r-{token}@-x.example", "r-{token}@x..example",
        "r-{token}\r\nBcc: eve@x.example", "r-{token}@x.example\nBcc: eve@x.example", "a" * 32 + "{token}@cluster.example", "<r-{token}@x.example>",
    ],
)  # fmt: skip
def test_a_form_that_cannot_work_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("WHODOES_MAIL_REPLY_ADDRESS", written)
    with pytest.raises(SettingsProblem, match="WHODOES_MAIL_REPLY_ADDRESS"):
        read_settings()


@pytest.mark.parametrize("address", ["a" * 31 + "@cluster.example", "frage-ü@cluster.example"])
def test_an_address_with_no_room_behind_a_plus_needs_a_form(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("WHODOES_MAIL_ADDRESS", address)
    with pytest.raises(SettingsProblem, match="set WHODOES_MAIL_REPLY_ADDRESS, such as"):
        read_settings()


@given(st.text(max_size=80))
def test_whatever_is_taken_for_a_form_makes_addresses_of_sixty_four_octets_at_most(text: str) -> None:
    for each in (text, f"{text}{PLACE}@cluster.example", f"r-{PLACE}@{text}"):
        try:
            form = checked_form(each)
        except ValueError:
            continue
        address = TokenAddresses(form, b"").of("a" * LONGEST)
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address
        assert len(address.rpartition("@")[0]) <= LONGEST_LOCAL


@given(st.integers(0, 2**40 - 1), st.sampled_from([FORM, "{token}@x.example", "ask+{token}@cluster.example"]))
def test_addresses_are_found_in_a_header_in_any_case(number: int, form: str) -> None:
    ours = TokenAddresses(form, b"k" * 32)
    address = ours.address(Purpose.ANSWER, number)
    found = ours.all_inside(f'"A, B" <b@x.example>, whodoes <{address.upper()}>')
    assert [ours.signed(each) for each in found][-1] == ours.read(address)


@pytest.mark.parametrize(
    ("form", "address", "ours"),
    [
        (FORM, f"r-{TOKEN}@reply.cluster.example", True),
        (FORM, f"R-{TOKEN.upper()}@REPLY.cluster.example", True),
        (FORM, "postmaster@reply.cluster.example", True),
        (FORM, "ask@cluster.example", True),
        (FORM, "anybody@reply.cluster.example", False),
        (FORM, "r-@reply.cluster.example", False),
        (FORM, f"r-{TOKEN}@cluster.example", False),
        (FORM, f"r-{TOKEN}@reply.cluster.example.evil.example", False),
        ("", f"r-{TOKEN}@reply.cluster.example", False),
        ("", f"ask+{TOKEN}@cluster.example", True),
    ],
)
def test_which_addresses_are_ours(form: str, address: str, ours: bool) -> None:
    assert Mailboxes(ADDRESS, reply_form=form).hold(address) is ours


@pytest.mark.parametrize("address", ["ask@clüster.example", "ask@xn--clster-4ya.example"])
def test_a_domain_beyond_ascii_is_ours_in_both_ways_to_write_it(address: str) -> None:
    for written in ("ask@clüster.example", "ask@xn--clster-4ya.example"):
        assert Mailboxes(written).hold(address)


async def test_the_door_takes_replies_at_the_other_domain_and_nothing_else_there(
    sqlite_store: Store, clock: Callable[[], datetime]
) -> None:
    asked: dict[str, Any] = {
        "address": ADDRESS,
        "max_bytes": 10_000,
        "wake": lambda: None,
        "reply_form": FORM,
    }
    listener = await listen(
        store=sqlite_store, host="127.0.0.1", port=0, protocol="smtp", clock=clock, **asked
    )
    assert await in_a_thread(listener.port, f"r-{TOKEN}@reply.cluster.example") == 250
    assert await in_a_thread(listener.port, "sales@reply.cluster.example") == 550
    await listener.close()


async def in_a_thread(port: int, recipient: str) -> int:
    def ask() -> int:
        with SMTP("127.0.0.1", port) as connection:
            connection.ehlo()
            connection.mail("bea@elsewhere.example")
            return connection.rcpt(recipient)[0]

    return await to_thread(ask)

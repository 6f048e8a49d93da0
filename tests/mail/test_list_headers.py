"""The fields that let a reader out of a mailing: standard, signed for, and never more than themselves."""

import email
import email.policy
import re

import pytest

from mail.render.list_headers import Mailing, WaysOut, list_headers, wire_lines
from mail.render.reply import From
from mail.tokens import TokenAddresses

TOKEN = "u" + "a" * 26
WAYS = WaysOut(
    From("ask@cluster.example", "whodoes"),
    TokenAddresses("ask+{token}@cluster.example", b"k" * 32),
    "https://pages.cluster.example/",
)
NEWS = Mailing("newsletter", "Newsletter", "Harrowdale")


def test_a_mailing_carries_its_ways_out() -> None:
    fields = dict(list_headers(NEWS, TOKEN, WAYS))
    assert fields["List-Id"] == '"Newsletter - Harrowdale" <newsletter.cluster.example>'
    assert fields["List-Unsubscribe"] == (
        f"<https://pages.cluster.example/u/{TOKEN}/newsletter>, "
        f"<mailto:ask+{TOKEN}@cluster.example?subject=unsubscribe%20newsletter>"
    )
    assert fields["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Auto-Submitted" not in fields, "people wrote it (RFC 3834 5)"
    names = [name for name, _ in list_headers(NEWS, TOKEN, WAYS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("pages", ["", "http://127.0.0.1:8080"])
def test_one_click_is_promised_over_https_alone(pages: str) -> None:
    fields = dict(list_headers(NEWS, TOKEN, WaysOut(WAYS.sender, WAYS.addresses, pages)))
    assert "List-Unsubscribe-Post" not in fields
    assert "mailto:" in fields["List-Unsubscribe"]


@pytest.mark.parametrize(
    "region", ["Harrowdale\r\nBcc: x@y.example", "Nordöstra", '"; <x>', "=?utf-8?q?x?=", "R" * 300]
)
@pytest.mark.parametrize("topic", ["skills", "a\r\nb", "später"])
def test_no_words_of_anybody_s_begin_a_header(region: str, topic: str) -> None:
    fields = list_headers(Mailing(topic, region, region), TOKEN, WAYS)
    written = wire_lines(fields)
    read = email.message_from_bytes(written + b"\r\n", policy=email.policy.SMTP)
    assert sorted(read.keys()) == sorted(name for name, _ in fields)
    assert re.search(r"<[a-z0-9-]+\.cluster\.example>$", str(read["List-Id"]))
    assert all(len(line) < 998 for line in written.splitlines())


def test_what_cannot_stand_in_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match="List-Id"):
        wire_lines([("List-Id", "a\r\nBcc: x@y.example")])

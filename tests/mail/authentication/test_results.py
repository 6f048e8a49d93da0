"""What our MTA found out is believed; what somebody wrote into their own mail is not, however like it looks."""

import time
from email import message_from_string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.authentication.results import read_field, trust_in
from mail.trust import Trust

OURS = "mx.cluster.example"
BY_US = "Received: from out.firm.example (out.firm.example [203.0.113.7])\n\tby mx.cluster.example (Postfix) with ESMTPS id 1"
BY_THEM = "Received: from pc (unknown [198.51.100.9])\n\tby out.firm.example (Postfix) id 2"
INSIDE = "Received: from localhost (localhost [127.0.0.1])\n\tby mx.cluster.example (Postfix) id 3"
PASS = "Authentication-Results: mx.cluster.example; dmarc=pass (p=reject) header.from=firm.example"
FORGED = PASS
FAIL = "Authentication-Results: mx.cluster.example; dmarc=fail (p=reject dis=none) header.from=firm.example"


def judged(*fields: str, domain: str = "firm.example") -> Trust:
    mail = message_from_string("\n".join([*fields, f"From: ada@{domain}", "Subject: x", "", "text"]))
    return trust_in(mail, domain, OURS)


@pytest.mark.parametrize(
    ("fields", "trust"),
    [
        ((PASS, BY_US), Trust.PROVED),  # a filter that puts it on top, as OpenDMARC
        ((BY_US, PASS, BY_THEM), Trust.PROVED),  # one that puts it under the Received, as rspamd
        ((INSIDE, PASS, BY_US), Trust.PROVED),  # handed on inside after it was checked
        ((FAIL, BY_US), Trust.FAILED),
        ((FAIL, BY_US, FORGED), Trust.FAILED),
        ((BY_US, FAIL, FORGED, BY_THEM), Trust.FAILED),
        ((BY_US, BY_THEM, FORGED), Trust.UNPROVED),
        ((BY_US,), Trust.UNPROVED),
        ((), Trust.UNPROVED),
        ((FORGED.replace("mx.cluster", "mx.evil"), BY_US), Trust.UNPROVED),
        ((PASS.replace("mx.cluster.example", "MX.Cluster.Example"), BY_US), Trust.PROVED),
        ((PASS.replace("example;", "example 1;"), BY_US), Trust.PROVED),
        ((PASS.replace("header.from=firm", "header.from=other"), BY_US), Trust.UNPROVED),
        ((PASS, FAIL, BY_US), Trust.FAILED),
        (("Authentication-Results: mx.cluster.example; none", BY_US), Trust.UNPROVED),
        (("Authentication-Results: mx.cluster.example; dmarc=none header.from=firm.example; spf=pass smtp.mailfrom=a@firm.example", BY_US), Trust.PROVED),
    ],
)  # fmt: skip
def test_only_our_own_results_at_the_top_count(fields: tuple[str, ...], trust: Trust) -> None:
    assert judged(*fields) is trust


@pytest.mark.parametrize(
    ("results", "trust"),
    [
        ("spf=pass smtp.mailfrom=ada@firm.example", Trust.PROVED),
        ("spf=pass smtp.mailfrom=bounces.firm.example", Trust.PROVED),
        ("spf=pass smtp.mailfrom=evil.example", Trust.UNPROVED),
        ("spf=pass smtp.helo=firm.example", Trust.UNPROVED),
        ("spf=softfail smtp.mailfrom=ada@firm.example", Trust.UNPROVED),
        ("dkim=pass (2048-bit key) header.d=firm.example header.s=s1", Trust.PROVED),
        ("dkim=pass header.i=@mail.firm.example", Trust.PROVED),
        ('dkim=pass reason="a; dmarc=pass header.from=firm.example" header.d=evil.example', Trust.UNPROVED),
        ("dkim=pass (header.d=firm.example) header.d=evil.example", Trust.UNPROVED),
        ("dkim=fail header.d=firm.example; dkim=pass header.d=firm.example", Trust.PROVED),
        ("arc=pass; dkim=fail header.d=firm.example", Trust.UNPROVED),
        ("x=pass; dmarc=permerror header.from=firm.example; dkim=pass header.d=firm.example", Trust.PROVED),
    ],
)  # fmt: skip
def test_without_dmarc_spf_or_dkim_must_be_for_the_from_s_own_organisation(
    results: str, trust: Trust
) -> None:
    assert judged(f"Authentication-Results: {OURS};\n\t{results}", BY_US) is trust


def test_neighbours_under_a_public_suffix_are_not_one_organisation() -> None:
    field = f"Authentication-Results: {OURS}; dkim=pass header.d=evil.co.uk"
    assert judged(field, BY_US, domain="firm.co.uk") is Trust.UNPROVED
    assert judged(field.replace("evil", "mail.firm"), BY_US, domain="firm.co.uk") is Trust.PROVED


@given(st.text(max_size=200))
def test_any_field_is_read_without_an_error(text: str) -> None:
    read_field(text)
    read_field(f"{OURS}; {text}")


@pytest.mark.parametrize("piece", ["(", '"', "\\", ";", "=", "a=b ", "((", '"\\', " "])
def test_a_field_made_to_be_slow_is_not(piece: str) -> None:
    begun = time.process_time()
    read_field(f"{OURS}; {piece * 200_000}")
    assert time.process_time() - begun < 1.0

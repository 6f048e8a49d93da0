"""What our MTA found out is believed; what somebody wrote into their own mail is not, however like it looks."""

import time
from email import message_from_string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.authentication.result_fields import read_field
from mail.authentication.results import trust_in
from mail.trust import Trust

OURS = "mx.cluster.example"
BY_US = "Received: from out.firm.example (out.firm.example [203.0.113.7])\n\tby mx.cluster.example (Postfix) with ESMTPS id 1"
BY_THEM = "Received: from pc (unknown [198.51.100.9])\n\tby out.firm.example (Postfix) id 2"
INSIDE = "Received: from localhost (localhost [127.0.0.1])\n\tby mx.cluster.example (Postfix) id 3"
PASS = "Authentication-Results: mx.cluster.example; dmarc=pass (p=reject) header.from=firm.example"
FORGED = PASS
NOTHING = "Authentication-Results: mx.cluster.example; dmarc=none; spf=none; dkim=none"
FORGED_ABOVE = "Authentication-Results: mx.evil.example; dmarc=pass header.from=firm.example"
CALLS_ITSELF_US = "Received: from [127.0.0.1] (unknown [203.0.113.7])\n\tby mx.cluster.example (Postfix) id 4"
BY_QMAIL = "Received: from unknown (HELO [127.0.0.1]) (203.0.113.7)\n  by mx.cluster.example with SMTP"
BY_QMAIL_6 = "Received: from unknown (HELO [127.0.0.1]) (2001:db8::7)\n  by mx.cluster.example with SMTP"
HANDED_ON = "Received: by 2002:a05:6a10:1::2 with SMTP id 5; Mon, 23 Nov 2026 09:00:00 +0000"
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
        ((BY_US, NOTHING, FORGED, BY_THEM), Trust.UNPROVED),  # of one method, what stands on top
        ((BY_US, NOTHING, FORGED), Trust.UNPROVED),
        ((FORGED_ABOVE, BY_US, FORGED), Trust.UNPROVED),
        ((CALLS_ITSELF_US, BY_THEM, FORGED), Trust.UNPROVED),
        ((BY_US, INSIDE, FORGED), Trust.UNPROVED),  # as if it had been handed on inside
        ((BY_QMAIL, INSIDE, BY_THEM, FORGED), Trust.UNPROVED),
        ((BY_QMAIL_6, INSIDE, BY_THEM, FORGED), Trust.UNPROVED),
        ((HANDED_ON, BY_US, PASS, BY_THEM), Trust.PROVED),  # by the hosts of a large provider
        ((BY_US, BY_THEM, FORGED), Trust.UNPROVED),
        ((BY_US,), Trust.UNPROVED),
        (("Authentication-Results: spf=pass smtp.mailfrom=firm.example; dmarc=pass header.from=firm.example", BY_US), Trust.UNPROVED),
        (("Authentication-Results: (mx.cluster.example; dmarc=pass header.from=firm.example", BY_US), Trust.UNPROVED),
        (("Authentication-Results: (to be sure) mx.cluster.example (yes); dmarc=pass header.from=firm.example", BY_US), Trust.PROVED),
        (('Authentication-Results: "mx.cluster.example"; dmarc=pass header.from=firm.example', BY_US), Trust.PROVED),
        ((f"{FORGED_ABOVE}\n" * 30 + PASS, BY_US), Trust.UNPROVED),  # more than any MTA writes
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
        ("dkim=pass header.d=firm.example('.evil.example", Trust.UNPROVED),
        ("dkim=pass header.d=firm.example(x).evil.example header.s=s", Trust.UNPROVED),
        ("spf=pass smtp.mailfrom=any@firm.example(a.evil.example", Trust.UNPROVED),
        ("spf=pass smtp.mailfrom=any@firm.example'@any.evil.example", Trust.UNPROVED),
        ('spf=pass smtp.mailfrom=firm.example"x@evil.example', Trust.UNPROVED),
        ('spf=pass smtp.mailfrom=firm.example "x@evil.example', Trust.UNPROVED),
        ("dkim=pass header.d=firm.example(", Trust.UNPROVED),
        (f"dkim=pass header.s={'x' * 8000} header.d=firm.example", Trust.UNPROVED),
        ('spf=pass smtp.mailfrom="any@firm.example"@evil.example', Trust.UNPROVED),
        ("spf=pass smtp.mailfrom=@firm.example,@any.example:'any@evil.example", Trust.UNPROVED),
        ('spf=pass smtp.mailfrom="x; dkim=pass header.d=firm.example; x"@evil.example', Trust.UNPROVED),
        ("dkim=pass header.d=firm.example header.d=evil.example", Trust.PROVED),
        ("dkim=pass header.d=evil.example header.d=firm.example", Trust.UNPROVED),
        ("dkim=pass (2048-bit key; unprotected (truly)) header.d=firm.example.", Trust.PROVED),
        ("dkim/1 = pass header.d = FIRM.example", Trust.PROVED),
        ("x=pass; dmarc=permerror header.from=firm.example; dkim=pass header.d=firm.example", Trust.PROVED),
    ],
)  # fmt: skip
def test_without_dmarc_spf_or_dkim_must_be_for_the_from_s_own_organisation(
    results: str, trust: Trust
) -> None:
    assert judged(f"Authentication-Results: {OURS};\n\t{results}", BY_US) is trust


def test_domains_beyond_ascii_are_compared_as_the_dns_has_them() -> None:
    said = f"Authentication-Results: {OURS}; dmarc=pass header.from=xn--mnchen-3ya.example"
    assert judged(said, BY_US, domain="münchen.example") is Trust.PROVED
    assert judged(said.replace("xn--mnchen-3ya", "münchen"), BY_US, domain="münchen.example") is Trust.PROVED
    for look_alike in ("mü\u0301nchen.example", "m\u0456nchen.example", "munchen.example"):
        assert judged(said, BY_US, domain=look_alike) is Trust.UNPROVED
    sharp = f"Authentication-Results: {OURS}; dkim=pass header.d=fass.example"
    assert judged(sharp, BY_US, domain="faß.example") is Trust.UNPROVED, "two domains, not one spelled twice"


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

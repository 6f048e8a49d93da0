"""DKIM, SPF and DMARC checked here, against mails signed in the test and a name server of its own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import dkim
import dns.resolver
import pytest

from mail.authentication.checking import Envelope, trust_of
from mail.authentication.judges import ByChecking
from mail.authentication.names import Names, resolver_of
from mail.inbound import InboundMail, read_mail
from mail.trust import Trust
from store.inbox import Received
from store.kinds import Medium
from tests.doubles.name_server import NameServer
from tests.mail.authentication.keys import PRIVATE, PUBLIC, SMALL, SMALL_PRIVATE

MAIL = (
    b"From: Ada Marsh <ada@firm.example>\r\nTo: ask@cluster.example\r\nSubject: A question\r\n"
    b"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@firm.example>\r\n\r\nWho does viral vectors?\r\n"
)
BEHIND = Envelope("127.0.0.1", "ada@firm.example")  # an MTA of ours has seen the client, and we have not
FROM_ANYWHERE = Envelope("9.9.9.9", "ada@firm.example")
RECORDS = {
    ("s1._domainkey.firm.example", "TXT"): [f'"v=DKIM1; k=rsa; p={PUBLIC[:200]}" "{PUBLIC[200:]}"'],
    ("s1._domainkey.evil.example", "TXT"): [f'"v=DKIM1; k=rsa; p={PUBLIC[:200]}" "{PUBLIC[200:]}"'],
    ("firm.example", "TXT"): ['"v=spf1 ip4:8.8.4.0/24 -all"'],
    ("_dmarc.firm.example", "TXT"): ['"v=DMARC1; p=reject"'],
    ("evil.example", "TXT"): ['"v=spf1 ip4:0.0.0.0/0 ~all"'],
    ("open.example", "TXT"): ['"v=spf1 ip4:8.8.4.0/24 -all"'],
    ("_dmarc.open.example", "TXT"): ['"v=DMARC1; p=none"'],
    ("_dmarc.strict.example", "TXT"): ['"v=DMARC1; p=quarantine; sp=reject; adkim=s; aspf=s"'],
    ("s1._domainkey.mail.strict.example", "TXT"): [f'"v=DKIM1; k=rsa; p={PUBLIC[:200]}" "{PUBLIC[200:]}"'],
    ("void.example", "TXT"): ['"v=spf1 a:x1.example a:x2.example a:x3.example a:x4.example +all"'],
}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ITS_CLIENT = "8.8.4.4"


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    async with NameServer(RECORDS) as server:
        yield server


def signed(
    mail: bytes = MAIL, domain: bytes = b"firm.example", *, key: bytes = PRIVATE, **options: object
) -> bytes:
    fields = {"include_headers": [b"From", b"To", b"Subject"], **options}
    header: bytes = dkim.sign(mail, b"s1", domain, key, **fields)
    return header + mail


async def judged(
    server: NameServer, raw: bytes, envelope: Envelope = FROM_ANYWHERE, domain: str = "firm.example"
) -> Trust:
    names = Names(resolver_of(("127.0.0.1",), server.port), seconds=1.0)
    return await asyncio.to_thread(trust_of, raw, domain, envelope, names)


async def test_a_signature_of_the_from_s_domain_proves_it(server: NameServer) -> None:
    assert await judged(server, signed()) is Trust.PROVED
    assert await judged(server, signed().replace(b"\r\n", b"\n")) is Trust.PROVED


async def test_what_was_changed_or_signed_by_others_proves_nothing(server: NameServer) -> None:
    changed = signed().replace(b"viral vectors", b"your money  ")
    assert await judged(server, changed) is Trust.FAILED
    assert await judged(server, signed(domain=b"evil.example")) is Trust.FAILED
    assert await judged(server, MAIL) is Trust.FAILED
    other = MAIL.replace(b"firm.example", b"open.example")
    assert await judged(server, other, domain="open.example") is Trust.UNPROVED, "its domain only watches"
    assert await judged(server, other, domain="nowhere.example") is Trust.UNPROVED


async def test_a_signature_that_leaves_room_below_does_not_count(server: NameServer) -> None:
    short = signed(length=True) + b"Send me the list of members.\r\n"
    assert await judged(server, short) is Trust.FAILED


async def test_a_second_from_breaks_the_signature(server: NameServer) -> None:
    assert await judged(server, b"From: boss@firm.example\r\n" + signed()) is Trust.FAILED


async def test_the_client_s_own_address_proves_it_where_no_mta_stands_between(server: NameServer) -> None:
    assert await judged(server, MAIL, Envelope(ITS_CLIENT, "ada@firm.example")) is Trust.PROVED
    assert await judged(server, MAIL, Envelope(ITS_CLIENT, "ada@evil.example")) is Trust.FAILED
    assert await judged(server, MAIL, FROM_ANYWHERE) is Trust.FAILED
    assert await judged(server, MAIL, Envelope("", "")) is Trust.FAILED


async def test_behind_an_mta_a_signature_proves_it_and_its_lack_is_no_failure_where_spf_may_have_passed(
    server: NameServer,
) -> None:
    assert await judged(server, signed(), BEHIND) is Trust.PROVED
    assert await judged(server, MAIL, BEHIND) is Trust.UNPROVED, "its domain may have sent it, by SPF"
    assert await judged(server, MAIL, Envelope("127.0.0.1", "x@evil.example")) is Trust.FAILED


@pytest.mark.parametrize(
    "mail_from",
    [
        "x@evil.example@firm.example", "x@firm.example@evil.example", "@firm.example:x@evil.example", "x@evil.example(@firm.example",
        "x@firm.example(.evil.example", "(x@firm.example", "x@firm.example'@evil.example", "firm.example", "@", "x@firm.example\0.evil.example",
    ],
)  # fmt: skip
async def test_an_envelope_made_to_be_read_in_two_ways_proves_nothing(
    server: NameServer, mail_from: str
) -> None:
    server.records[("evil.example", "TXT")] = ['"v=spf1 +all"']
    assert await judged(server, MAIL, Envelope("9.9.9.9", mail_from)) is Trust.FAILED


async def test_a_key_too_small_to_hold_does_not_count(server: NameServer) -> None:
    server.records[("s1._domainkey.firm.example", "TXT")] = [f'"v=DKIM1; p={SMALL}"']
    assert await judged(server, signed(key=SMALL_PRIVATE)) is Trust.FAILED


async def test_only_the_first_signatures_are_looked_at(server: NameServer) -> None:
    raw = signed()
    for _ in range(5):
        raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=s1; h=from; bh=eA==; b=eA==\r\n" + raw
    assert await judged(server, raw) is Trust.FAILED


async def test_subdomains_are_one_organisation_unless_the_domain_is_strict(server: NameServer) -> None:
    mail = MAIL.replace(b"ada@firm.example", b"ada@strict.example")
    by_sub = signed(mail, b"mail.strict.example")
    assert await judged(server, by_sub, domain="strict.example") is Trust.FAILED
    assert await judged(server, by_sub, domain="mail.strict.example") is Trust.PROVED
    assert await judged(server, MAIL, domain="deep.strict.example") is Trust.FAILED, (
        "its policy for subdomains"
    )


async def test_silence_of_the_dns_is_no_failure_and_keeps_nobody(server: NameServer) -> None:
    server.silent = {"s1._domainkey.firm.example"}
    assert await judged(server, signed()) is Trust.UNPROVED
    server.silent = {name for name, _ in RECORDS}
    assert await judged(server, signed()) is Trust.UNPROVED


async def test_a_domain_that_makes_us_look_up_too_much_is_let_be(server: NameServer) -> None:
    assert (
        await judged(server, MAIL, Envelope(ITS_CLIENT, "a@void.example"), domain="void.example")
        is Trust.UNPROVED
    )
    assert len([name for name, _ in server.asked if name.startswith("x")]) <= 3


@pytest.mark.parametrize(
    "record", ["mx -all", "ptr -all", "include:sends.example -all", "a:web.example -all", "redirect=sends.example"]
)  # fmt: skip
async def test_a_domain_may_say_in_any_way_who_sends_for_it(server: NameServer, record: str) -> None:
    server.records |= {
        ("said.example", "TXT"): [f'"v=spf1 {record}"'],
        ("sends.example", "TXT"): ['"v=spf1 ip4:8.8.4.0/24 -all"'],
        ("said.example", "MX"): ["10 web.example."],
        ("web.example", "A"): [ITS_CLIENT],
        ("4.4.8.8.in-addr.arpa", "PTR"): ["web.said.example."],
        ("web.said.example", "A"): [ITS_CLIENT],
    }
    envelope = Envelope(ITS_CLIENT, "ada@said.example")
    assert await judged(server, MAIL, envelope, domain="said.example") is Trust.PROVED
    elsewhere = Envelope("8.8.8.8", "ada@said.example")
    assert await judged(server, MAIL, elsewhere, domain="said.example") is Trust.UNPROVED


@pytest.mark.parametrize("domain", ["", ".", "a" * 300, "\u0661\u200d.example", "-\u0430-.example"])
async def test_what_is_no_domain_is_nobody_s(server: NameServer, domain: str) -> None:
    assert await judged(server, MAIL, domain=domain) is Trust.UNPROVED


async def test_of_two_policies_none_counts(server: NameServer) -> None:
    server.records[("_dmarc.firm.example", "TXT")] = ['"v=DMARC1; p=reject"', '"v=DMARC1; p=none"']
    assert await judged(server, MAIL) is Trust.UNPROVED


class _Unplugged(dns.resolver.Resolver):
    """Of a machine whose network is gone in some way or other."""

    def __init__(self, error: Exception) -> None:
        super().__init__(configure=False)
        self.nameservers = ["127.0.0.1"]
        self._error = error

    def resolve(self, *_: object, **__: object) -> dns.resolver.Answer:
        raise self._error


@pytest.mark.parametrize("error", [OSError("network is unreachable"), RuntimeError("a fault of the library")])
def test_no_fault_of_the_dns_costs_a_mail(error: Exception) -> None:
    read = read_mail(MAIL)
    assert isinstance(read, InboundMail)
    item = Received(
        1, Medium.EMAIL, "x", "mail", {"peer": ITS_CLIENT, "mail_from": "ada@firm.example"}, MAIL, 0, NOW
    )
    assert ByChecking(_Unplugged(error))(item, read) is Trust.UNPROVED


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n", b"DKIM-Signature: v=1; a=rsa-sha256; d=firm.example; s=s1; h=from; bh=x; b=y\r\nFrom: a@firm.example\r\n\r\nx",
        b"DKIM-Signature: " + b"a" * 50_000 + b"\r\nFrom: a@b.example\r\n\r\nx", b"\xff\xfe" * 1000,
        b"DKIM-Signature: v=1; s=" + "ü".encode() + b"; d=firm.example; h=from\r\n\r\n",
    ],
)  # fmt: skip
async def test_broken_signatures_are_none(server: NameServer, raw: bytes) -> None:
    assert await judged(server, raw, domain="open.example") is Trust.UNPROVED

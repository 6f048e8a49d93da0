"""Mails written to be taken for a member's, over a real connection: nothing of theirs is told, done or answered elsewhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr

import dkim
import pytest
from sqlmodel import Session, select

from mail.authentication.judges import ByChecking, ByResults
from mail.authentication.names import resolver_of
from mail.desk import MailDesk
from mail.trust import Judge, believe
from store.models import Introduction, Person
from store.store import Store
from tests.doubles.name_server import NameServer
from tests.factories import add_golden_region, add_person
from tests.mail.authentication.keys import PRIVATE, PUBLIC
from tests.mail.correspondence import (
    MEMBER,
    Clock,
    a_working_desk,
    all_worked_through,
    answers,
    at,
    outcomes,
    words_of,
)
from tests.mail.open_port import Port, send

ASK = b"introduce me to Larkspur Vectors: we need AAV\r\n"
REST = b"To: ask@cluster.example\r\nSubject: AAV\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@firm.example>\r\n"
KEY = [f'"v=DKIM1; k=rsa; p={PUBLIC[:200]}" "{PUBLIC[200:]}"']
RECORDS = {
    ("s1._domainkey.firm.example", "TXT"): KEY,
    ("s1._domainkey.evil.example", "TXT"): KEY,
    ("_dmarc.firm.example", "TXT"): ['"v=DMARC1; p=reject"'],
}


def mail(*header: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in header) + REST + b"\r\n" + ASK


def signed(raw: bytes, domain: bytes) -> bytes:
    fields = [b"From", b"To", b"Subject", b"Date", b"Message-ID"]
    header: bytes = dkim.sign(raw, b"s1", domain, PRIVATE, include_headers=fields)
    return header + raw


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Alice Marsh", addresses=[MEMBER])
    add_person(session, name="Tom Alder", organisation_id=region["Larkspur Vectors Ltd"], main_contact=True)


@dataclass(frozen=True, slots=True)
class Service:
    """The listener and the desk behind it."""

    store: Store
    desk: MailDesk
    port: int

    async def takes(self, raw: bytes, *, sender: str = MEMBER) -> None:
        assert (await send(self.port, raw, sender=sender))[0] == 250
        await all_worked_through(self.store, self.desk)

    async def said(self) -> list[str]:
        return [words_of(each) for each in await self.store.read(answers)]

    async def introductions(self) -> int:
        return await self.store.read(lambda session: len(session.exec(select(Introduction.id)).all()))


@asynccontextmanager
async def a_service(store: Store, judge: Judge) -> AsyncIterator[Service]:
    await store.write(furnish)
    clock = Clock(at())
    port = Port(store, clock)
    listener = await port.open()
    try:
        async with a_working_desk(store, clock, judge=judge) as desk:
            yield Service(store, desk, listener.port)
    finally:
        await port.close()


@asynccontextmanager
async def a_checking_service(store: Store) -> AsyncIterator[Service]:
    async with NameServer(RECORDS) as names:
        judge = ByChecking(resolver_of(("127.0.0.1",), names.port))
        async with a_service(store, judge) as service:
            yield service


async def test_a_member_whose_domain_signed_the_mail_has_rights(store: Store) -> None:
    async with a_checking_service(store) as service:
        await service.takes(signed(mail(b"From: Alice <alice@firm.example>"), b"firm.example"))
        assert await service.introductions() == 1


async def test_a_mail_that_somebody_else_signed_changes_nothing_and_says_why(store: Store) -> None:
    async with a_checking_service(store) as service:
        forged = signed(mail(b"From: Alice <alice@firm.example>"), b"evil.example")
        await service.takes(forged, sender="eve@evil.example")
        [said] = await service.said()
        assert await service.introductions() == 0
        assert "Tom" not in said
        assert "fails DMARC" in " ".join(said.split())


async def test_what_was_signed_is_not_believed_once_another_from_stands_beside_it(
    sqlite_store: Store,
) -> None:
    async with a_checking_service(sqlite_store) as service:
        raw = signed(mail(b"From: Eve <eve@evil.example>"), b"evil.example")
        await service.takes(b"From: Alice <alice@firm.example>\r\n" + raw)
        assert await service.introductions() == 0
        assert await service.said() == []


@pytest.mark.parametrize(
    "header",
    [
        (b"From: eve@evil.example", b"From: alice@firm.example"),
        (b"From: alice@firm.example", b" From: eve@evil.example"),
        (b"From: alice@firm.example", b"From : eve@evil.example"),
        (b"From: alice@firm.example", b"From\r\n : eve@evil.example"),
        (b"From: alice@firm.example", b"from\t:\r\n eve@evil.example"),
        (b"From: alice@firm.example, eve@evil.example",),
        (b"From: alice@firm.example,\r\n eve@evil.example",),
        (b"From: <alice@firm.example> <eve@evil.example>",),
        (b"From: alice@firm.example <eve@evil.example",),
        (b"From: <@evil.example,@x.example:alice@firm.example>",),
        (b"From: <alice@firm.example(@evil.example)",),
        (b"From: <alice\\@firm.example>@evil.example",),
        (b"From: alice@firm.example\\,eve@evil.example",),
        (b"From: =?utf-8?b?YWxpY2VAZmlybS5leGFtcGxl?=",),
        (b"From: <=?utf-8?b?YWxpY2VAZmlybS5leGFtcGxl?=>",),
        (b"From: =?utf-8?q?alice=40firm=2Eexample=2C?= <eve@evil.example>, x@y.example",),
        (b"From: members: alice@firm.example;",),
        (b"From: members: alice@firm.example, eve@evil.example;",),
        (b"From:", b"Sender: alice@firm.example"),
        (b"Sender: alice@firm.example",),
        (b"Resent-From: alice@firm.example",),
        (b"Reply-To: alice@firm.example",),
        (b"From: alice@firm.example..",),
        (b"From: alice@[127.0.0.1]",),
    ],
)  # fmt: skip
async def test_a_from_that_two_readers_could_see_differently_is_kept_and_not_answered(
    sqlite_store: Store, header: tuple[bytes, ...]
) -> None:
    async with a_service(sqlite_store, believe) as service:
        await service.takes(mail(*header))
        assert await service.said() == []
        assert await service.introductions() == 0
        [outcome] = await sqlite_store.read(outcomes)
        assert outcome.startswith("not answered")


@pytest.mark.parametrize(
    "sender",
    [
        "alice@f\u0456rm.example",  # a Cyrillic i
        "\u0430lice@firm.example",  # a Cyrillic a
        "alice@firm\u3002example.evil.example",
        "alice@firm.example.evil.example",
        '"alice@firm.example"@evil.example',
        "alice+x@firm.example",
        "Alice Marsh alice@firm.example <eve@evil.example>",
        "=?utf-8?q?Alice_=3Calice=40firm=2Eexample=3E?= <eve@evil.example>",
        '"alice@firm.example" <eve@evil.example>',
        "eve@evil.example (alice@firm.example)",
        "eve(alice@firm.example)@evil.example",
        "eve@evil.example(@firm.example)",
        "<eve@evil.example>(alice@firm.example)",
    ],
)
async def test_who_only_looks_like_a_member_is_none(sqlite_store: Store, sender: str) -> None:
    async with a_service(sqlite_store, believe) as service:
        await service.takes(mail(b"From: " + sender.encode()))
        assert await service.introductions() == 0
        assert "Tom" not in "".join(await service.said())
        for answer in await sqlite_store.read(answers):
            assert parseaddr(str(answer["To"]))[1] != MEMBER


async def test_the_answer_goes_to_the_from_and_never_where_the_mail_wants_it(sqlite_store: Store) -> None:
    async with a_service(sqlite_store, believe) as service:
        wants = (b"Reply-To: eve@evil.example", b"Sender: eve@evil.example", b"Resent-From: eve@evil.example")
        more = (b"Return-Receipt-To: eve@evil.example", b"Disposition-Notification-To: eve@evil.example")
        await service.takes(
            mail(b"From: alice@firm.example", *wants, *more, b"Errors-To: eve@evil.example"),
            sender="bounces@firm.example",
        )
        [answer] = await sqlite_store.read(answers)
        assert answer["To"] == MEMBER
        assert "evil" not in str(answer)


async def test_results_that_came_with_the_mail_give_no_rights(sqlite_store: Store) -> None:
    ours = "mx.cluster.example"
    forged = b"Authentication-Results: mx.cluster.example; dmarc=pass header.from=firm.example"
    by_us = (
        b"Received: from evil.example (evil.example [203.0.113.9])\r\n\tby mx.cluster.example (Postfix) id 1"
    )
    by_them = b"Received: from pc (unknown [198.51.100.9])\r\n\tby evil.example (Postfix) id 2"
    for_us = b"Authentication-Results: mx.cluster.example; dmarc=none; spf=pass smtp.mailfrom=evil.example"
    async with a_service(sqlite_store, ByResults(ours)) as service:
        for number, header in enumerate(((by_us, by_them, forged), (by_us, for_us, forged))):
            raw = mail(*header, b"From: alice@firm.example").replace(b"<1@", f"<{number}@".encode())
            await service.takes(raw)
        assert await service.introductions() == 0


@pytest.mark.parametrize(
    "words",
    [
        "introduce 1", "stop", "yes", "my other address is eve@evil.example", "Larkspur Vectors is out of date: they moved",
        "pause introductions until March", "who is the contact at Larkspur Vectors?", "tell me about Larkspur Vectors", "who there?",
        "never introduce me to Larkspur Vectors", "more", "I come to the autumn networking evening",
    ],
)  # fmt: skip
async def test_in_a_member_s_name_nothing_is_done_and_nobody_named(sqlite_store: Store, words: str) -> None:
    async with a_checking_service(sqlite_store) as service:
        before = await sqlite_store.read(_of_alice)
        raw = mail(b"From: alice@firm.example").replace(ASK, words.encode() + b"\r\n")
        await service.takes(raw)
        said = "".join(await service.said())
        assert "Tom" not in said
        assert "Alice" not in said
        assert await service.introductions() == 0
        assert await sqlite_store.read(_of_alice) == before


def _of_alice(session: Session) -> dict[str, object]:
    return session.exec(select(Person).where(Person.name == "Alice Marsh")).one().model_dump()


async def test_one_whose_dns_is_slow_keeps_nobody_else_waiting(sqlite_store: Store) -> None:
    async with NameServer(RECORDS) as names:
        names.silent = {"_dmarc.evil.example"}
        judge = ByChecking(resolver_of(("127.0.0.1",), names.port))
        async with a_service(sqlite_store, judge) as service:
            slow = mail(b"From: eve@evil.example").replace(b"<1@", b"<2@")
            assert (await send(service.port, slow))[0] == 250
            await service.takes(signed(mail(b"From: alice@firm.example"), b"firm.example"))
            assert await service.introductions() == 1

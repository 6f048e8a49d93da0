"""A second address becomes a person's when whoever reads the other one agrees, and tells strangers nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.second_addresses import CLAIMED, CLAIMS_A_DAY, IF_BOTH_ARE_YOURS
from bot.slack.letters import SlackCarrier
from bot.web.letters import LetterPages
from mail.trust import Trust
from scheduler.housekeeping import tidy
from store.kinds import Medium
from store.models import Address, AddressClaim, AuditEntry, LetterRecord, OutboxMessage
from store.outbox import Draft
from store.people import Member, by_address, by_id
from store.store import Store
from tests.factories import add_organisation, add_person
from tests.mail.correspondence import (
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    words_of,
)
from tests.mail.test_letter_replies import HOUSE, TOM, furnish
from tests.mail.test_threads import Judged, Office, reply_address

ADA, AT_HOME, EVE = "ada@oriel.example", "ada@home.example", "eve@elsewhere.example"
MINE_TOO = f"This is also my address, I am {ADA}"


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    await store.write(furnish_with_ada)
    clock, judged = Clock(at(9)), Judged()
    async with a_working_desk(store, clock, house=HOUSE, judge=judged) as desk:
        yield Office(store, desk, clock, judged)


@pytest.fixture
async def small_office(sqlite_store: Store) -> AsyncIterator[Office]:
    await sqlite_store.write(furnish_with_ada)
    clock, judged = Clock(at(9)), Judged()
    async with a_working_desk(sqlite_store, clock, house=HOUSE, judge=judged) as desk:
        yield Office(sqlite_store, desk, clock, judged)


def furnish_with_ada(session: Session) -> None:
    furnish(session)
    oriel = add_organisation(session, name="Oriel Protein Services")
    add_person(session, name="Ada Finch", addresses=[ADA], organisation_id=oriel)


async def mails_to(office: Office, reader: str) -> list[EmailMessage]:
    return [each for each in await office.store.read(answers) if reader in str(each["To"])]


def claims(session: Session) -> list[tuple[str, bool, bool]]:
    rows = session.exec(select(AddressClaim).order_by(col(AddressClaim.id)))
    return [(row.address, row.settled_at is not None, row.confirmed) for row in rows]


async def test_a_stranger_hears_the_same_whoever_they_name(office: Office) -> None:
    asking = ("one@x.example", "two@x.example", "three@x.example", TOM)
    named = (ADA, "nobody@nowhere.example", "tom@home.example", ADA)
    told = [
        words_of(await office.write(f"I am {each}", sender=sender))
        for sender, each in zip(asking, named, strict=True)
    ]
    assert {text.replace(each, "ADDRESS") for text, each in zip(told[:3], named, strict=False)} == {
        told[0].replace(ADA, "ADDRESS")
    }
    assert CLAIMED.text in told[0]
    assert len(await mails_to(office, ADA)) == 1  # Tom is known as Tom: whom he names hears nothing of it


async def test_whoever_answers_a_claim_is_asked_for_a_sure_word(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=AT_HOME)
    (asked,) = await mails_to(office, ADA)
    unsure = await office.write("hm, what is this about", sender=ADA, to=reply_address(asked))
    assert "I was not sure what you meant" in words_of(unsure)
    assert await office.store.read(claims) == [(AT_HOME, False, False)]


async def test_the_same_word_again_is_told_the_same_and_another_that_it_is_settled(
    small_office: Office,
) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=AT_HOME)
    (asked,) = await mails_to(office, ADA)
    place = reply_address(asked)
    assert "Thank you" in words_of(await office.write("yes", sender=ADA, to=place))
    assert "You said yes already" in words_of(await office.write("yes please", sender=ADA, to=place))
    assert "You said yes already" in words_of(await office.write("no", sender=ADA, to=place))
    assert await office.store.read(claims) == [(AT_HOME, True, True)]
    assert len(await mails_to(office, AT_HOME)) == 2


async def test_a_no_stays_a_no_and_staff_can_see_it(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=EVE)
    (asked,) = await mails_to(office, ADA)
    await office.write("No.", sender=ADA, to=reply_address(asked))
    assert "settled already" in words_of(await office.write("yes", sender=ADA, to=reply_address(asked)))
    assert await office.store.read(claims) == [(EVE, True, False)]
    rows = await office.store.read(lambda s: s.exec(select(AuditEntry)).all())
    assert "address.denied" in [row.action for row in rows]
    assert not any(EVE in f"{row.subject}{row.details}" for row in rows)


async def test_nobody_answers_it_for_somebody_else(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=EVE)
    (asked,) = await mails_to(office, ADA)
    for sender in (EVE, TOM):
        told = words_of(await office.write("yes", sender=sender, to=reply_address(asked)))
        assert "written to somebody else" in told
    assert await office.store.read(claims) == [(EVE, False, False)]


async def test_a_word_on_a_letter_from_an_unknown_address_asks_whose_that_is(small_office: Office) -> None:
    office = small_office
    listed = await office.write("viral vectors", sender=ADA)
    await office.write("introduce 1", sender=ADA, to=reply_address(listed))
    (letter,) = await mails_to(office, TOM)
    told = words_of(await office.write("yes", sender=EVE, to=reply_address(letter)))
    assert "written to somebody else" in told
    assert IF_BOTH_ARE_YOURS in told
    assert EVE in words_of((await mails_to(office, TOM))[-1])
    assert await office.store.read(claims) == [(EVE, False, False)]


async def test_a_week_later_it_is_too_late(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=AT_HOME)
    (asked,) = await mails_to(office, ADA)
    office.clock.now += timedelta(days=7)
    assert "too long ago" in words_of(await office.write("yes", sender=ADA, to=reply_address(asked)))
    await office.write(MINE_TOO, sender=AT_HOME)
    assert len([each for each in await mails_to(office, ADA) if "do not know" in words_of(each)]) == 2


async def test_an_address_that_is_somebody_elses_by_then_stays_theirs(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=AT_HOME)
    (asked,) = await mails_to(office, ADA)
    tom = await office.store.read(by_address, TOM)
    assert isinstance(tom, Member)
    await office.store.write(lambda s: s.add(Address(address=AT_HOME, person_id=tom.person_id, position=5)))
    told = words_of(await office.write("yes", sender=ADA, to=reply_address(asked)))
    assert "belongs to somebody else" in told
    assert await office.store.read(by_address, AT_HOME) == tom


async def test_one_address_claims_so_often_a_day_and_one_person_is_asked_so_often(
    small_office: Office,
) -> None:
    office = small_office
    for number in range(CLAIMS_A_DAY + 2):
        told = words_of(await office.write(MINE_TOO, sender=f"eve{number}@elsewhere.example"))
        assert CLAIMED.text in told
    assert len(await mails_to(office, ADA)) == CLAIMS_A_DAY
    for number in range(CLAIMS_A_DAY):
        await office.write(f"I am ada{number}@oriel.example", sender=EVE)
    assert "three times today" in words_of(await office.write("I am ada9@oriel.example", sender=EVE))
    office.clock.now += timedelta(days=1)
    assert CLAIMED.text in words_of(await office.write("I am ada9@oriel.example", sender=EVE))


async def test_the_same_claim_twice_is_asked_once(small_office: Office) -> None:
    office = small_office
    await office.write(MINE_TOO, sender=AT_HOME)
    await office.write(f"link {ADA}", sender=AT_HOME)
    assert len(await mails_to(office, ADA)) == 1


async def test_a_from_that_its_domain_disowns_asks_nobody(small_office: Office) -> None:
    office = small_office
    office.judged.of[EVE] = Trust.FAILED
    listed = await office.write("viral vectors", sender=ADA)
    await office.write(MINE_TOO, sender=EVE)
    await office.write("more", sender=EVE, to=reply_address(listed))
    assert await office.store.read(claims) == []


async def test_a_member_is_told_plainly_what_cannot_be(small_office: Office) -> None:
    office = small_office
    told = words_of(await office.write("add my address tom@home.example", sender=TOM))
    assert "I know you at tom@home.example already" in told
    assert "on its way" in words_of(await office.write(f"add my address {ADA}", sender=TOM))  # and it is not
    assert await office.store.read(claims) == []
    assert await mails_to(office, ADA) == []
    for number in range(CLAIMS_A_DAY - 1):
        await office.write(f"add my address tom{number}@x.example", sender=TOM)
    assert "three times today" in words_of(await office.write("add my address tom9@x.example", sender=TOM))


async def test_only_who_reads_the_mailbox_answers_for_it(small_office: Office) -> None:
    office = small_office
    await office.write(f"add my address {AT_HOME}", sender=ADA)
    (asked,) = await mails_to(office, AT_HOME)
    place = reply_address(asked)
    assert "written to somebody else" in words_of(await office.write("yes", sender=EVE, to=place))
    office.judged.of[AT_HOME] = Trust.FAILED
    assert "written to somebody else" in words_of(await office.write("yes", sender=AT_HOME, to=place))
    office.judged.of[AT_HOME] = Trust.UNPROVED  # a mailbox at home proves little, but that it has the token
    assert "I know you at" in words_of(await office.write("yes", sender=AT_HOME, to=place))


async def test_a_domain_beyond_ascii_is_the_same_address_in_either_way_to_write_it(
    small_office: Office,
) -> None:
    office = small_office
    await office.write("add my address ada@xn--bcher-kva.example", sender=ADA)
    (asked,) = await mails_to(office, "ada@xn--bcher-kva.example")
    told = await office.write("yes", sender="ada@xn--bcher-kva.example", to=reply_address(asked))
    assert "ada@bücher.example" in words_of(told)
    known = await office.store.read(by_address, "ada@bücher.example")
    assert isinstance(known, Member)
    await office.write("I am ada@xn--bcher-kva.example", sender=AT_HOME)
    assert (AT_HOME, False, False) in await office.store.read(claims)


async def test_an_ask_with_an_address_under_it_is_an_ask(small_office: Office) -> None:
    told = words_of(await small_office.write(f"viral vectors\n\nMy email is {ADA}", sender=EVE))
    assert "Larkspur Vectors Ltd" in told
    assert await small_office.store.read(claims) == []


async def test_in_slack_it_is_two_buttons_and_the_message_says_what_became_of_it(sqlite_store: Store) -> None:
    house = type(HOUSE)(
        HOUSE.region,
        HOUSE.rules,
        type(HOUSE.letterbox)({Medium.SLACK: SlackCarrier(), **HOUSE.letterbox.carriers}),
    )
    ada = await sqlite_store.write(add_person, name="Ada Finch", addresses=[ADA], slack_user_id="U0ADA")
    async with a_working_desk(sqlite_store, Clock(at(9)), house=house) as desk:
        await arrive(sqlite_store, a_mail(MINE_TOO, sender=AT_HOME), mail_from=AT_HOME, now=at(9))
        await all_worked_through(sqlite_store, desk)
    (asked,) = await sqlite_store.read(in_slack)
    assert [each["action_id"] for each in buttons_of(asked)] == ["letter:answer:yes", "letter:answer:no"]

    def press(session: Session) -> str:
        letter = session.exec(select(LetterRecord)).one()
        act = Act(by_id(session, ada), Medium.SLACK, "slack:1", house, at(10))
        return reply_to_letter(session, letter.token, "yes", act).text

    assert "I know you at" in await sqlite_store.write(press)
    _, settled = await sqlite_store.read(in_slack)
    assert buttons_of(settled) == []
    assert AT_HOME in str(settled.payload)


def in_slack(session: Session) -> list[Draft]:
    rows = session.exec(
        select(OutboxMessage).where(OutboxMessage.medium == Medium.SLACK).order_by(col(OutboxMessage.id))
    )
    return [Draft(row.dedup_key, row.medium, row.kind, row.recipient, payload=row.payload) for row in rows]


def buttons_of(draft: Draft) -> list[dict[str, str]]:
    blocks = draft.payload["arguments"]["blocks"]
    return [each for block in blocks if block["type"] == "actions" for each in block["elements"]]


async def test_what_became_of_it_is_forgotten_a_month_later(store: Store) -> None:
    def claim(session: Session) -> None:
        person_id = add_person(session, name="Ada Finch", addresses=[ADA])
        for days, settled in ((40, 31), (40, 29), (31, None), (29, None)):
            at_ = at(9) - timedelta(days=days)
            done = None if settled is None else at(9) - timedelta(days=settled)
            session.add(AddressClaim(person_id=person_id, address=AT_HOME, made_at=at_, settled_at=done))

    await store.write(claim)
    await tidy(store, now=at(9))
    assert await store.read(claims) == [(AT_HOME, True, False), (AT_HOME, False, False)]


async def test_its_page_asks_and_a_button_there_answers(sqlite_store: Store) -> None:
    await sqlite_store.write(furnish_with_ada)
    async with a_working_desk(sqlite_store, Clock(at(9)), house=HOUSE) as desk:
        await arrive(sqlite_store, a_mail(MINE_TOO, sender=AT_HOME), mail_from=AT_HOME, now=at(9))
        await all_worked_through(sqlite_store, desk)
    token = await sqlite_store.read(lambda s: s.exec(select(LetterRecord.token)).one())
    pages = LetterPages(sqlite_store, HOUSE, lambda: at(10))
    app = web.Application()
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get(f"/l/{token}")).text()
        assert ">Yes, it is mine too</button>" in page
        assert AT_HOME in page
        assert await sqlite_store.read(claims) == [(AT_HOME, False, False)]
        told = await (await client.post(f"/l/{token}", data={"word": "yes"})).text()
        assert "I know you at" in told
    assert await sqlite_store.read(claims) == [(AT_HOME, True, True)]

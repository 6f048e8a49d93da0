"""Which answer a mail goes on with: by the address it came to, for the person it was sent to, and for nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from sqlmodel import Session, select

from mail.desk import MailDesk
from mail.inbound import InboundMail
from mail.second_addresses import SENT_TO_ANOTHER
from mail.tokens import Purpose, TokenAddresses
from mail.trust import Trust
from store.directory import next_revision
from store.inbox import Received
from store.kinds import IntroductionState as State
from store.kinds import Listing
from store.models import AddressClaim, AskRecord, InboxItem, Introduction, Organisation
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    STRANGER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    outcomes,
    words_of,
)
from tests.mail.test_letter_replies import HOUSE, TOM, furnish

AT_HOME = "tom@home.example"
FORM = "r-{token}@reply.cluster.example"


class Judged:
    """What the checks say of each sender; who is not named is proved."""

    def __init__(self) -> None:
        self.of: dict[str, Trust] = {}

    def __call__(self, _item: Received, mail: InboundMail, /) -> Trust:
        return self.of.get(mail.sender, Trust.PROVED)


class Office:
    """Our desk, and mail programs that keep nothing but the address to reply to."""

    def __init__(self, store: Store, desk: MailDesk, clock: Clock, judged: Judged) -> None:
        self.store, self.desk, self.clock, self.judged = store, desk, clock, judged

    async def write(self, text: str, *, sender: str = MEMBER, to: str = OWN, **headers: str) -> EmailMessage:
        """What comes back for it."""
        self.clock.now += timedelta(minutes=7)
        before = len(await self.store.read(answers))
        raw = a_mail(text, sender=sender, subject="Hello", **{"To": to, **headers})
        await arrive(self.store, raw, mail_from=sender, now=self.clock(), to=to)
        await all_worked_through(self.store, self.desk)
        return [each for each in (await self.store.read(answers))[before:] if sender in str(each["To"])][-1]

    async def outcome(self) -> str:
        return (await self.store.read(outcomes))[-1]


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    await store.write(furnish)
    clock, judged = Clock(at(9)), Judged()
    async with a_working_desk(store, clock, house=HOUSE, judge=judged) as desk:
        yield Office(store, desk, clock, judged)


@pytest.fixture
async def small_office(sqlite_store: Store) -> AsyncIterator[Office]:
    await sqlite_store.write(furnish)
    clock, judged = Clock(at(9)), Judged()
    async with a_working_desk(sqlite_store, clock, house=HOUSE, judge=judged) as desk:
        yield Office(sqlite_store, desk, clock, judged)


def reply_address(mail: EmailMessage) -> str:
    assert len(mail.get_all("Reply-To", [])) == 1
    return parseaddr(str(mail["Reply-To"]))[1]


async def test_an_answer_asks_for_replies_at_an_address_that_names_the_mail(office: Office) -> None:
    answer = await office.write("viral vectors")
    key = await office.store.write(secret, REPLY_ADDRESSES, now=at(9))
    ours = TokenAddresses("ask+{token}@cluster.example", key)
    token = ours.read(reply_address(answer))
    assert token is not None
    assert token.purpose is Purpose.ANSWER
    assert await office.store.read(lambda s: s.exec(select(InboxItem.id)).all()) == [token.number]
    assert await office.store.read(lambda s: s.exec(select(AskRecord.inbox_id)).all()) == [token.number]
    assert parseaddr(str(answer["Reply-To"]))[0] == parseaddr(str(answer["From"]))[0]


async def test_the_address_alone_goes_on_with_the_conversation_as_often_as_it_is_used(office: Office) -> None:
    place = reply_address(await office.write("viral vectors"))
    for _ in range(3):
        assert "Tom Alder" in words_of(await office.write("who at 1?", to=place))
    assert "More of what?" in words_of(await office.write("more"))  # the same subject says nothing


@pytest.mark.parametrize("field", ["To", "Cc", "Delivered-To", "X-Original-To"])
async def test_an_address_in_a_header_is_as_good_where_the_envelope_was_rewritten(
    small_office: Office, field: str
) -> None:
    office = small_office
    place = reply_address(await office.write("viral vectors"))
    raw = a_mail("who at 1?", **{field.replace("-", "_"): f"whodoes <{place.upper()}>"})
    await arrive(office.store, raw, now=office.clock())
    await all_worked_through(office.store, office.desk)
    assert "Tom Alder" in words_of((await office.store.read(answers))[-1])


async def test_the_envelope_says_it_before_the_headers_do(small_office: Office) -> None:
    office = small_office
    vectors = reply_address(await office.write("viral vectors"))
    tests = reply_address(await office.write("lateral flow tests"))
    raw = a_mail("introduce 1", To=vectors, In_Reply_To="<q1@firm.example>")
    await arrive(office.store, raw, now=office.clock(), to=tests)
    await all_worked_through(office.store, office.desk)
    assert "Larkspur" not in words_of((await office.store.read(answers))[-1])


async def test_a_number_means_the_list_of_the_very_mail_that_is_replied_to(office: Office) -> None:
    older = await office.write("viral vectors")
    newer = await office.write("only in Manchester", to=reply_address(older))
    assert "Larkspur" not in words_of(newer)
    assert "Larkspur Vectors Ltd" in words_of(await office.write("introduce 1", to=reply_address(older)))
    assert "Tamarisk Gene Works" in words_of(await office.write("introduce 1", to=reply_address(newer)))


async def test_the_ids_mean_the_very_mail_too_where_the_address_is_lost(small_office: Office) -> None:
    office = small_office
    older = await office.write("viral vectors")
    newer = await office.write("only in Manchester", to=reply_address(older))
    assert newer["Message-ID"] != older["Message-ID"]
    told = await office.write("who at 1?", In_Reply_To=str(older["Message-ID"]))
    assert "Larkspur Vectors Ltd" in words_of(told)


async def test_who_has_left_the_directory_since_is_said_to_have_and_nobody_moves_up(office: Office) -> None:
    listed = await office.write("viral vectors")
    await office.store.write(take_out, "Tamarisk Gene Works")
    told = words_of(await office.write("introduce 2", to=reply_address(listed)))
    assert "not in the directory any more" in told
    assert await office.store.read(lambda s: s.exec(select(Introduction)).all()) == []
    assert "Larkspur" in words_of(await office.write("introduce 1", to=reply_address(listed)))


def take_out(session: Session, name: str) -> None:
    organisation = session.exec(select(Organisation).where(Organisation.name == name)).one()
    organisation.listing = Listing.UNLISTED
    organisation.revision = next_revision(session)
    session.add(organisation)


async def test_the_same_person_goes_on_from_another_of_their_addresses(office: Office) -> None:
    listed = await office.write("lateral flow tests", sender=TOM)
    told = await office.write("more", sender=AT_HOME, to=reply_address(listed))
    assert "More of what?" not in words_of(told)


async def test_what_was_sent_to_somebody_else_is_not_gone_on_with(office: Office) -> None:
    place = reply_address(await office.write("viral vectors"))
    for sender in (TOM, STRANGER):
        for words in ("more", "introduce 1", "who there?"):
            told = words_of(await office.write(words, sender=sender, to=place))
            assert SENT_TO_ANOTHER in told
            assert "viral" not in told
            assert "Larkspur" not in told
            assert await office.outcome() == "to somebody else"
    assert await office.store.read(lambda s: s.exec(select(Introduction)).all()) == []


async def test_whoever_is_somebody_else_of_the_directory_is_not_asked_about(small_office: Office) -> None:
    place = reply_address(await small_office.write("viral vectors"))
    await small_office.write("more", sender=TOM, to=place)
    assert await small_office.store.read(lambda s: s.exec(select(AddressClaim)).all()) == []


@pytest.mark.parametrize(
    "token",
    [
        "r" + "a" * 26,
        "l" + "a" * 24,
        "b" + "a" * 26,
        "x",
        "r",
        "r" + "a" * 40,
        "rrrrrrrrrrrrrrrrrrrrrrrrrrr",
        "r2%40",
        "labels",
    ],
)
async def test_an_address_that_is_forged_or_cut_is_an_address_like_any_other(
    small_office: Office, token: str
) -> None:
    told = await small_office.write("viral vectors", to=f"ask+{token}@cluster.example")
    assert "Larkspur Vectors Ltd" in words_of(told)


async def test_the_token_of_another_region_is_none(small_office: Office) -> None:
    others = TokenAddresses("ask+{token}@cluster.example", b"another" * 5)
    first = await small_office.write("viral vectors")
    assert first is not None
    told = await small_office.write("more", to=others.address(Purpose.ANSWER, 1))
    assert "More of what?" in words_of(told)


async def test_a_letter_is_answered_by_the_address_it_asks_for_answers_at(office: Office) -> None:
    listed = await office.write("viral vectors")
    await office.write("introduce 1", to=reply_address(listed))
    letter = [each for each in await office.store.read(answers) if TOM in str(each["To"])][-1]
    assert reply_address(letter).startswith("ask+l")
    assert "You and Alice Marsh" in words_of(await office.write("Yes!", sender=TOM, to=reply_address(letter)))
    assert "said yes already" in words_of(await office.write("yes", sender=TOM, to=reply_address(letter)))


async def test_a_letters_address_is_good_for_its_reader_only(small_office: Office) -> None:
    office = small_office
    letter = await _asked(office)
    told = words_of(await office.write("yes", sender=STRANGER, to=reply_address(letter)))
    assert "written to somebody else" in told
    told = words_of(await office.write("yes", sender=AT_HOME, to=reply_address(letter)))
    assert "You and Alice Marsh" in told


async def test_a_letter_may_be_answered_from_where_nothing_speaks_for_the_from_but_not_against_it(
    small_office: Office,
) -> None:
    office = small_office
    letter = await _asked(office)
    office.judged.of[TOM] = Trust.FAILED
    told = words_of(await office.write("yes", sender=TOM, to=reply_address(letter)))
    assert "I could not be sure that this came from you" in told
    assert await office.store.read(lambda s: s.exec(select(Introduction)).one().state) is State.ASKED
    office.judged.of[TOM] = Trust.UNPROVED
    assert "You and Alice" in words_of(await office.write("yes", sender=TOM, to=reply_address(letter)))


async def _asked(office: Office) -> EmailMessage:
    listed = await office.write("viral vectors")
    await office.write("introduce 1", to=reply_address(listed))
    return [each for each in await office.store.read(answers) if TOM in str(each["To"])][-1]


async def test_a_host_without_plus_addresses_has_a_form_of_its_own(sqlite_store: Store) -> None:
    await sqlite_store.write(furnish)
    clock, judged = Clock(at(9)), Judged()
    async with a_working_desk(sqlite_store, clock, house=HOUSE, judge=judged, reply_form=FORM) as desk:
        office = Office(sqlite_store, desk, clock, judged)
        place = reply_address(await office.write("viral vectors"))
        assert place.startswith("r-r")
        assert place.endswith("@reply.cluster.example")
        told = words_of(await office.write("who at 1?", to=place))
        assert "Tom Alder" in told
        assert "answered you alone" not in told


async def test_an_unproved_mail_goes_on_as_a_strangers(small_office: Office) -> None:
    office = small_office
    place = reply_address(await office.write("viral vectors"))
    office.judged.of[MEMBER] = Trust.UNPROVED
    office.clock.now += timedelta(days=1)  # who is not known has one answer a day
    told = words_of(await office.write("introduce 1", to=place))
    assert "Introductions are for members" in told
    assert await office.store.read(lambda s: s.exec(select(Introduction)).all()) == []


async def test_a_number_of_several_lists_means_the_mail_that_is_replied_to_as_well(office: Office) -> None:
    both = await office.write("1. Who makes viral vectors?\n2. Who runs lateral flow tests?")
    told = words_of(both)
    vectors = int(told.split(". Larkspur Vectors Ltd")[0].split()[-1])
    tests, name = second_list(told)
    assert tests > vectors
    await office.write("only in Manchester", to=reply_address(both))
    await office.write("antibody testing", to=reply_address(both))
    assert "Larkspur" in words_of(await office.write(f"introduce {vectors}", to=reply_address(both)))
    assert name in words_of(await office.write(f"introduce {tests}", to=reply_address(both)))


def second_list(told: str) -> tuple[int, str]:
    """The first number, and who has it, of the second question's answer."""
    lines = told.partition("QUESTION 2 OF 2")[2].splitlines()
    number, name = next(line.split(". ", 1) for line in lines if line.split(". ")[0].isdigit())
    return int(number), name

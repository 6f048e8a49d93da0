"""Replies to letters by mail: a sure word is taken, an unsure one is asked for again, and nobody answers for another."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Letter, Letterbox, LetterKind
from mail.desk import MailDesk
from mail.letters import MailCarrier
from mail.render.reply import From
from mail.smtp import listen
from store.introductions.rules import Rules
from store.kinds import Consent, Medium, OutboxState, Side
from store.kinds import IntroductionState as State
from store.models import (
    AuditEntry,
    Introduction,
    IntroductionParty,
    LetterRecord,
    OutboxMessage,
)
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import add_golden_region, add_organisation, add_person
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

TOM = "tom@larkspur.example"
HOUSE = House(
    "Harrowdale",
    Rules(quiet_from=0, quiet_until=0),
    Letterbox({Medium.EMAIL: MailCarrier(From(OWN, "whodoes · Harrowdale"))}),
)


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    firm = add_organisation(session, name="Marsh Biologics", capabilities=["gene therapy development"])
    add_person(session, name="Alice Marsh", addresses=[MEMBER], organisation_id=firm)
    add_person(
        session,
        name="Tom Alder",
        role="Head of Vectors",
        addresses=[TOM, "tom@home.example"],
        organisation_id=region["Larkspur Vectors Ltd"],
        main_contact=True,
    )


class Office:
    """Our desk, and everybody's mail programs."""

    def __init__(self, store: Store, desk: MailDesk, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self._desk = desk

    async def outcome_of(self, raw: bytes, *, mail_from: str = MEMBER) -> str:
        await arrive(self.store, raw, mail_from=mail_from, now=self.clock())
        await all_worked_through(self.store, self._desk)
        return (await self.store.read(outcomes))[-1]

    async def reply(self, text: str, to: EmailMessage, *, sender: str = TOM, **headers: str) -> str:
        chain = f"{to['References'] or ''} {to['Message-ID']}".strip()
        fields = {"In_Reply_To": str(to["Message-ID"]), "References": chain, **headers}
        raw = a_mail(text, sender=sender, subject=f"Re: {to['Subject']}", **fields)
        return await self.outcome_of(raw, mail_from=sender)

    async def newest(self, to: str) -> EmailMessage:
        return [each for each in await self.store.read(answers) if to in str(each["To"])][-1]

    async def count(self) -> int:
        return len(await self.store.read(answers))

    async def asked_for(self, words: str = "introduce 1") -> EmailMessage:
        """Alice asks who makes viral vectors, and to be introduced; the letter Tom then has."""
        await self.outcome_of(a_mail("who makes viral vectors in Macclesfield?"))
        assert await self.reply(words, await self.newest(MEMBER), sender=MEMBER) == "answered"
        return await self.newest(TOM)

    async def party(self) -> tuple[State, Consent, str]:
        return await self.store.read(standing)


def standing(session: Session) -> tuple[State, Consent, str]:
    party = session.exec(select(IntroductionParty).where(IntroductionParty.side == Side.ASKED)).one()
    return session.exec(select(Introduction)).one().state, party.consent, party.evidence


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    await store.write(furnish)
    clock = Clock(at(9))
    async with a_working_desk(store, clock, house=HOUSE) as desk:
        yield Office(store, desk, clock)


@pytest.fixture
async def small_office(sqlite_store: Store) -> AsyncIterator[Office]:
    await sqlite_store.write(furnish)
    clock = Clock(at(9))
    async with a_working_desk(sqlite_store, clock, house=HOUSE) as desk:
        yield Office(sqlite_store, desk, clock)


async def test_a_hit_becomes_an_introduction_by_mail_alone(office: Office) -> None:
    letter = await office.asked_for("introduce 1\n\nWe need 200 L of AAV by June.\n\nBest wishes\nAlice")
    told = words_of(await office.newest(MEMBER))
    assert "I have asked Larkspur Vectors Ltd" in told
    asked = words_of(letter)
    assert "Alice Marsh" in asked
    assert "We need 200 L of AAV by June." in asked
    assert "asked for “viral vectors" in asked
    assert MEMBER not in letter.as_string()
    assert letter["Auto-Submitted"] == "auto-generated"

    assert (
        await office.reply("Yes please!\n\nTom\n\nOn Mon, 23 Nov 2026, whodoes wrote:\n> no", letter)
        == "letter: yes"
    )
    state, consent, evidence = await office.party()
    assert (state, consent) == (State.ACCEPTED, Consent.YES)
    assert evidence.startswith("mail-")
    handoff = await office.newest(f"{MEMBER}>, ")
    assert str(handoff["Reply-To"]) == str(handoff["To"])
    assert TOM in str(handoff["To"])
    thanks = (await office.store.read(answers))[-1]
    assert thanks["To"] == TOM
    assert thanks["In-Reply-To"]
    assert thanks["Auto-Submitted"] == "auto-replied"
    assert "You and Alice Marsh" in words_of(thanks)


@pytest.mark.parametrize(
    ("text", "consent"),
    [("no thanks", Consent.NOT_NOW), ("Not at the moment, sorry.", Consent.NOT_NOW), ("pause", Consent.NOT_NOW), ("stop", Consent.NOT_NOW)],
)  # fmt: skip
async def test_a_no_is_taken_and_the_asker_hears_only_not_now(
    small_office: Office, text: str, consent: Consent
) -> None:
    office = small_office
    letter = await office.asked_for()
    assert (await office.reply(text, letter)).startswith("letter: ")
    assert (await office.party())[:2] == (State.NOT_NOW, consent)
    heard = words_of(await office.newest(MEMBER))
    assert "right time" in heard
    assert "Tom" not in heard


@pytest.mark.parametrize(
    "text", ["maybe", "yes but not before May", "who is it?", "Yes? Or no?", "I forwarded this to Jo"]
)
async def test_what_is_not_sure_changes_nothing_and_is_asked_once_more(
    small_office: Office, text: str
) -> None:
    office = small_office
    letter = await office.asked_for()
    assert await office.reply(text, letter) == "letter: not sure"
    assert (await office.party())[:2] == (State.ASKED, Consent.PENDING)
    again = await office.newest(TOM)
    assert all(f"    {word}" in words_of(again) for word in ("yes", "no", "pause"))
    before = await office.count()
    assert await office.reply(text, again) == "letter: not sure"
    assert await office.count() == before  # once a day is enough for any machine that we took for a person
    kept = await office.store.read(unclear_words)
    assert kept == [text, text]
    assert await office.reply("yes", again) == "letter: yes"  # to our question, not to the letter itself
    assert (await office.party())[:2] == (State.ACCEPTED, Consent.YES)


def unclear_words(session: Session) -> list[str]:
    rows = session.exec(select(AuditEntry).where(AuditEntry.action == "letter.unclear"))
    return [row.details["words"] for row in rows]


async def test_a_question_of_its_own_in_the_letters_thread_is_answered_as_one(small_office: Office) -> None:
    office = small_office
    letter = await office.asked_for()
    assert await office.reply("Who makes lateral flow tests?", letter) == "answered"
    matches = await office.newest(TOM)
    assert "Fenwick Flow Diagnostics" in words_of(matches)
    assert await office.reply("who at 1?", matches) == "answered"
    assert await office.reply("what can you do", letter) == "answered"
    assert (await office.party())[:2] == (State.ASKED, Consent.PENDING)


@pytest.mark.parametrize("sender", [STRANGER, MEMBER])
async def test_nobody_answers_a_letter_to_somebody_else(small_office: Office, sender: str) -> None:
    office = small_office
    letter = await office.asked_for()
    assert await office.reply("yes", letter, sender=sender) == "letter: not taken"
    assert (await office.party())[:2] == (State.ASKED, Consent.PENDING)
    assert "somebody else" in words_of(await office.newest(sender))
    office.clock.now += timedelta(days=1)  # who is not known has one answer a day
    assert await office.reply("maybe", letter, sender=sender) == "answered"


async def test_a_second_address_of_the_same_person_is_theirs(small_office: Office) -> None:
    letter = await small_office.asked_for()
    assert await small_office.reply("yes", letter, sender="tom@home.example") == "letter: yes"
    assert (await small_office.party())[1] is Consent.YES


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Subject2": "x", "X_Autoreply": "yes"}, {"Precedence": "bulk"}]
)  # fmt: skip
async def test_an_out_of_office_note_is_no_answer(small_office: Office, headers: dict[str, str]) -> None:
    office = small_office
    letter = await office.asked_for()
    before = await office.count()
    assert (await office.reply("Yes, I am away.", letter, **headers)).startswith("automatic")
    assert (await office.party())[:2] == (State.ASKED, Consent.PENDING)
    assert await office.count() == before


async def test_the_same_word_again_is_told_the_same_and_a_late_one_that_it_is_settled(
    small_office: Office,
) -> None:
    office = small_office
    letter = await office.asked_for()
    await office.reply("no", letter)
    assert await office.reply("No.", letter) == "letter: no"
    assert await office.reply("yes", letter) == "letter: not taken"
    assert "no longer waits" in words_of(await office.newest(TOM))
    assert (await office.party())[:2] == (State.NOT_NOW, Consent.NOT_NOW)
    assert await office.reply("Thanks!", letter) == "answered"


async def test_a_word_is_taken_however_much_its_sender_wrote_within_the_hour(small_office: Office) -> None:
    office = small_office
    letter = await office.asked_for()
    for _ in range(10):
        await office.outcome_of(a_mail("help", sender=TOM), mail_from=TOM)
    before = await office.count()
    assert await office.reply("yes", letter) == "letter: yes"
    assert (await office.party())[1] is Consent.YES
    assert await office.count() == before + 1  # the message to both


async def test_a_reply_to_both_that_reaches_us_is_not_passed_on(small_office: Office) -> None:
    office = small_office
    await office.reply("yes", await office.asked_for())
    both = await office.newest(f"{MEMBER}>, ")
    before = await office.count()
    everybody = f"{OWN}, {MEMBER}"
    assert (
        await office.reply("Hello Alice, Tuesday at ten?", both, To=everybody)
        == "not answered: it goes to somebody else"
    )
    assert await office.count() == before
    assert await office.reply("Hello Alice, Tuesday at ten?", both) == "to each other"
    assert "write to the other's address" in words_of(await office.newest(TOM))
    assert await office.reply("And Wednesday?", both) == "to each other"
    assert await office.count() == before + 1
    assert await office.reply("who makes lateral flow tests?", both) == "answered"


async def test_did_you_meet_is_answered_in_a_sentence(small_office: Office) -> None:
    office = small_office
    await office.reply("yes", await office.asked_for())
    await office.store.write(has_been_sent_and_asked_about)
    question = await office.newest(MEMBER)
    assert question["Subject"] == "Did you meet Tom Alder?"
    said = "We met last week\n\nThey will send a quote.\n\nKind regards\nAlice"
    assert await office.reply(said, question, sender=MEMBER) == "letter: met"
    assert (await office.party())[0] is State.MET


def has_been_sent_and_asked_about(session: Session) -> None:
    introduction = session.exec(select(Introduction)).one()
    introduction.state = State.INTRODUCED  # the tick does this, once the message to both was sent
    session.add(introduction)
    asker = session.exec(select(IntroductionParty).where(IntroductionParty.side == Side.ASKER)).one()
    assert asker.person_id is not None
    letter = Letter(
        f"met:{introduction.id}:asker", LetterKind.MET, f"introduction:{introduction.id}", "Did you meet Tom Alder?", "Did you?"
    )  # fmt: skip
    HOUSE.letterbox.post(session, letter, [asker.person_id], now=at(9))
    row = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
    assert row is not None
    row.payload, row.state = {}, OutboxState.SENT  # forgotten since: its choices are known by its kind
    session.add(row)


async def test_a_token_that_nobody_has_is_an_ask_like_any_other(small_office: Office) -> None:
    raw = a_mail("help", In_Reply_To="<letter.aaaaaaaaaaaaaaaaaaaaaaaa@cluster.example>")
    assert await small_office.outcome_of(raw) == "answered"


async def test_introduce_2_means_number_2_of_that_list_and_repeats_nothing(small_office: Office) -> None:
    office = small_office
    await office.outcome_of(a_mail("viral vectors"))
    first = await office.newest(MEMBER)
    assert "    introduce 1" in words_of(first)
    await office.outcome_of(a_mail("lateral flow tests", sender=MEMBER))  # another conversation
    office.clock.now += timedelta(minutes=1)
    await office.reply("introduce 2", first, sender=MEMBER)
    assert "Tamarisk Gene Works" in words_of(await office.newest(MEMBER))
    await office.reply("introduce 2 please", first, sender=MEMBER)
    assert "under way" in words_of(await office.newest(MEMBER))
    assert len(await office.store.read(lambda s: s.exec(select(Introduction)).all())) == 1
    await office.reply("introduce 99", first, sender=MEMBER)
    assert "goes from 1 to" in words_of(await office.newest(MEMBER))


async def test_strangers_are_told_kindly_how_to_become_known(small_office: Office) -> None:
    office = small_office
    await office.outcome_of(a_mail("viral vectors", sender=STRANGER), mail_from=STRANGER)
    listed = await office.newest(STRANGER)
    assert "introduce 1" not in words_of(listed)
    office.clock.now += timedelta(days=1)  # who is not known has one answer a day
    office.clock.now += timedelta(days=1)
    await office.reply("introduce 1", listed, sender=STRANGER)
    assert "Introductions are for members" in words_of(await office.newest(STRANGER))
    assert await office.store.read(lambda s: s.exec(select(Introduction)).all()) == []


async def test_an_answer_by_smtp_is_taken_once_however_often_it_is_delivered(store: Store) -> None:
    await store.write(furnish)
    clock, stop = Clock(at(9)), asyncio.Event()
    desk = MailDesk(
        store=store, live=LiveIndex(), address=OWN, sender_name="whodoes", clock=clock,
        wake_delivery=lambda: None, house=HOUSE,
    )  # fmt: skip
    listener = await listen(
        store=store, host="127.0.0.1", port=0, protocol="smtp", address=OWN,
        max_bytes=100_000, wake=desk.wake, clock=clock,
    )  # fmt: skip
    working = asyncio.create_task(desk.run(stop))

    async def send(raw: bytes, sender: str) -> None:
        def deliver() -> None:
            with smtplib.SMTP("127.0.0.1", listener.port) as client:
                client.sendmail(sender, [OWN], raw)

        await asyncio.to_thread(deliver)

    async def letters() -> list[LetterRecord]:
        return await store.read(lambda s: list(s.exec(select(LetterRecord).order_by(col(LetterRecord.id)))))

    await send(a_mail("introduce me to Larkspur Vectors: 200 L of AAV"), MEMBER)
    await until_true(letters)
    (letter,) = await letters()
    raw = a_mail("Yes, happy to.", sender=TOM, In_Reply_To=f"<letter.{letter.token.upper()}@Cluster.example>")
    for _ in range(3):
        await send(raw, TOM)

    async def answered() -> bool:
        return (await letters())[0].answered_at is not None

    await until_true(answered)
    await all_worked_through(store, desk)
    stop.set()
    desk.wake()
    await working
    await listener.close()
    sent = [each for each in await store.read(answers) if "Introduction:" in str(each["Subject"])]
    assert len(sent) == 1
    assert (await store.read(standing))[:2] == (State.ACCEPTED, Consent.YES)


async def until_true(question: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(30):
        while not await question():
            await asyncio.sleep(0.02)


async def test_a_question_under_a_yes_is_not_lost_from_sight(small_office: Office) -> None:
    letter = await small_office.asked_for()
    told = await small_office.reply("Yes. Also, who does lateral flow tests?", letter)
    assert told == "letter: not sure"  # a yes beside a question may be a yes to that
    assert "You also asked “who does lateral flow tests?”" in words_of(await small_office.newest(TOM))

"""Asks by mail, from the durable inbox to the answer in the outbox."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest
from sqlmodel import Session, select

from mail.backstop import (
    ANSWERS_A_DAY,
    ANSWERS_A_DAY_IN_A_THREAD,
    ANSWERS_AN_HOUR,
    TO_UNKNOWN_OF_A_DOMAIN_A_DAY,
)
from mail.desk import MailDesk
from mail.remarks import HOW_TO_JOIN, ONLY_THE_BEGINNING
from store.answered import Answered, note_answered
from store.inbox import Arrival, receive, set_aside
from store.kinds import Medium
from store.models import AskRecord, OutboxMessage
from store.store import Store
from tests.factories import add_golden_region, add_person
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
    as_read,
    at,
    outcomes,
    words_of,
)

MEMBER_AT_HOME = "alice@home.example"
_NUMBERS = count(1)
QUESTION = "who does viral vector manufacturing near Macclesfield?"


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Alice Marsh", addresses=[MEMBER, MEMBER_AT_HOME])
    add_person(
        session, name="Tom Alder", role="Head of Vectors", organisation_id=region["Tamarisk Gene Works"]
    )


class Office:
    """A desk at work on a furnished store; `ask` puts one mail before it and waits until it is worked through."""

    def __init__(self, store: Store, desk: MailDesk, clock: Clock) -> None:
        self.store = store
        self.desk = desk
        self.clock = clock

    async def ask(self, raw: bytes, *, mail_from: str = MEMBER) -> str:
        await arrive(self.store, raw, mail_from=mail_from, now=self.clock())
        await all_worked_through(self.store, self.desk)
        return (await self.store.read(outcomes))[-1]

    async def answer_to(self, raw: bytes) -> str:
        assert await self.ask(raw) == "answered"
        return words_of((await self.store.read(answers))[-1])


@pytest.fixture
async def office(sqlite_store: Store) -> AsyncIterator[Office]:
    await sqlite_store.write(furnish)
    clock = Clock(at(9))
    async with a_working_desk(sqlite_store, clock) as desk:
        yield Office(sqlite_store, desk, clock)


async def test_a_question_is_answered_in_its_thread(store: Store) -> None:
    await store.write(furnish)
    clock = Clock(at(9))
    async with a_working_desk(store, clock) as desk:
        raw = a_mail(
            QUESTION, subject="Vectors", message_id="q1@firm.example", References="<q0@firm.example>"
        )
        await arrive(store, raw, now=at(9))
        await all_worked_through(store, desk)
    assert await store.read(outcomes) == ["answered"]
    (answer,) = await store.read(answers)
    assert answer["To"] == MEMBER
    assert answer["From"] == f"whodoes · Harrowdale <{OWN}>"
    assert answer["Subject"] == "Re: Vectors"
    assert answer["In-Reply-To"] == "<q1@firm.example>"
    assert answer["References"].split() == ["<q0@firm.example>", "<q1@firm.example>"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["Cc"] is None
    text = words_of(answer)
    assert "1. Larkspur Vectors Ltd" in text
    assert "confirmed 1 September 2026" in text
    assert HOW_TO_JOIN not in text


async def test_short_words_go_on_in_the_thread(office: Office) -> None:
    await office.ask(a_mail(QUESTION, message_id="q1@firm.example"))
    first = (await office.store.read(answers))[0]
    thread = {"References": f"<q1@firm.example> {first['Message-ID']}"}
    narrowed = await office.answer_to(
        a_mail("only in Manchester\n\n> 1. Larkspur Vectors Ltd", subject="Re: A question", **thread)
    )
    assert "viral vector manufacturing · in Manchester" in narrowed
    assert "Tamarisk Gene Works" in narrowed
    assert "Larkspur" not in narrowed
    assert "Tom Alder, Head of Vectors" in await office.answer_to(a_mail("who there?", **thread))


async def test_a_reply_that_names_only_the_mail_it_answers_is_in_the_thread_too(office: Office) -> None:
    await office.ask(a_mail(QUESTION, message_id="q1@firm.example"))
    told = await office.answer_to(a_mail("who at 1?", In_Reply_To="<q1@firm.example>"))
    assert "Larkspur Vectors Ltd" in told


async def test_a_reply_that_names_only_our_answer_goes_on_with_it(office: Office) -> None:
    """Some programs send no References; and a first mail may have come without a Message-ID."""
    await office.ask(a_mail(QUESTION).replace(b"Message-ID:", b"X-Was:"))
    answer = (await office.store.read(answers))[-1]
    assert answer["In-Reply-To"] is None
    reply = a_mail("only in Manchester", In_Reply_To=answer["Message-ID"])
    assert "viral vector manufacturing · in Manchester" in await office.answer_to(reply)
    second = (await office.store.read(answers))[-1]
    assert "Tom Alder" in await office.answer_to(a_mail("who there?", References=second["Message-ID"]))


async def test_a_member_goes_on_from_another_of_their_addresses(office: Office) -> None:
    await office.ask(a_mail(QUESTION))
    answer = (await office.store.read(answers))[-1]
    reply = a_mail("who at 2?", sender=MEMBER_AT_HOME, In_Reply_To=answer["Message-ID"])
    assert "Tom Alder" in await office.answer_to(reply)
    assert (await office.store.read(answers))[-1]["To"] == MEMBER_AT_HOME


async def test_to_reply_to_an_answer_that_went_to_another_is_to_begin_anew(office: Office) -> None:
    await office.ask(a_mail(QUESTION))
    answer = (await office.store.read(answers))[-1]
    stolen = a_mail("more", sender=STRANGER, In_Reply_To=answer["Message-ID"])
    assert "More of what?" in await office.answer_to(stolen)


async def test_anothers_thread_is_not_ones_own(office: Office) -> None:
    await office.ask(a_mail(QUESTION, message_id="q1@firm.example"))
    await office.ask(a_mail("more", sender=STRANGER, In_Reply_To="<q1@firm.example>"))
    text = words_of((await office.store.read(answers))[-1])
    assert "More of what?" in text


async def test_another_mail_under_the_same_message_id_takes_nobodys_answer(office: Office) -> None:
    await office.ask(a_mail(QUESTION, message_id="q1@firm.example"))
    await office.ask(a_mail("lateral flow tests", sender=STRANGER, message_id="q1@firm.example"))
    first, second = await office.store.read(answers)
    assert (first["To"], second["To"]) == (MEMBER, STRANGER)
    assert first["Message-ID"] != second["Message-ID"]


async def test_a_stranger_gets_hits_and_how_to_join_but_nobodys_name(office: Office) -> None:
    await office.ask(a_mail(QUESTION, sender=STRANGER, message_id="s1@elsewhere.example"))
    text = words_of((await office.store.read(answers))[-1])
    assert "Larkspur Vectors Ltd" in text
    assert text.rstrip().endswith(HOW_TO_JOIN)
    await office.ask(a_mail("who there?", sender=STRANGER, In_Reply_To="<s1@elsewhere.example>"))
    assert "Alder" not in words_of((await office.store.read(answers))[-1])


async def test_a_mail_with_a_subject_only_asks_its_subject(office: Office) -> None:
    text = await office.answer_to(a_mail("\n\n", subject="Re: [EXTERNAL] Fwd: lateral flow tests in Chester"))
    assert "> lateral flow tests in Chester" in text
    assert "Fenwick Flow Diagnostics" in text


async def test_an_empty_mail_gets_a_kind_word(office: Office) -> None:
    text = await office.answer_to(a_mail("", subject=""))
    assert "nothing in your message that I could read" in text
    assert (await office.store.read(answers))[-1]["Subject"] == "Re: your question"


async def test_an_ask_of_ten_thousand_characters_is_answered(office: Office) -> None:
    text = await office.answer_to(a_mail(f"{QUESTION}\n" + "We are after much more than that. " * 300))
    assert len(text) < 10_000
    assert "Larkspur Vectors Ltd" in text


async def test_a_mail_longer_than_we_read_is_told_so(office: Office) -> None:
    text = await office.answer_to(a_mail(f"{QUESTION}\n" + "and\n" * 2000))
    assert ONLY_THE_BEGINNING in text


async def test_attachments_are_named_as_not_read(office: Office) -> None:
    mail = as_read(a_mail(QUESTION))
    for name in ("brief.pdf", "prices.xlsx", "logo.png", "more.txt"):
        mail.add_attachment(b"%PDF", maintype="application", subtype="octet-stream", filename=name)
    text = await office.answer_to(mail.as_bytes())
    assert "I have not read “brief.pdf”, “prices.xlsx”, “logo.png” and 1 more." in text


@pytest.mark.parametrize(
    ("recipients", "said"),
    [
        ({"To": f"{OWN}, Bob <bob@firm.example>"}, "I have answered you alone, not Bob."),
        ({"Cc": "bob@firm.example"}, "I have answered you alone, not bob@firm.example."),
        ({"To": "ask+r7k@cluster.example", "Cc": MEMBER}, ""),
    ],
)
async def test_only_the_sender_is_answered_and_told_so(
    office: Office, recipients: dict[str, str], said: str
) -> None:
    told = await office.answer_to(a_mail(QUESTION, **recipients))
    assert said in told if said else "answered you alone" not in told
    assert (await office.store.read(answers))[-1]["To"] == MEMBER


async def test_stop_is_heard_from_a_member(office: Office) -> None:
    assert "Done: I will send you nothing unasked" in await office.answer_to(a_mail("STOP\n\n-- \nAlice"))


@pytest.mark.parametrize(
    ("headers", "mail_from", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, MEMBER, "automatic: auto-submitted"),
        ({"Precedence": "bulk"}, MEMBER, "automatic: bulk mail"),
        ({"List_Id": "<news.firm.example>"}, MEMBER, "automatic: list mail"),
        ({}, "", "automatic: null sender"),
        ({"sender": f"Us <{OWN}>"}, MEMBER, "automatic: our own address"),
        ({"message_id": f"answer.{'0' * 32}@cluster.example"}, MEMBER, "automatic: our own mail"),
        ({"subject": "Automatic reply: A question"}, MEMBER, "automatic: out of office"),
        ({"sender": f"{MEMBER}, {STRANGER}"}, MEMBER, "not answered: nobody can be told from its From"),
    ],
)
async def test_a_machines_mail_is_kept_and_never_answered(
    office: Office, headers: dict[str, str], mail_from: str, outcome: str
) -> None:
    assert await office.ask(a_mail(QUESTION, **headers), mail_from=mail_from) == outcome
    assert await office.store.read(answers) == []


async def test_what_is_no_mail_is_kept_and_said_to_be_none(office: Office) -> None:
    assert (await office.ask(b"\0\xff\r\n")).startswith("not read: ")
    assert await office.store.read(answers) == []


async def test_our_own_answer_sent_back_to_us_ends_there(office: Office) -> None:
    await office.ask(a_mail(QUESTION))
    (own,) = await office.store.read(answers)
    assert (await office.ask(own.as_bytes(), mail_from=OWN)).startswith("automatic: ")
    del own["Auto-Submitted"], own["X-Auto-Response-Suppress"]
    assert (await office.ask(own.as_bytes())).startswith("automatic: our own")


async def test_the_same_words_within_an_hour_are_answered_once(office: Office) -> None:
    robot = "Thank you for your mail. We have received it and will come back to you."
    assert await office.ask(a_mail(robot)) == "answered"
    assert await office.ask(a_mail(robot)) == "not answered: the sender asked the same within the hour"
    assert await office.ask(a_mail(robot, sender=STRANGER)) == "answered"
    office.clock.now += timedelta(minutes=61)
    assert await office.ask(a_mail(robot)) == "answered"


async def test_short_words_may_be_said_again(office: Office) -> None:
    assert [await office.ask(a_mail("only in Manchester")) for _ in range(3)] == ["answered"] * 3


async def test_one_sender_gets_so_many_answers_an_hour(office: Office) -> None:
    for number in range(ANSWERS_AN_HOUR):
        assert await office.ask(a_mail(f"thanks {number}")) == "answered"
    assert await office.ask(a_mail("help")) == (
        "not answered: the sender had as many answers as an hour may bring"
    )
    await office.ask(a_mail("events"))
    last = (await office.store.read(answers))[-1]
    assert "I pause" in words_of(last)
    assert len(await office.store.read(answers)) == ANSWERS_AN_HOUR + 1  # the pause is told once
    assert await office.ask(a_mail("help", sender=STRANGER)) == "answered"
    office.clock.now += timedelta(minutes=61)
    assert await office.ask(a_mail("help")) == "answered"


async def test_a_question_in_the_subject_is_answered_where_the_body_only_signs_off(office: Office) -> None:
    await office.ask(a_mail("Kind regards,\nAlice", subject="who does protein purification?"))
    (answer,) = await office.store.read(answers)
    assert "Oriel Protein Services" in words_of(answer)


async def test_a_loop_ends_within_the_day(office: Office) -> None:
    def remember(session: Session, many: int, conversation: str) -> None:
        for _ in range(many):
            mail = receive(session, Arrival(Medium.EMAIL, f"before-{next(_NUMBERS)}", "mail"), now=at(2))
            assert mail is not None
            thread = f"mail:{MEMBER}:{conversation}"
            note_answered(session, Answered(mail, MEMBER, thread, f"words {mail}", known=True), now=at(2))

    await office.store.write(remember, ANSWERS_A_DAY_IN_A_THREAD, "loop@firm.example")
    looping = {"In_Reply_To": "<loop@firm.example>"}
    assert await office.ask(a_mail("help", **looping)) == (
        "not answered: the thread had as many answers as a day may bring"
    )
    assert await office.ask(a_mail("help")) == "answered"
    await office.store.write(remember, ANSWERS_A_DAY, "others@firm.example")
    assert await office.ask(a_mail("help")) == (
        "not answered: the sender had as many answers as a day may bring"
    )
    office.clock.now += timedelta(days=1)
    assert await office.ask(a_mail("help", **looping)) == "answered"


async def test_somebody_nobody_knows_gets_one_answer_a_day(office: Office) -> None:
    held = "not answered: a sender nobody knows had their answer today"
    for outcome in ("answered", held, held):
        assert await office.ask(a_mail("who does viral vectors?", sender=STRANGER)) == outcome
    office.clock.now += timedelta(days=1)
    assert await office.ask(a_mail("who does viral vectors?", sender=STRANGER)) == "answered"
    assert len([each for each in await office.store.read(answers) if each["To"] == STRANGER]) == 2


@pytest.mark.parametrize("to", ["list@elsewhere.example", "undisclosed-recipients:;", "ask@old.example"])
async def test_a_blind_copy_is_answered_to_members_alone(office: Office, to: str) -> None:
    assert "addressed to others" in await office.ask(a_mail("viral vectors", sender=STRANGER, To=to))
    assert await office.ask(a_mail("viral vectors", To=to)) == "answered"
    both = a_mail(
        "viral vectors", sender=STRANGER, To=f"{to.replace('undisclosed-recipients:;', 'a@b.example')}, {OWN}"
    )
    assert await office.ask(both) == "answered"


async def test_ever_new_addresses_of_one_domain_come_to_an_end(office: Office) -> None:
    outcomes = [
        await office.ask(a_mail(f"Ticket {number} received", sender=f"t{number}@robot.example"))
        for number in range(TO_UNKNOWN_OF_A_DOMAIN_A_DAY + 3)
    ]
    assert outcomes.count("answered") <= TO_UNKNOWN_OF_A_DOMAIN_A_DAY
    assert "that domain" in outcomes[-1]
    assert await office.ask(a_mail("help")) == "answered", "members are answered all the while"


async def test_a_mailbox_beyond_ascii_is_answered(office: Office) -> None:
    await office.ask(a_mail(QUESTION, sender="jörg@bücher.example"))
    (answer,) = await office.store.read(answers)
    assert answer["To"] == "jörg@xn--bcher-kva.example"
    await office.ask(a_mail(QUESTION, sender="joerg@bücher.example"))
    assert (await office.store.read(answers))[-1]["To"] == "joerg@xn--bcher-kva.example"


async def test_two_long_addresses_that_begin_alike_stay_two_people(office: Office) -> None:
    domain = f"{'a' * 60}.{'b' * 60}.example"
    await office.ask(a_mail(QUESTION, sender=f"one@{domain}", message_id="q1@x.example"))
    await office.ask(a_mail("more", sender=f"one@{domain[1:]}", In_Reply_To="<q1@x.example>"))
    assert "More of what?" in words_of((await office.store.read(answers))[-1])


async def test_the_same_mail_worked_through_twice_is_answered_once(office: Office) -> None:
    raw = a_mail(QUESTION, message_id="q1@firm.example")
    assert await office.ask(raw) == "answered"
    assert await office.ask(raw + b"\r\nA list's footer\r\n") == "answered before"
    assert len(await office.store.read(answers)) == 1


async def test_mails_left_from_a_crash_are_answered_at_the_next_start(store: Store) -> None:
    await store.write(furnish)
    for number in range(30):
        await arrive(store, a_mail("help", sender=f"m{number}@firm.example"), now=at(8))
    async with a_working_desk(store, Clock(at(9))) as desk:
        await all_worked_through(store, desk)
    assert await store.read(outcomes) == ["answered"] * 30
    assert [answer["To"] for answer in await store.read(answers)] == [
        f"m{number}@firm.example" for number in range(30)
    ]


def break_asks_of(session: Session, sender: str) -> None:
    """A fault of one mail only: the database refuses what it would write."""
    session.connection().exec_driver_sql(
        "CREATE TRIGGER fault BEFORE INSERT ON outbox WHEN NEW.recipient = "
        f"'{sender}' BEGIN SELECT RAISE(ABORT, 'no such thing'); END"
    )


async def test_a_mail_that_cannot_be_answered_is_set_aside_and_the_others_go_on(office: Office) -> None:
    await office.store.write(break_asks_of, STRANGER)
    for sender in (STRANGER, MEMBER):
        await arrive(office.store, a_mail(QUESTION, sender=sender), now=at(9))
    await all_worked_through(office.store, office.desk)
    (aside,) = await office.store.read(set_aside)
    assert aside.attempts == 3
    assert aside.raw is not None
    assert [answer["To"] for answer in await office.store.read(answers)] == [MEMBER]
    assert await office.store.read(lambda session: session.exec(select(AskRecord.person_id)).all()) == [1]


async def test_nothing_of_an_answer_is_kept_without_the_rest(office: Office) -> None:
    await office.store.write(break_asks_of, MEMBER)
    await office.ask(a_mail(QUESTION))
    assert await office.store.read(lambda session: session.exec(select(AskRecord)).all()) == []
    assert await office.store.read(lambda session: session.exec(select(OutboxMessage)).all()) == []

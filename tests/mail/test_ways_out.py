"""Leaving a mailing by mail: as programs send it, and in words; who holds the token need not be a member."""

import pytest
from sqlmodel import Session

from mail.tokens import plus_form
from store.consent.choosing import preferences
from store.consent.readers import Reader, reader_token
from store.consent.subscribers import Wanted, want
from store.kinds import Frequency
from store.models import Person
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store
from tests.factories import NOW, add_person
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    outcomes,
    words_of,
)


def furnish(session: Session) -> str:
    person = add_person(session, name="Alice Marsh", addresses=[MEMBER])
    return reader_token(secret(session, REPLY_ADDRESSES, now=NOW), Reader(person_id=person))


def pending(session: Session) -> str:
    return want(session, Wanted("bo@home.example"), now=NOW).token


async def told(store: Store, raw: bytes, *, token: str = "", mail_from: str = MEMBER) -> list[str]:
    to = plus_form(OWN).replace("{token}", token) if token else OWN
    async with a_working_desk(store, Clock(NOW)) as desk:
        await arrive(store, raw, mail_from=mail_from, now=NOW, to=to)
        await all_worked_through(store, desk)
    return [words_of(each) for each in await store.read(answers)]


def frequencies(session: Session, reader: Reader) -> dict[str, Frequency]:
    found = preferences(session, reader)
    assert found is not None
    return {each.topic.key: each.frequency for each in found.choices if found.anything}


@pytest.mark.parametrize("sender", [MEMBER, "other@elsewhere.example"])
async def test_a_program_s_unsubscribe_is_done_and_not_answered(store: Store, sender: str) -> None:
    token = await store.write(furnish)
    raw = a_mail(" ", subject="unsubscribe newsletter", sender=sender, Auto_Submitted="auto-generated")
    assert await told(store, raw, token=token, mail_from=sender) == []
    assert await store.read(outcomes) == ["unsubscribed: done"]
    assert (await store.read(frequencies, Reader(1)))["newsletter"] is Frequency.NEVER


async def test_words_in_a_reply_set_topics_and_leave_introductions_alone(store: Store) -> None:
    token = await store.write(furnish)
    [answer] = await told(store, a_mail("only events monthly\n\n> our mail", subject="Re: News"), token=token)
    assert "events monthly" in answer
    assert "no newsletter" in answer
    assert await store.read(frequencies, Reader(1)) == {
        "newsletter": Frequency.NEVER, "announcements": Frequency.NEVER, "events": Frequency.MONTHLY,
    }  # fmt: skip
    assert (await store.read(lambda s: s.get_one(Person, 1))).introductions


async def test_a_member_may_say_it_anywhere(store: Store) -> None:
    await store.write(furnish)
    [answer] = await told(store, a_mail("Stop newsletters please"))
    assert "no newsletter" in answer
    assert (await store.read(frequencies, Reader(1)))["announcements"] is Frequency.EVERY


async def test_stop_in_reply_to_a_mailing_ends_all_of_them(store: Store) -> None:
    token = await store.write(furnish)
    [answer] = await told(store, a_mail("stop", subject="Re: News"), token=token)
    assert "no newsletters, announcements or invitations" in answer
    assert await store.read(frequencies, Reader(1)) == {}
    more = await told(store, a_mail("resume", subject="Re: News"), token=token)
    assert any("newsletter as it comes" in each for each in more)


async def test_a_subscriber_confirms_by_a_yes(store: Store) -> None:
    token = await store.write(pending)
    raw = a_mail("Yes please", subject="Re: Was it you?", sender="bo@home.example")
    [answer] = await told(store, raw, token=token, mail_from="bo@home.example")
    assert "you are subscribed" in answer
    assert (await store.read(frequencies, Reader(None, 1)))["newsletter"] is Frequency.EVERY

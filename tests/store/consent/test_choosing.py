"""What readers chose holds back mailings and nothing else, whatever an import or an erasure does."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from store.consent.choosing import choose, preferences, start_again, stop
from store.consent.readers import Reader, named_by, reader_of_key, reader_token
from store.consent.subscribers import (
    Became,
    Wanted,
    basis_of,
    confirm,
    confirmed_ids,
    set_basis,
    subscribers,
    want,
)
from store.consent.suppression import unwanted
from store.consent.topics import UnfitTopic, put_topic, retire_topic, topic_of, topics
from store.consent.willing import ENDED, HAD_ONE, NOT_THIS, OPTED_OUT, unwilling, unwilling_subscribers
from store.kinds import (
    BounceKind,
    BounceProof,
    CampaignKind,
    CampaignState,
    Frequency,
    LawfulBasis,
    Medium,
    ReaderKind,
    RecipientState,
    SubscriberState,
)
from store.models import AuditEntry, Bounce, Campaign, CampaignRecipient, Person, ReaderBasis
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store
from tests.factories import NOW, add_person

ADA = "ada@firm.example"


def ada(session: Session) -> Reader:
    return Reader(person_id=add_person(session, name="Ada Marsh", addresses=[ADA]))


def had_one(session: Session, reader: Reader, **fields: object) -> None:
    campaign = Campaign(
        kind=CampaignKind.NEWSLETTER, subject="November", state=CampaignState.DONE, made_by="cli", made_at=NOW,
        changed_at=NOW,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    session.add(
        CampaignRecipient(
            campaign_id=campaign.id or 0, key=reader.key, person_id=reader.person_id, medium=Medium.EMAIL,
            destination=ADA, state=RecipientState.SENT, due_at=NOW, created_at=NOW,
            settled_at=NOW - timedelta(days=10),
        )
    )  # fmt: skip
    session.flush()


async def test_a_topic_is_stopped_and_the_others_come(store: Store) -> None:
    def go(session: Session) -> None:
        reader = ada(session)
        assert choose(session, reader, {"newsletter": Frequency.NEVER}, source="web", now=NOW)
        assert choose(session, reader, {"newsletter": Frequency.NEVER}, source="web", now=NOW)
        person = reader.person_id or 0
        assert unwilling(session, [person], topic="newsletter", now=NOW) == {person: NOT_THIS}
        assert unwilling(session, [person], topic="announcements", now=NOW) == {}
        found = preferences(session, reader)
        assert found is not None
        assert found.anything
        assert {each.topic.key: each.frequency for each in found.choices}["newsletter"] is Frequency.NEVER
        actions = session.exec(select(AuditEntry.action).where(AuditEntry.subject == reader.key)).all()
        assert actions == ["preferences.set"]

    await store.write(go)


async def test_once_a_month_is_once_a_month(store: Store) -> None:
    def go(session: Session) -> None:
        reader = ada(session)
        person = reader.person_id or 0
        choose(session, reader, {"newsletter": Frequency.MONTHLY}, source="web", now=NOW)
        assert unwilling(session, [person], topic="newsletter", now=NOW) == {}
        had_one(session, reader)
        assert unwilling(session, [person], topic="newsletter", now=NOW) == {person: HAD_ONE}
        assert unwilling(session, [person], topic="newsletter", now=NOW, campaign_id=1) == {}
        assert unwilling(session, [person], topic="newsletter", now=NOW + timedelta(days=20)) == {}

    await store.write(go)


async def test_who_wants_nothing_is_not_revived_by_an_erasure_and_a_new_import(store: Store) -> None:
    def go(session: Session) -> None:
        reader = ada(session)
        assert stop(session, reader, source="web", now=NOW)
        assert stop(session, reader, source="web", now=NOW)
        session.delete(session.get_one(Person, reader.person_id))
        session.flush()
        again = add_person(session, name="Ada Marsh", addresses=[ADA], newsletters=True)
        assert unwilling(session, [again], topic="newsletter", now=NOW) == {again: OPTED_OUT}
        assert unwanted(session, ["ADA@firm.example"]) == {"ADA@firm.example"}
        found = preferences(session, Reader(again))
        assert found is not None
        assert not found.anything
        assert start_again(session, Reader(again), source="web", now=NOW)
        assert unwilling(session, [again], topic="newsletter", now=NOW) == {}

    await store.write(go)


async def test_a_subscriber_is_written_to_only_after_their_own_yes(store: Store) -> None:
    def go(session: Session) -> None:
        pending = want(session, Wanted("Bo@Home.example", "Bo  Hill"), now=NOW)
        assert pending.became is Became.ASKED
        assert pending.subscriber_id is not None
        number = pending.subscriber_id
        assert confirmed_ids(session) == []
        assert unwilling_subscribers(session, [number], topic="newsletter", now=NOW) == {number: ENDED}
        assert want(session, Wanted("bo@home.example"), now=NOW).became is Became.WAITING
        reader = named_by(session, pending.token)
        assert reader == Reader(subscriber_id=number)
        assert confirm(session, number, now=NOW)
        assert confirm(session, number, now=NOW)
        assert confirmed_ids(session) == [(number, "bo@home.example", "Bo Hill")]
        assert want(session, Wanted("bo@home.example"), now=NOW).became is Became.THERE
        choose(session, reader, {"newsletter": Frequency.NEVER}, source="web", now=NOW)
        assert unwilling_subscribers(session, [number], topic="newsletter", now=NOW) == {number: NOT_THIS}
        choose(session, reader, {"newsletter": Frequency.MONTHLY}, source="web", now=NOW)
        had_one(session, reader)
        assert unwilling_subscribers(session, [number], topic="newsletter", now=NOW) == {number: HAD_ONE}
        stop(session, reader, source="web", now=NOW)
        assert unwilling_subscribers(session, [number], topic="events", now=NOW) == {number: ENDED}
        start_again(session, reader, source="web", now=NOW)
        assert unwilling_subscribers(session, [number], topic="events", now=NOW) == {}
        [listed] = subscribers(session, state=SubscriberState.CONFIRMED)
        assert (listed.kind, listed.basis, listed.source) == (
            ReaderKind.INDIVIDUAL,
            LawfulBasis.CONSENT,
            "the page",
        )

    await store.write(go)


async def test_members_complainers_and_floods_are_not_asked(store: Store) -> None:
    def go(session: Session) -> None:
        ada(session)
        assert want(session, Wanted(ADA), now=NOW).became is Became.MEMBER
        session.add(
            Bounce(
                address="spam@home.example", kind=BounceKind.COMPLAINT, known_by=BounceProof.REPORT,
                received_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        assert want(session, Wanted("spam@home.example"), now=NOW).became is Became.NOWHERE
        became = [want(session, Wanted(f"n{each}@home.example"), now=NOW).became for each in range(61)]
        assert became[-1] is Became.FULL
        assert set(became[:-1]) == {Became.ASKED}

    await store.write(go)


async def test_the_ground_on_which_a_member_is_written_to_is_kept(store: Store) -> None:
    def go(session: Session) -> None:
        person = ada(session).person_id or 0
        assert basis_of(session, person)[:2] == (ReaderKind.CORPORATE, LawfulBasis.LEGITIMATE_INTEREST)
        for source in ("sign-up sheet, June", "their letter"):
            basis = ReaderBasis(
                person_id=person,
                kind=ReaderKind.INDIVIDUAL,
                basis=LawfulBasis.CONSENT,
                source=source,
                since=NOW,
            )
            set_basis(session, person, basis)
        kept = basis_of(session, person)
        assert kept == (ReaderKind.INDIVIDUAL, LawfulBasis.CONSENT, "their letter", NOW)

    await store.write(go)


async def test_staff_add_topics_and_take_their_own_off_again(store: Store) -> None:
    def go(session: Session) -> None:
        assert [each.key for each in topics(session)] == ["newsletter", "announcements", "events"]
        assert put_topic(session, "Skills", "Skills and training", "Courses.")
        assert not put_topic(session, "skills", "Skills", "Courses.")
        assert retire_topic(session, "skills")
        assert not retire_topic(session, "skills")
        assert [each.key for each in topics(session, retired=True)][-1] == "skills"
        for key, name in (("two words", "x"), ("x", "")):
            with pytest.raises(UnfitTopic):
                put_topic(session, key, name, "")
        with pytest.raises(UnfitTopic):
            retire_topic(session, "newsletter")

    await store.write(go)
    assert topic_of(CampaignKind.NEWSLETTER, "") == "newsletter"
    assert topic_of(CampaignKind.ANNOUNCEMENT, "skills") == "skills"


async def test_a_token_names_its_reader_and_no_other(store: Store) -> None:
    def go(session: Session) -> None:
        assert named_by(session, "u" + "a" * 26) is None
        reader = ada(session)
        key = secret(session, REPLY_ADDRESSES, now=NOW)
        token = reader_token(key, reader)
        assert named_by(session, token.upper()) == reader
        assert named_by(session, reader_token(key, Reader(person_id=999))) is None
        assert named_by(session, reader_token(key, Reader(subscriber_id=999))) is None
        assert not choose(session, Reader(person_id=999), {}, source="web", now=NOW)
        assert not stop(session, Reader(subscriber_id=999), source="web", now=NOW)
        assert not start_again(session, Reader(subscriber_id=999), source="web", now=NOW)
        assert preferences(session, Reader(person_id=999)) is None

    await store.write(go)
    assert reader_of_key("subscriber:9") == Reader(subscriber_id=9)
    assert reader_of_key("channel:C1") is None
    assert reader_of_key("person:x") is None

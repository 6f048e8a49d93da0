"""An audience is everybody who fits all that was chosen; each with why, and with what bars them."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from store.campaigns.audience import Audience, Part, audience_of, chosen, to_keep, unknown_in
from store.campaigns.barred import BOUNCED, OPTED_OUT
from store.campaigns.near import Near, UnknownPlace, placed
from store.campaigns.preview import Preview, preview
from store.campaigns.routes import NO_WAY, Ways
from store.kinds import (
    BounceKind,
    BounceProof,
    Listing,
    Medium,
    OrganisationKind,
    Reach,
    Rsvp,
    SubscriberState,
)
from store.models import Attendance, Bounce, Event, Subscriber
from store.store import Store
from tests.factories import add_event, add_organisation, add_person

SLACK, MAIL = (Ways(reach, slack=True, topic="announcements") for reach in (Reach.PREFERRED, Reach.MAIL))


def _region(session: Session, now: datetime) -> None:
    """Ada in Macclesfield, Ben in Manchester, Cara in Leeds, Dev at no organisation, Eli opted out, Fay unlisted."""
    vectors = add_organisation(
        session, name="Larkspur Vectors", town="Macclesfield", county="Cheshire", postcode="SK10 9ZZ",
        point=(53.27, -2.13), sector="biotechnology", membership="full", kind=OrganisationKind.COMPANY,
    )  # fmt: skip
    genes = add_organisation(
        session, name="Tamarisk Genes", town="Manchester", point=(53.465, -2.23), sector="biotechnology",
        membership="associate",
    )  # fmt: skip
    uni = add_organisation(
        session, name="Aire University", town="Leeds", point=(53.8, -1.55), kind=OrganisationKind.UNIVERSITY
    )
    hidden = add_organisation(session, name="Hidden", sector="biotechnology", listing=Listing.UNLISTED)
    ada = add_person(
        session, name="Ada", organisation_id=vectors, addresses=["ada@lark.example"], slack_user_id="U1"
    )
    add_person(session, name="Ben", organisation_id=genes, addresses=["ben@tam.example"], topics=["Funding"])
    add_person(session, name="Cara", organisation_id=uni, addresses=["cara@aire.example"])
    add_person(session, name="Dev")
    add_person(session, name="Eli", organisation_id=genes, addresses=["eli@tam.example"], newsletters=False)
    add_person(session, name="Fay", organisation_id=hidden, addresses=["fay@hid.example"])
    add_event(session, title="Autumn evening", starts_at=now)
    event = session.exec(select(Event)).one()
    session.add(Attendance(event_id=event.id or 0, person_id=ada, token="t1", rsvp=Rsvp.YES))
    session.add(Attendance(event_id=event.id or 0, person_id=ada + 1, token="t2", attended=True))


async def _preview(store: Store, now: datetime, audience: Audience, ways: Ways = SLACK) -> Preview:
    await store.write(_region, now)
    return await store.read(preview, audience, ways, now=now)


def _reached(found: Preview) -> list[str]:
    return [each.name for each in found.examples if not each.bar]


async def test_everybody_is_reached_once_by_the_way_they_are_reached_best(
    store: Store, now: datetime
) -> None:
    found = await _preview(store, now, Audience(everyone=True))
    assert dict(found.by_medium) == {Medium.SLACK: 1, Medium.EMAIL: 2}
    assert dict(found.suppressed) == {NO_WAY: 1, OPTED_OUT: 1, "their organisation is not listed": 1}
    assert found.people == 3


async def test_by_mail_alone_those_in_slack_get_mail(store: Store, now: datetime) -> None:
    found = await _preview(store, now, Audience(everyone=True), MAIL)
    assert dict(found.by_medium) == {Medium.EMAIL: 3}


async def test_subscribers_hear_of_it_where_they_are_asked_for_and_confirmed_it(
    store: Store, now: datetime
) -> None:
    def subscribe(session: Session) -> None:
        for name, state in (("gil", SubscriberState.CONFIRMED), ("hal", SubscriberState.PENDING)):
            session.add(Subscriber(address=f"{name}@else.example", name=name, state=state, asked_at=now))

    await store.write(subscribe)
    found = await _preview(store, now, Audience(subscribers=True))
    assert [(each.name, each.why) for each in found.examples] == [("gil", "you subscribed to it")]
    both = await store.read(preview, Audience(people=(3,), subscribers=True), MAIL, now=now)
    assert dict(both.by_medium) == {Medium.EMAIL: 2}


async def test_channels_alone_reach_nobody_besides(sqlite_store: Store, now: datetime) -> None:
    found = await _preview(sqlite_store, now, Audience(everyone=True), Ways(Reach.NOBODY, slack=True))
    assert found.people == 0


@pytest.mark.parametrize(
    ("audience", "names", "why"),
    [
        (Audience(sectors=("Biotechnology",)), ["Ada", "Ben"], "your organisation is in biotechnology"),
        (Audience(tiers=("full",)), ["Ada"], "your organisation is a member (full)"),
        (
            Audience(kinds=(OrganisationKind.UNIVERSITY,)),
            ["Cara"],
            "your organisation is listed as university",
        ),
        (
            Audience(places=(Near("Macclesfield", 20),)),
            ["Ada", "Ben"],
            "your organisation is in or beside Macclesfield",
        ),
        (Audience(places=(Near("Cheshire"),)), ["Ada"], "your organisation is in Cheshire"),
        (Audience(places=(Near("Leeds"),)), ["Cara"], "your organisation is in or beside Leeds"),
        (Audience(topics=("funding",)), ["Ben"], "you asked to hear of Funding"),
        (Audience(event=1), ["Ada"], "you are coming to “Autumn evening”"),
        (Audience(event=1, part=Part.INVITED), ["Ada", "Ben"], "you were invited to “Autumn evening”"),
        (Audience(event=1, part=Part.CAME), ["Ben"], "you came to “Autumn evening”"),
        (Audience(people=(3,)), ["Cara"], "it was sent to you by name"),
        (
            Audience(sectors=("biotechnology",), places=(Near("Macclesfield"),), topics=("funding",)),
            [],
            "",
        ),
        (
            Audience(sectors=("biotechnology",), tiers=("associate",), topics=("funding",)),
            ["Ben"],
            "your organisation is in biotechnology and is a member (associate), and you asked to hear of Funding",
        ),
        (Audience(), [], ""),
    ],
)
async def test_an_audience_is_who_fits_all_that_was_chosen_and_each_knows_why(
    sqlite_store: Store, now: datetime, audience: Audience, names: list[str], why: str
) -> None:
    found = await _preview(sqlite_store, now, audience)
    assert _reached(found) == names
    if names:
        assert found.examples[0].why == why
    assert audience_of(to_keep(audience)) == audience


async def test_how_far_away_somebody_is_is_said(store: Store, now: datetime) -> None:
    found = await _preview(store, now, Audience(places=(Near("Macclesfield", 20),)))
    assert found.examples[1].why == "your organisation is 15 miles from Macclesfield"


async def test_whose_mail_comes_back_is_left_out(store: Store, now: datetime) -> None:
    def complain(session: Session) -> None:
        session.add(
            Bounce(
                address="cara@aire.example",
                kind=BounceKind.COMPLAINT,
                known_by=BounceProof.REPORT,
                received_at=now,
            )
        )

    await store.write(complain)
    found = await _preview(store, now, Audience(people=(3,)))
    assert dict(found.suppressed) == {BOUNCED: 1}


def test_a_place_nobody_knows_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownPlace, match="Did you mean Macclesfield"):
        placed("Maclesfeild")


async def test_what_the_directory_does_not_know_is_said_with_what_it_does(
    sqlite_store: Store, now: datetime
) -> None:
    await sqlite_store.write(_region, now)
    said = await sqlite_store.read(unknown_in, Audience(sectors=("bitech",)))
    assert said == "Nobody's sector is “bitech”. There is: biotechnology."
    assert await sqlite_store.read(unknown_in, Audience(event=9)) == "There is no event 9."
    assert await sqlite_store.read(unknown_in, Audience(sectors=("BIOTECHNOLOGY",), tiers=("Full",))) == ""


async def test_an_audience_that_cannot_be_read_is_nobody(sqlite_store: Store, now: datetime) -> None:
    await sqlite_store.write(_region, now)
    assert len(await sqlite_store.read(chosen, audience_of({"kinds": ["no such"]}))) == 0

"""Nobody is invited who said that they want no invitations, or nothing at all."""

from datetime import timedelta

from sqlmodel import Session

from store.consent.choosing import choose
from store.consent.invitations import wanting_invitations
from store.consent.readers import Reader
from store.consent.suppression import suppress
from store.events.guests import invite
from store.events.inviting import Audience, invited
from store.kinds import EventKind, Frequency
from store.models import Event
from store.store import Store
from tests.factories import NOW, add_person


async def test_who_wants_no_invitations_gets_none(store: Store) -> None:
    def go(session: Session) -> None:
        people = [
            add_person(session, name=name, addresses=[f"{name}@firm.example"]) for name in ("a", "b", "c")
        ]
        everybody = Audience(everyone=True)
        assert invited(session, everybody, now=NOW) == tuple(people)
        choose(session, Reader(people[0]), {"events": Frequency.NEVER}, source="web", now=NOW)
        choose(session, Reader(people[1]), {"newsletter": Frequency.NEVER}, source="web", now=NOW)
        assert invited(session, everybody, now=NOW) == (people[1], people[2])
        suppress(session, ["c@firm.example"], now=NOW)
        assert invited(session, everybody, now=NOW) == (people[1],)
        assert wanting_invitations(session, [], now=NOW) == ()

    await store.write(go)


async def test_who_wants_them_once_a_month_gets_no_second_one_within_it(store: Store) -> None:
    def go(session: Session) -> None:
        monthly, always = (
            add_person(session, name=name, addresses=[f"{name}@firm.example"]) for name in ("a", "b")
        )
        choose(session, Reader(monthly), {"events": Frequency.MONTHLY}, source="web", now=NOW)
        everybody = Audience(everyone=True)
        evening, later = (
            Event(
                title=title, kind=EventKind.NETWORKING, starts_at=NOW + timedelta(days=90),
                ends_at=NOW + timedelta(days=91), uid=title,
            )
            for title in ("evening", "later")
        )  # fmt: skip
        session.add_all([evening, later])
        session.flush()
        assert invite(session, evening, invited(session, everybody, now=NOW), now=NOW) == (monthly, always)
        soon = NOW + timedelta(days=7)
        assert invite(session, later, invited(session, everybody, now=soon), now=soon) == (always,)
        then = NOW + timedelta(days=31)
        assert invite(session, later, invited(session, everybody, now=then), now=then) == (monthly,)

    await store.write(go)

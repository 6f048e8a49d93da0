"""Nobody is invited who said that they want no invitations, or nothing at all."""

from sqlmodel import Session

from store.consent.choosing import choose
from store.consent.invitations import wanting_invitations
from store.consent.readers import Reader
from store.consent.suppression import suppress
from store.events.inviting import Audience, invited
from store.kinds import Frequency
from store.store import Store
from tests.factories import NOW, add_person


async def test_who_wants_no_invitations_gets_none(store: Store) -> None:
    def go(session: Session) -> None:
        people = [
            add_person(session, name=name, addresses=[f"{name}@firm.example"]) for name in ("a", "b", "c")
        ]
        everybody = Audience(everyone=True)
        assert invited(session, everybody) == tuple(people)
        choose(session, Reader(people[0]), {"events": Frequency.NEVER}, source="web", now=NOW)
        choose(session, Reader(people[1]), {"newsletter": Frequency.NEVER}, source="web", now=NOW)
        assert invited(session, everybody) == (people[1], people[2])
        suppress(session, ["c@firm.example"], now=NOW)
        assert invited(session, everybody) == (people[1],)
        assert wanting_invitations(session, []) == ()

    await store.write(go)

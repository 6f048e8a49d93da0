"""The log as staff read it, on both databases: whom it names, what waits, and every step with who took it."""

from sqlmodel import Session, select

from store.introductions.log import listed, whole
from store.introductions.steps import By, remark
from store.kinds import Consent, Medium, Origin
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, Person
from store.store import Store
from tests.factories import add_person
from tests.store.introductions.ledgers import add_ledger, add_words, at


async def test_the_log_names_both_sides_and_what_changed_last_comes_first(store: Store) -> None:
    ledger = await store.write(add_ledger)
    everything = await store.read(listed, limit=50)
    assert len(everything) == 9
    assert everything[0].id == ledger["silent, then yes"]
    assert (everything[0].asker, everything[0].asked) == ("Quill Capital", "Ada Finch of Oriel")
    offline = {each.id: each for each in everything if each.origin is Origin.OFFLINE}
    assert offline[ledger["stranger"]].asked == "Brightwater Ltd"
    waiting = await store.read(listed, [State.REQUESTED], limit=50)
    assert [each.id for each in waiting] == [ledger["with staff"]]
    assert len(await store.read(listed, limit=2)) == 2


async def test_one_is_told_from_its_first_step_to_what_was_said_of_it(store: Store) -> None:
    def furnish(session: Session) -> dict[str, int]:
        ledger = add_ledger(session)
        add_words(session, ledger)
        tilda = add_person(session, name="Tilda Staff")
        session.get_one(Introduction, ledger["whole"]).assigned_to = tilda
        by = By(f"person:{tilda}", at("2026-01-02"), Medium.SLACK, "slack:C1:7")
        remark(session, ledger["whole"], by, "assigned")
        return ledger | {"tilda": tilda}

    ledger = await store.write(furnish)
    found = await store.read(whole, ledger["whole"])
    assert found is not None
    assert found.standing.assigned_to == "Tilda Staff"
    assert [each.name for each in found.sides] == ["Larkspur", "Marsh University"]
    assert {each.consent for each in found.sides} == {Consent.NOT_ASKED}
    states = [each.state for each in found.history if each.was is not each.state]
    assert states == [
        State.REQUESTED, State.ASKED, State.ACCEPTED, State.INTRODUCED, State.MET, State.IN_TALKS, State.AGREEMENT,
    ]  # fmt: skip
    note = found.history[-1]
    assert (note.by, note.medium, note.evidence, note.note) == (
        "Tilda Staff",
        Medium.SLACK,
        "slack:C1:7",
        "assigned",
    )
    assert [(each.state, each.note) for each in found.outcomes] == [
        (State.IN_TALKS, "£5,000, anyway: yes, may be told"),
        (State.AGREEMENT, "£40,000, jobs: 2, anyway: no"),
    ]
    assert await store.read(whole, 9_999) is None


async def test_whoever_has_left_is_somebody(store: Store) -> None:
    def leave(session: Session) -> int:
        ledger = add_ledger(session)
        session.delete(session.get_one(Person, ledger["ada"]))
        session.flush()
        session.get_one(Introduction, ledger["not now"]).changed_at = at("2026-12-01")
        return ledger["not now"]

    number = await store.write(leave)
    (first,) = await store.read(listed, limit=1)
    assert (first.id, first.asked) == (number, "Oriel")

    def forget(session: Session) -> None:
        for party in session.exec(select(IntroductionParty)):
            party.organisation_id = None

    await store.write(forget)
    (first,) = await store.read(listed, limit=1)
    assert (first.asker, first.asked) == ("somebody", "somebody")

"""A hand-made log of introductions: small enough that every figure of it can be worked out with a pencil."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from store.introductions.steps import By, begin, move
from store.kinds import Anyway, OrganisationKind, Origin, Side, SizeBand
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionOutcome, IntroductionParty
from tests.factories import add_organisation, add_person

REQUESTED, ASKED, ACCEPTED = State.REQUESTED, State.ASKED, State.ACCEPTED
INTRODUCED, MET, IN_TALKS = State.INTRODUCED, State.MET, State.IN_TALKS


def at(day: str, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(
        hour=hour, minute=minute
    )


def party(side: Side, of: int | str | None, person: int | None = None, asked: str = "") -> IntroductionParty:
    """`of`: an organisation's id, or the name that was written down."""
    return IntroductionParty(
        introduction_id=0,
        side=side,
        organisation_id=of if isinstance(of, int) else None,
        person_id=person,
        label=of if isinstance(of, str) else "",
        asked_at=at(asked) if asked else None,
    )


def took_steps(
    session: Session,
    asker: int | str | None,
    asked: int | str | None,
    *steps: tuple[State, datetime],
    origin: Origin = Origin.MEMBER,
    person: int | None = None,
) -> int:
    """An introduction that went this way; `person` of the asked side was asked when it came to that."""
    (first, begun), *rest = steps
    put = next((moment for state, moment in steps if state is ASKED), None)
    introduction = Introduction(
        state=first, origin=origin, requested_by="cli", created_at=begun, changed_at=begun
    )
    theirs = party(Side.ASKED, asked, person)
    theirs.asked_at = put
    number = begin(session, introduction, (party(Side.ASKER, asker), theirs), By("cli", begun))
    for state, moment in rest:
        move(session, number, state, By("cli", moment))
    return number


def said(
    session: Session,
    number: int,
    stage: State,
    when: datetime,
    *,
    actor: str = "cli",
    pounds: int | None = None,
    jobs: int | None = None,
    anyway: Anyway | None = None,
    may_tell: bool | None = None,
) -> None:
    session.add(
        IntroductionOutcome(
            introduction_id=number, at=when, actor=actor, stage=stage, pounds=pounds, jobs=jobs, anyway=anyway,
            may_tell=may_tell,
        )
    )  # fmt: skip
    session.flush()


def add_firms(session: Session) -> dict[str, int]:
    rows = (
        ("Larkspur", OrganisationKind.COMPANY, "Biotechnology", SizeBand.SMALL, "Cheshire", "full"),
        ("Oriel", OrganisationKind.SUPPLIER, "biotechnology", SizeBand.MICRO, "Cheshire", "full"),
        ("Marsh University", OrganisationKind.UNIVERSITY, "", SizeBand.LARGE, "Lancashire", "partner"),
        ("Tern Hospital", OrganisationKind.NHS, "healthcare", SizeBand.LARGE, "Lancashire", "partner"),
        ("Quill Capital", OrganisationKind.INVESTOR, "", None, "", ""),
    )
    return {
        name: add_organisation(
            session, name=name, kind=kind, sector=sector, size=size, county=county, membership=tier
        )
        for name, kind, sector, size, county, tier in rows
    }


def add_ledger(session: Session) -> dict[str, int]:
    """Seven brokered and two offline; see the test for what each figure of it must be. Returns their numbers."""
    firms = add_firms(session)
    larkspur, oriel, marsh, tern, quill = firms.values()
    ada = add_person(session, name="Ada Finch", organisation_id=oriel)
    return firms | {
        "ada": ada,
        # Asked for and made before the period; met and led on inside it.
        "earlier": took_steps(
            session, larkspur, oriel, (REQUESTED, at("2025-11-01")), (ASKED, at("2025-11-01")),
            (ACCEPTED, at("2025-11-03")), (INTRODUCED, at("2025-11-03")), (MET, at("2026-01-12")),
            (IN_TALKS, at("2026-02-01")),
        ),
        # All in the period, to an agreement, business and research.
        "whole": took_steps(
            session, larkspur, marsh, (REQUESTED, at("2026-01-01", 0)), (ASKED, at("2026-01-03", 0)),
            (ACCEPTED, at("2026-01-07", 0)), (INTRODUCED, at("2026-01-07", 0)), (MET, at("2026-02-06", 0)),
            (IN_TALKS, at("2026-04-07", 0)), (State.AGREEMENT, at("2026-05-01", 0)),
        ),
        # From introduced straight to a project; staff thought of it.
        "leap": took_steps(
            session, oriel, tern, (REQUESTED, at("2026-02-01")), (ASKED, at("2026-02-02")),
            (ACCEPTED, at("2026-02-12")), (INTRODUCED, at("2026-02-14")), (State.PROJECT, at("2026-06-01")),
            origin=Origin.STAFF,
        ),
        "not now": took_steps(
            session, larkspur, oriel, (REQUESTED, at("2026-03-01")), (ASKED, at("2026-03-05")),
            (State.NOT_NOW, at("2026-03-06")), person=ada,
        ),
        "silent, then yes": took_steps(
            session, quill, oriel, (REQUESTED, at("2026-03-10")), (ASKED, at("2026-03-10")),
            (State.SILENT, at("2026-03-20")), (ACCEPTED, at("2026-03-25")), (INTRODUCED, at("2026-03-26")),
            (State.NOTHING, at("2026-08-01")), person=ada,
        ),
        "with staff": took_steps(session, marsh, tern, (REQUESTED, at("2026-06-30", 22, 30))),
        # Half past eleven in the evening by London's clock is half past ten by Greenwich's: this one is July's.
        "too late": took_steps(session, marsh, oriel, (REQUESTED, at("2026-06-30", 23, 30)), (ASKED, at("2026-07-01"))),
        "dinner": took_steps(
            session, oriel, quill, (MET, at("2026-05-12")), (IN_TALKS, at("2026-05-20")), origin=Origin.OFFLINE
        ),
        "stranger": took_steps(session, tern, "Brightwater Ltd", (INTRODUCED, at("2026-06-02")), origin=Origin.OFFLINE),
    }  # fmt: skip


def add_words(session: Session, ledger: dict[str, int]) -> None:
    """What was said to have come of them."""
    whole, leap, nothing = ledger["whole"], ledger["leap"], ledger["silent, then yes"]
    said(
        session,
        whole,
        IN_TALKS,
        at("2026-04-07"),
        actor="person:1",
        pounds=5_000,
        anyway=Anyway.YES,
        may_tell=True,
    )
    said(
        session,
        whole,
        State.AGREEMENT,
        at("2026-05-01"),
        actor="person:2",
        pounds=40_000,
        jobs=2,
        anyway=Anyway.NO,
    )
    said(session, leap, State.PROJECT, at("2026-06-01"), pounds=100_000, anyway=Anyway.LATER, may_tell=True)
    said(session, leap, State.PROJECT, at("2026-06-02"), actor="person:3", may_tell=False)
    said(session, ledger["earlier"], IN_TALKS, at("2026-02-01"))
    said(session, ledger["earlier"], IN_TALKS, at("2025-12-01"), pounds=999)  # before the period
    said(session, nothing, MET, at("2026-04-01"), pounds=7)  # which came to nothing, but after the period
    said(session, ledger["dinner"], IN_TALKS, at("2026-05-20"), pounds=3_000, jobs=1)

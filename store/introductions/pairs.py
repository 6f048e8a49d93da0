"""An introduction with both its parties and what they are called: what every decision about it looks at."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from store.kinds import Side
from store.models import Introduction, IntroductionParty, Organisation, Person
from store.reaching import Reachable, reachable


@dataclass(frozen=True, slots=True)
class Party:
    """One side with its names. `row` is attached to the session it was read in, and stays there."""

    row: IntroductionParty
    name: str  # of the person, else of the organisation, else what staff wrote
    role: str
    organisation: str

    @property
    def called(self) -> str:
        """“Ada Finch of Larkspur Vectors”, or whichever of the two is known."""
        if self.name and self.organisation and self.name != self.organisation:
            return f"{self.name} of {self.organisation}"
        return self.name or self.organisation or "somebody"

    @property
    def where(self) -> str:
        """What an asker may know of whom they asked for: the organisation, no name before both agreed."""
        return self.organisation or self.name or "them"


@dataclass(frozen=True, slots=True)
class Pair:
    introduction: Introduction
    asker: Party
    asked: Party

    @property
    def id(self) -> int:
        assert self.introduction.id is not None  # noqa: S101 - narrows the type: it came from the database
        return self.introduction.id

    def of(self, person_id: int) -> Party | None:
        return next((each for each in self.parties if each.row.person_id == person_id), None)

    def other(self, side: Side) -> Party:
        return self.asked if side is Side.ASKER else self.asker

    @property
    def parties(self) -> tuple[Party, Party]:
        return self.asker, self.asked

    def people(self) -> tuple[int, ...]:
        """The ids of the persons in it, the asker's first."""
        return tuple(each.row.person_id for each in self.parties if each.row.person_id is not None)


def pair(session: Session, introduction_id: int, *, lock: bool = True) -> Pair | None:
    """Its row locked until the transaction ends, so that nobody else decides at the same time; `lock`: or only to look."""
    introduction = session.get(
        Introduction, introduction_id, with_for_update=lock or None, populate_existing=True
    )
    if introduction is None:
        return None
    rows = session.exec(
        select(IntroductionParty)
        .where(IntroductionParty.introduction_id == introduction_id)
        .order_by(col(IntroductionParty.side))
        .execution_options(populate_existing=True)
    ).all()
    by_side = {row.side: _party(session, row) for row in rows}
    return Pair(introduction, by_side[Side.ASKER], by_side[Side.ASKED])


def _party(session: Session, row: IntroductionParty) -> Party:
    organisation = _organisation(session, row)
    if row.person_id is not None and (person := session.get(Person, row.person_id)) is not None:
        return Party(row, person.name, person.role, organisation)
    return Party(row, organisation or row.label, "", organisation)


def _organisation(session: Session, row: IntroductionParty) -> str:
    if row.organisation_id is None:
        return ""
    found = session.get(Organisation, row.organisation_id)
    return found.name if found else ""


def reach_of(session: Session, party: Party) -> Reachable | None:
    """How to reach the person of a party; None where there is none."""
    return None if party.row.person_id is None else reachable(session, party.row.person_id)

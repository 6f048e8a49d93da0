"""Plans a table of people: finds each person and their organisation, and what the row says otherwise."""

from rapidfuzz import fuzz, process
from sqlmodel import Session

from store.importing.cells import Cells
from store.importing.directory_now import DirectoryNow, OrganisationState
from store.importing.naming import name_key
from store.importing.people_now import PeopleNow, PersonState, differences, lay, lay_addresses
from store.importing.person_rows import PersonRow, read_person
from store.importing.plan import Change, Fate, RowPlan, Work
from store.importing.refusal import Unreadable
from store.importing.table import Line, Table

_NEAR = 80.0


class PeoplePlanner:
    def __init__(self, session: Session, table: Table) -> None:
        self._directory = DirectoryNow(session)
        self._people = PeopleNow(session)
        self._table = table

    def row(self, line: Line) -> RowPlan:
        cells = Cells(self._table, line)
        name = ""
        try:
            row = read_person(cells)
            name = row.name
            return self._planned(cells, row)
        except Unreadable as problem:
            return RowPlan(line.number, name[:80], Fate.REJECTED, str(problem), notes=tuple(cells.notes))

    def work(self) -> tuple[Work, ...]:
        return tuple(self._people.work())

    def _planned(self, cells: Cells, row: PersonRow) -> RowPlan:
        if not row.name:
            raise Unreadable("there is no name")
        organisation = self._organisation(row)
        key = organisation.key if organisation else None
        known = self._people.find(row, key)
        if known is not None and known.row is not None:
            return self._repeated(cells, row, known, key)
        fate = Fate.UNCHANGED
        if known is None:
            known, fate = self._people.create(row, key, number=cells.number), Fate.NEW
        changes = self._moved(known, organisation)
        changes += lay(self._people, known, differences(self._people, known, row, cells.notes))
        changes += lay_addresses(self._people, known, row.addresses, cells.notes)
        known.row = cells.number
        if fate is Fate.NEW:
            changes = []
        elif changes:
            fate = Fate.CHANGED
        return RowPlan(cells.number, row.name, fate, "", tuple(changes), tuple(cells.notes))

    def _repeated(self, cells: Cells, row: PersonRow, known: PersonState, key: int | None) -> RowPlan:
        """The same person again: an address more is welcome, anything contrary is not."""
        contrary = [
            column.replace("_", " ")
            for column in differences(self._people, known, row, [])
            if known.values.get(column) not in (None, "", [], False)
        ]
        if contrary or key not in (None, known.organisation):
            told = ", ".join(contrary or ["the organisation"])
            raise Unreadable(
                f"is the same person as row {known.row}, but says otherwise about {told}; row {known.row} counts"
            )
        changes = lay(self._people, known, differences(self._people, known, row, cells.notes))
        changes += lay_addresses(self._people, known, row.addresses, cells.notes)
        reason = f"the same person as row {known.row}" + ("; added to them" if changes else "")
        return RowPlan(cells.number, row.name, Fate.MERGED, reason, tuple(changes), tuple(cells.notes))

    def _moved(self, known: PersonState, organisation: OrganisationState | None) -> list[Change]:
        if organisation is None or known.organisation == organisation.key:
            return []
        before = self._directory.by_key.get(known.organisation or 0)
        self._people.move(known, organisation.key)
        return [Change("organisation", before.name if before else "", organisation.name)]

    def _organisation(self, row: PersonRow) -> OrganisationState | None:
        if row.organisation_ref in self._directory.by_ref:
            return self._directory.by_ref[row.organisation_ref]
        if row.organisation_name:
            return self._named(row.organisation_name)
        if row.organisation_ref:
            raise Unreadable(
                f"no organisation has the ref “{row.organisation_ref}”; import the organisations first"
            )
        return None

    def _named(self, name: str) -> OrganisationState:
        key = name_key(name)
        found = self._directory.by_name.get(key) or self._directory.by_alias.get(key) or []
        if len(found) == 1:
            return found[0]
        if found:
            raise Unreadable(f"{len(found)} organisations are called “{name}”; say which by its ref")
        near = process.extractOne(key, list(self._directory.by_name), scorer=fuzz.ratio, score_cutoff=_NEAR)
        hint = f" Did you mean “{self._directory.by_name[near[0]][0].name}”?" if near else ""
        raise Unreadable(f"no organisation is called “{name}”; import the organisations first.{hint}")

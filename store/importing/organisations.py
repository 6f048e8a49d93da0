"""Plans a table of organisations: matches each row, finds what it says otherwise, notes what is new."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from store.importing.cells import Cells
from store.importing.directory_now import DirectoryNow, OrganisationState
from store.importing.matching import match
from store.importing.naming import name_key
from store.importing.organisation_rows import PLACE_FIELDS, OrganisationRow, read_organisation
from store.importing.people_now import PeopleNow, differences, lay, lay_addresses
from store.importing.person_rows import PersonRow
from store.importing.plan import Change, Fate, OrganisationWork, RowPlan, SiteWork, Work
from store.importing.refusal import Unreadable
from store.importing.showing import shown
from store.importing.table import Line, Table
from store.importing.text import clean, clean_list, join_parallel, line_of, one_line
from store.importing.values import as_website, postcode_of
from store.kinds import Listing
from store.places.gazetteer import Gazetteer
from store.places.place import Point

_FOR_NEW: dict[str, Any] = {
    "aliases": [], "kind": None, "sector": "", "summary": "", "capabilities": [], "tags": [], "size": None,
    "employees": None, "employees_year": None, "founded": None, "website": "", "membership": "",
    "member_since": None, "member_until": None, "confirmed_on": None, "listing": Listing.LISTED,
}  # fmt: skip
_LINES = frozenset({"ref", "name", "sector", "membership"})


class OrganisationPlanner:
    """Lays row after row over the directory as it was; `work` is then what to write."""

    def __init__(self, session: Session, table: Table, gazetteer: Gazetteer) -> None:
        self._directory = DirectoryNow(session)
        self._people = PeopleNow(session)
        self._table = table
        self._gazetteer = gazetteer
        self._located: dict[tuple[str, ...], Point | None] = {}
        self._file_refs = frozenset(
            ref for line in table.rows if (ref := line_of(Cells(table, line).raw("ref")))
        )

    def row(self, line: Line) -> RowPlan:
        cells = Cells(self._table, line)
        name = line_of(cells.raw("name")) or line_of(cells.raw("ref"))
        try:
            row = read_organisation(cells)
            state = match(self._directory, row, file_refs=self._file_refs)
            return self._laid(cells, row, state)
        except Unreadable as problem:
            return RowPlan(line.number, name[:80], Fate.REJECTED, str(problem), notes=tuple(cells.notes))

    def work(self) -> tuple[Work, ...]:
        organisations = [
            OrganisationWork(
                state.key,
                {column: state.values[column] for column in state.touched},
                tuple(state.sites) if state.sites_touched else None,
                {kind: state.wishes[kind] for kind in sorted(state.wishes_touched)},
            )
            for state in self._directory.by_key.values()
            if state.new or state.touched or state.sites_touched or state.wishes_touched
        ]
        return (*organisations, *self._people.work())

    def _laid(self, cells: Cells, row: OrganisationRow, state: OrganisationState | None) -> RowPlan:
        first = state.row if state else None
        if state is None:
            state = self._created(cells, row)
            fate = Fate.NEW
        else:
            fate = Fate.MERGED if first is not None else Fate.UNCHANGED
        changes = self._organisation_changes(cells, row, state, first)
        changes += self._people_changes(cells, row, state, first)
        state.row = state.row if state.row is not None else cells.number
        reason = ""
        if fate is Fate.UNCHANGED and changes:
            fate = Fate.CHANGED
        if fate is Fate.MERGED:
            reason = f"the same organisation as row {first}" + ("; added to it" if changes else "")
        told = tuple(changes) if fate in {Fate.CHANGED, Fate.MERGED} else ()
        return RowPlan(cells.number, state.name, fate, reason, told, tuple(cells.notes))

    def _created(self, cells: Cells, row: OrganisationRow) -> OrganisationState:
        namesakes = self._directory.by_name.get(name_key(row.name))
        if namesakes:
            cells.note(
                "name",
                f"another organisation of that name is known already (ref {namesakes[0].values['ref']})",
            )
        state = self._directory.new(cells.number)
        ref = row.ref or self._directory.free_ref(row.name, set(self._file_refs))
        state.values = {**_FOR_NEW, "ref": ref, "name": row.name, "aliases": row.given.get("aliases", [])}
        state.touched = set(state.values)
        self._directory.add(state)
        return state

    def _organisation_changes(
        self, cells: Cells, row: OrganisationRow, state: OrganisationState, first: int | None
    ) -> list[Change]:
        """Lay the row's own fields over the state. Raises Unreadable if an earlier row of the file says otherwise."""
        values = self._changed_values(row, state, first)
        sites = changed_sites(state.sites, row.places)
        wishes = {
            kind: texts
            for kind, texts in row.wishes.items()
            if texts != tuple(clean_list(state.wishes.get(kind, ())))
        }
        changes = [
            Change(column.replace("_", " "), shown(state.values.get(column)), shown(value))
            for column, value in values.items()
        ]
        changes += _site_changes(state.sites, sites) if sites is not None else []
        changes += [
            Change(f"{kind}s", shown(state.wishes.get(kind, ())), shown(texts))
            for kind, texts in wishes.items()
        ]
        if first is not None and (contrary := [change.field for change in changes if change.old]):
            raise Unreadable(
                f"is the same organisation as row {first}, but says otherwise about {', '.join(contrary)}; row {first} counts"
            )
        state.values.update(values)
        state.touched |= set(values)
        self._directory.by_ref[state.values["ref"]] = state
        if sites is not None:
            state.sites, state.sites_touched = [self._placed(site) for site in sites], True
        state.wishes.update(wishes)
        state.wishes_touched |= set(wishes)
        return changes

    def _changed_values(
        self, row: OrganisationRow, state: OrganisationState, first: int | None
    ) -> dict[str, Any]:
        given = dict(row.given)
        if row.name and name_key(row.name) != name_key(state.name) and row.ref != state.values["ref"]:
            del given["name"]  # found by a former name: that is no reason to go back to it
        elif row.name and first is not None and name_key(row.name) == name_key(state.name):
            del given["name"]  # "Ltd" here and "Limited" there is no contradiction
        if row.ref:
            given["ref"] = row.ref
        if row.size_derived and "employees" in given and given["employees"] == state.values["employees"]:
            given.pop("size", None)
        return {
            column: value
            for column, value in given.items()
            if value != _comparable(column, state.values.get(column))
        }

    def _people_changes(
        self, cells: Cells, row: OrganisationRow, state: OrganisationState, first: int | None
    ) -> list[Change]:
        changes: list[Change] = []
        contact = row.contact
        if contact and first is not None:  # the first row's contact stays the main one
            rest = {column: value for column, value in contact.given.items() if column != "main_contact"}
            contact = replace(contact, given=rest)
        for person in (*([contact] if contact else []), *row.people):
            changes += self._person_changes(cells, person, state)
        return changes

    def _person_changes(self, cells: Cells, person: PersonRow, state: OrganisationState) -> list[Change]:
        people = self._people
        if not person.name:
            return self._mailbox_changes(cells, person, state)
        known = people.find(person, state.key)
        if known and known.organisation != state.key:
            cells.note("contact", f"{known.values['name']} is known at another organisation and stays there")
            return []
        changes: list[Change] = []
        if known is None:
            known = people.create(person, state.key, number=cells.number)
            changes.append(Change("person", "", person.name))
        told = lay(
            people,
            known,
            differences(people, known, PersonRow(known.values["name"], person.given), cells.notes),
        )
        told += lay_addresses(people, known, person.addresses, cells.notes)
        return changes or [
            Change(f"{person.name}: {change.field}", change.old, change.new) for change in told
        ]

    def _mailbox_changes(self, cells: Cells, person: PersonRow, state: OrganisationState) -> list[Change]:
        """An address without a name: the organisation's own mailbox, which may ask but isn't shown as a person."""
        people = self._people
        unknown = tuple(address for address in person.addresses if address not in people.by_address)
        if not unknown:
            return []
        named = PersonRow(state.name[:200])
        known = people.find(named, state.key) or people.create(named, state.key, number=cells.number)
        if known.key < 0:
            has_contact = any(each.values["main_contact"] for each in people.at[state.key])
            known.values.update(listed=False, main_contact=not has_contact)
        return lay_addresses(people, known, unknown, cells.notes)

    def _placed(self, site: SiteWork) -> SiteWork:
        """With coordinates, unless its words are those that had them already."""
        if site.point is not None:
            return site
        area = site.county or site.region  # abroad the state tells two towns of one name apart
        words = (site.town, area, site.postcode, site.country)
        if words not in self._located:
            self._located[words] = self._gazetteer.locate(
                town=site.town, county=area, postcode=site.postcode, country=site.country
            )
        return _site(_words(site), self._located[words])


def _comparable(column: str, stored: Any) -> Any:
    """The stored value as a row would give it, so that what merely looks different isn't called a change."""
    if isinstance(stored, list):
        return clean_list(stored)
    if column == "website" and stored:
        return as_website(stored)
    if column == "summary":
        return clean(stored)
    return one_line(stored) if column in _LINES and stored else stored


def changed_sites(stored: list[SiteWork], places: dict[str, tuple[str, ...]]) -> list[SiteWork] | None:
    """The sites as they'd be; None when the row says nothing new. Without town and postcode it speaks of those known."""
    if not places:
        return None
    said = len(next(iter(places.values())))
    length = said if {"town", "postcode"} & places.keys() or said > 1 else max(len(stored), 1)
    wanted = []
    for index in range(length):
        words = _words(stored[index]) if index < len(stored) else dict.fromkeys(PLACE_FIELDS, "")
        now = {field: parts[index] if index < said else parts[0] for field, parts in places.items()}
        if words["town"] and now.get("town", words["town"]).casefold() != words["town"].casefold():
            words.update(county="", region="", postcode="")  # they moved: the old place's details go with it
        words.update(now)
        if any(words.values()):
            same = next((site for site in stored if _words(site) == words), None)
            wanted.append(same or _site(words, None))
    return None if [_words(site) for site in wanted] == [_words(site) for site in stored] else wanted


def _site_changes(old: list[SiteWork], new: list[SiteWork]) -> list[Change]:
    changes = []
    for field in PLACE_FIELDS:
        before, after = [getattr(site, field) for site in old], [getattr(site, field) for site in new]
        if before != after:
            changes.append(Change(field, join_parallel(before), join_parallel(after)))
    return changes


def _words(site: SiteWork) -> dict[str, str]:
    words = {field: one_line(getattr(site, field)) for field in PLACE_FIELDS}
    return {**words, "postcode": postcode_of(words["postcode"])}


def _site(words: dict[str, str], point: Point | None) -> SiteWork:
    return SiteWork(**words, point=point)

"""The people as they stand when an import begins, and how rows are laid over them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlmodel import Session, col, select

from store.importing.naming import person_key
from store.importing.person_rows import PersonRow
from store.importing.plan import Change, PersonWork
from store.importing.showing import shown
from store.importing.text import clean_list, one_line
from store.kinds import StaffRole
from store.models import Address, Person

COMPARED = (
    "name", "role", "expertise", "slack_user_id", "main_contact", "listed", "introductions", "newsletters",
    "staff_role",
)  # fmt: skip
OPT_OUTS = frozenset({"listed", "introductions", "newsletters"})
DEFAULTS: dict[str, Any] = {
    "role": "", "expertise": [], "slack_user_id": None, "main_contact": False, "listed": True, "introductions": True,
    "newsletters": True, "staff_role": StaffRole.MEMBER,
}  # fmt: skip


@dataclass(slots=True)
class PersonState:
    """A person while rows are laid over them; `row` is the row of the file that spoke of them first."""

    key: int
    organisation: int | None
    values: dict[str, Any]
    addresses: list[str] = field(default_factory=list)
    left: int | None = None
    row: int | None = None
    touched: set[str] = field(default_factory=set)
    addresses_touched: bool = False

    @property
    def dirty(self) -> bool:
        return bool(self.key < 0 or self.touched or self.addresses_touched)

    def set(self, column: str, value: Any) -> None:
        self.values[column] = value
        self.touched.add(column)


class PeopleNow:
    """Everybody, found by address, by Slack id, and by name within their organisation."""

    def __init__(self, session: Session) -> None:
        self._new_keys = count(-1, -1)
        self.all: dict[int, PersonState] = {}
        self.by_address: dict[str, PersonState] = {}
        self.by_slack: dict[str, PersonState] = {}
        self.at: defaultdict[int | None, list[PersonState]] = defaultdict(list)
        columns = [getattr(Person, name) for name in ("id", "organisation_id", *COMPARED)]
        for key, organisation, *values in session.execute(select(*columns).order_by(col(Person.id))):
            self._add(PersonState(key, organisation, dict(zip(COMPARED, values, strict=True))))
        addresses = select(Address).order_by(col(Address.position), col(Address.address))
        for address in session.exec(addresses):
            state = self.all[address.person_id]
            state.addresses.append(address.address)
            self.by_address[address.address] = state

    def work(self) -> Iterator[PersonWork]:
        for state in self.all.values():
            if state.dirty:
                addresses = tuple(state.addresses) if state.addresses_touched else None
                yield PersonWork(
                    state.key,
                    state.organisation,
                    state.left,
                    {
                        column: state.values[column]
                        for column in COMPARED
                        if state.key < 0 or column in state.touched
                    },
                    addresses,
                )

    def find(self, row: PersonRow, organisation: int | None) -> PersonState | None:
        """By address (if the names have a word in common), by Slack id, by name at the organisation."""
        words = set(person_key(row.name).split())
        for address in row.addresses:
            known = self.by_address.get(address)
            if known and words & set(person_key(known.values["name"]).split()):
                return known
        slack = self.by_slack.get(row.given.get("slack_user_id", ""))
        if slack:
            return slack
        named = [
            each for each in self.at[organisation] if person_key(each.values["name"]) == person_key(row.name)
        ]
        return min(
            named, key=lambda each: each.row is not None, default=None
        )  # of namesakes, one not yet named

    def create(self, row: PersonRow, organisation: int | None, *, number: int) -> PersonState:
        values = {**DEFAULTS, "name": row.name}
        state = PersonState(next(self._new_keys), organisation, values, row=number)
        self._add(state)
        return state

    def _add(self, state: PersonState) -> None:
        self.all[state.key] = state
        self.at[state.organisation].append(state)
        if state.values.get("slack_user_id"):
            self.by_slack[state.values["slack_user_id"]] = state

    def move(self, state: PersonState, organisation: int | None) -> None:
        self.at[state.organisation].remove(state)
        state.left = state.organisation if state.left is None else state.left
        state.organisation = organisation
        state.touched.add("organisation_id")
        self.at[organisation].append(state)


def differences(people: PeopleNow, state: PersonState, row: PersonRow, notes: list[str]) -> dict[str, Any]:
    """What the row says otherwise than the state. An opt-out is never taken back, nor a Slack id from its owner."""
    found: dict[str, Any] = {}
    for column, value in {"name": row.name, **row.given}.items():
        stored = state.values.get(column)
        owner = people.by_slack.get(value, state) if column == "slack_user_id" else state
        if owner is not state:
            notes.append(f"Slack id: {value} belongs to {owner.values['name']} already; not taken")
        elif column in OPT_OUTS and value and not stored and state.key > 0:
            notes.append(f"{column}: they opted out, and an import doesn't change that")
        elif (value and value != _comparable(stored)) or (value is False and stored):
            found[column] = value
    return found


def lay(people: PeopleNow, state: PersonState, changes: dict[str, Any]) -> list[Change]:
    """Change the state, and say what changed."""
    told = []
    for column, value in changes.items():
        if state.key > 0 or column != "name":
            told.append(Change(column.replace("_", " "), shown(state.values.get(column)), shown(value)))
        state.set(column, value)
        if column == "slack_user_id":
            people.by_slack[value] = state
        if column == "main_contact" and value:
            for other in people.at[state.organisation]:
                if other is not state and other.values["main_contact"]:
                    other.set("main_contact", False)
    return told


def lay_addresses(
    people: PeopleNow, state: PersonState, addresses: tuple[str, ...], notes: list[str]
) -> list[Change]:
    """Put these addresses first; the ones known before stay behind them, and nobody loses one to somebody else."""
    free = []
    for address in addresses:
        owner = people.by_address.get(address)
        if owner is None or owner is state:
            free.append(address)
        else:
            notes.append(f"email: {address} belongs to somebody else already; not taken")
    wanted = [*free, *(address for address in state.addresses if address not in free)]
    if wanted == state.addresses:
        return []
    change = Change("email", shown(state.addresses), shown(wanted))
    state.addresses, state.addresses_touched = wanted, True
    people.by_address.update(dict.fromkeys(free, state))
    return [change]


def _comparable(stored: Any) -> Any:
    if isinstance(stored, list):
        return clean_list(stored)
    return one_line(stored) if type(stored) is str else stored

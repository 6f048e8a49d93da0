"""The directory as it stands when an import begins, in the form rows are compared with."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlmodel import Session, col, select

from store.importing.naming import name_key
from store.importing.organisation_rows import PLACE_FIELDS
from store.importing.plan import SiteWork
from store.importing.text import one_line
from store.importing.values import domain_of
from store.kinds import NeedKind
from store.models import NeedOrOffer, Organisation, Site
from store.places.place import Point

OWN_REF = "name:"  # begins the ref of an organisation whose file gave none
COMPARED = (
    "ref", "name", "aliases", "kind", "sector", "summary", "capabilities", "tags", "size", "employees",
    "employees_year", "founded", "website", "membership", "member_since", "member_until", "confirmed_on", "listing",
)  # fmt: skip


@dataclass(slots=True)
class OrganisationState:
    """An organisation while rows are laid over it. `key` is its id, or below zero while it has none.

    `row` is the row of the file that spoke of it first; `touched` are the columns to write.
    """

    key: int
    values: dict[str, Any]
    sites: list[SiteWork] = field(default_factory=list)
    wishes: dict[NeedKind, tuple[str, ...]] = field(default_factory=dict)
    row: int | None = None
    touched: set[str] = field(default_factory=set)
    sites_touched: bool = False
    wishes_touched: set[NeedKind] = field(default_factory=set)

    @property
    def new(self) -> bool:
        return self.key < 0

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def domain(self) -> str:
        return domain_of(self.values.get("website", ""))

    @property
    def postcodes(self) -> set[str]:
        return {site.postcode.replace(" ", "") for site in self.sites if site.postcode}


class DirectoryNow:
    """Every organisation, found by ref and by name. New ones join as rows are planned."""

    def __init__(self, session: Session) -> None:
        self._new_keys = count(-1, -1)
        self.by_key: dict[int, OrganisationState] = {}
        self.by_ref: dict[str, OrganisationState] = {}
        self.by_name: defaultdict[str, list[OrganisationState]] = defaultdict(list)
        self.by_alias: defaultdict[str, list[OrganisationState]] = defaultdict(list)
        columns = [getattr(Organisation, name) for name in ("id", *COMPARED)]
        for key, *values in session.execute(select(*columns).order_by(col(Organisation.id))):
            self.add(OrganisationState(key, dict(zip(COMPARED, values, strict=True))))
        for site in session.exec(select(Site).order_by(col(Site.position), col(Site.id))):
            self._add_site(site)
        for wish in session.exec(select(NeedOrOffer).order_by(col(NeedOrOffer.id))):
            state = self.by_key[wish.organisation_id]
            state.wishes[wish.kind] = (*state.wishes.get(wish.kind, ()), wish.text)

    def add(self, state: OrganisationState) -> None:
        self.by_key[state.key] = state
        if state.values.get("ref"):
            self.by_ref[one_line(state.values["ref"])] = state
        self.by_name[name_key(state.name)].append(state)
        for alias in state.values.get("aliases", ()):
            self.by_alias[name_key(alias)].append(state)

    def new(self, row: int) -> OrganisationState:
        """An empty one, not yet found by anything."""
        return OrganisationState(next(self._new_keys), {}, row=row)

    def free_ref(self, name: str, taken: set[str]) -> str:
        base = f"{OWN_REF}{name_key(name).replace(' ', '-')}"[:180]
        ref, number = base, 2
        while ref in self.by_ref or ref in taken:
            ref, number = f"{base}-{number}", number + 1
        return ref

    def _add_site(self, site: Site) -> None:
        if (work := site_work(site)) is not None:
            self.by_key[site.organisation_id].sites.append(work)


def site_work(site: Site) -> SiteWork | None:
    """A stored site as rows are laid over it; None where it says nothing."""
    texts = {name: getattr(site, name) for name in PLACE_FIELDS}
    if not any(texts.values()):
        return None
    located = site.latitude is not None and site.longitude is not None
    return SiteWork(**texts, point=Point(site.latitude or 0.0, site.longitude or 0.0) if located else None)

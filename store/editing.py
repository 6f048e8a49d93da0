"""What may be edited of an organisation: each field as a text, read as imports read it, and written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as columns_of
from sqlmodel import Session, col, select

from store.importing.applying import write_organisations
from store.importing.cells import Cells
from store.importing.directory_now import site_work
from store.importing.naming import name_key
from store.importing.organisation_rows import OrganisationRow, read_organisation
from store.importing.organisations import changed_sites
from store.importing.plan import OrganisationWork, SiteWork
from store.importing.refusal import Unreadable
from store.importing.table import Column, Line, Subject, Table, Value
from store.importing.text import clean, clean_list, join, one_line
from store.importing.values import as_website, postcode_of
from store.kinds import NeedKind, OrganisationKind, SizeBand
from store.models import NeedOrOffer, Organisation, Site
from store.places.gazetteer import Gazetteer
from store.places.place import Point

FIELDS = (
    "name", "summary", "capabilities", "tags", "website", "sector", "kind", "size", "town", "postcode", "needs",
    "offers",
)  # fmt: skip
LISTS = frozenset({"capabilities", "tags", "needs", "offers"})  # one item a line
_PLACES = frozenset({"town", "postcode"})  # of the main site
_COLUMNS = tuple(
    getattr(Organisation, name)
    for name in ("name", "summary", "capabilities", "tags", "website", "sector", "kind", "size")
)
_WISHES = {"needs": NeedKind.NEED, "offers": NeedKind.OFFER}
_FILLER = re.compile(r"; (?:not taken|cut|cut to (?P<cut>[\d,]+)|the first (?P<first>\d+) were taken)$")


@dataclass(frozen=True, slots=True)
class Given:
    """What an edit says, as the directory would say it, and by field what is wrong with it."""

    texts: dict[str, str]
    problems: dict[str, str]


def present(session: Session, organisation_id: int) -> dict[str, str] | None:
    """Every field of FIELDS as it stands, "" where there is nothing. None: no such organisation."""
    row = session.execute(columns_of(*_COLUMNS).where(col(Organisation.id) == organisation_id)).first()
    if row is None:
        return None
    sites = _sites(session, organisation_id)
    main = sites[0] if sites else SiteWork()
    wishes = session.execute(
        select(NeedOrOffer.kind, NeedOrOffer.text)
        .where(NeedOrOffer.organisation_id == organisation_id)
        .order_by(col(NeedOrOffer.id))
    ).all()
    return {
        "name": one_line(row.name),
        "summary": clean(row.summary),
        "capabilities": "\n".join(clean_list(row.capabilities)),
        "tags": "\n".join(clean_list(row.tags)),
        "website": as_website(row.website) if row.website else "",
        "sector": one_line(row.sector),
        "kind": row.kind.value if row.kind else "",
        "size": row.size.value if row.size else "",
        "town": one_line(main.town),
        "postcode": postcode_of(main.postcode),
        **{
            field: "\n".join(clean_list([text for each, text in wishes if each is kind]))
            for field, kind in _WISHES.items()
        },
    }


def read_edit(edit: Mapping[str, str], now_is: Mapping[str, str]) -> Given:
    """Texts as people typed them. A blank one empties its field; what stands there already is taken as it is."""
    same = {field for field, text in edit.items() if clean(text) == now_is.get(field)}
    cells = _Strict(
        {field: _cell(field, edit[field], now_is) for field in FIELDS if field in edit.keys() - same}
    )
    problems = {field: "cannot be changed here" for field in edit if field not in FIELDS}
    try:
        row = read_organisation(cells)
    except Unreadable as problem:
        return Given({}, problems | {"name": str(problem)})
    texts = {
        field: now_is[field] if field in same else _text(row, field) for field in FIELDS if field in edit
    }
    if texts.get("name") == "":
        problems["name"] = "an organisation needs a name"
    problems |= cells.problems
    return Given(texts, {field: problems[field] for field in (*FIELDS, *edit) if field in problems})


def differences(now_is: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Field by field what an edit really changes: {"was", "becomes"}."""
    changed = {
        field: {"was": now_is[field], "becomes": texts[field]}
        for field in FIELDS
        if field in texts and texts[field] != now_is[field]
    }
    town = changed.get("town", {"was": "", "becomes": ""})
    left = town["was"].casefold() != town["becomes"].casefold()
    if left and "postcode" not in texts and now_is["postcode"]:
        changed["postcode"] = {"was": now_is["postcode"], "becomes": ""}  # the old place's goes with it
    return changed


def write_edit(
    session: Session,
    organisation_id: int,
    texts: Mapping[str, str],
    *,
    revision: int,
    now: datetime,
    confirmed_on: date | None = None,
) -> None:
    """Write texts that `read_edit` gave. `revision` was taken in this transaction, so that nobody else writes."""
    values = {field: _value(field, texts[field]) for field in texts if field not in _PLACES | _WISHES.keys()}
    values |= _aliases(session, organisation_id, texts)
    values |= {"confirmed_on": confirmed_on} if confirmed_on else {}
    wishes = {kind: tuple(_items(texts[field])) for field, kind in _WISHES.items() if field in texts}
    sites = _moved(session, organisation_id, texts) if _PLACES & texts.keys() else None
    work = OrganisationWork(organisation_id, values, sites, wishes)
    session.flush()
    write_organisations(session, [work], now=now, revision=revision)


class _Strict(Cells):
    """A row of an edit: what an import would note and go on with, its author puts right."""

    def __init__(self, cells: Mapping[str, Value]) -> None:
        columns = tuple(Column(field, field) for field in cells)
        super().__init__(
            Table(Subject.ORGANISATIONS, "", columns, ()),
            Line(1, tuple(cells[each.field] for each in columns)),
        )
        self.problems: dict[str, str] = {}

    def note(self, field: str, remark: str) -> None:
        self.problems.setdefault(field, _FILLER.sub(_at_most, remark))


def _at_most(found: re.Match[str]) -> str:
    most = found["cut"] or found["first"]
    return f"; {most} is the most" if most else ""


def _cell(field: str, text: str, now_is: Mapping[str, str]) -> Value:
    if field in _PLACES:
        return (text,)  # one place, whatever its name holds
    if field not in LISTS:
        return text
    known = set(_items(now_is.get(field, "")))  # an item that is there already is one, commas and all
    return "\n".join(join([line]) if line in known else line for line in clean(text).split("\n"))


def _text(row: OrganisationRow, field: str) -> str:
    if field == "name":
        return row.name
    if field in _PLACES:
        return row.places[field][0] if field in row.places else ""
    if field in _WISHES:
        return "\n".join(row.wishes.get(_WISHES[field], ()))
    value = row.given.get(field, "")
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _value(field: str, text: str) -> Any:
    if field in LISTS:
        return _items(text)
    if field == "kind":
        return OrganisationKind(text) if text else None
    if field == "size":
        return SizeBand(text) if text else None
    return text


def _items(text: str) -> list[str]:
    return text.split("\n") if text else []


def _aliases(session: Session, organisation_id: int, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """A renamed organisation is still found by its old name, and recognised by it in a spreadsheet."""
    found = session.execute(
        select(Organisation.name, Organisation.aliases).where(Organisation.id == organisation_id)
    ).first()
    if found is None or "name" not in texts or name_key(found.name) == name_key(texts["name"]):
        return {}
    others = [alias for alias in found.aliases if name_key(alias) != name_key(texts["name"])]
    return {"aliases": list(dict.fromkeys([*others, found.name]))}


def _sites(session: Session, organisation_id: int) -> list[SiteWork]:
    stored = session.exec(
        select(Site)
        .where(Site.organisation_id == organisation_id)
        .order_by(col(Site.position), col(Site.id))
        .execution_options(populate_existing=True)
    )
    return [work for site in stored if (work := site_work(site)) is not None]


def _moved(session: Session, organisation_id: int, texts: Mapping[str, str]) -> tuple[SiteWork, ...] | None:
    """All sites, the main one as the edit says; None where that is where it is."""
    stored = _sites(session, organisation_id)
    main, *others = stored or [SiteWork()]
    places = {
        "town": (texts.get("town", one_line(main.town)), *(one_line(site.town) for site in others)),
        "postcode": (
            texts.get("postcode", postcode_of(main.postcode)),
            *(postcode_of(site.postcode) for site in others),
        ),
    }
    wanted = changed_sites(stored, places)
    return None if wanted is None else tuple(_placed(wanted))


def _placed(sites: Sequence[SiteWork]) -> list[SiteWork]:
    return [site if site.point else replace(site, point=_located(site)) for site in sites]


def _located(site: SiteWork) -> Point | None:
    return Gazetteer.load().locate(
        town=site.town, county=site.county or site.region, postcode=site.postcode, country=site.country
    )

"""Organisations: who they are, where they are, what they can do."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from store.kinds import Listing, NeedKind, OrganisationKind, SizeBand
from store.models.base import Table
from store.types import ByValue, TextList


class Organisation(Table, table=True):
    """`revision` comes from `DirectoryRevision` at every change, so an index asks only for what it has not seen."""

    __tablename__ = "organisation"

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(max_length=200, unique=True)  # its key in the imported file, kept for re-import
    name: str = Field(max_length=300)
    name_key: str = Field(max_length=300, index=True)  # folded name, without "Ltd": how imports recognise it
    aliases: list[str] = Field(default_factory=list, sa_type=TextList)
    kind: OrganisationKind | None = Field(default=None, sa_type=ByValue(OrganisationKind))
    sector: str = Field(default="", max_length=100)
    summary: str = ""
    capabilities: list[str] = Field(default_factory=list, sa_type=TextList)
    tags: list[str] = Field(default_factory=list, sa_type=TextList)
    size: SizeBand | None = Field(default=None, sa_type=ByValue(SizeBand))
    employees: int | None = None
    employees_year: int | None = None
    founded: int | None = None
    website: str = Field(default="", max_length=500)
    membership: str = Field(default="", max_length=100)  # tier, in the region's own words
    member_since: date | None = None
    member_until: date | None = None
    confirmed_on: date | None = None
    listing: Listing = Field(default=Listing.LISTED, sa_type=ByValue(Listing))
    created_at: datetime
    updated_at: datetime
    revision: int = Field(sa_type=BigInteger, index=True)


class Site(Table, table=True):
    """A place an organisation works from. Coordinates are WGS 84 degrees, from the gazetteer or the import."""

    __tablename__ = "site"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    position: int = 0  # 0 is the main one
    town: str = Field(default="", max_length=120)
    county: str = Field(default="", max_length=120)
    region: str = Field(default="", max_length=120)
    postcode: str = Field(default="", max_length=20)
    country: str = Field(default="", max_length=120)
    latitude: float | None = None
    longitude: float | None = None


class NeedOrOffer(Table, table=True):
    """A dated, expiring wish or proposal of an organisation."""

    __tablename__ = "need_or_offer"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    kind: NeedKind = Field(sa_type=ByValue(NeedKind))
    text: str
    dated_on: date | None = None
    expires_on: date | None = None


class DirectoryRevision(Table, table=True):
    """One row that counts changes to the directory; taking a number locks it, so numbers commit in order."""

    __tablename__ = "directory_revision"

    id: int = Field(default=1, primary_key=True)
    number: int = Field(default=0, sa_type=BigInteger)

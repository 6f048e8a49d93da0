"""The closed sets of the domain, stored by value."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    COMPANY = "company"
    MULTINATIONAL = "multinational"
    SUPPLIER = "supplier"
    UNIVERSITY = "university"
    NHS = "nhs"
    PUBLIC_BODY = "public body"
    INVESTOR = "investor"


class SizeBand(StrEnum):
    """Employees: fewer than 10, 50, 250, or more (the UK and EU definition)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Medium(StrEnum):
    SLACK = "slack"
    EMAIL = "email"
    WEB = "web"
    TERMINAL = "terminal"


class StaffRole(StrEnum):
    """What a person may do, each including the ones before it."""

    MEMBER = "member"
    STAFF = "staff"
    APPROVER = "approver"
    ADMIN = "admin"


class Listing(StrEnum):
    LISTED = "listed"
    UNLISTED = "unlisted"  # never found, never shown

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


class InboxState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    SET_ASIDE = "set aside"  # failed too often; kept with its error for a person to look at


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed by a worker under a lease; committed before the first byte leaves
    SENT = "sent"
    FAILED = "failed"  # refused for good, or given up
    UNCERTAIN = "uncertain"  # may have gone out; a person decides, nothing resends it
    CANCELLED = "cancelled"


class NeedKind(StrEnum):
    NEED = "need"
    OFFER = "offer"


class EventKind(StrEnum):
    NETWORKING = "networking"
    WORKSHOP = "workshop"
    CONFERENCE = "conference"
    AWARDS = "awards"


class Verdict(StrEnum):
    """What a member says of an answer."""

    USEFUL = "useful"
    NOT_USEFUL = "not useful"
    OUT_OF_DATE = "out of date"

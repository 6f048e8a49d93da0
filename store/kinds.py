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


class WishState(StrEnum):
    """What became of somebody whom a guest would have liked to meet."""

    OPEN = "open"  # staff have not looked at it yet
    INTRODUCED = "introduced"  # an introduction was begun
    LEFT = "left"  # staff left it


class Verdict(StrEnum):
    """What a member says of an answer."""

    USEFUL = "useful"
    NOT_USEFUL = "not useful"
    OUT_OF_DATE = "out of date"


class IntroductionState(StrEnum):
    """How far an introduction has come; `store/introductions/steps.py` says which follows which."""

    REQUESTED = "requested"  # with staff: to be approved, or nobody is there to be asked yet
    WAITING = "waiting"  # approved, and held until the organisation has room for another
    ASKED = "asked"  # at least one party has still to say yes
    ACCEPTED = "accepted"  # everybody said yes; the hand-off has not left yet
    INTRODUCED = "introduced"
    MET = "met"
    IN_TALKS = "in talks"
    AGREEMENT = "agreement"
    PROJECT = "project"
    NOTHING = "nothing came of it"
    NOT_NOW = "not now"  # a party said no, which the other hears as this and no more
    SILENT = "silent"
    DECLINED = "declined"  # by staff
    WITHDRAWN = "withdrawn"  # by who asked for it


class Origin(StrEnum):
    """How an introduction began."""

    MEMBER = "member"  # asked for by one of the two
    STAFF = "staff"  # staff thought of it: both are asked
    OFFLINE = "offline"  # it happened without us, and was written down


class Side(StrEnum):
    ASKER = "asker"  # who wishes to be introduced; of a staff idea, the first named
    ASKED = "asked"


class Consent(StrEnum):
    """What a party says to being introduced."""

    NOT_ASKED = "not asked"
    PENDING = "pending"
    YES = "yes"
    NOT_NOW = "not now"
    SILENT = "silent"


class Held(StrEnum):
    """Why an introduction is not with its parties yet. Shown to staff alone."""

    APPROVAL = "approval"
    NOBODY = "nobody to ask"
    ROOM = "no room"
    NEVER_WITH = "never with"


class Anyway(StrEnum):
    """Would it have happened without the introduction? (The additionality question of programme evaluations.)"""

    YES = "yes"
    LATER = "later"  # or smaller
    NO = "no"


class PausedBy(StrEnum):
    """Who paused a person's introductions."""

    SELF = "self"
    SILENCE = "silence"  # three requests went unanswered


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class BounceKind(StrEnum):
    """What a report means for the address."""

    HARD = "hard"  # it does not exist, or never takes our mail
    SOFT = "soft"  # not now: full, away, delayed, refused for this message alone
    COMPLAINT = "complaint"  # the reader called it spam


class BounceProof(StrEnum):
    """How an address of a report is known, the surest first."""

    TOKEN = "token"  # noqa: S105 - the report came to the return address of that very message
    REPORT = "report"  # a delivery report in the standard form (RFC 3464), or a complaint (RFC 5965)
    FIELD = "field"  # X-Failed-Recipients
    WORDS = "words"  # the text of one of the many other forms


class EventState(StrEnum):
    PLANNED = "planned"  # staff alone see it
    OPEN = "open"  # told, found, and answered
    CANCELLED = "cancelled"


class Rsvp(StrEnum):
    """What somebody answered to an invitation."""

    NONE = "no answer"
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Seat(StrEnum):
    """What somebody has at an event with as many seats as it has."""

    NONE = "none"
    HELD = "held"
    WAITING = "waiting"  # for one to become free
    OFFERED = "offered"  # kept for them until they answer, or their time is over


class EventNewsKind(StrEnum):
    """What there is to hear of an event."""

    INVITATION = "invitation"
    MOVED = "moved"
    CANCELLED = "cancelled"


class CampaignKind(StrEnum):
    ANNOUNCEMENT = "announcement"
    NEWSLETTER = "newsletter"


class CampaignState(StrEnum):
    DRAFT = "draft"
    APPROVAL = "waiting for approval"  # by a second person
    SCHEDULED = "scheduled"  # it begins at its time; until then it can be called off and nobody has seen it
    FREEZING = "freezing"  # who gets it is being written down
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Reach(StrEnum):
    """How a campaign comes to people, besides the channels it is posted in."""

    PREFERRED = "preferred"  # Slack where they are there, mail else; once for each person
    MAIL = "mail"
    NOBODY = "nobody"  # channels alone


class RecipientState(StrEnum):
    """Where a campaign stands with one recipient."""

    QUEUED = "queued"  # also while a worker has it in hand and has not begun to say it
    SENDING = "sending"  # committed before the first byte of it leaves
    SENT = "sent"
    FAILED = "failed"  # refused for good, or given up
    UNCERTAIN = "uncertain"  # may have gone out; a person decides, nothing resends it
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"  # does not want it, or cannot get it


class Frequency(StrEnum):
    """How often somebody hears of a topic."""

    EVERY = "as it comes"
    MONTHLY = "monthly"  # at most one in four weeks
    NEVER = "never"


class ReaderKind(StrEnum):
    """Whom the rules on electronic marketing see in an address (PECR reg. 22): a firm's staff, or a person."""

    CORPORATE = "corporate"
    INDIVIDUAL = "individual"


class LawfulBasis(StrEnum):
    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate interest"
    SOFT_OPT_IN = "soft opt-in"  # asked for while buying something similar (PECR reg. 22(3))


class SubscriberState(StrEnum):
    PENDING = "pending"  # asked whether it was them
    CONFIRMED = "confirmed"
    ENDED = "ended"


class NewsState(StrEnum):
    """Where a submitted piece of news stands."""

    SUBMITTED = "submitted"
    PICKED = "picked"  # for the issue to come
    DECLINED = "declined"
    PRINTED = "printed"

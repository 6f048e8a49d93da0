"""All tables, gathered so that their metadata is whole wherever one of them is used."""

from store.models.ask import AskRecord, Feedback
from store.models.audit import AuditEntry
from store.models.audit_seal import AuditSeal
from store.models.award import (
    AwardCategory,
    AwardDraft,
    AwardEntry,
    AwardJudge,
    AwardNomination,
    AwardRound,
    AwardScore,
)
from store.models.base import Table
from store.models.calendar_feed import CalendarFeed
from store.models.campaign import Campaign, CampaignRecipient, SendingPace
from store.models.consent import ReaderBasis, ReaderChoice, Subscriber, SuppressedAddress, Topic
from store.models.delivery import InboxItem, OutboxMessage
from store.models.event import (
    Attendance,
    Event,
    EventNews,
    EventSeries,
    ProgrammeItem,
    ReminderRound,
    Sponsorship,
)
from store.models.feedback import EventFeedback, MeetingWish
from store.models.introduction import (
    Introduction,
    IntroductionOutcome,
    IntroductionParty,
    IntroductionStep,
    NeverWith,
)
from store.models.letter import LetterRecord
from store.models.lexicon import LexiconRow
from store.models.linking import LinkCode
from store.models.mail import AddressClaim, AnsweredMail, Bounce, Secret
from store.models.newsletter import NewsItem, NewsletterIssue
from store.models.organisation import DirectoryRevision, NeedOrOffer, Organisation, Site
from store.models.person import Address, Person
from store.models.proposal import Proposal
from store.models.release import Release

__all__ = [
    "Address",
    "AddressClaim",
    "AnsweredMail",
    "AskRecord",
    "Attendance",
    "AuditEntry",
    "AuditSeal",
    "AwardCategory",
    "AwardDraft",
    "AwardEntry",
    "AwardJudge",
    "AwardNomination",
    "AwardRound",
    "AwardScore",
    "Bounce",
    "CalendarFeed",
    "Campaign",
    "CampaignRecipient",
    "DirectoryRevision",
    "Event",
    "EventFeedback",
    "EventNews",
    "EventSeries",
    "Feedback",
    "InboxItem",
    "Introduction",
    "IntroductionOutcome",
    "IntroductionParty",
    "IntroductionStep",
    "LetterRecord",
    "LexiconRow",
    "LinkCode",
    "MeetingWish",
    "NeedOrOffer",
    "NeverWith",
    "NewsItem",
    "NewsletterIssue",
    "Organisation",
    "OutboxMessage",
    "Person",
    "ProgrammeItem",
    "Proposal",
    "ReaderBasis",
    "ReaderChoice",
    "Release",
    "ReminderRound",
    "Secret",
    "SendingPace",
    "Site",
    "Sponsorship",
    "Subscriber",
    "SuppressedAddress",
    "Table",
    "Topic",
]

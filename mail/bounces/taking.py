"""One mail that may be a report: which mail of ours it is about, whether it is believed, and what is written down of it.

A report that came to a mail's own return address, or that returns a mail with our ids in it, is about that mail: the mail
knows its recipient, and nothing is guessed. Of others only what they say of addresses that we lately wrote to is believed,
since anybody can write one to silence somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from mail.arrived import Arrived
from mail.bounces.addresses import addresses_in
from mail.bounces.complaints import is_complaint
from mail.bounces.reading import looks_like_a_report, read_report
from mail.bounces.report import Failed, Report
from mail.letters import SHARED, answered_letter
from mail.replied_to import LOOKED_AT
from mail.tokens import Purpose, TokenAddresses
from store.bounced import LATELY, Told, recipients_of, record, sent_lately
from store.campaigns.came_back import mailed, mailed_lately
from store.kinds import BounceKind, BounceProof
from store.models import LetterRecord, OutboxMessage

GRAVEST = (BounceKind.HARD, BounceKind.COMPLAINT, BounceKind.SOFT)
HEAD = 64 * 1024  # bytes of a mail of ours in which its Message-ID stands


@dataclass(frozen=True, slots=True)
class _About:
    """The mail of ours that a report is about, of the outbox or of a campaign, and how that is known."""

    recipients: tuple[str, ...]
    by_token: bool
    outbox_id: int | None = None
    recipient_id: int | None = None

    @classmethod
    def of(cls, message: OutboxMessage, *, by_token: bool) -> "_About":
        return cls(recipients_of(message), by_token, outbox_id=message.id)


def take_report(session: Session, arrived: Arrived) -> str:
    """Write down what a report says, in the caller's transaction; "" where the mail is none. Nothing answers a report."""
    about = _returned_to(session, _came_to(arrived), arrived.post.addresses)
    if about is None and not looks_like_a_report(arrived.mail.headers, arrived.mail_from):
        return ""
    report = read_report(
        arrived.item.raw or b"",
        mail_from=arrived.mail_from,
        own=(*arrived.rcpt_tos, arrived.post.sender.address),
        sent_to=about.recipients if about else (),
    )
    if report is None:
        return "complaint: it does not say whose" if is_complaint(arrived.mail.headers) else ""
    about = about or _about(session, report, arrived)
    told = [_told(session, each, about, arrived) for each in _settled(report, about)]
    for each in told:
        record(session, each, now=arrived.now)
    return _outcome(told)


def _came_to(arrived: Arrived) -> Sequence[str]:
    """The envelope's recipients, and what the headers tell of them: an alias on the way may have made others of them."""
    fields = arrived.mail.went_to
    return [*arrived.rcpt_tos, *(each for field in fields for each in addresses_in(field[:LOOKED_AT]))]


def _returned_to(
    session: Session, envelope: Sequence[str], addresses: TokenAddresses | None
) -> _About | None:
    """The mail whose return address one of these is."""
    for each in envelope:
        token = addresses.read(each) if addresses else None
        if token is not None and token.purpose is Purpose.RETURN:
            message = session.get(OutboxMessage, token.number)
            if message is not None and recipients_of(message):
                return _About.of(message, by_token=True)
        if token is not None and token.purpose is Purpose.COPY and (to := mailed(session, token.number)):
            return _About((to,), by_token=True, recipient_id=token.number)
    return None


def _about(session: Session, report: Report, arrived: Arrived) -> _About | None:
    """By the mail that came back: its return address, else its id."""
    if (about := _returned_to(session, report.return_paths, arrived.post.addresses)) is not None:
        return about
    if not report.message_id:
        return None
    token = answered_letter([report.message_id], arrived.post.sender)
    if token and token != SHARED and (message := _of_letter(session, token)) is not None:
        return _About.of(message, by_token=True)  # a letter's id is as secret as a token
    for failed in report.addresses:
        for each in {failed.address, failed.sent_to} - {""}:
            for sent in sent_lately(session, each, now=arrived.now):
                if _has_id(sent, report.message_id):
                    return _About.of(sent, by_token=False)
    return None


def _of_letter(session: Session, token: str) -> OutboxMessage | None:
    found = session.exec(
        select(OutboxMessage)
        .join(LetterRecord, LetterRecord.outbox_key == OutboxMessage.dedup_key)  # type: ignore[arg-type]  # a comparison of columns is a clause
        .where(LetterRecord.token == token)
    ).first()
    return found if found is not None and recipients_of(found) else None


def _has_id(message: OutboxMessage, message_id: str) -> bool:
    head = (message.body or b"")[:HEAD].partition(b"\r\n\r\n")[0].lower()
    return f"message-id: <{message_id}>".lower().encode("utf-8", "replace") in head


def _settled(report: Report, about: _About | None) -> Sequence[Failed]:
    """What is said of whom; of a mail to one, all that is said is about that one, whatever a forward made of the address."""
    recipients = about.recipients if about else ()
    if len(recipients) != 1:
        return report.addresses
    exactly = [each for each in report.addresses if recipients[0] in {each.address, each.sent_to}]
    return (exactly or list(report.addresses))[:1]


def _told(session: Session, failed: Failed, about: _About | None, arrived: Arrived) -> Told:
    address, believed = _whom(session, failed, about, arrived)
    linked = about is not None and believed
    return Told(
        address=address,
        kind=failed.kind,
        known_by=BounceProof.TOKEN if linked and about and about.by_token else failed.known_by,
        status=failed.status,
        reason=failed.reason,
        given_up=failed.given_up,
        believed=believed,
        inbox_id=arrived.item.id,
        outbox_id=about.outbox_id if about and linked else None,
        recipient_id=about.recipient_id if about and linked else None,
    )


def _whom(session: Session, failed: Failed, about: _About | None, arrived: Arrived) -> tuple[str, bool]:
    """The address that we wrote to, and whether the report is believed of it."""
    named = [each for each in (failed.address, failed.sent_to) if each]
    if about is None:
        written_to = [each for each in named if _wrote_to(session, each, arrived.now)]
        return (written_to or named)[0], bool(written_to)
    if len(about.recipients) == 1:
        return about.recipients[0], True
    ours = [each for each in named if each in about.recipients]
    return (ours or named)[0], bool(ours)


def _wrote_to(session: Session, address: str, now: datetime) -> bool:
    return bool(sent_lately(session, address, now=now)) or mailed_lately(session, address, now=now)


def _outcome(told: Sequence[Told]) -> str:
    gravest = min(told, key=lambda each: (not each.believed, GRAVEST.index(each.kind)))
    disbelief = (
        "" if gravest.believed else f", not believed: we wrote nothing there within {LATELY.days} days"
    )
    return f"bounce: {gravest.kind.value}, {gravest.known_by.value}{disbelief}"

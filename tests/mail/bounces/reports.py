"""Reports about mails of ours, as other hosts send them."""

import email.policy
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from sqlmodel import Session, col, select

from mail.own_addresses import own_addresses
from mail.tokens import Purpose, plus_form
from store.kinds import Medium, OutboxState
from store.models import Bounce, OutboxMessage
from store.outbox import Draft, enqueue
from store.store import Store
from tests.conftest import NOW
from tests.mail.correspondence import OWN

ADA, BEN = "ada@larkspur.example", "ben@oriel.example"
USER_UNKNOWN = "550 5.1.1 User unknown"


def message_to(
    session: Session, /, *recipients: str, key: str = "answer:1", now: datetime = NOW, kind: str = "answer"
) -> int:
    """A mail of ours that the relay took."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = OWN, ", ".join(recipients), "Re: assays"
    mail["Message-ID"] = f"<{key.replace(':', '.')}@cluster.example>"
    mail.set_content("Three organisations fit.")
    payload = {"recipients": list(recipients)} if len(recipients) > 1 else {}
    draft = Draft(key, Medium.EMAIL, kind, ", ".join(recipients), OWN, payload, mail.as_bytes())
    number = enqueue(session, draft, now=now)
    assert number is not None
    row = session.get_one(OutboxMessage, number)
    row.state, row.settled_at, row.reply = OutboxState.SENT, now, "250 taken"
    session.add(row)
    session.flush()
    return number


async def return_address(store: Store, number: int) -> str:
    """What the envelope of that message had as its sender."""
    return (await own_addresses(store, plus_form(OWN), now=NOW)).address(Purpose.RETURN, number)


def a_report(
    *addresses: str,
    to: str = OWN,
    said: str = USER_UNKNOWN,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "",
) -> bytes:
    """By RFC 3464; `returned` are header lines of the mail that came back."""
    blocks = "\n".join(
        f"Final-Recipient: rfc822; {each}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n"
        for each in addresses
    )
    back = f"--B\nContent-Type: text/rfc822-headers\n\n{returned}\n\n" if returned else ""
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        f"--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{blocks}\n{back}--B--\n"
    ).encode()


def a_complaint(address: str, *, returned: str = "") -> bytes:
    return (
        "From: loop@provider.example\nTo: abuse@cluster.example\nSubject: Abuse report\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\n\n'
        "--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
        f"Original-Rcpt-To: {address}\n\n--B\nContent-Type: text/rfc822-headers\n\n{returned or 'Subject: News'}\n\n--B--\n"
    ).encode()


def bounces(session: Session) -> list[Bounce]:
    rows = session.exec(select(Bounce).order_by(col(Bounce.id))).all()
    for row in rows:
        session.expunge(row)
    return list(rows)


def message_state(number: int) -> Callable[[Session], OutboxState]:
    return lambda session: session.get_one(OutboxMessage, number, populate_existing=True).state

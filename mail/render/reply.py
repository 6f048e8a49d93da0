"""A reply in words becomes a mail: complete plain text first, small HTML beside it, threaded under what was asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader

from bot.assistant.several_wording import Several
from bot.assistant.wording import Reply
from mail.marker import LINE
from mail.render.headers import (
    INTERNATIONAL,
    POLICY,
    display_name,
    header_text,
    mailbox,
    one_line,
    referable,
    references,
)
from mail.render.plain import TO_GO_ON, plain_text
from mail.render.sizes import MOST_BYTES, clip, shorter_and_shorter
from mail.render.written import WrittenMail
from mail.subject import without_replies

LONGEST_SUBJECT = 200
LONGEST_QUESTION = 200

PAGES = Environment(
    loader=PackageLoader("mail.render"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # else each mail asks the disk whether its template has changed
)


@dataclass(frozen=True, slots=True)
class Thread:
    """The mail that is answered, as far as its headers matter. Ids stand without their angle brackets."""

    to: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    question: str  # one line, quoted back so that the reader knows what this answers
    reply_to: str = ""  # our address for what is said to this answer; "": ours as it is


@dataclass(frozen=True, slots=True)
class From:
    """Whose mail this is. `identity`: who stands behind it, with their postal address; said at the end of each."""

    address: str
    name: str
    identity: str = ""

    @property
    def domain(self) -> str:
        return mailbox(self.address).rpartition("@")[2]


def message_id_of(ask_id: str, domain: str) -> str:
    """The same for every attempt to answer the same ask, so that a receiver can fold copies (RFC 5322 3.6.4)."""
    return f"answer.{hashlib.sha256(ask_id.encode('utf-8', 'replace')).hexdigest()[:32]}@{domain}"


def render(
    reply: Reply | Several, thread: Thread, sender: From, *, now: datetime, remarks: Sequence[str] = ()
) -> bytes:
    """The whole mail with CRLF line ends; `remarks` are paragraphs under the answer.

    Nothing of a stranger's can begin a header: each is made one line, and encoded.
    """
    remarks = (*remarks, sender.identity) if sender.identity else remarks
    message_id = message_id_of(reply.ask_id, sender.domain)
    message = _headed(thread, sender, message_id=message_id, now=now)
    # Of several asks each is quoted above its own answer.
    question = clip(one_line(thread.question), LONGEST_QUESTION) if isinstance(reply, Reply) else ""
    for shown in shorter_and_shorter(reply):
        page = _encodable(_page(shown, _subject(thread.subject), question, remarks))
        if len(page) <= MOST_BYTES and len(page.encode()) <= MOST_BYTES:
            break
    return message.as_bytes(
        _encodable(f"{LINE}\n\n{plain_text(shown, question, remarks)}"),
        page,
        boundary=f"=_{message_id.partition('@')[0]}",  # not a random one: the same answer is the same bytes
    )


def _page(reply: Reply | Several, subject: str, question: str, remarks: Sequence[str]) -> str:
    return PAGES.get_template("reply.html.j2").render(
        subject=subject,
        question=question,
        marker=LINE,
        reply=reply,
        sections=reply.sections if isinstance(reply, Several) else (),
        to_go_on=TO_GO_ON,
        remarks=remarks,
    )


def _headed(thread: Thread, sender: From, *, message_id: str, now: datetime) -> WrittenMail:
    to, name = mailbox(thread.to), display_name(sender.name)
    message = WrittenMail(POLICY if to.isascii() else INTERNATIONAL)
    message.put_mailboxes("From", [(name, mailbox(sender.address))])
    if to.isascii():
        message.put_mailboxes("To", [("", to)])
    else:
        message.put("To", one_line(to))
    if thread.reply_to:
        message.put_mailboxes("Reply-To", [(name, mailbox(thread.reply_to))])
    message.put("Subject", _subject(thread.subject))
    message.put("Date", format_datetime(now))
    message.put("Message-ID", f"<{message_id}>")
    if referable(thread.message_id):
        message.put_ids("In-Reply-To", f"<{thread.message_id}>")
        message.put_ids("References", references((*thread.references, thread.message_id)))
    message.put("Auto-Submitted", "auto-replied")  # RFC 3834 5
    message.put("X-Auto-Response-Suppress", "All")
    return message


def _subject(subject: str) -> str:
    """The subject kept, with one "Re:"."""
    return f"Re: {header_text(without_replies(one_line(subject)))[:LONGEST_SUBJECT] or 'your question'}"


def _encodable(text: str) -> str:
    """Without what no mail may carry: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

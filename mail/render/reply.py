"""A reply in words becomes a mail: complete plain text first, small HTML beside it, threaded under what was asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader

from bot.assistant.wording import Item, Reply
from mail.render.headers import (
    INTERNATIONAL,
    POLICY,
    mailbox,
    one_line,
    referable,
    references,
)
from mail.render.written import WrittenMail
from mail.subject import without_replies

LONGEST_SUBJECT = 200
LONGEST_QUESTION = 200
LONGEST_EXCERPT = 2000  # Gmail hides what is beyond 102 KB of a mail
TO_GO_ON = "To go on, reply with one of these on the first line:"

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
    """Whose mail this is."""

    address: str
    name: str

    @property
    def domain(self) -> str:
        return mailbox(self.address).rpartition("@")[2]


def message_id_of(ask_id: str, domain: str) -> str:
    """The same for every attempt to answer the same ask, so that a receiver can fold copies (RFC 5322 3.6.4)."""
    return f"answer.{hashlib.sha256(ask_id.encode('utf-8', 'replace')).hexdigest()[:32]}@{domain}"


def render(
    reply: Reply, thread: Thread, sender: From, *, now: datetime, remarks: Sequence[str] = ()
) -> bytes:
    """The whole mail with CRLF line ends; `remarks` are paragraphs under the answer.

    Nothing of a stranger's can begin a header: each is made one line, and encoded.
    """
    message_id = message_id_of(reply.ask_id, sender.domain)
    message = _headed(thread, sender, message_id=message_id, now=now)
    shown = replace(reply, items=tuple(map(_clipped, reply.items)))
    question = _clip(one_line(thread.question), LONGEST_QUESTION)
    page = PAGES.get_template("reply.html.j2").render(
        subject=_subject(thread.subject),
        question=question,
        reply=shown,
        items=shown.items,
        to_go_on=TO_GO_ON,
        remarks=remarks,
    )
    return message.as_bytes(
        _encodable(_text(shown, question, remarks)),
        _encodable(page),
        boundary=f"=_{message_id.partition('@')[0]}",  # not a random one: the same answer is the same bytes
    )


def _headed(thread: Thread, sender: From, *, message_id: str, now: datetime) -> WrittenMail:
    to, name = mailbox(thread.to), one_line(sender.name)
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
    return f"Re: {one_line(without_replies(subject))[:LONGEST_SUBJECT] or 'your question'}"


def _text(reply: Reply, question: str, remarks: Sequence[str]) -> str:
    paragraphs = [
        f"> {question}" if question else "",
        f"Looked for: {reply.understood}" if reply.understood else "",
        "\n".join(reply.readings),
        reply.lead,
        _items(reply.items),
        reply.closing,
        "\n".join([TO_GO_ON, *(f"    {word}" for word in reply.next_words)]) if reply.next_words else "",
        *remarks,
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _items(items: Sequence[Item]) -> str:
    told = [_item(item) for item in items]
    return ("\n\n" if any("\n" in each for each in told) else "\n").join(told)


def _item(item: Item) -> str:
    lead = f"{item.number}. " if item.number is not None else "- "
    indent = " " * len(lead)
    lines = [f"{lead}{item.title}", item.line, item.excerpt, *(f"- {why}" for why in item.why), item.website]
    return f"\n{indent}".join(one_line(line) for line in lines if line)


def _clipped(item: Item) -> Item:
    return replace(
        item,
        excerpt=_clip(item.excerpt, LONGEST_EXCERPT),
        why=tuple(_clip(why, LONGEST_EXCERPT) for why in item.why),
    )


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _encodable(text: str) -> str:
    """Without what no mail may carry: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

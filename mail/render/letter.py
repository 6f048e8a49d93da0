"""A letter becomes a mail: complete plain text first, small HTML beside it, to one reader or openly to two."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bot.assistant.events.calendars import Mailbox as Organiser
from bot.assistant.events.calendars import written
from bot.assistant.letters import Choice, Letter
from mail.marker import LINE
from mail.render.headers import INTERNATIONAL, POLICY, display_name, header_text, mailbox, one_line
from mail.render.reply import LONGEST_SUBJECT, PAGES, From
from mail.render.written import Calendar, WrittenMail
from mail.subject import without_replies

HOW_TO_ANSWER = "To answer, reply with one of these on the first line:"
OR_ON_A_PAGE = "Or choose on a page. The link opens it, and nothing happens until you press a button there:"
REPLIES_REACH = "Just reply: your words go to each other, not to me."


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A reader's address and name, as they are kept: neither is fit for a header yet."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Posting:
    """How one letter goes out: to whom, under which id, in which thread. Ids stand without angle brackets."""

    to: tuple[Mailbox, ...]
    message_id: str
    threads: tuple[str, ...]  # one a reader: what groups all letters about one thing
    page: str = ""  # the address of its page; "" for none
    reply_to: str = ""  # our address for its answer; a letter to several goes back to all of them


def render(letter: Letter, posting: Posting, sender: From, *, now: datetime) -> bytes:
    """The whole mail with CRLF line ends. Nothing of a member's can begin a header: each is made one line, and encoded."""
    choices = letter.choices if len(posting.to) == 1 else ()
    page = PAGES.get_template("letter.html.j2").render(
        subject=_subject(letter),
        letter=letter,
        marker=LINE if len(posting.to) == 1 else "",  # what two write to each other is not ours to cut
        choices=choices,
        page=posting.page,
        shared=REPLIES_REACH if len(posting.to) > 1 else "",
        how_to_answer=HOW_TO_ANSWER,
        or_on_a_page=OR_ON_A_PAGE,
        identity=sender.identity,
    )
    return _headed(letter, posting, sender, now=now).as_bytes(
        _encodable(_text(letter, choices, posting, sender.identity)),
        _encodable(page),
        # Not a random one: the same letter is the same bytes, and nobody's text can hold it.
        boundary=f"=_{hashlib.sha256(posting.message_id.encode()).hexdigest()[:40]}",
        calendar=_calendar(letter, posting, sender, now=now),
    )


def _calendar(letter: Letter, posting: Posting, sender: From, *, now: datetime) -> Calendar | None:
    """The reader's own entry; its organiser is an address that answers come back to."""
    if letter.calendar is None or len(posting.to) != 1:
        return None
    to, organiser = posting.to[0], Organiser(mailbox(sender.address), sender.name)
    text = written(letter.calendar, organiser, Organiser(mailbox(to.address), to.name), now=now)
    return Calendar(text, letter.calendar.method.value)


def _headed(letter: Letter, posting: Posting, sender: From, *, now: datetime) -> WrittenMail:
    to = [(display_name(each.name), mailbox(each.address)) for each in posting.to]
    ascii_only = all(address.isascii() for _, address in to)
    name = display_name(sender.name)
    message = WrittenMail(POLICY if ascii_only else INTERNATIONAL)
    message.put_mailboxes("From", [(name, mailbox(sender.address))])
    for field in ("To", "Reply-To") if len(to) > 1 else ("To",):
        if ascii_only:
            message.put_mailboxes(field, to)
        else:  # the addresses alone where one is beyond ASCII, which only bare text can carry
            message.put(field, ", ".join(one_line(address) for _, address in to))
    if posting.reply_to and len(to) == 1:
        message.put_mailboxes("Reply-To", [(name, mailbox(posting.reply_to))])
    message.put("Subject", _subject(letter))
    message.put("Date", format_datetime(now))
    message.put("Message-ID", f"<{posting.message_id}>")
    message.put_ids("References", " ".join(f"<{each}>" for each in posting.threads))
    message.put("Auto-Submitted", "auto-generated")  # RFC 3834 5
    message.put("X-Auto-Response-Suppress", "All")
    return message


def _subject(letter: Letter) -> str:
    return header_text(without_replies(one_line(letter.subject)))[:LONGEST_SUBJECT] or "A message for you"


def _text(letter: Letter, choices: Sequence[Choice], posting: Posting, identity: str) -> str:
    paragraphs = [
        LINE if len(posting.to) == 1 else "",
        letter.lead,
        *letter.paragraphs,
        "\n".join(f"{one_line(label)}: {one_line(value)}" for label, value in letter.facts),
        f"    “{one_line(letter.quoted)}”" if letter.quoted else "",
        letter.closing,
        "\n".join([HOW_TO_ANSWER, *_choices(choices)]) if choices else "",
        f"{OR_ON_A_PAGE}\n    {posting.page}" if choices and posting.page else "",
        REPLIES_REACH if len(posting.to) > 1 else "",
        letter.why,
        one_line(identity),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip()) + "\n"


def _choices(choices: Sequence[Choice]) -> list[str]:
    width = max(len(choice.word) for choice in choices) + 4
    return [f"    {choice.word:<{width}}{one_line(choice.label)}" for choice in choices]


def _encodable(text: str) -> str:
    """Without what no mail may carry: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

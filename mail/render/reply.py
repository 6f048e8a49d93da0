"""A reply in words becomes a mail: complete plain text first, small HTML beside it, threaded under what was asked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader

from bot.assistant.wording import Item, Reply

MOST_REFERENCES = 20
LONGEST_REFERENCES = 900  # octets; longer headers are folded, and folded again, until something breaks
LONGEST_SUBJECT = 200
LONGEST_QUESTION = 200

PAGES = Environment(
    loader=PackageLoader("mail.render"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class Thread:
    """The mail that is answered, as far as its headers matter. Ids stand without their angle brackets."""

    to: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    question: str  # one line, quoted back so that the reader knows what this answers


@dataclass(frozen=True, slots=True)
class From:
    """Whose mail this is."""

    address: str
    name: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def message_id_of(ask_id: str, domain: str) -> str:
    """The same for every attempt to answer the same ask, so that a receiver can fold copies (RFC 5322 3.6.4)."""
    return f"answer.{hashlib.sha256(ask_id.encode('utf-8', 'replace')).hexdigest()[:32]}@{domain}"


def render(reply: Reply, thread: Thread, sender: From, *, now: datetime, postscript: str = "") -> bytes:
    """The whole mail with CRLF line ends. Nothing of a stranger's can begin a header: each is cleaned and encoded."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(sender.name), addr_spec=sender.address)
    message["To"] = Address(addr_spec=thread.to)
    message["Subject"] = _subject(thread.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id_of(reply.ask_id, sender.domain)}>"
    if thread.message_id:
        message["In-Reply-To"] = f"<{thread.message_id}>"
        message["References"] = _references((*thread.references, thread.message_id))
    message["Auto-Submitted"] = "auto-replied"  # RFC 3834 5
    message["X-Auto-Response-Suppress"] = "All"
    question = _one_line(thread.question)[:LONGEST_QUESTION]
    message.set_content(_storable(_text(reply, question, postscript)), cte="quoted-printable")
    page = PAGES.get_template("reply.html.j2").render(reply=reply, question=question, postscript=postscript)
    message.add_alternative(_storable(page), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _text(reply: Reply, question: str, postscript: str) -> str:
    parts = [f"> {question}\n"] if question else []
    if reply.understood:
        parts.append(f"Looked for: {reply.understood}\n")
    if reply.readings:
        parts.append("\n".join(reply.readings) + "\n")
    parts.append(f"{reply.lead}\n")
    parts += [_item(item) for item in reply.items]
    if reply.closing:
        parts.append(f"{reply.closing}\n")
    if reply.next_words:
        parts.append(
            "To go on, reply with one of these on the first line:\n"
            + "\n".join(f"    {word}" for word in reply.next_words)
            + "\n"
        )
    if postscript:
        parts.append(f"{postscript}\n")
    return "\n".join(parts)


def _item(item: Item) -> str:
    lead = f"{item.number}. " if item.number is not None else "- "
    indent = " " * len(lead)
    lines = [f"{lead}{item.title}", item.line, item.excerpt, *(f"- {why}" for why in item.why), item.website]
    return f"\n{indent}".join(line for line in lines if line) + "\n"


def _subject(subject: str) -> str:
    """The subject kept, with one "Re:"."""
    bare = _one_line(subject)[:LONGEST_SUBJECT]
    while bare[:3].casefold() == "re:":
        bare = bare[3:].lstrip()
    return f"Re: {bare or 'your question'}"


def _references(ids: tuple[str, ...]) -> str:
    """Trimmed from the middle: the first keeps the thread together, the last ones place the mail in it."""
    kept = list(dict.fromkeys(ids))
    while len(kept) > 2 and (
        len(kept) > MOST_REFERENCES or sum(len(each) + 3 for each in kept) > LONGEST_REFERENCES
    ):
        del kept[1]
    return " ".join(f"<{each}>" for each in kept)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _storable(text: str) -> str:
    """Without what no mail may carry: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

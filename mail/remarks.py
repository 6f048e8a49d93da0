"""What an answer by mail adds under itself: what of the mail was not looked at, who was not answered, how to join."""

import re
from collections.abc import Sequence
from contextlib import suppress
from email.utils import getaddresses

from bot.assistant.mail_ask import MOST_LINES as MOST_ASKED_LINES
from bot.assistant.mail_ask import MOST_OWN, forwarded_by
from bot.assistant.phrases import listed
from mail.decoding import LONGEST_TEXT, MOST_LINES, in_words, one_line
from mail.inbound import InboundMail
from mail.mailboxes import Mailboxes
from mail.sealed import documents, is_sealed
from store.people import Asker, Member

NAMED = 3  # attachments or people named; of many the number is enough
LONGEST_NAME = 60
LOOKED_AT = (
    16_000  # characters of To and Cc: reading addresses is slow, and who has that many wrote to others
)

HOW_TO_JOIN = (
    "You are writing from an address the directory does not know, so you see what is public. "
    "If your organisation is a member, ask the team to add your address."
)
ONLY_THE_BEGINNING = "Your mail was long: I read its beginning only."
TO_YOU_ALONE = "I have answered you alone, not {}."
SEALED = "Part of your mail is encrypted, and I have no key: I read only what was not. Please write to me unencrypted."
READ_FORWARDED = "I read the mail from {} that you forwarded, and have answered you alone."
SOMEBODY = "somebody else"
_BARE = re.compile(r"[a-z0-9+_-]+(?:\.[a-z0-9+_-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


def remarks_on(
    mail: InboundMail, asker: Asker, *, own: str, reply_form: str = "", unsure: str = ""
) -> tuple[str, ...]:
    """Sentences for the asker, each a paragraph of its own; most mails have none. `unsure`: why they count as nobody."""
    remarks: list[str] = []
    if (author := forwarded_by(mail.text)) is not None:
        remarks.append(READ_FORWARDED.format(_short(author) or SOMEBODY))
    if is_sealed(mail):
        remarks.append(SEALED)
    if unread := documents(mail):
        remarks.append(
            f"I don't open attachments, so I have not read {_named([f'“{_short(name)}”' for name in unread])}."
        )
    if _is_long(mail):
        remarks.append(ONLY_THE_BEGINNING)
    if others := _others(mail, own, reply_form=reply_form):
        names = dict.fromkeys(_short(name) or _short(address) for name, address in others)
        remarks.append(TO_YOU_ALONE.format(_named(list(names), "other")))
    if not isinstance(asker, Member):
        remarks.append(unsure or HOW_TO_JOIN)
    return tuple(remarks)


def went_to_others(mail: InboundMail, own: str, *, reply_form: str = "") -> bool:
    """Whether the mail went to anybody besides us, in any of our addresses, and its sender."""
    return bool(_others(mail, own, reply_form=reply_form))


def addresses_us(mail: InboundMail, own: str, *, reply_form: str = "") -> bool:
    """Whether it names us among those it goes to; a blind copy, and what a list hands on, does not."""
    ours = Mailboxes(own, reply_form=reply_form)
    fields = ("To", "Cc", "Resent-To", "Resent-Cc", "Apparently-To")
    return any(ours.hold(address) for _, address in _addressed(mail, fields) if "@" in address)


def _is_long(mail: InboundMail) -> bool:
    """Whether it was cut: in reading the mail, or in looking for what it asks."""
    cut = len(mail.full_text) >= LONGEST_TEXT or mail.full_text.count("\n") >= MOST_LINES - 1
    return cut or len(mail.text) > MOST_OWN or mail.text.count("\n") >= MOST_ASKED_LINES


def _named(names: list[str], kind: str = "") -> str:
    """A few names, and how many more there are: "a, b, c and 2 others"."""
    left = len(names) - NAMED
    more = [f"{left} {kind}{'s' if left > 1 else ''}" if kind else f"{left} more"] if left > 0 else []
    return listed([*names[:NAMED], *more])


def _short(name: str) -> str:
    """One line, and not long: names are what their writers like."""
    line = one_line(name).strip(" \"'“”<>,;")
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def _others(mail: InboundMail, own: str, *, reply_form: str) -> list[tuple[str, str]]:
    """Name and address of each it went to besides us and its sender."""
    ours = Mailboxes(own, reply_form=reply_form)
    found = {
        address.casefold(): (in_words(name), address)
        for name, address in reversed(_addressed(mail))
        if "@" in address and address.casefold() != mail.sender and not ours.hold(address)
    }
    return list(reversed(found.values()))


def _addressed(mail: InboundMail, names: Sequence[str] = ("To", "Cc")) -> list[tuple[str, str]]:
    """Each field by itself: one that cannot be read hides nobody in the others."""
    found: list[tuple[str, str]] = []
    room = LOOKED_AT
    for value in (str(value) for name in names for value in mail.headers.get_all(name, [])):
        if len(value) < room and _BARE.fullmatch(value):  # as most are, and reading it so takes no time
            found.append(("", value))
        else:
            with suppress(RecursionError):  # comments in comments in comments
                found += getaddresses([value[: max(room, 0)]])
        room -= len(value)
    return found

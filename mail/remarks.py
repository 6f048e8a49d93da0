"""What an answer by mail adds under itself: what of the mail was not looked at, who was not answered, how to join."""

from email.utils import getaddresses

from mail.decoding import LONGEST_TEXT, MOST_LINES, one_line
from mail.inbound import InboundMail
from mail.mailboxes import Mailboxes
from store.people import Asker, Member

NAMED = 3  # attachments named; of many the number is enough
LONGEST_NAME = 60
LOOKED_AT = (
    16_000  # characters of To and Cc: reading addresses is slow, and who has that many wrote to others
)

HOW_TO_JOIN = (
    "You are writing from an address the directory does not know, so you see what is public. "
    "If your organisation is a member, ask the team to add your address."
)
ONLY_THE_BEGINNING = "Your mail was long: I read its beginning only."
TO_YOU_ALONE = "I have answered you alone, not the others your mail was sent to."


def remarks_on(mail: InboundMail, asker: Asker, *, own: str, reply_form: str = "") -> tuple[str, ...]:
    """Sentences for the asker, each a paragraph of its own; most mails have none."""
    remarks: list[str] = []
    if mail.attachments:
        remarks.append(f"I don't open attachments, so I have not read {_named(mail.attachments)}.")
    if len(mail.full_text) >= LONGEST_TEXT or mail.full_text.count("\n") >= MOST_LINES - 1:
        remarks.append(ONLY_THE_BEGINNING)
    if went_to_others(mail, own, reply_form=reply_form):
        remarks.append(TO_YOU_ALONE)
    if not isinstance(asker, Member):
        remarks.append(HOW_TO_JOIN)
    return tuple(remarks)


def _named(names: tuple[str, ...]) -> str:
    shown = [f"“{_short(name)}”" for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _short(name: str) -> str:
    line = one_line(name)
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def went_to_others(mail: InboundMail, own: str, *, reply_form: str = "") -> bool:
    """Whether the mail went to anybody besides us, in any of our addresses, and its sender."""
    ours = Mailboxes(own, reply_form=reply_form)
    return any(
        "@" in address and address.casefold() != mail.sender and not ours.hold(address)
        for address in _addressed(mail)
    )


def _addressed(mail: InboundMail) -> list[str]:
    fields = [str(value) for name in ("To", "Cc") for value in mail.headers.get_all(name, [])]
    try:
        return [address for _, address in getaddresses([", ".join(fields)[:LOOKED_AT]])]
    except RecursionError:  # comments in comments in comments
        return []

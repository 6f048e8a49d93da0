"""Forwarded mails: who wrote the one below, about what, and what its forwarder wrote above it.

Nothing is ever taken away: a forward's content is what is below (mail/reply_text.py keeps it). Linear in the text's length.
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr

from mail.decoding import shortened
from mail.line_kinds import (
    FORWARD_LINE,
    HEADER_LABEL,
    HEADER_LINE,
    LONGEST_LINE,
    ORIGINAL_LINE,
    Line,
    letters_of,
    may_hand_on,
)
from mail.subject import without_replies

RULE = "---------- Forwarded message ---------"
MOST_HEADER_LINES = 14  # of the block above a forwarded mail, folded ones counted
FORWARDED_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,80}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|vs|vl|vb|doorst|doorgestuurd|pd|továbbítás|videresend(?:t)?|vidarebefordrat|"
    r"fs|ilt|yml|转送|转发|轉寄|転送)\s?[:：]",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_ADDRESS = re.compile(r"[^\s<>@\"(),:;\[\]]{1,64}@[^\s<>@\"(),:;\[\]]{1,255}")
_RULE = re.compile(r"[-_=\s]{3,}")
# The name that stands last before an address, behind a date and whatever verb: in quotes, or as names are written.
_NAMED = re.compile(
    r"[\"“«‹„]\s?(?P<quoted>[^\"“”«»‹›„]{1,100}?)\s?[\"”»›]\s*$|(?P<plain>(?:(?<!\w)[^\W\d_a-z][\w.'’-]*\s){1,4})\s*$"
)
_TRAILING = re.compile(r"[\s\"'<(\[*_]*(?:mailto:)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One mail inside another. What it does not say of itself is ""."""

    above: str  # what its forwarder wrote
    sender: str  # a bare lower-case address
    sender_name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a forwarded mail's header: from where to where, and what they say."""

    begins: int
    ends: int
    said: dict[str, str]
    quoted: bool


def forwarded_in(text: str, *, subject: str = "") -> Forwarded | None:
    """The forwarded mail that a text hands on; None where it hands on none: a reply quotes its mail as well."""
    by_subject = bool(FORWARDED_SUBJECT.match(subject))
    is_reply = without_replies(subject) != subject.strip()
    if not by_subject and not may_hand_on(text):
        return None
    lines = _unjoined(shortened(text).split("\n"))
    bare = [_QUOTE.sub("", line[:LONGEST_LINE]).strip() for line in lines]
    for at, line in enumerate(bare):
        announced = bool(FORWARD_LINE.fullmatch(line))
        if announced or ORIGINAL_LINE.fullmatch(line):
            block = _block(lines, bare, at + 1)
            if block is None:
                continue
            # Some programs quote what they forward; only the subject tells that from a reply.
            handed_on = announced or (block.quoted and not is_reply)
            if by_subject or _alone(bare[:at]) or (handed_on and not _in_a_quote(lines, at)):
                return _forwarded(lines, block, above=at)
            if handed_on:
                return None  # what a reply quotes stays quoted, however many forwards it holds
        elif HEADER_LINE.fullmatch(line) and (by_subject or _alone(bare[:at])):
            block = _block(lines, bare, at)
            if block is not None and len(block.said) >= 3:
                return _forwarded(lines, block, above=at)
    return _by_its_quote(lines, bare, subject) if by_subject else None


def _in_a_quote(lines: list[str], at: int) -> bool:
    """Whether a reply quotes a mail that was a forward: the line that says so is not the first of what is quoted."""
    if _QUOTE.match(lines[at]):
        return any(_QUOTE.match(line) and _QUOTE.sub("", line).strip() for line in lines[:at])
    return Line.WROTE in letters_of(lines[:at])


def _by_its_quote(lines: list[str], bare: list[str], subject: str) -> Forwarded | None:
    """Some programs announce a forward as they announce a quote: "On 3 May, Ann <ann@fen.example> wrote:"."""
    letters = letters_of(bare)
    begins = letters.find(Line.WROTE)
    if begins < 0:
        return None
    ends = begins + len(letters[begins:]) - len(letters[begins:].lstrip(Line.WROTE))
    sender, before = _sender(" ".join(bare[begins:ends]))
    named = _NAMED.search(f"{before} ") if sender else None
    name = " ".join((named["quoted"] or named["plain"]).split()) if named else before
    said = FORWARDED_SUBJECT.sub("", subject, count=1).strip()
    body = _joined([line.strip() for line in _unquoted(lines[ends:])])
    return Forwarded(_joined(lines[:begins]), sender, name, said, body)


def _alone(above: list[str]) -> bool:
    return not any(line and not _RULE.fullmatch(line) for line in above)


def _unjoined(lines: list[str]) -> list[str]:
    """Some programs write the whole header on one line: "From: Ann <…>To: Ben <…>Sent: …"."""
    found = []
    for line in lines:
        labels = [each for each in HEADER_LABEL.finditer(line[: 4 * LONGEST_LINE]) if each[0][0].isupper()]
        if len(labels) < 4:
            found.append(line)
            continue
        at = 0
        for label in labels:
            if line[at : label.start()].strip():
                found.append(line[at : label.start()].rstrip())
            at = label.start()
        found.append(line[at:])
    return found


def _block(lines: list[str], bare: list[str], begins: int) -> _Block | None:
    """The header that begins at the next line which is not blank; None where there is none with a sender or a subject."""
    while begins < len(bare) and (not bare[begins] or _RULE.fullmatch(bare[begins])):
        begins += 1
    said: dict[str, str] = {}
    at, last = begins, begins
    while at < len(bare) and at - begins < MOST_HEADER_LINES:
        found = HEADER_LINE.fullmatch(bare[at])
        if found:
            kind = found.lastgroup if found.lastgroup != "value" else None
            name = (
                next(name for name in ("from", "sent", "to", "subject") if found[name])
                if kind is None
                else kind
            )
            said.setdefault(name, found["value"].strip(" *_"))
            last = at + 1
        elif not bare[at] or not said or not _is_folded(bare, at):
            break
        at += 1
    if "from" not in said and "subject" not in said:
        return None
    return _Block(begins, last, said, quoted=bool(_QUOTE.match(lines[begins])))


def _is_folded(bare: list[str], at: int) -> bool:
    """A line inside the header: recipients that went on, a subject that did; a header line follows soon."""
    return any(HEADER_LINE.fullmatch(line) for line in bare[at + 1 : at + 4] if line)


def _forwarded(lines: list[str], block: _Block, *, above: int) -> Forwarded:
    sender, name = _sender(block.said.get("from", ""))
    body = lines[block.ends :]
    return Forwarded(
        above=_joined(
            [_QUOTE.sub("", line) if block.quoted and _QUOTE.match(line) else line for line in lines[:above]]
        ),
        sender=sender,
        sender_name=name,
        subject=" ".join(block.said.get("subject", "").split()),
        body=_joined(_unquoted(body)),
    )


def _sender(value: str) -> tuple[str, str]:
    """Address and name, in whatever order and brackets; the standard parser knows "Doe, John <…>" as a list."""
    found = _ADDRESS.search(value)
    if found is None:
        return "", " ".join(value.strip(" \"'*_").split())
    before = _TRAILING.sub("", value[: found.start()]).strip(" \"'*_,;«»“”")
    name = before or parseaddr(value)[0]
    address = found[0].strip(".").casefold()
    return address, "" if name.casefold() == address else " ".join(name.split())


def _unquoted(lines: list[str]) -> list[str]:
    """One level of quoting off, where the most of it is quoted: lines that a program broke have lost theirs."""
    worded = [line for line in lines if line.strip()]
    quoted = sum(bool(_QUOTE.match(line)) for line in worded)
    if quoted * 2 <= len(worded):
        return lines
    return [re.sub(r"^\s{0,3}>\s?", "", line) for line in lines]


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()


def in_plain_form(handed_on: Forwarded) -> str:
    """The same mail as if an English program had forwarded it, so that whoever reads for an ask knows one form only."""
    head = [
        f"From: {handed_on.sender_name or handed_on.sender}",
        *([f"Subject: {handed_on.subject}"] if handed_on.subject else []),
    ]
    return "\n".join([handed_on.above, "", RULE, *head, "", handed_on.body]).strip()

"""Reads a delivery report or a complaint: bytes from a stranger in, what it says of which address out, never an error."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from email.message import Message

from flufl.bounce._interfaces import BounceDetector

from mail.auto_reply import OUT_OF_OFFICE
from mail.bounces.addresses import addresses_in, machine
from mail.bounces.complaints import complaints_in, is_complaint
from mail.bounces.delivery_status import by_address, failures_in, names_recipients
from mail.bounces.notices import notices_in
from mail.bounces.other_forms import EXACT, GENERAL, known_to
from mail.bounces.parts import Parts, parts_of
from mail.bounces.report import Failed, Report
from mail.bounces.words import failure_of, failures_in_words, speaks_of_failure
from mail.decoding import header_text, in_words, parse
from store.kinds import BounceKind, BounceProof

log = logging.getLogger(__name__)

_DAEMONS = re.compile(
    r"mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mdaemon|\bdaemon@|post[-_.]?office@|system\s+administrator|mail\s*deliver\w*\s*(?:sub)?system|mail\s+administrator|delivery\s+(?:sub)?system|@sns\.amazonaws\.com|content-filter|mail\s+system|internet\s+mail\s+delivery",
    re.IGNORECASE,
)

_CODE = re.compile(r"\b[45]\d\d\b")  # RFC 5321 4.2


def read_report(
    raw: bytes, *, mail_from: str | None = None, own: Iterable[str] = (), sent_to: Sequence[str] = ()
) -> Report | None:
    """What a report says; None for a mail that is none.

    `mail_from` is the envelope's sender ("" for none; None: as its Return-Path says), `own` the addresses it came to,
    which are never the ones it is about; `sent_to` whom the mail went to, where that is known: then a report need not
    name them.
    """
    try:
        return _read(raw, mail_from, {each.lower() for each in own}, sent_to)
    except Exception as error:  # noqa: BLE001 - the edge: a stranger's bytes must not stop the mails behind it
        log.error("bounce.unreadable", extra={"error": type(error).__name__})
        return None


def looks_like_a_report(headers: Message, mail_from: str) -> bool:
    """Whether it is worth reading for one, by its headers alone."""
    return (
        from_a_program(headers, mail_from)
        or _header(headers, "Content-Type").lower().startswith(("multipart/report", "message/"))
        or headers.get("X-Failed-Recipients") is not None
        or is_complaint(headers)
    )


def _read(raw: bytes, mail_from: str | None, own: set[str], sent_to: Sequence[str]) -> Report | None:
    parts = parts_of(raw)
    own = (own | _own_to(parts.headers)) - set(sent_to)
    found = _found(parts, mail_from, own)
    if not sent_to:
        found = [each for each in found if _says_enough(each)]
    if not found and sent_to:
        found = _of_whom_it_went_to(parts, mail_from, sent_to)
    if not found:
        return None
    return Report(tuple(found), parts.returned.message_id, parts.returned.return_paths)


def _found(parts: Parts, mail_from: str | None, own: set[str]) -> list[Failed]:
    """By the surest of the ways that tells anything."""
    complaints = complaints_in(parts, own=own)
    if complaints or parts.feedback or parts.receipt:
        return complaints
    told = [each for text in parts.fields for each in failures_in(text, notice=parts.notice)]
    if told or any(names_recipients(each) for each in parts.fields):
        return by_address(told)
    subject = in_words(_header(parts.headers, "Subject"))
    if named := _in_field(parts, subject):
        return named
    if not _speaks_for_itself(parts, mail_from, subject):
        return []
    if noticed := notices_in(parts.notice):
        return noticed
    if names_recipients(parts.notice):
        return failures_in(parts.notice, notice=parts.notice)
    return (
        _known_to(EXACT, parts, subject, own)
        or failures_in_words(parts, subject=subject, own=own)
        or _known_to(GENERAL, parts, subject, own)
    )


def _says_enough(failed: Failed) -> bool:
    """Of a mail nobody knows to be ours: "the mailbox is full" in mere words, without any code, is too little to go by."""
    in_words_alone = failed.known_by is BounceProof.WORDS and failed.kind is BounceKind.SOFT
    return not in_words_alone or bool(failed.status or _CODE.search(failed.reason))


def from_a_program(headers: Message, mail_from: str | None) -> bool:
    """Whether nobody is there to be answered: a null sender, none at all, or one that is called a mailer-daemon."""
    paths = [mail_from] if mail_from is not None else [_header(headers, "Return-Path")]
    if (
        any(path is not None and path.strip() in {"<>", "<MAILER-DAEMON>"} for path in paths)
        or mail_from == ""
    ):
        return True
    if any(machine(path.strip(" <>")) for path in paths if path):
        return True
    said = in_words(_header(headers, "From"))
    if "@" not in said and headers.get("Subject") is not None and headers.get("To") is not None:
        return True
    return _DAEMONS.search(said) is not None


def _speaks_for_itself(parts: Parts, mail_from: str | None, subject: str) -> bool:
    """Whether a program wrote it, and not for somebody who is away: those have no sender either, and name colleagues."""
    if not from_a_program(parts.headers, mail_from) or OUT_OF_OFFICE.match(subject):
        return False
    said = in_words(_header(parts.headers, "From"))
    daemon = not addresses_in(said) or _DAEMONS.search(said) is not None
    returned = bool(parts.returned.recipients or parts.returned.message_id)
    return daemon or returned or speaks_of_failure(subject)


def _of_whom_it_went_to(parts: Parts, mail_from: str | None, sent_to: Sequence[str]) -> list[Failed]:
    """A failure told without naming anybody, of a mail that is known."""
    subject = in_words(_header(parts.headers, "Subject"))
    if (
        parts.feedback
        or parts.receipt
        or any(map(names_recipients, parts.fields))
        or not _speaks_for_itself(parts, mail_from, subject)
    ):
        return []
    if not speaks_of_failure(f"{subject}\n{parts.notice}"):
        return []
    return [failure_of(each, parts, subject=subject, proof=BounceProof.WORDS) for each in sent_to]


def _in_field(parts: Parts, subject: str) -> list[Failed]:
    """As Exim and Gmail name them."""
    named = addresses_in(_header(parts.headers, "X-Failed-Recipients"))
    return [failure_of(each, parts, subject=subject, proof=BounceProof.FIELD) for each in named]


def _known_to(
    detectors: Sequence[type[BounceDetector]], parts: Parts, subject: str, own: set[str]
) -> list[Failed]:
    delayed, failed = known_to(detectors, parse(parts.beginning))
    told = []
    for each in dict.fromkeys([*failed, *delayed]):
        if each not in own and not machine(each):
            found = failure_of(each, parts, subject=subject, proof=BounceProof.WORDS)
            late = each not in failed
            told.append(replace(found, given_up=False, kind=BounceKind.SOFT) if late else found)
    return told


def _own_to(headers: Message) -> set[str]:
    """Whom the report is for: the sender of what it reports."""
    return set(addresses_in(_header(headers, "To"))) | set(addresses_in(_header(headers, "Delivered-To")))


def _header(headers: Message, name: str) -> str:
    value = headers.get(name)
    return "" if value is None else header_text(value)

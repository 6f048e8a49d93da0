"""Each reader's copy of a campaign's mail, ready for the wire and signed: octet for octet what `written_copy` writes."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mail.bulk.dkim import Signer, fields_of, halves, relaxed_lines, signed_fields
from mail.bulk.segments import Taken, Template, stuffed_lines, taken_apart, template
from mail.render.headers import POLICY, display_name, mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import ReadersCopy, digest_of, written_copy
from mail.render.newsletter import IssueMail, Rendered, render_issue
from mail.render.written import mailboxes_line
from mail.sender import wire_form

MOST_WHYS = 4096  # that are kept encoded; there are as many as there are reasons, not readers


@dataclass(frozen=True, slots=True)
class CampaignMail:
    """What a campaign says by mail; the same for all its readers."""

    subject: str
    issue: IssueMail
    mailing: Mailing
    ways: WaysOut


class Copies:
    """Of one campaign's mail. May be used by several threads at once. Raises TooLong where it is laid out too long."""

    def __init__(self, mail: CampaignMail, signer: Signer | None = None) -> None:
        self._mail = mail
        self._signer = signer
        self._rendered: Rendered = render_issue(mail.issue)
        taken = taken_apart(self._rendered, mail.subject, mail.mailing, mail.ways)
        self._why_lines = taken.why_lines
        self._wire = template(wire_form(taken.raw), taken.stuffed_places)
        self._signed = _Signed.of(taken) if signer is not None else None
        self._whys: dict[str, tuple[dict[bytes, bytes], dict[bytes, bytes]]] = {}
        self._date = (-1, b"")

    @property
    def ways(self) -> WaysOut:
        return self._mail.ways

    def content(self, copy: ReadersCopy, *, now: datetime) -> bytes:
        """With dots stuffed. Raises ValueError, or what the standard library raises, where an address is none."""
        address = mailbox(copy.to.address)
        if not address.isascii():
            return self._written(copy, now)
        to = mailboxes_line(POLICY, "To", ((display_name(copy.to.name), address),))
        stuffed, canonical = self._why(copy)
        fields = {
            b"token": copy.token.encode("ascii"),
            b"digest": digest_of(copy).encode("ascii"),
            b"date": self._dated(now),
            b"to": to,
        }
        content = self._wire.filled(fields | stuffed)
        if self._signer is None or self._signed is None:
            return content
        return self._signed.field(self._signer, fields | canonical, now=now) + content

    def _written(self, copy: ReadersCopy, now: datetime) -> bytes:
        mail = self._mail
        whole = written_copy(self._rendered, mail.subject, copy, mail.mailing, mail.ways, now=now)
        return wire_form(self._signer.sign(whole, now=now) if self._signer else whole)

    def _dated(self, now: datetime) -> bytes:
        second, date = self._date
        if second != (this := int(now.timestamp())):
            date = format_datetime(now).encode("ascii")
            self._date = (this, date)
        return date

    def _why(self, copy: ReadersCopy) -> tuple[dict[bytes, bytes], dict[bytes, bytes]]:
        """The lines that say why, as the wire has them and as a signature is over them."""
        kept = self._whys.get(copy.why)
        if kept is not None:
            return kept
        token = copy.token.encode("ascii")
        lines = {name: line.of(copy.why, token) for name, line in self._why_lines.items()}
        made = (
            {name: stuffed_lines(line) for name, line in lines.items()},
            {name: relaxed_lines(line) for name, line in lines.items()},
        )
        if not any(line.names_token for line in self._why_lines.values()):
            if len(self._whys) >= MOST_WHYS:
                self._whys = {}
            self._whys[copy.why] = made
        return made


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a signature is over, in canonical form, with places in it."""

    names: tuple[str, ...]
    head: Template
    body: Template

    @classmethod
    def of(cls, taken: Taken) -> "_Signed":
        head, body = halves(taken.raw)
        names, signed = signed_fields(fields_of(head))
        return cls(tuple(names), template(signed, taken.places), template(body, taken.places, relaxed_lines))

    def field(self, signer: Signer, fields: dict[bytes, bytes], *, now: datetime) -> bytes:
        [(_, to)] = fields_of(fields[b"to"])
        fields[b"signed_to"] = to
        return signer.signature(self.names, self.head.filled(fields), self.body.filled(fields), now=now)

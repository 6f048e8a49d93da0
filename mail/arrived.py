"""One mail in hand: as it was accepted, as it was read, how far its From is believed, and what answering it takes."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.assistant.house import House
from bot.assistant.worked_out import WorkedOut
from mail.inbound import InboundMail
from mail.render.reply import From
from mail.tokens import TokenAddresses
from mail.trust import Trust
from store.inbox import Received
from store.search.index import Index

STRANGERS_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Post:
    """What a conversation by mail needs besides the mail: the index, and who we write as."""

    index: Index
    sender: From
    house: House = field(default_factory=House)
    addresses: TokenAddresses | None = None  # None: our replies carry no token
    strangers_an_hour: int = STRANGERS_AN_HOUR  # answers to people nobody knows, all of them together

    @property
    def reply_form(self) -> str:
        """The form of our reply addresses, "" for none."""
        return self.addresses.form if self.addresses else ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail's answer as it was worked out before its turn, as the mail that it will be."""

    worked_out: WorkedOut
    body: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that could be read."""

    item: Received
    mail: InboundMail
    trust: Trust
    post: Post
    now: datetime
    ready: Ready | None = None  # its answer, where that was worked out already

    @property
    def mail_from(self) -> str:
        """The envelope's sender, "" for none."""
        return str(self.item.payload.get("mail_from", ""))

    @property
    def rcpt_tos(self) -> tuple[str, ...]:
        """The envelope's recipients: all of them are us."""
        return tuple(str(each) for each in self.item.payload.get("rcpt_tos", ()))

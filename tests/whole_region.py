"""A whole region at work, for stories: mail in and out over real SMTP, Slack against the double, a clock moved by hand."""

import asyncio
import email
import email.policy
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from sqlmodel import Session, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.face import SlackFace
from bot.slack.letters import SlackCarrier
from mail.desk import MailDesk
from mail.letters import MailCarrier
from mail.render.reply import From
from mail.sender import RelaySender
from mail.smtp import listen
from scheduler.delivery import Delivery, Sender
from scheduler.introductions import move_on
from store.introductions.rules import Rules
from store.kinds import Medium
from store.models import Organisation
from store.search.live import LiveIndex
from store.store import Store
from tests.doubles.slack.server import SlackDouble
from tests.doubles.smtp_sink import SmtpSink
from tests.factories import add_golden_region, add_person

OWN = "ask@cluster.example"
AT_ANY_HOUR = Rules(quiet_from=0, quiet_until=0)
PATIENCE = 15.0  # seconds until a story gives up waiting


class Letterclock:
    """Real time, moved on by whole days where a story needs them."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_days(self, days: float) -> None:
        self._ahead += timedelta(days=days)


class WholeRegion:
    """Its parts, and what a story does with them."""

    def __init__(self, store: Store, house: House, *, sink: SmtpSink, slack: SlackDouble | None) -> None:
        self.store = store
        self.house = house
        self.sink = sink
        self.slack = slack
        self.clock = Letterclock()
        self.port = 0
        self.reply_domain = OWN.partition("@")[2]
        self.wake: Callable[[], None] = lambda: None
        self._read: set[tuple[str, str]] = set()

    async def write(
        self, sender: str, text: str, *, subject: str = "A question", to: EmailMessage | None = None
    ) -> None:
        """Somebody mails us; `to`: as a reply to that mail, with it quoted below, as programs do."""
        mail = EmailMessage(policy=email.policy.SMTP)
        answers_to = OWN if to is None else self._answers_to(to)
        mail["From"], mail["To"] = sender, answers_to
        mail["Subject"] = subject if to is None else f"Re: {to['Subject']}"
        mail["Message-ID"] = (
            f"<{abs(hash((sender, text, self.clock().isoformat())))}@{sender.partition('@')[2]}>"
        )
        body = text
        if to is not None:
            mail["In-Reply-To"], mail["References"] = to["Message-ID"], to["Message-ID"]
            quoted = "\n".join(f"> {line}" for line in words_of(to).splitlines())
            body = f"{text}\n\nOn Mon, 23 Nov 2026 at 09:12, whodoes <{OWN}> wrote:\n{quoted}\n"
        mail.set_content(body)

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as connection:
                connection.sendmail(sender, [answers_to], mail.as_bytes())

        await asyncio.to_thread(send)

    def _answers_to(self, mail: EmailMessage) -> str:
        """Where programs send a reply; of a mail between members, us, whom they should not have written to."""
        asked = parseaddr(str(mail["Reply-To"]))[1]
        return asked if asked.endswith(f"@{self.reply_domain}") else OWN

    async def answer_by_calendar(self, sender: str, uid: str, said: str, *, attendee: str = "") -> None:
        """As calendar programs do: a line of text, and beside it the answer for them."""
        answer = "\r\n".join([
            "BEGIN:VCALENDAR", "PRODID:-//Example//EN", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{uid}",
            "DTSTAMP:20261124T100000Z", f"ATTENDEE;PARTSTAT={said}:mailto:{attendee or sender}", "END:VEVENT", "END:VCALENDAR", "",
        ])  # fmt: skip
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, OWN, f"{said.title()}: an evening"
        mail["Message-ID"] = (
            f"<{abs(hash((sender, said, self.clock().isoformat())))}@{sender.partition('@')[2]}>"
        )
        mail.set_content(f"{sender} has answered your invitation.")
        mail.add_alternative(answer.encode(), maintype="text", subtype="calendar", params={"method": "REPLY"})

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as connection:
                connection.sendmail(sender, [OWN], mail.as_bytes())

        await asyncio.to_thread(send)

    async def mail_to(self, reader: str, saying: str) -> EmailMessage:
        """The mail that this reader has not read yet and that says so; several may arrive in any order."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for mail in self._unread(reader):
                    if saying in words_of(mail):
                        self._read.add((reader, mail["Message-ID"]))
                        return mail
                await asyncio.sleep(0.01)

    def unread(self, reader: str) -> list[str]:
        """What it says, each."""
        return [words_of(mail) for mail in self._unread(reader)]

    def _unread(self, reader: str) -> list[EmailMessage]:
        theirs = [
            email.message_from_bytes(each.content, policy=email.policy.default)
            for each in self.sink.taken
            if reader in each.recipient.split(", ")
        ]
        return [mail for mail in theirs if (reader, mail["Message-ID"]) not in self._read]

    async def time_comes(self, *, days: float = 0) -> None:
        """Let days pass, and what is due happen."""
        self.clock.pass_days(days)
        await move_on(self.store, self.house, now=self.clock())
        self.wake()

    async def until_moved_on(self) -> None:
        """Until what has just left is known to have left: a hand-off counts from then."""
        async with asyncio.timeout(PATIENCE):
            while not await move_on(self.store, self.house, now=self.clock()):
                await asyncio.sleep(0.02)
        self.wake()


@asynccontextmanager
async def a_region(
    store: Store,
    *,
    slack: SlackDouble | None = None,
    rules: Rules = AT_ANY_HOUR,
    reply_form: str = "",
    pages: str = "",
) -> AsyncIterator[WholeRegion]:
    """Everything runs until the end; then it is stopped as the service stops it."""
    await store.write(add_golden_region)
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(SmtpSink())
        carriers = {Medium.SLACK: SlackCarrier()} if slack is not None else {}
        sender = From(OWN, "whodoes · Harrowdale")
        by_mail = MailCarrier(sender, reply_form=reply_form)
        house = House("Harrowdale", rules, Letterbox({**carriers, Medium.EMAIL: by_mail}), pages=pages)
        region = WholeRegion(store, house, sink=sink, slack=slack)
        region.reply_domain = (reply_form or OWN).rpartition("@")[2]
        await _run(stack, region, LiveIndex(), reply_form=reply_form)
        yield region


async def _run(stack: AsyncExitStack, region: WholeRegion, live: LiveIndex, *, reply_form: str) -> None:
    stop = asyncio.Event()
    relay = RelaySender(host="127.0.0.1", port=region.sink.port, security="none")
    stack.push_async_callback(
        relay.close
    )  # when nothing is sent any more: a message in hand keeps its connection
    group = await stack.enter_async_context(asyncio.TaskGroup())
    stack.callback(stop.set)
    senders: dict[Medium, Sender] = {Medium.EMAIL: relay}
    if region.slack is not None:
        face = _slack_face(region, region.slack, live)
        senders[Medium.SLACK] = face.sender
        await face.start()
        group.create_task(face.run(stop))
    delivery = Delivery(
        store=region.store, senders=senders, owner="story", clock=region.clock, poll_seconds=0.05,
        alone=region.store.dialect == "sqlite",
    )  # fmt: skip
    region.wake = delivery.wake
    group.create_task(delivery.run(stop))
    desk = MailDesk(
        store=region.store, live=live, address=OWN, sender_name="whodoes · Harrowdale", clock=region.clock,
        wake_delivery=delivery.wake, house=region.house, reply_form=reply_form,
    )  # fmt: skip
    group.create_task(desk.run(stop))
    listener = await listen(
        store=region.store, host="127.0.0.1", port=0, protocol="smtp", address=OWN, max_bytes=1_000_000,
        wake=desk.wake, clock=region.clock, reply_form=reply_form,
    )  # fmt: skip
    stack.push_async_callback(listener.close)
    region.port = listener.port


def _slack_face(region: WholeRegion, slack: SlackDouble, live: LiveIndex) -> SlackFace:
    return SlackFace(
        store=region.store,
        live=live,
        bot_token=slack.tokens.bot,
        app_token=slack.tokens.app,
        signing_secret=slack.tokens.signing_secret,
        transport="socket",
        api_url=slack.api_url,
        clock=region.clock,
        house=region.house,
    )


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def add_member(
    store: Store, name: str, organisation: str, *, address: str = "", slack: str | None = None, **fields: Any
) -> int:
    """Somebody who works there, its main contact, reached by what is given."""
    addresses = [address] if address else []
    return await store.write(
        _add_member, name, organisation, addresses=addresses, slack_user_id=slack, **fields
    )


def _add_member(session: Session, /, name: str, organisation: str, **fields: Any) -> int:
    there = session.exec(select(Organisation.id).where(Organisation.name == organisation)).one()
    return add_person(session, name=name, organisation_id=there, main_contact=True, **fields)

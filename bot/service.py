"""The composition root: settings become store, index, faces, senders and clock, all on one loop, until told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from enum import StrEnum

from aiohttp import web

from bot.at_home import AtHome
from bot.housing import house_of, reply_form
from bot.judging import told
from bot.mail_readers import readers_of
from bot.promptness import answer_promptly
from bot.relaying import bulk_mail, own_process, relay_sender, signer_from
from bot.settings import Settings, SettingsProblem
from bot.slack.face import SlackFace
from bot.stopping import stop_on_signals
from bot.ways_in import open_way_in
from bot.web.archive import ArchivePages
from bot.web.calendars import CalendarPages
from bot.web.letters import LetterPages
from bot.web.pages import Frame
from bot.web.preferences import PreferencePages
from bot.web.server import WebFace
from bot.web.subscribing import SubscriptionPages
from mail.desk import MailDesk
from mail.imap import MailboxReader
from mail.own_addresses import own_addresses
from mail.render.reply import From
from mail.tokens import TokenAddresses
from scheduler.bulk import BulkMail
from scheduler.delivery import Delivery, Sender
from scheduler.schedule import Clock, regular_jobs
from store.directory import current_revision
from store.errors import StoreError
from store.kinds import Medium
from store.lock import ServerLock
from store.search.live import LiveIndex
from store.search.vectors import installed_vectors
from store.store import Store

log = logging.getLogger(__name__)

CATCH_UP_SECONDS = 1.0  # how soon the index follows a change that nobody has asked about yet


class Part(StrEnum):
    """What one process may be told to run."""

    SLACK = "slack"
    MAIL = "mail"
    SCHEDULER = "scheduler"
    WEB = "web"


ALL_PARTS = frozenset(Part)


def clock() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, parts: frozenset[Part], *, announce: Callable[[str], None]) -> None:
    """Run the parts until SIGTERM or SIGINT, then finish what is in hand.

    Raises StoreError, SettingsProblem, OSError (a port that is taken) and SlackRefused, each fit to show.
    """
    stop = asyncio.Event()
    stop_on_signals(stop)
    with ServerLock(settings.database_url):
        store = await asyncio.to_thread(Store.open, settings.database_url)
        try:
            async with AsyncExitStack() as stack:
                await _Service(settings, parts, store, announce=announce).run(stack, stop)
        finally:
            await asyncio.to_thread(store.close)


class _Service:
    """The parts of one process, wired. What is started is stopped in reverse order."""

    def __init__(
        self, settings: Settings, parts: frozenset[Part], store: Store, *, announce: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._house = house_of(settings)
        self._signer = signer_from(settings)
        self._parts = parts
        self._store = store
        self._announce = announce
        self._routes: list[web.RouteDef] = []
        self._senders: dict[Medium, Sender] = {}
        self._slack_face: SlackFace | None = None
        self._mailbox: MailboxReader | None = None
        self._failures: list[Exception] = []
        self._home = AtHome(store, settings.database_url, clock=clock)

    async def run(self, stack: AsyncExitStack, stop: asyncio.Event) -> None:
        live = await asyncio.to_thread(self._new_index)
        await self._store.read(live.catch_up)
        answer_promptly()
        slack = self._slack(live)
        if Part.MAIL in self._parts and not self._settings.mail_address:
            self._off("Mail", Part.MAIL, "WHODOES_MAIL_ADDRESS")
        if self._settings.relay_host and Part.SCHEDULER in self._parts:
            addresses = await self._return_addresses()
            relay = relay_sender(self._settings, addresses, self._signer)
            self._senders[Medium.EMAIL] = relay
            stack.push_async_callback(relay.close)
        await self._home.look(self._announce)
        delivery = self._delivery()
        bulk = await self._bulk()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._part(self._keep_index(live, stop), stop))
            if slack is not None:
                await self._start_slack(slack)
                group.create_task(self._part(slack.run(stop), stop))
            if Part.MAIL in self._parts and self._settings.mail_address:
                desk = await self._desk(live, delivery)
                reader = await open_way_in(
                    self._settings, self._store, stack, wake=desk.wake, announce=self._announce, clock=clock
                )
                self._announce(told(self._settings))
                if reader is not None:
                    self._mailbox = reader
                    group.create_task(self._part(reader.run(stop), stop))
                group.create_task(self._part(desk.run(stop), stop))
            if Part.SCHEDULER in self._parts and self._home.released:

                def wake() -> None:
                    delivery.wake()
                    if bulk is not None:
                        bulk.wake()

                jobs = regular_jobs(store=self._store, house=self._house, wake=wake, clock=clock)
                timer = Clock([*jobs, self._home.job()])
                timer.start()
                stack.push_async_callback(timer.stop)
            if Part.WEB in self._parts:
                await self._start_web(stack)
            # Last: a start that fails, a port being taken, breaks off no message in the middle.
            group.create_task(self._part(delivery.run(stop), stop))
            if bulk is not None:
                group.create_task(self._part(bulk.run(stop), stop))
            self._announce("whodoes is serving. Stop it with Ctrl-C.")
            log.info("service.started", extra={"parts": sorted(self._parts)})
        log.info("service.stopped")
        if self._failures:
            raise ExceptionGroup("Parts of whodoes failed.", self._failures)

    async def _part(self, work: Awaitable[None], stop: asyncio.Event) -> None:
        """A part that fails ends all of them, but in order: what the others have in hand is not broken off."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - raised again when the others are done
            self._failures.append(error)
            stop.set()

    def _new_index(self) -> LiveIndex:
        vectors = installed_vectors() if self._settings.vectors == "auto" else None
        log.info("service.index", extra={"word_vectors": vectors is not None})
        return LiveIndex(vectors=vectors)

    def _slack(self, live: LiveIndex) -> SlackFace | None:
        settings = self._settings
        if Part.SLACK not in self._parts:
            return None
        if not settings.slack_configured:
            self._off("Slack", Part.SLACK, "WHODOES_SLACK_BOT_TOKEN")
            return None
        if missing := settings.slack_missing():
            raise SettingsProblem(f"Slack needs one more setting: {missing}")
        if settings.slack_transport == "http" and Part.WEB not in self._parts:
            raise SettingsProblem("Slack over HTTP needs the web part too: --only slack,web")
        face = SlackFace(
            store=self._store,
            live=live,
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            transport=settings.slack_transport,
            api_url=settings.slack_api_url,
            clock=clock,
            house=self._house,
            cards=settings.slack_style == "cards",
            stop_within=settings.stop_seconds,
        )
        self._senders[Medium.SLACK] = face.sender
        self._slack_face = face
        return face

    def _off(self, name: str, part: Part, setting: str) -> None:
        """A part that was asked for by name must have its setting; among all parts it may be off, and that is said."""
        if self._parts != ALL_PARTS:
            raise SettingsProblem(f"--only {part.value} needs a setting that is missing: {setting}")
        self._announce(f"{name} is off: {setting} is not set.")

    async def _start_slack(self, slack: SlackFace) -> None:
        away = await slack.start()
        if self._settings.slack_transport == "http":
            self._routes.append(web.post("/slack/events", slack.http_handler))
        if away:
            self._announce(f"{away} The rest works without it; whodoes keeps trying.")
        else:
            self._announce(f"Slack: connected ({self._settings.slack_transport}).")

    async def _return_addresses(self) -> TokenAddresses | None:
        """Where the reports about each message come to; None where we have no address to take them."""
        if not self._settings.mail_address:
            return None
        return await own_addresses(self._store, reply_form(self._settings), now=clock())

    async def _bulk(self) -> BulkMail | None:
        """What sends campaigns' mails; None where they wait in the ledger."""
        if Medium.EMAIL not in self._senders or not self._home.released:
            return None
        return bulk_mail(
            self._settings, self._store, self._house, await self._return_addresses(),
            signer=self._signer, owner=own_process(), clock=clock,
        )  # fmt: skip

    def _delivery(self) -> Delivery:
        if Medium.EMAIL not in self._senders and Part.SCHEDULER in self._parts:
            self._announce("No relay is set (WHODOES_RELAY_HOST): mail is kept in the outbox, none is sent.")
        return Delivery(
            store=self._store,
            senders=self._senders if self._home.released else {},
            owner=own_process(),
            clock=clock,
            alone=self._store.dialect == "sqlite",
            stop_within=self._settings.stop_seconds,
        )

    async def _desk(self, live: LiveIndex, delivery: Delivery) -> MailDesk:
        settings = self._settings
        sender, form = (
            From(settings.mail_address, f"whodoes · {settings.region}", settings.identity),
            reply_form(settings),
        )
        return MailDesk(
            store=self._store,
            live=live,
            address=sender.address,
            sender_name=sender.name,
            clock=clock,
            wake_delivery=delivery.wake,
            house=self._house,
            readers=await readers_of(settings, self._store, sender, form=form, clock=clock),
            strangers_an_hour=settings.mail_strangers_an_hour,
            reply_form=form,
        )

    async def _start_web(self, stack: AsyncExitStack) -> None:
        settings = self._settings
        letters = LetterPages(self._store, self._house, clock, settings.web_url)
        calendars = CalendarPages(self._store, self._house, settings.mail_address, clock)
        frame = Frame(self._house, clock)
        consent = [
            *PreferencePages(self._store, frame).routes(),
            *SubscriptionPages(self._store, frame).routes(),
            *ArchivePages(self._store, frame).routes(),
        ]
        face = WebFace(
            host=settings.web_host,
            port=settings.web_port,
            ready=self._readiness,
            details=self._details,
            routes=[*self._routes, *letters.routes(), *calendars.routes(), *consent],
        )
        port = await face.start()
        stack.push_async_callback(face.stop)
        self._announce(f"Web: http://{settings.web_host}:{port}")

    async def _readiness(self) -> dict[str, bool]:
        """Slack fails while it is away, or brings nothing: whoever watches shall know, though the rest works on."""
        faces = {} if self._slack_face is None else {"slack": self._slack_face.health().works}
        if self._mailbox is not None:
            faces["mailbox"] = self._mailbox.works
        try:
            await self._store.read(current_revision)
        except StoreError:
            return {"store": False, **faces}
        return {"store": True, **faces}

    def _details(self) -> dict[str, dict[str, object]]:
        return {} if self._slack_face is None else {"slack": self._slack_face.health().as_json()}

    async def _keep_index(self, live: LiveIndex, stop: asyncio.Event) -> None:
        """Take in large changes before somebody asks; every ask looks for small ones itself."""
        while not stop.is_set():
            try:
                await self._store.read(live.catch_up)
            except StoreError as error:
                log.warning("service.index_behind", extra={"reason": str(error)})
            try:
                await asyncio.wait_for(stop.wait(), CATCH_UP_SECONDS)
            except TimeoutError:
                continue

"""One inbound mail: read it, ask, queue the reply; and the desk that works through the inbox, one mail after another."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.house import House
from bot.assistant.mail_ask import ask_of_mail
from bot.assistant.messages import Ask
from bot.assistant.wording import Reply, put_in_words
from mail.auto_reply import automatic
from mail.backstop import held_back
from mail.inbound import InboundMail, Refusal, read_mail
from mail.letter_replies import Read, Reading, read_reply
from mail.remarks import remarks_on
from mail.render.reply import From, Thread, render
from mail.subject import in_own_words
from mail.threads import ask_of, asks_of
from store.errors import PASSING, StoreClosed, StoreError
from store.inbox import Received, finish, strike, take, unfinished
from store.kinds import Medium
from store.outbox import Draft, enqueue
from store.search.index import Index
from store.search.live import LiveIndex
from store.store import Store

log = logging.getLogger(__name__)

BATCH = 5  # mails in memory at once, and each may be as large as the listener takes
PAUSED = (
    "I have answered you as often as I may in a short time, or this very question a moment ago, so I pause. "
    "Ask again in an hour; the team can help meanwhile."
)
POLL_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database fails


@dataclass(frozen=True, slots=True)
class Post:
    """What a conversation by mail needs besides the mail: the index, and who we write as."""

    index: Index
    sender: From
    house: House = field(default_factory=House)


def converse(
    session: Session, item: Received, mail: InboundMail | Refusal, *, post: Post, now: datetime
) -> str:
    """Work through one mail, read already, in the caller's one transaction; returns what became of it.

    Safe to repeat, here and in another process: the same mail is the same ask, and its answer is queued once.
    """
    if not take(session, item.id):
        return "worked through before"
    outcome = _converse(session, item, mail, post=post, now=now)
    finish(session, item.id, outcome, now=now)
    return outcome


def _converse(
    session: Session, item: Received, mail: InboundMail | Refusal, *, post: Post, now: datetime
) -> str:
    if isinstance(mail, Refusal):
        return f"not read: {mail.reason}"
    envelope_sender = str(item.payload.get("mail_from", ""))
    if reason := automatic(mail.headers, mail_from=envelope_sender, own_address=post.sender.address):
        return f"automatic: {reason}"
    if not mail.sender:
        return "not answered: nobody can be told from its From"
    text = mail.text if ask_of_mail(mail.text).strip() else in_own_words(mail.subject)
    ask = ask_of(session, mail, event_id=item.event_id, text=text, own=post.sender)
    held = held_back(session, ask, of_sender=asks_of(mail.sender), now=now)
    # A word on a letter is taken however much its sender wrote today: only what we say to it may wait.
    read = read_reply(session, ask, mail, Reading(post.index, post.sender, post.house, now))
    if read is not None and (held or read.reply is None):
        return read.outcome
    if held:
        _say_so_once(session, ask, mail, post=post, now=now)
        return f"not answered: {held}"
    if read is not None:
        return _on_a_letter(session, ask, mail, read, post=post, now=now)
    draft = _draft(session, ask, mail, post=post, now=now)
    return "answered" if enqueue(session, draft, now=now) is not None else "answered before"


def _on_a_letter(
    session: Session, ask: Ask, mail: InboundMail, read: Read, *, post: Post, now: datetime
) -> str:
    """Say what became of a word on a letter, in its thread."""
    assert read.reply is not None  # noqa: S101 - narrows the type: without one there is nothing to say
    draft = Draft(
        dedup_key=read.key or f"answer:{ask.id}",
        medium=Medium.EMAIL,
        kind="answer",
        recipient=mail.sender,
        sender=post.sender.address,
        body=render(read.reply, _thread(ask, mail), post.sender, now=now),
    )
    enqueue(session, draft, now=now)
    return read.outcome


def _say_so_once(session: Session, ask: Ask, mail: InboundMail, *, post: Post, now: datetime) -> None:
    """Tell a person who asks a great deal that there is a pause; once an hour, so that it feeds no loop."""
    reply = Reply(ask.id, PAUSED)
    thread = Thread(mail.sender, mail.subject, mail.message_id, mail.references, ask_of_mail(ask.text))
    draft = Draft(
        dedup_key=f"pause:{asks_of(mail.sender)}{now:%Y-%m-%dT%H}",
        medium=Medium.EMAIL,
        kind="pause",
        recipient=mail.sender,
        sender=post.sender.address,
        body=render(reply, thread, post.sender, now=now),
    )
    enqueue(session, draft, now=now)


def _draft(session: Session, ask: Ask, mail: InboundMail, *, post: Post, now: datetime) -> Draft:
    reply = put_in_words(answer(session, ask, index=post.index, now=now, house=post.house))
    return Draft(
        dedup_key=f"answer:{ask.id}",
        medium=Medium.EMAIL,
        kind="answer",
        recipient=mail.sender,
        sender=post.sender.address,
        body=render(
            reply,
            _thread(ask, mail),
            post.sender,
            now=now,
            remarks=remarks_on(mail, ask.asker, own=post.sender.address),
        ),
    )


def _thread(ask: Ask, mail: InboundMail) -> Thread:
    return Thread(
        to=mail.sender,
        subject=mail.subject,
        message_id=mail.message_id,
        references=mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ()),
        question=ask_of_mail(ask.text) or ask.text,
    )


class MailDesk:
    """Answers accepted mails in order, from the durable inbox: what a crash left undone is done at the next start."""

    def __init__(
        self,
        *,
        store: Store,
        live: LiveIndex,
        address: str,
        sender_name: str,
        clock: Callable[[], datetime],
        wake_delivery: Callable[[], None],
        house: House | None = None,
    ) -> None:
        self._store = store
        self._live = live
        self._sender = From(address, sender_name)
        self._house = house or House()
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """A mail has come. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first. Raises StoreClosed where the store is gone."""
        failures = 0
        while not stop.is_set():
            try:
                done = await self._work_through(stop)
            except StoreClosed:
                raise
            except StoreError as error:
                failures += 1
                log.warning("mail.store_failed", extra={"reason": str(error), "failures": failures})
                await self._rest(stop, min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))
                continue
            failures = 0
            if not done:
                await self._rest(stop, POLL_SECONDS)

    async def _work_through(self, stop: asyncio.Event) -> int:
        """All that waits, oldest first. Returns how many were finished: those that failed are due after a rest."""
        self._bell.clear()
        done = last = 0
        while items := await self._store.read(unfinished, Medium.EMAIL, limit=BATCH, after=last):
            await self._store.read(self._live.catch_up)
            for item in items:
                if stop.is_set():
                    return done
                done += await self._handle(item)
                last = item.id
        return done

    async def _handle(self, item: Received) -> bool:
        try:
            outcome = await self._answer(item)
        except PASSING:
            raise
        except Exception as error:
            log.exception("mail.failed", extra={"inbox_id": item.id})
            state = await self._store.write(strike, item.id, type(error).__name__, now=self._clock())
            log.warning("mail.struck", extra={"inbox_id": item.id, "state": state.value})
            return False
        log.info("mail.done", extra={"inbox_id": item.id, "outcome": outcome.partition(":")[0]})
        return True

    async def _answer(self, item: Received) -> str:
        mail = await asyncio.to_thread(read_mail, item.raw or b"")  # some hostile ones take a while
        post = Post(self._live.index, self._sender, self._house)
        outcome = await self._store.write(converse, item, mail, post=post, now=self._clock())
        self._wake_delivery()
        return outcome

    async def _rest(self, stop: asyncio.Event, seconds: float) -> None:
        bells = {asyncio.ensure_future(self._bell.wait()), asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(bells, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for bell in bells:
                bell.cancel()
                with suppress(asyncio.CancelledError):
                    await bell

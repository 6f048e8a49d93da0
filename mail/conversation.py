"""One inbound mail: read it, ask, queue the reply; and the desk that works through the inbox, one mail after another."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.assistant.wording import put_in_words
from mail.auto_reply import automatic
from mail.inbound import InboundMail, Refusal, read_mail
from mail.render.reply import From, Thread, render
from store.errors import StoreClosed, StoreError
from store.inbox import Received, finish, strike, unfinished
from store.kinds import Medium
from store.models import AskRecord, OutboxMessage
from store.outbox import Draft, enqueue
from store.people import Member, by_address
from store.search.index import Index
from store.search.live import LiveIndex
from store.store import Store

log = logging.getLogger(__name__)

AN_HOUR = timedelta(hours=1)
ANSWERS_AN_HOUR = 10  # to one sender: no header test finds every robot, so this ends any loop
BATCH = 20
POLL_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database fails

HOW_TO_JOIN = (
    "You are writing from an address the directory does not know, so you see what is public. "
    "If your organisation is a member, ask the team to add your address."
)


@dataclass(frozen=True, slots=True)
class Post:
    """What a conversation by mail needs besides the mail: the index, and who we write as."""

    index: Index
    sender: From


def converse(session: Session, item: Received, post: Post, *, now: datetime) -> str:
    """Work through one mail, in the caller's one transaction; returns what became of it.

    Safe to repeat: the same mail is the same ask, and its answer is queued once.
    """
    outcome = _converse(session, item, post, now=now)
    finish(session, item.id, outcome, now=now)
    return outcome


def _converse(session: Session, item: Received, post: Post, *, now: datetime) -> str:
    mail = read_mail(item.raw or b"")
    if isinstance(mail, Refusal):
        return f"not read: {mail.reason}"
    envelope_sender = str(item.payload.get("mail_from", ""))
    if reason := automatic(mail.headers, mail_from=envelope_sender, own_address=post.sender.address):
        return f"automatic: {reason}"
    if not mail.sender:
        return "not answered: nobody can be told from its From"
    ask = _ask(session, mail, item)
    if held := _held_back(session, ask, mail.sender, now=now):
        return f"not answered: {held}"
    reply = put_in_words(answer(session, ask, index=post.index, now=now))
    thread = Thread(
        to=mail.sender,
        subject=mail.subject,
        message_id=mail.message_id,
        references=mail.references,
        question=_first_line(ask.text),
    )
    postscript = "" if isinstance(ask.asker, Member) else HOW_TO_JOIN
    body = render(reply, thread, post.sender, now=now, postscript=postscript)
    draft = Draft(
        dedup_key=f"answer:{ask.id}",
        medium=Medium.EMAIL,
        kind="answer",
        recipient=mail.sender,
        sender=post.sender.address,
        body=body,
    )
    return "answered" if enqueue(session, draft, now=now) is not None else "answered before"


def _ask(session: Session, mail: InboundMail, item: Received) -> Ask:
    own_id = _bounded(mail.message_id or item.event_id)
    root = _bounded(mail.references[0] if mail.references else mail.in_reply_to or own_id)
    return Ask(
        # A Message-ID is its writer's claim: with the sender beside it nobody can take another's ask for theirs.
        id=f"mail:{mail.sender[:120]}:{own_id}",
        asker=by_address(session, mail.sender),
        text=mail.text or _bare_subject(mail.subject),
        medium=Medium.EMAIL,
        conversation=f"mail:{mail.sender[:120]}:{root}",
    )


def _held_back(session: Session, ask: Ask, sender: str, *, now: datetime) -> str:
    """Why this sender gets no answer just now; the backstop against loops that no header shows."""
    since = now - AN_HOUR
    answers = session.exec(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.recipient == sender,
            OutboxMessage.medium == Medium.EMAIL,
            OutboxMessage.kind == "answer",
            OutboxMessage.created_at > since,
        )
    ).one()
    if answers >= ANSWERS_AN_HOUR:
        return "this sender had as many answers as an hour may bring"
    same = session.exec(
        select(AskRecord.id).where(
            AskRecord.conversation == ask.conversation,
            AskRecord.id != ask.id,
            AskRecord.asked_at > since,
            col(AskRecord.text) == ask.text,
        )
    ).first()
    return (
        "the same words came a moment ago in this thread"
        if same is not None and not _is_word(ask.text)
        else ""
    )


def _is_word(text: str) -> bool:
    """A follow-up such as "more" may well come twice."""
    return len(text.split()) <= 2


def _bare_subject(subject: str) -> str:
    bare = subject.strip()
    while (head := bare.partition(":"))[1] and head[0].strip().casefold() in {
        "re",
        "aw",
        "fw",
        "fwd",
        "wg",
        "sv",
        "antw",
    }:
        bare = head[2].strip()
    return bare


def _bounded(message_id: str) -> str:
    """An id as it stands, or the digest of one too long for a key."""
    return (
        message_id
        if len(message_id) <= 200
        else hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
    )


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


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
    ) -> None:
        self._store = store
        self._live = live
        self._sender = From(address, sender_name)
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """A mail has come. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first."""
        failures = 0
        while not stop.is_set():
            try:
                worked = await self._work_through(stop)
                failures = 0
            except StoreClosed:
                raise
            except StoreError as error:
                failures += 1
                log.warning("mail.store_failed", extra={"reason": str(error), "failures": failures})
                await self._rest(stop, min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))
                continue
            if not worked:
                await self._rest(stop, POLL_SECONDS)

    async def _work_through(self, stop: asyncio.Event) -> int:
        self._bell.clear()
        waiting = await self._store.read(unfinished, Medium.EMAIL, limit=BATCH)
        for item in waiting:
            if stop.is_set():
                break
            await self._handle(item)
        return len(waiting)

    async def _handle(self, item: Received) -> None:
        await self._store.read(self._live.catch_up)
        post = Post(self._live.index, self._sender)
        try:
            outcome = await self._store.write(converse, item, post, now=self._clock())
        except StoreError:
            raise
        except Exception as error:
            log.exception("mail.failed", extra={"inbox_id": item.id})
            state = await self._store.write(strike, item.id, type(error).__name__, now=self._clock())
            log.warning("mail.struck", extra={"inbox_id": item.id, "state": state.value})
            return
        log.info("mail.done", extra={"inbox_id": item.id, "outcome": outcome.partition(":")[0]})
        self._wake_delivery()

    async def _rest(self, stop: asyncio.Event, seconds: float) -> None:
        bells = {asyncio.ensure_future(self._bell.wait()), asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(bells, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for bell in bells:
                bell.cancel()
                with suppress(asyncio.CancelledError):
                    await bell

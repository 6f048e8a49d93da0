"""One inbound mail: read it, ask, queue the reply."""

from datetime import datetime

from sqlmodel import Session

from bot.assistant.answering import keep
from bot.assistant.answering_several import answer_mail, ready_reply
from bot.assistant.mail_ask import ask_of_mail
from bot.assistant.messages import Ask
from bot.assistant.several_wording import Several
from bot.assistant.wording import Reply
from mail.announcing import read_announcement
from mail.arrived import Arrived, Post, Ready
from mail.auto_reply import automatic
from mail.backstop import answered_mail_of, held_back
from mail.bounces.taking import take_report
from mail.calendar_answers import hear_calendar, read_calendar_answer
from mail.inbound import InboundMail, Refusal
from mail.letter_replies import read_reply
from mail.news import read_news
from mail.nominations import read_nomination
from mail.remarks import addresses_us, remarks_on
from mail.render.reply import Thread, render
from mail.sealed import open_text
from mail.second_addresses import read_second_address
from mail.subject import in_own_words
from mail.threads import ask_of, asks_of
from mail.tokens import Purpose
from mail.trust import Trust
from mail.unsure import why_unsure
from mail.ways_out import read_way_out, read_wish
from store.answered import note_answered
from store.inbox import Received, finish, take
from store.kinds import Medium
from store.outbox import Draft, enqueue
from store.people import Member

PAUSED = (
    "I have answered you as often as I may in a short time, or this very question a moment ago, so I pause. "
    "Ask again in an hour; the team can help meanwhile."
)


def converse(
    session: Session,
    item: Received,
    mail: InboundMail | Refusal,
    trust: Trust,
    *,
    post: Post,
    now: datetime,
    ready: Ready | None = None,
) -> str:
    """Work through one mail, read already, in the caller's one transaction; returns what became of it.

    Safe to repeat, here and in another process: the same mail is the same ask, and its answer is queued once.
    """
    if not take(session, item.id):
        return "worked through before"
    if isinstance(mail, Refusal):
        outcome = f"not read: {mail.reason}"
    else:
        outcome = _converse(session, Arrived(item, mail, trust, post, now, ready))
    finish(session, item.id, outcome, now=now)
    return outcome


def ready_for(session: Session, arrived: Arrived) -> Ready | None:
    """The answer that this mail would get, on a snapshot and with nothing kept; None where that is left to `converse`."""
    if _silent(arrived):
        return None
    ask = ask_of(session, arrived, text=_words(arrived))
    ready = ready_reply(session, ask, index=arrived.post.index, now=arrived.now)
    if ready is None:
        return None
    worked_out, reply = ready
    return Ready(worked_out, _mail(session, ask, arrived, reply))


def _converse(session: Session, arrived: Arrived) -> str:
    """What is for nobody to answer first, then who asks, then what: each step that settles the mail ends it."""
    if settled := take_report(session, arrived) or read_way_out(session, arrived):
        return settled
    if silent := _silent(arrived):
        return hear_calendar(session, arrived) or silent
    ask = ask_of(session, arrived, text=_words(arrived))
    # A word on a letter, and whose an address is, are taken however much their sender wrote today: only what we say may wait.
    read = (
        read_announcement(session, ask, arrived)
        or read_calendar_answer(session, ask, arrived)
        or read_wish(session, ask, arrived)
        or read_news(session, ask, arrived)
        or read_reply(session, ask, arrived)
        or read_second_address(session, ask, arrived)
        or read_nomination(session, ask, arrived)
    )
    if read is None and not isinstance(ask.asker, Member) and not _is_for_us(arrived):
        return "not answered: nobody knows who sent it, and it is addressed to others"
    counted = answered_mail_of(ask, arrived, known=read is not None)
    held = held_back(session, counted, ask, arrived)
    if read is not None and (held or read.reply is None):
        return read.outcome
    if held:
        _say_so_once(session, ask, arrived)
        return f"not answered: {held}"
    note_answered(session, counted, now=arrived.now)
    if read is not None:
        assert read.reply is not None  # noqa: S101 - narrows the type: it was looked at above
        _say(session, ask, arrived, read.reply, key=read.key)
        return read.outcome
    return _answered(session, ask, arrived)


def _silent(arrived: Arrived) -> str:
    """Why this mail is kept and gets no answer, whatever it says; "" where a person wrote to us."""
    post = arrived.post
    if reason := automatic(
        arrived.mail.headers,
        mail_from=arrived.mail_from,
        own_address=post.sender.address,
        reply_form=post.reply_form,
    ):
        return f"automatic: {reason}"
    return "" if arrived.mail.sender else "not answered: nobody can be told from its From"


def _is_for_us(arrived: Arrived) -> bool:
    """A member may write to an alias, or put us into the blind copy; strangers do so where a list or a robot does."""
    post = arrived.post
    if post.addresses and any(post.addresses.read(each) for each in arrived.rcpt_tos):
        return True  # whoever has a token of ours had a mail of ours
    return addresses_us(arrived.mail, post.sender.address, reply_form=post.reply_form)


def _words(arrived: Arrived) -> str:
    """What was written, or the subject where that is all there is."""
    if arrived.ready is not None:
        return arrived.ready.worked_out.ask.text
    mail = arrived.mail
    text = open_text(mail.text)
    return text if ask_of_mail(text).strip() else in_own_words(mail.subject)


def _say_so_once(session: Session, ask: Ask, arrived: Arrived) -> None:
    """Tell a member who asks a great deal that there is a pause; once an hour, so that it feeds no loop."""
    if not isinstance(ask.asker, Member):
        return
    key = f"pause:{asks_of(arrived.mail.sender)}{arrived.now:%Y-%m-%dT%H}"
    _say(session, ask, arrived, Reply(ask.id, PAUSED), key=key, kind="pause")


def _answered(session: Session, ask: Ask, arrived: Arrived) -> str:
    post, ready, now = arrived.post, arrived.ready, arrived.now
    if ready is not None and keep(session, ask, ready.worked_out, index=post.index, now=now):
        body = ready.body
    else:
        reply = answer_mail(session, ask, index=post.index, now=now, house=post.house)
        body = _mail(session, ask, arrived, reply)
    return "answered" if _queue(session, ask, arrived, body) is not None else "answered before"


def _mail(session: Session, ask: Ask, arrived: Arrived, reply: Reply | Several) -> bytes:
    """An answer with what there is to say about its mail, in the thread of what was asked."""
    post = arrived.post
    unsure = why_unsure(session, arrived)
    remarks = remarks_on(
        arrived.mail, ask.asker, own=post.sender.address, reply_form=post.reply_form, unsure=unsure
    )
    return render(reply, _thread(ask, arrived), post.sender, now=arrived.now, remarks=remarks)


def _say(
    session: Session, ask: Ask, arrived: Arrived, reply: Reply, *, key: str, kind: str = "answer"
) -> None:
    body = render(reply, _thread(ask, arrived), arrived.post.sender, now=arrived.now)
    _queue(session, ask, arrived, body, key=key, kind=kind)


def _queue(
    session: Session, ask: Ask, arrived: Arrived, body: bytes, *, key: str = "", kind: str = "answer"
) -> int | None:
    """None where it was queued before."""
    draft = Draft(
        dedup_key=key or f"answer:{ask.id}",
        medium=Medium.EMAIL,
        kind=kind,
        recipient=arrived.mail.sender,
        sender=arrived.post.sender.address,
        body=body,
    )
    return enqueue(session, draft, now=arrived.now)


def _thread(ask: Ask, arrived: Arrived) -> Thread:
    mail, addresses = arrived.mail, arrived.post.addresses
    return Thread(
        to=mail.sender,
        subject=mail.subject,
        message_id=mail.message_id,
        references=mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ()),
        question=ask_of_mail(ask.text) or ask.text,
        reply_to=addresses.address(Purpose.ANSWER, arrived.item.id) if addresses else "",
    )

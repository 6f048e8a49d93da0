"""A mail with news for the newsletter: "news:" stands before its subject, or before its first words."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.mail_ask import own_words
from bot.assistant.messages import Ask
from bot.assistant.newsletter.newsdesk import news_in, take_news
from bot.assistant.recording import Outcome, record
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.subject import without_replies


def read_news(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """The subject is the headline where it begins so; None where the mail is anything else, or a reply."""
    subject = arrived.mail.subject
    own = own_words(ask.text).strip()
    title = news_in(subject) if without_replies(subject) == subject.strip() else None
    inside = news_in(own)
    if title is None and inside is None:
        return None
    evidence = arrived.mail.message_id or ask.id
    act = Act(ask.asker, ask.medium, f"news:{evidence}", arrived.post.house, arrived.now)
    told = take_news(session, own if inside is None else inside, act, title=title or "")
    record(session, ask, Outcome("news"), now=arrived.now)
    return Read(f"news: {'kept' if told.done else 'not taken'}", Reply(ask.id, told.text), f"news:{ask.id}")

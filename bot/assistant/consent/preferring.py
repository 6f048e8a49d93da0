"""A reader chooses what they hear of: by the link in a mail, by a reply to it, or in their own words anywhere."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.consent.words import Wish, sounds_like_one, wish_of
from bot.assistant.rights import Action, allowed
from store.consent.choosing import Preferences, choose, preferences, start_again, stop
from store.consent.readers import Reader, named_by
from store.consent.topics import topics
from store.kinds import Frequency
from store.people import Member

GONE = "That link is not known here. It may be cut off: open it from the mail again, or reply “stop” to that mail."
STOPPED = "You get no newsletters, announcements or invitations any more. Answers to what you ask still come."
EVERYTHING = "everything"  # stands in an address in a topic's place


def preferences_of(session: Session, token: str) -> Preferences | None:
    """Reads only."""
    reader = named_by(session, token)
    return None if reader is None else preferences(session, reader)


def unsubscribe(session: Session, token: str, topic: str, act: Act) -> Told:
    """One click: of one topic, or of everything. A topic that nobody knows (any more) is everything."""
    reader = named_by(session, token)
    if reader is None:
        return Told(False, GONE)
    named = {each.key: each.name for each in topics(session, retired=True)}.get(topic)
    source = act.medium.value
    if named is None:
        stop(session, reader, source=source, now=act.now)
        return Told(True, STOPPED)
    found = preferences(session, reader)
    if found is not None and not found.anything:
        return Told(True, STOPPED)
    choose(session, reader, {topic: Frequency.NEVER}, source=source, now=act.now)
    return Told(True, f"Done: nothing of “{named}” is sent to you any more.")


def set_preferences(session: Session, token: str, wanted: Mapping[str, Frequency], act: Act) -> Told:
    """All topics of the page at once. Choosing something ends an earlier "nothing at all"."""
    reader = named_by(session, token)
    if reader is None:
        return Told(False, GONE)
    if wanted and all(each is Frequency.NEVER for each in wanted.values()):
        choose(session, reader, wanted, source=act.medium.value, now=act.now)
        return Told(True, "Saved: you hear of none of these any more.")
    start_again(session, reader, source=act.medium.value, now=act.now)
    choose(session, reader, wanted, source=act.medium.value, now=act.now)
    return Told(True, f"Saved. {summed_up(preferences(session, reader))}")


def stop_everything(session: Session, token: str, act: Act) -> Told:
    reader = named_by(session, token)
    if reader is None or not stop(session, reader, source=act.medium.value, now=act.now):
        return Told(False, GONE)
    return Told(True, STOPPED)


def wish_in(session: Session, text: str) -> Wish | None:
    """What a short message wants to hear of; None where it says anything else."""
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    return wish_of(line, topics(session)) if sounds_like_one(line) else None


def prefer(session: Session, wish: Wish, act: Act, *, token: str = "") -> Told:
    """Somebody's own words, wherever they said them; with the token of a mail they need not be a member."""
    reader = named_by(session, token) if token else _member(session, act)
    if reader is None:
        return Told(False, "I don't know you, so there is nothing I send you that could change.")
    source = act.medium.value
    if wish.everything:
        start_again(session, reader, source=source, now=act.now)
    else:
        wanted, before = dict(wish.topics), preferences(session, reader)
        if any(each is not Frequency.NEVER for each in wanted.values()):
            if (
                before is not None and not before.anything
            ):  # who wanted nothing gets what they named, and no more
                wanted = {each.topic.key: Frequency.NEVER for each in before.choices} | wanted
            start_again(session, reader, source=source, now=act.now)
        choose(session, reader, wanted, source=source, now=act.now)
    return Told(True, f"Done. {summed_up(preferences(session, reader))}")


def summed_up(found: Preferences | None) -> str:
    """ "You get the newsletter as it comes, events monthly, and no announcements." """
    if found is None or not found.anything:
        return STOPPED
    said = [
        f"no {each.topic.name.lower()}" if each.frequency is Frequency.NEVER
        else f"{each.topic.name.lower()} {each.frequency.value}"
        for each in found.choices
    ]  # fmt: skip
    return f"You get: {'; '.join(said)}."


def _member(session: Session, act: Act) -> Reader | None:
    known = allowed(session, act, Action.SET_OWN) and isinstance(act.by, Member)
    return Reader(person_id=act.by.person_id) if known and isinstance(act.by, Member) else None

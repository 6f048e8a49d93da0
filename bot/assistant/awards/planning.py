"""Staff set up an event's awards: their categories with sponsors, and when what happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.assistant.acting import Act, Told
from bot.assistant.awards.acting import audit, held
from bot.assistant.awards.nominate_asks import category_meant
from bot.assistant.awards.wording import clock, listed, short
from bot.assistant.rights import Action, may
from store.awards import nominating as rows
from store.awards.listing import Category, categories
from store.awards.times import Awards, held_round
from store.importing.naming import folded_words
from store.keys import storable
from store.models import AwardCategory, AwardEntry, AwardNomination, Organisation
from store.search.index import Index

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_SPONSOR = 120, 4000, 300
MOST_CATEGORIES, MOST_SHORTLISTED = 50, 50
TIMES = {
    "nominations_from": "nominations open",
    "nominations_until": "nominations close",
    "judging_until": "judging closes",
    "shortlist_at": "the shortlist is made known",
    "winners_at": "the winners are made known",
}


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """What is said of a category; None leaves it as it is. `sponsor` is an organisation of the directory or a name."""

    name: str | None = None
    description: str | None = None
    sponsor: str | None = None
    most_shortlisted: int | None = None


def set_times(session: Session, event_id: int, times: Mapping[str, datetime | None], act: Act) -> Told:
    """`times` by their names in `TIMES`; None takes one away. What was made known stays known."""
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told):
        return awards
    if problem := _unfit_times(awards, times, act):
        return Told(False, problem, event_id)
    row = held_round(session, event_id)
    for name, at in times.items():
        setattr(row, name, at)
    session.add(row)
    audit(session, act, "awards.timed", f"event:{event_id}", fields=sorted(times))
    told = [
        f"{TIMES[name]} on {clock(at, awards.zone)}" if at else f"when {TIMES[name]} is open again"
        for name, at in times.items()
    ]
    return Told(True, f"{awards.title}: {listed(told)}.", event_id)


def add_category(session: Session, event_id: int, words: CategoryWords, act: Act, index: Index) -> Told:
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told):
        return awards
    have = categories(session, event_id)
    if len(have) >= MOST_CATEGORIES:
        return Told(False, f"{MOST_CATEGORIES} categories are the most.", event_id)
    row = AwardCategory(event_id=event_id, position=len(have) + 1, key="", name="")
    if problem := _put(session, row, words, have, index):
        return Told(False, problem, event_id)
    session.add(row)
    session.flush()
    audit(session, act, "award-category.added", f"award-category:{row.id}")
    return Told(True, f"{row.name} is a category of {awards.title} now.", row.id)


def change_category(session: Session, category_id: int, words: CategoryWords, act: Act, index: Index) -> Told:
    row = session.get(AwardCategory, category_id)
    awards = held(session, 0 if row is None else row.event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told) or row is None:
        return awards if isinstance(awards, Told) else Told(False, "There is no such category.")
    others = [each for each in categories(session, row.event_id) if each.id != category_id]
    if problem := _put(session, row, words, others, index):
        session.expire(row)  # a refresh would write down first what it cannot be
        return Told(False, problem, category_id)
    session.add(row)
    audit(session, act, "award-category.changed", f"award-category:{category_id}")
    return Told(True, f"{row.name} is changed.", category_id)


def remove_category(session: Session, category_id: int, act: Act, *, move_to: int | None = None) -> Told:
    """One with nominations only where these go to another: nobody's words are lost."""
    row = session.get(AwardCategory, category_id)
    awards = held(session, 0 if row is None else row.event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told) or row is None:
        return awards if isinstance(awards, Told) else Told(False, "There is no such category.")
    into = None if move_to is None else session.get(AwardCategory, move_to)
    if move_to is not None and (into is None or into.event_id != row.event_id or move_to == category_id):
        return Told(
            False, "Its nominations can go to another category of the same awards alone.", category_id
        )
    number = _nominated(session, category_id)
    if number and into is None:
        are = "is a nomination" if number == 1 else f"are {number:,} nominations"
        return Told(False, f"There {are} in {row.name}: say which category takes them.", category_id)
    if into is not None:
        for entry in session.exec(select(AwardEntry).where(AwardEntry.category_id == category_id)).all():
            rows.moved(session, entry, into.id or 0)
    name = row.name
    session.delete(row)
    audit(session, act, "award-category.removed", f"award-category:{category_id}", moved=number, to=move_to)
    moved = (
        f" Its nominations are in {into.name} now; those shortlisted are no longer."
        if into and number
        else ""
    )
    return Told(True, f"{name} is no category of {awards.title} any more.{moved}", awards.event_id)


def category_named(session: Session, event_id: int, said: str) -> Category | Told:
    """By its name, as people write it."""
    have = categories(session, event_id)
    place = category_meant(said, [each.name for each in have])
    if place is not None:
        return have[place]
    if not have:
        return Told(False, "These awards have no categories yet.", event_id)
    names = listed([each.name for each in have])
    return Told(False, f"There is no category “{short(said)}”. There are: {names}.", event_id)


def _nominated(session: Session, category_id: int) -> int:
    return session.exec(
        select(func.count(col(AwardNomination.id)))
        .join(AwardEntry, col(AwardEntry.id) == col(AwardNomination.entry_id))
        .where(AwardEntry.category_id == category_id)
    ).one()


def _put(
    session: Session,
    row: AwardCategory,
    words: CategoryWords,
    others: list[Category] | tuple[Category, ...],
    index: Index,
) -> str:
    """Puts it into the row; "" or why it cannot be. The row is not written down yet."""
    if words.name is not None:
        name = " ".join(storable(words.name).split())
        key = " ".join(folded_words(name))[:200]
        if not key or len(name) > LONGEST_NAME:
            return f"A category needs a name of at most {LONGEST_NAME} characters."
        if any(key == " ".join(folded_words(each.name))[:200] for each in others):
            return f"There is a category {name} already."
        row.name, row.key = name, key
    if words.description is not None:
        row.description = storable(words.description).strip()
        if len(row.description) > LONGEST_DESCRIPTION:
            return f"The description is longer than {LONGEST_DESCRIPTION:,} characters."
    if words.most_shortlisted is not None:
        if not 1 <= words.most_shortlisted <= MOST_SHORTLISTED:
            return f"A shortlist has 1 to {MOST_SHORTLISTED} names."
        row.most_shortlisted = words.most_shortlisted
    if words.sponsor is not None:
        return _sponsor(session, row, words.sponsor, index)
    return ""


def _sponsor(session: Session, row: AwardCategory, said: str, index: Index) -> str:
    """An organisation that bears exactly that name, else the name alone."""
    name = " ".join(storable(said).split())
    if len(name) > LONGEST_SPONSOR:
        return f"The sponsor's name is longer than {LONGEST_SPONSOR} characters."
    exact = (
        [each.hit.id for each in index.find_names(name) if each.score >= 1.0 and each.hit.person_id is None]
        if name
        else []
    )
    one = session.get(Organisation, exact[0]) if len(set(exact)) == 1 else None
    row.sponsor_id, row.sponsor = (None, name) if one is None else (one.id, one.name)
    return ""


def _unfit_times(awards: Awards, times: Mapping[str, datetime | None], act: Act) -> str:
    """Why these cannot be its times; "" where they can."""
    if unknown := set(times) - TIMES.keys():
        return f"Awards have no {listed(sorted(unknown))}."
    if "winners_at" in times:
        if not may(act.by, Action.DECIDE_WINNERS, act.medium):
            return "When the winners are made known is for an approver to say."
        if awards.winners_told(act.now):
            return f"The winners of {awards.title} are known already, and cannot be unknown again."
    if "shortlist_at" in times and awards.shortlist_told(act.now):
        return f"The shortlist of {awards.title} is known already, and cannot be unknown again."
    for name in ("shortlist_at", "winners_at"):
        at = times.get(name)
        if at is not None and at < act.now:
            return f"{clock(at, awards.zone)} is over: name a time to come, or say “now”."
    opens = times.get("nominations_from", awards.nominations_from)
    closes = times.get("nominations_until", awards.nominations_until) or awards.starts_at
    judged = times.get("judging_until", awards.judging_until) or awards.starts_at
    if opens is not None and closes <= opens:
        return f"Nominations would close ({clock(closes, awards.zone)}) before they open."
    if judged < closes and {"judging_until", "nominations_until"} & times.keys():
        return f"Judging would close ({clock(judged, awards.zone)}) before nominations do ({clock(closes, awards.zone)})."
    return ""

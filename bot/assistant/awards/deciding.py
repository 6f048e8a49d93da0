"""Staff rank, shortlist and enter winners; who nominated and who won is for approvers, and every look is audited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.awards.acting import audit, held, held_for_entry
from bot.assistant.awards.wording import clock, listed
from bot.assistant.rights import Action
from store.awards import nominating as rows
from store.awards.judging import Ranked, ranking
from store.awards.listing import Category, Entry, categories, entries, won_entries
from store.awards.times import Awards
from store.models import AwardCategory, AwardEntry, Person


@dataclass(frozen=True, slots=True)
class Standing:
    """The awards as staff see them: each category with its entries, the best first."""

    awards: Awards
    categories: tuple[tuple[Category, tuple[Ranked, ...]], ...]


@dataclass(frozen=True, slots=True)
class Nominator:
    """Confidential. `name` is "" where the person has left the directory."""

    entry: str
    name: str
    words: str


def standing(session: Session, event_id: int, act: Act) -> Standing | Told:
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told):
        return awards
    ranked = ranking(session, event_id)
    return Standing(
        awards,
        tuple(
            (each, tuple(one for one in ranked if one.entry.category_id == each.id))
            for each in categories(session, event_id)
        ),
    )


def shortlist(session: Session, category_id: int, entry_ids: Collection[int], act: Act) -> Told:
    """These and no others of the category. Safe to repeat."""
    row = session.get(AwardCategory, category_id)
    awards = held(session, 0 if row is None else row.event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told) or row is None:
        return awards if isinstance(awards, Told) else Told(False, "There is no such category.")
    there = {each.id: each for each in entries(session, row.event_id) if each.category_id == category_id}
    wanted = tuple(dict.fromkeys(entry_ids))
    if strange := [each for each in wanted if each not in there]:
        return Told(
            False,
            f"Nothing is nominated for {row.name} under {listed([str(each) for each in strange], 'or')}.",
            category_id,
        )
    if len(wanted) > row.most_shortlisted:
        return Told(
            False,
            f"At most {row.most_shortlisted} are shortlisted for {row.name}, and these are {len(wanted)}.",
            category_id,
        )
    for entry in _of(session, category_id):
        entry.shortlisted_at = (entry.shortlisted_at or act.now) if entry.id in wanted else None
        session.add(entry)
    audit(session, act, "award.shortlisted", f"award-category:{category_id}", entries=len(wanted))
    names = listed([there[each].name for each in wanted]) or "nobody"
    return Told(True, f"Shortlisted for {row.name}: {names}.{_told_when(awards, act)}", category_id)


def decide_winner(
    session: Session, entry_id: int, act: Act, *, won: bool = True, shared: bool = False
) -> Told:
    """Nobody but approvers sees it before the embargo ends. In the place of another, unless it is `shared`."""
    found = held_for_entry(session, entry_id, act, Action.DECIDE_WINNERS)
    if isinstance(found, Told):
        return found
    awards, entry = found
    if won and entry.id not in {each.id for each in entries(session, awards.event_id)}:
        return Told(False, "That nomination was taken back.", entry_id)
    others = [each for each in _of(session, entry.category_id) if each.won_at and each.id != entry_id]
    for other in others if won and not shared else ():
        other.won_at = None
        session.add(other)
    entry.won_at = act.now if won else None
    session.add(entry)
    category = session.get(AwardCategory, entry.category_id)
    audit(session, act, "award.decided" if won else "award.undecided", f"award-category:{entry.category_id}")
    name = category.name if category else ""
    if not won:
        return Told(True, f"{entry.name} no longer wins {name}.", entry_id)
    if awards.winners_told(act.now):
        return Told(True, f"{entry.name} wins {name}. It is public.", entry_id)
    until = f"until {clock(awards.winners_at, awards.zone)}" if awards.winners_at else "until you say when"
    return Told(True, f"{entry.name} wins {name}. Only approvers see it {until}.", entry_id)


def decided(session: Session, event_id: int, act: Act) -> tuple[tuple[str, tuple[str, ...]], ...] | Told:
    """Categories and their winners, embargo or not; each look before its end is audited."""
    awards = held(session, event_id, act, Action.DECIDE_WINNERS)
    if isinstance(awards, Told):
        return awards
    if not awards.winners_told(act.now):
        audit(session, act, "award.winners_seen", f"event:{event_id}")
    won = won_entries(session, event_id)
    return tuple(
        (each.name, tuple(entry.name for entry in won.get(each.id, ())))
        for each in categories(session, event_id)
    )


def nominators(session: Session, event_id: int, act: Act) -> Sequence[Nominator] | Told:
    """Who nominated whom, and what waits for a word. Every look is audited."""
    awards = held(session, event_id, act, Action.SEE_NOMINATORS)
    if isinstance(awards, Told):
        return awards
    audit(session, act, "award.nominators_seen", f"event:{event_id}")
    named = {each.id: each.name for each in entries(session, event_id)}
    found = rows.nominators(session, event_id)
    unplaced = rows.drafts(session)
    ids = {*(who for _, who, _ in found if who), *(each.person_id for each in unplaced)}
    people = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids))).all())
    return (
        *(Nominator(named.get(entry, ""), people.get(who, ""), words) for entry, who, words in found),
        *(Nominator("", people.get(each.person_id, ""), each.said) for each in unplaced),
    )


def merge(session: Session, entry_id: int, into_id: int, act: Act) -> Told:
    """Two spellings of one nominee made one entry."""
    found = held_for_entry(session, entry_id, act, Action.RUN_AWARDS)
    if isinstance(found, Told):
        return found
    _, entry = found
    into = session.get(AwardEntry, into_id)
    if into is None or into_id == entry_id or into.category_id != entry.category_id:
        return Told(False, "Only two entries of one category can be one.", entry_id)
    into.shortlisted_at = into.shortlisted_at or entry.shortlisted_at
    into.won_at = into.won_at or entry.won_at  # unsaid: whoever merges may not know
    session.add(into)
    name = entry.name
    rows.merged(session, entry, into)
    audit(session, act, "award-entry.merged", f"award-entry:{entry_id}", into=into_id)
    return Told(True, f"{name} and {into.name} are one entry now. Scores of the former are gone.", into_id)


def listed_entries(session: Session, event_id: int, act: Act) -> tuple[Entry, ...] | Told:
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    return awards if isinstance(awards, Told) else entries(session, event_id)


def _of(session: Session, category_id: int) -> Sequence[AwardEntry]:
    return session.exec(select(AwardEntry).where(AwardEntry.category_id == category_id)).all()


def _told_when(awards: Awards, act: Act) -> str:
    if awards.shortlist_told(act.now):
        return " It is public."
    when = f"on {clock(awards.shortlist_at, awards.zone)}" if awards.shortlist_at else "when you say so"
    return f" It is made known {when}."

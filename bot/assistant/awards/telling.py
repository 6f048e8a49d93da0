"""Answers about awards: what everybody may know by now, and what each may see of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.judging import ToJudge, bench, judges_now
from bot.assistant.awards.nominate_asks import category_meant
from bot.assistant.awards.nominating import MEMBERS_ONLY
from bot.assistant.awards.wording import clock, sponsored, window, year
from bot.assistant.intents import AwardsAsked, AwardsTopic
from bot.assistant.messages import Acted, Ask, AwardLine
from bot.assistant.rights import Action, may
from store.awards import nominating as rows
from store.awards.listing import Category, categories, shortlist, told_winners, won_entries
from store.awards.times import Awards, all_awards, known_awards
from store.kinds import EventState
from store.people import Member

NO_AWARDS = "I know of no awards here."
OVERHEARD = "That is for your eyes alone. Ask me in a direct message."


def tell(session: Session, ask: Ask, asked: AwardsAsked, *, now: datetime) -> Acted | None:
    """None where what was asked has nothing to do with any awards."""
    known = [each for each in known_awards(session) if asked.year in {None, year(each)}]
    if asked.said:
        known = [each for each in known if _meant(session, each, asked.said) is not None]
    if not known:
        return None if asked.otherwise is not None else _told(ask, _none(asked))
    match asked.topic:
        case AwardsTopic.CATEGORIES:
            return _categories(session, ask, known, now=now)
        case AwardsTopic.SHORTLIST:
            return _shortlist(session, ask, known, asked.said, now=now)
    return _winners(session, ask, known, asked.said, now=now)


def tell_own(session: Session, ask: Ask) -> Acted:
    """Whom the asker has nominated."""
    if not isinstance(ask.asker, Member):
        return Acted(ask.id, MEMBERS_ONLY)
    if ask.overheard:
        return Acted(ask.id, Told(False, OVERHEARD))
    mine = rows.own(session, ask.asker.person_id)
    if not mine:
        return _told(ask, "You have nominated nobody, as far as I know.")
    lines = tuple(AwardLine(each.name, each.category, each.words) for each in mine)
    return Acted(
        ask.id, Told(True, "You have nominated:"), lines,
        next_words=(f"withdraw my nomination of {mine[0].name} for {mine[0].category}",),
    )  # fmt: skip


def tell_judging(session: Session, ask: Ask, act: Act) -> Acted:
    """What the asker has to judge."""
    event_id = judges_now(session, act.by, now=act.now)
    found = bench(session, event_id or 0, act)
    if isinstance(found, Told):
        return Acted(ask.id, found)
    if ask.overheard:
        return Acted(ask.id, Told(False, OVERHEARD), offers=(f"judge:{event_id}",))
    if not found.to_judge:
        return _told(ask, f"Nothing is nominated for {found.awards.title} yet.")
    until = clock(found.awards.judging_until, found.awards.zone)
    when = f"judging closes on {until}" if found.open else f"judging closed on {until}"
    lines = tuple(_to_judge(each) for each in found.to_judge)
    first = next((each for each in found.to_judge if not each.own), None)
    return Acted(
        ask.id, Told(True, f"{found.awards.title}: {found.left} left for you to score; {when}."), lines,
        next_words=(f"score {first.entry.id}: 4 because …",) if first and found.open else (),
        offers=(f"judge:{event_id}",),
    )  # fmt: skip


def offers(session: Session, ask: Ask, *, now: datetime) -> tuple[str, ...]:
    """What the asker may do about awards now, where there are buttons: for each, the event it is about."""
    known = known_awards(session)
    nominating = [each.event_id for each in known if each.nominating(now)]
    found = [f"nominate:{each}" for each in nominating if may(ask.asker, Action.NOMINATE, ask.medium)]
    if ask.overheard:
        return tuple(found[:2])  # whoever judges or runs them need not be known to all
    if isinstance(ask.asker, Member):
        judged = judges_now(session, ask.asker, now=now)
        found += [f"judge:{judged}"] if judged is not None else []
    if may(ask.asker, Action.RUN_AWARDS, ask.medium):
        run = [each for each in all_awards(session) if each.state is not EventState.CANCELLED]
        found += [f"run:{each.event_id}" for each in run[:1]]
    return tuple(found[:5])


def honours(session: Session, organisation_id: int, *, now: datetime) -> tuple[str, ...]:
    """What an organisation and its people have won, once it was made known."""
    return tuple(
        f"Winner {year(each.awards)}: {each.category.name}, {each.awards.title}"
        for each in told_winners(session, now=now, organisation_id=organisation_id)
    )


def _winners(session: Session, ask: Ask, known: Sequence[Awards], said: str, *, now: datetime) -> Acted:
    """The last that were made known; of later ones only that they are not, whether or not anybody has entered them."""
    told = next((each for each in known if each.winners_told(now)), None)
    waiting = _waiting(known, told, "The winners", "have")
    if told is None:
        return _told(ask, waiting)
    won = won_entries(session, told.event_id)
    chosen = _chosen(session, told, said)
    lines = tuple(
        AwardLine(" and ".join(entry.name for entry in won[each.id]), each.name, sponsored(each))
        for each in chosen
        if each.id in won
    )
    if not lines:
        what = chosen[0].name if said and chosen else "the awards"
        return _told(ask, f"{waiting} I have no winner of {what} at {told.title} on record.".strip())
    where = f"{told.title}, {year(told)}"
    if said:
        return _told(ask, f"{waiting} {lines[0].title} won {lines[0].line} at {where}.".strip())
    return Acted(ask.id, Told(True, f"{waiting} The winners of {where}:".strip()), lines)


def _shortlist(session: Session, ask: Ask, known: Sequence[Awards], said: str, *, now: datetime) -> Acted:
    told = next((each for each in known if each.shortlist_told(now)), None)
    waiting = _waiting(known, told, "The shortlist", "has")
    if told is None:
        return _told(ask, waiting)
    entries = shortlist(session, told.event_id)
    lines = tuple(
        AwardLine(each.name, ", ".join(entry.name for entry in entries if entry.category_id == each.id))
        for each in _chosen(session, told, said)
        if any(entry.category_id == each.id for entry in entries)
    )
    if not lines:
        return _told(ask, f"{waiting} Nobody is shortlisted for that at {told.title}.".strip())
    return Acted(ask.id, Told(True, f"{waiting} Shortlisted at {told.title}, {year(told)}:".strip()), lines)


def _categories(session: Session, ask: Ask, known: Sequence[Awards], *, now: datetime) -> Acted:
    awards = next((each for each in known if each.nominating(now)), known[0])
    found = categories(session, awards.event_id)
    lines = tuple(AwardLine(each.name, sponsored(each), each.description) for each in found)
    open_now = awards.nominating(now)
    closing = f"Say: nominate … for {found[0].name}: because …" if open_now else ""
    return Acted(
        ask.id,
        Told(True, f"{window(awards, now)} The categories:"),
        lines,
        closing,
        offers=offers(session, ask, now=now),
    )


def _waiting(known: Sequence[Awards], told: Awards | None, what: str, be: str) -> str:
    later = [each for each in known if told is None or each.starts_at > told.starts_at]
    return f"{what} of {later[0].title} {be} not been made known yet." if later else ""


def _chosen(session: Session, awards: Awards, said: str) -> tuple[Category, ...]:
    meant = _meant(session, awards, said)
    return categories(session, awards.event_id) if meant is None else (meant,)


def _meant(session: Session, awards: Awards, said: str) -> Category | None:
    found = categories(session, awards.event_id) if said else ()
    place = category_meant(said, [each.name for each in found])
    return None if place is None else found[place]


def _to_judge(each: ToJudge) -> AwardLine:
    mine = "of your own organisation: left to the others" if each.own else "no score yet"
    mine = f"you gave {each.points} of 5" if each.points else mine
    words = "; ".join(" ".join(reason.split()) for reason in each.entry.reasons)
    return AwardLine(f"{each.entry.id}: {each.entry.name}", f"{each.category.name} · {mine}", words)


def _none(asked: AwardsAsked) -> str:
    return f"I know of no awards in {asked.year}." if asked.year is not None else NO_AWARDS


def _told(ask: Ask, text: str) -> Acted:
    return Acted(ask.id, Told(True, text))

"""Members nominate, change their words and take a nomination back; what cannot be placed is kept and asked about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.acting import NOMINATOR, audit
from bot.assistant.awards.naming import Several, nominee_named, organisation_nominee
from bot.assistant.awards.nominate_asks import Nomination, category_meant, nomination_in
from bot.assistant.awards.wording import clock, listed, short, window
from bot.assistant.rights import Action, allowed
from store.awards import nominating as rows
from store.awards.listing import Category, categories
from store.awards.nominating import Nominee
from store.awards.times import Awards, awards_of, known_awards
from store.events.seats import hold
from store.importing.naming import folded_words
from store.keys import storable
from store.kinds import EventState
from store.models import AwardDraft
from store.people import Member
from store.search.index import Index

MOST_WORDS = 6000
MOST_EACH = 40  # nominations of one person for one event
KEPT_FOR = timedelta(days=30)  # a nomination that waits for a word
MEMBERS_ONLY = Told(
    False,
    "Members nominate, and I can't tell that you are one from here. Write from the address the team knows, "
    "or ask the team to add you; keep your words until then.",
)
NO_SUCH = Told(False, "You have no such nomination, or took it back already.")
NONE_NOW = Told(False, "There are no awards to nominate for at the moment.")
CONFIDENTIAL = "Neither the judges nor anybody nominated learns who said so."
ASK_THE_TEAM = "If you missed it by little, tell the team."


@dataclass(frozen=True, slots=True)
class Said:
    """Who is nominated and why, as one wrote it or filled it in: a name, or an organisation that was chosen, or both."""

    nominee: str = ""
    words: str = ""
    organisation_id: int | None = None


def nominate(session: Session, category: Category, said: Said, act: Act, index: Index) -> Told:
    """The same nominee again from the same person changes the words. Safe to repeat."""
    if not allowed(session, act, Action.NOMINATE, subject=f"event:{category.event_id}"):
        return MEMBERS_ONLY
    hold(session, category.event_id)
    awards = awards_of(session, category.event_id)
    if awards is None or not awards.nominating(act.now):
        return _not_now(awards, act.now)
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    if problem := _unfit(session, said, act.by.person_id, awards):
        return problem
    nominee = _nominee(session, said, index)
    if nominee is None:
        return Told(False, f"Whom do you nominate for {category.name}? Write a name.", awards.event_id)
    if isinstance(nominee, Several):
        asked = f"Which of them do you nominate for {category.name}: {listed(nominee.names, 'or')}?"
        return Told(False, asked, awards.event_id)
    new = rows.nominate(
        session, category.id, nominee, act.by.person_id, words=storable(said.words).strip(),
        medium=act.medium, evidence=act.evidence, now=act.now,
    )  # fmt: skip
    rows.drop_drafts(session, act.by.person_id, nominee=said.nominee)
    audit(session, act, "award.nominated", f"award-category:{category.id}", by=NOMINATOR, new=new)
    return Told(True, _thanks(nominee.name, category, awards, new=new, why=bool(said.words)), awards.event_id)


def nominate_in_words(session: Session, text: str, act: Act, index: Index) -> Told:
    """A nomination as somebody wrote it. What is missing is asked for, and what they wrote is kept until they say it."""
    if not allowed(session, act, Action.NOMINATE):
        return MEMBERS_ONLY
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    open_now = [each for each in known_awards(session) if each.nominating(act.now)]
    choices = [category for each in open_now for category in categories(session, each.event_id)]
    heard = nomination_in(text, [each.name for each in choices])
    if not choices:
        known = known_awards(session)
        _keep(session, act, text, heard)
        return _not_now(known[0] if known else None, act.now)
    if heard.category is None or not heard.nominee:
        _keep(session, act, text, heard)
        return Told(False, _question(heard, choices), choices[0].event_id)
    told = nominate(session, choices[heard.category], Said(heard.nominee, heard.words), act, index)
    if not told.done:
        _keep(session, act, text, replace(heard, said=choices[heard.category].name))
    return told


def complete(session: Session, text: str, act: Act, index: Index) -> Told | None:
    """What was missing of a nomination that waits, where these words are it; None where they are something else."""
    by = act.by
    draft = rows.draft_of(session, by.person_id) if isinstance(by, Member) else None
    if draft is None or act.now - draft.made_at > KEPT_FOR:
        return None
    open_now = [each for each in known_awards(session) if each.nominating(act.now)]
    choices = [category for each in open_now for category in categories(session, each.event_id)]
    names = [each.name for each in choices]
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    place = category_meant(draft.category, names)
    if place is None:
        place = category_meant(line, names) if len(line) <= 200 else None
        nominee = draft.nominee
    else:
        nominee = line if len(line.split()) <= 8 and not line.endswith("?") else ""
    if place is None or not nominee:
        return None
    told = nominate(session, choices[place], Said(nominee, draft.words), act, index)
    if told.done:
        rows.drop_drafts(session, draft.person_id, nominee=draft.nominee)
    return told


def withdraw(session: Session, said: str, act: Act, *, late: bool = False) -> Told:
    """`said`: whose nomination, and perhaps for what; "" where they have but one. `late`: after nominations closed."""
    if not allowed(session, act, Action.NOMINATE):
        return MEMBERS_ONLY
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    mine = rows.own(session, act.by.person_id)
    meant = _meant(said, mine)
    if not mine:
        return Told(False, "You have nominated nobody, as far as I know.")
    if len(meant) != 1:
        names = listed([f"{each.name} for {each.category}" for each in meant or mine], "or")
        return Told(False, f"Which of your nominations do you take back: {names}?")
    return take_back(session, meant[0].id, act, late=late)


def take_back(session: Session, nomination_id: int, act: Act, *, late: bool = False) -> Told:
    """One of one's own nominations."""
    if not allowed(session, act, Action.NOMINATE):
        return MEMBERS_ONLY
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    one = next((each for each in rows.own(session, act.by.person_id) if each.id == nomination_id), None)
    if one is None:
        return NO_SUCH
    hold(session, one.event_id)
    awards = awards_of(session, one.event_id)
    if awards is None or not (late or awards.nominating(act.now)):
        closed = window(awards, act.now) if awards else ""
        return Told(False, f"{closed} It stays as it is; the team can take it out.".strip(), one.event_id)
    rows.withdraw(session, one.id, now=act.now)
    audit(session, act, "award.withdrawn", f"event:{one.event_id}", by=NOMINATOR)
    return Told(True, f"Your nomination of {one.name} for {one.category} is taken back.", one.event_id)


def change_words(session: Session, nomination_id: int, words: str, act: Act) -> Told:
    """Other words for one of one's own nominations."""
    if not allowed(session, act, Action.NOMINATE):
        return MEMBERS_ONLY
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    one = next((each for each in rows.own(session, act.by.person_id) if each.id == nomination_id), None)
    if one is None:
        return NO_SUCH
    hold(session, one.event_id)
    awards = awards_of(session, one.event_id)
    if awards is None or not awards.nominating(act.now):
        return _not_now(awards, act.now)
    if len(words) > MOST_WORDS:
        return _too_long(words, one.event_id)
    rows.change_words(session, one.id, storable(words).strip(), now=act.now)
    audit(session, act, "award.nominated", f"event:{one.event_id}", by=NOMINATOR, new=False)
    return Told(True, f"Done: your nomination of {one.name} for {one.category} is changed.", one.event_id)


def _nominee(session: Session, said: Said, index: Index) -> Nominee | Several | None:
    chosen = None if said.organisation_id is None else organisation_nominee(session, said.organisation_id)
    if chosen is None:
        return nominee_named(session, index, said.nominee, people=True)
    if not said.nominee.strip():
        return chosen
    return nominee_named(session, index, f"{said.nominee.strip()}, {chosen.name}", people=True)


def _not_now(awards: Awards | None, now: datetime) -> Told:
    if awards is None or awards.state is not EventState.OPEN:
        return NONE_NOW
    late = f" {ASK_THE_TEAM}" if now >= awards.nominations_until else " Send it to me then."
    return Told(False, window(awards, now) + late, awards.event_id)


def _unfit(session: Session, said: Said, person_id: int, awards: Awards) -> Told | None:
    if len(said.words) > MOST_WORDS:
        return _too_long(said.words, awards.event_id)
    if len(rows.own(session, person_id, awards.event_id)) >= MOST_EACH:
        return Told(
            False,
            f"You have nominated {MOST_EACH} times, which is the most; take one back first.",
            awards.event_id,
        )
    return None


def _too_long(words: str, event_id: int) -> Told:
    long = f"Your reasons are {len(words):,} characters long; {MOST_WORDS:,} is the most."
    return Told(False, f"{long} Nothing is cut: send a shorter text.", event_id)


def _thanks(name: str, category: Category, awards: Awards, *, new: bool, why: bool) -> str:
    done = (
        f"{name} is nominated for {category.name}."
        if new
        else f"Your nomination of {name} for {category.name} is changed."
    )
    until = f"You can change it or take it back until {clock(awards.nominations_until, awards.zone)}."
    return " ".join(("Thank you:" if new else "Done:", done, *(() if why else ("You gave no reason: the judges like to have one.",)), CONFIDENTIAL, until))  # fmt: skip


def _question(heard: Nomination, choices: Sequence[Category]) -> str:
    names = listed([each.name for each in choices], "or")
    kept = "I have kept your words."
    if heard.category is not None:
        category = choices[heard.category].name
        return f"Whom do you nominate for {category}? {kept} Say: nominate … for {category}: because …"
    whom = heard.nominee or "…"
    unknown = f"There is no category “{short(heard.said)}”. " if heard.said else ""
    wanted = "which category" if heard.nominee else "whom, and for which category"
    return (
        f"{unknown}For {wanted}: {names}? {kept} Say: nominate {short(whom)} for {choices[0].name}: because …"
    )


def _keep(session: Session, act: Act, text: str, heard: Nomination) -> None:
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: whoever is asked is one
    rows.keep_draft(
        session,
        AwardDraft(
            person_id=act.by.person_id, nominee=storable(heard.nominee), category=storable(heard.said),
            words=storable(heard.words), said=storable(text)[:20_000], made_at=act.now,
        ),
    )  # fmt: skip


def _meant(said: str, mine: Sequence[rows.Own]) -> tuple[rows.Own, ...]:
    if not said:
        return tuple(mine)
    place = nomination_in(f"nominate {said}", [each.category for each in mine])
    wanted = set(folded_words(place.nominee or said))
    return tuple(
        each
        for each in mine
        if wanted <= set(folded_words(each.name))
        and (place.category is None or each.category == mine[place.category].category)
    )

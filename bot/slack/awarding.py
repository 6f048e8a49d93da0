"""Awards from Slack: nominating, judging and running them, each press and form handed to the assistant."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.acting import NO_AWARDS
from bot.assistant.awards.deciding import (
    Standing,
    decide_winner,
    decided,
    nominators,
    shortlist,
    standing,
)
from bot.assistant.awards.judging import Bench, bench, invite_judge, score
from bot.assistant.awards.nominating import (
    MEMBERS_ONLY,
    NO_SUCH,
    change_words,
    nominate,
    take_back,
)
from bot.assistant.awards.wording import window
from bot.assistant.rights import Action, allowed, may
from bot.slack.arrivals import Click
from bot.slack.blocks import awards as drawn
from bot.slack.doing import Doing
from bot.slack.modals import awards as staff
from bot.slack.modals import nominations as forms
from bot.slack.modals.forms import Filled
from bot.slack.then import Then
from store.awards.judging import Ranked, judges
from store.awards.listing import Category, categories
from store.awards.nominating import own
from store.awards.times import awards_of
from store.models import AwardCategory, AwardEntry
from store.people import Member
from store.staffing import meant

STALE = Then("That is not there any more. Ask me for “awards”.", done=False)
NO_CATEGORIES = Then("These awards have no categories yet.", done=False)
ONE_PERSON = "Nobody, or more than one, is called so. Write a mail address."


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    """What a button of awards does; None where none of this version is called so."""
    action = drawn.JUDGE if click.action.startswith(f"{drawn.JUDGE}:") else click.action
    number, _, rest = click.value.partition(" ")
    press = PRESSES.get(action)
    return None if press is None else press(session, _whole(number), _whole(rest), doing.act)


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    take = FORMS.get(form.callback)
    return None if take is None else take(session, form, doing)


def _nominate(session: Session, event_id: int, _: int, act: Act) -> Then:
    if not allowed(session, act, Action.NOMINATE, subject=f"event:{event_id}"):
        return _refused(MEMBERS_ONLY)
    awards = awards_of(session, event_id)
    if awards is None:
        return STALE
    if not awards.nominating(act.now):
        return Then(window(awards, act.now), done=False)
    choices = categories(session, event_id)
    return Then(opens=forms.nominate_modal(awards, choices, now=act.now)) if choices else NO_CATEGORIES


def _mine(session: Session, event_id: int, _: int, act: Act) -> Then:
    awards = awards_of(session, event_id)
    if awards is None or not isinstance(act.by, Member):
        return STALE if awards is None else _refused(MEMBERS_ONLY)
    mine = own(session, act.by.person_id, event_id)
    return Then(opens=forms.mine_modal(awards, mine, open_now=awards.nominating(act.now)))


def _change(session: Session, nomination_id: int, _: int, act: Act) -> Then:
    mine = own(session, act.by.person_id) if isinstance(act.by, Member) else ()
    one = next((each for each in mine if each.id == nomination_id), None)
    return _refused(NO_SUCH) if one is None else Then(opens=forms.words_modal(one))


def _take_back(session: Session, nomination_id: int, _: int, act: Act) -> Then:
    return _said(take_back(session, nomination_id, act))


def _judge(session: Session, event_id: int, first: int, act: Act) -> Then:
    found = bench(session, event_id, act)
    return (
        Then(opens=forms.judging_modal(found, first=first)) if isinstance(found, Bench) else _refused(found)
    )


def _score(session: Session, entry_id: int, first: int, act: Act) -> Then:
    found = bench(session, _event_of(session, entry_id), act)
    if not isinstance(found, Bench):
        return _refused(found)
    one = next((each for each in found.to_judge if each.entry.id == entry_id and not each.own), None)
    return STALE if one is None else Then(opens=forms.score_modal(one, first=first))


def _run(session: Session, event_id: int, _: int, act: Act) -> Then:
    found = _running(session, event_id, act, told="")
    return Then(opens=found) if isinstance(found, dict) else _refused(found)


def _shortlist(session: Session, category_id: int, event_id: int, act: Act) -> Then:
    found = _category(session, category_id, event_id, act)
    return found if isinstance(found, Then) else Then(opens=staff.shortlist_modal(*found))


def _winner(session: Session, category_id: int, event_id: int, act: Act) -> Then:
    if isinstance(seen := decided(session, event_id, act), Told):
        return _refused(seen)
    found = _category(session, category_id, event_id, act)
    return found if isinstance(found, Then) else Then(opens=staff.winner_modal(*found))


def _winners(session: Session, event_id: int, _: int, act: Act) -> Then:
    found = decided(session, event_id, act)
    return _refused(found) if isinstance(found, Told) else Then(opens=staff.winners_modal(found))


def _who(session: Session, event_id: int, _: int, act: Act) -> Then:
    found = nominators(session, event_id, act)
    return _refused(found) if isinstance(found, Told) else Then(opens=staff.nominators_modal(found))


def _invite(session: Session, event_id: int, _: int, act: Act) -> Then:
    found = standing(session, event_id, act)
    return _refused(found) if isinstance(found, Told) else Then(opens=staff.invite_modal(found.awards))


def _take_nomination(session: Session, form: Filled, doing: Doing) -> Then:
    said = forms.said_in(form)
    if isinstance(said, dict):
        return Then(errors=said)
    chosen = _chosen(session, said[0])
    if chosen is None:
        return Then(errors={"category": "That category is not there any more."})
    told = nominate(session, chosen, said[1], doing.act, doing.index)
    return _said(told) if told.done else Then(errors={"nominee": told.text[:2000]})


def _take_words(session: Session, form: Filled, doing: Doing) -> Then:
    return _said(change_words(session, form.number("nomination") or 0, form.text("words"), doing.act))


def _take_score(session: Session, form: Filled, doing: Doing) -> Then:
    entry_id, points = form.number("entry") or 0, _whole(form.text("points"))
    told = score(session, entry_id, points, form.text("note"), doing.act)
    if not told.done:
        return Then(errors={"points": told.text[:2000]})
    found = bench(session, _event_of(session, entry_id), doing.act)
    if not isinstance(found, Bench):
        return _refused(found)
    return Then(becomes=forms.judging_modal(found, first=form.number("first") or 0, told=told.text))


def _take_shortlist(session: Session, form: Filled, doing: Doing) -> Then:
    category_id = form.number("category") or 0
    told = shortlist(session, category_id, [_whole(each) for each in form.text("entries").split()], doing.act)
    category = session.get(AwardCategory, category_id)
    return _back(session, category.event_id if category else 0, told, "entries", doing.act)


def _take_winner(session: Session, form: Filled, doing: Doing) -> Then:
    told = decide_winner(session, _whole(form.text("entry")), doing.act)
    return _back(session, form.number("event") or 0, told, "entry", doing.act)


def _take_judge(session: Session, form: Filled, doing: Doing) -> Then:
    event_id = form.number("event") or 0
    if not allowed(session, doing.act, Action.RUN_AWARDS, subject=f"event:{event_id}"):
        return Then(errors={"person": "Only the staff can do that."})
    people = meant(session, form.text("person"))
    if len(people) != 1:
        return Then(errors={"person": ONE_PERSON})
    told = invite_judge(session, event_id, people[0].person_id, doing.act)
    return _back(session, event_id, told, "person", doing.act)


def _back(session: Session, event_id: int, told: Told, field: str, act: Act) -> Then:
    """To the awards as they stand now, or why not."""
    if not told.done:
        return Then(errors={field: told.text[:2000]})
    found = _running(session, event_id, act, told=told.text)
    return Then(becomes=found) if isinstance(found, dict) else _said(told)


def _running(session: Session, event_id: int, act: Act, *, told: str) -> forms.JSON | Told:
    found = standing(session, event_id, act)
    if not isinstance(found, Standing):
        return found
    decides = may(act.by, Action.DECIDE_WINNERS, act.medium)
    return staff.run_modal(found, judges(session, event_id), decides=decides, told=told)


def _category(
    session: Session, category_id: int, event_id: int, act: Act
) -> tuple[Category, tuple[Ranked, ...]] | Then:
    found = standing(session, event_id, act)
    if isinstance(found, Told):
        return _refused(found)
    ranked = next((each for each in found.categories if each[0].id == category_id and each[1]), None)
    return STALE if ranked is None else ranked


def _chosen(session: Session, category_id: int) -> Category | None:
    row = session.get(AwardCategory, category_id)
    found = categories(session, row.event_id) if row else ()
    return next((each for each in found if each.id == category_id), None)


def _event_of(session: Session, entry_id: int) -> int:
    entry = session.get(AwardEntry, entry_id)
    category = session.get(AwardCategory, entry.category_id) if entry else None
    return category.event_id if category else 0


def _said(told: Told) -> Then:
    return Then(told.text, told.done)


def _refused(told: Told) -> Then:
    return STALE if told is NO_AWARDS else Then(told.text, done=False)


def _whole(said: str) -> int:
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 16 else 0


Press: TypeAlias = Callable[[Session, int, int, Act], Then]
Take: TypeAlias = Callable[[Session, Filled, Doing], Then]

PRESSES: Mapping[str, Press] = {
    drawn.NOMINATE: _nominate,
    drawn.MINE: _mine,
    drawn.CHANGE: _change,
    drawn.TAKE_BACK: _take_back,
    drawn.JUDGE: _judge,
    drawn.SCORE: _score,
    drawn.RUN: _run,
    drawn.SHORTLIST: _shortlist,
    drawn.WINNER: _winner,
    drawn.WINNERS: _winners,
    drawn.WHO: _who,
    drawn.INVITE: _invite,
}
FORMS: Mapping[str, Take] = {
    forms.NOMINATION: _take_nomination,
    forms.WORDS: _take_words,
    forms.SCORED: _take_score,
    staff.SHORTLISTED: _take_shortlist,
    staff.WON: _take_winner,
    staff.INVITED: _take_judge,
}

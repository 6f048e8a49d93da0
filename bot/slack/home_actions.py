"""What is pressed and filled in from the Home tab: who one is, one's entry, what reaches one, and the team's corrections."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.own_calendar import KEEP_IT, lines, own_calendar
from bot.assistant.introductions.preferences import (
    pause,
    resume,
    set_introductions,
    set_newsletters,
    set_topics,
)
from bot.assistant.introductions.requesting import STAFF_ONLY, STRANGERS
from bot.assistant.linking import begin, finish, unlink
from bot.assistant.proposal_wording import differences_of, problem_told
from bot.assistant.proposing import (
    Listing,
    approve,
    confirm,
    decline,
    listing,
    open_proposals,
    propose,
    report_mistake,
)
from bot.assistant.rights import Action, allowed, is_staff
from bot.slack.blocks import home as drawn
from bot.slack.blocks.introductions import PAGE_OF_MINE
from bot.slack.home import Account
from bot.slack.modals import listing as entry
from bot.slack.modals import preferences as own
from bot.slack.modals.forms import Filled
from bot.slack.then import Then, after
from store.editing import differences, read_edit
from store.models import Organisation, Person
from store.people import Member

NO_ENTRY = "You belong to no organisation of the directory, so there is no entry to edit."
DECIDED = "That was decided already, or is not there any more."
UNLISTED = "The directory has no such entry any more."


def pressed(session: Session, action: str, value: str, act: Act) -> Then | None:
    """What a button of the Home tab does; None where none of this version is called so."""
    if action.startswith(PAGE_OF_MINE):
        return Then(home=True, first=_number(value))
    press = PRESSES.get(action)
    return None if press is None else press(session, value, act)


def submitted(session: Session, form: Filled, act: Act, account: Account) -> Then | None:
    """What a form of the Home tab does; None where none of this version is called so."""
    if form.callback == own.LINK:
        told = begin(session, account.user, account.team, form.text("address"), act)
        return _typed(told, "address", told.done)
    if form.callback == own.CODE:
        told = finish(session, account.user, account.team, form.text("code"), act)
        return after(told) if told.done else _typed(told, "code", False)
    take = FORMS.get(form.callback)
    return None if take is None else take(session, form, act)


def report_form(session: Session, organisation_id: int, ask_id: str = "") -> Then:
    """From "Wrong or out of date?" under a hit."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        return Then(UNLISTED, done=False)
    return Then(opens=entry.report_modal(organisation_id, organisation.name, ask_id=ask_id))


def _typed(told: Told, field: str, goes_on: bool) -> Then:
    if goes_on:
        return Then(done=told.done, becomes=own.code_modal(told.text), home=True)
    return Then(done=False, errors={field: told.text})


def _calendar(session: Session, act: Act, *, renewed: bool) -> Then:
    told = own_calendar(session, act, renewed=renewed)
    if not told.done:
        return Then(told.text, done=False)
    return Then(opens=own.calendar_modal(told.text, lines(session, act), KEEP_IT))


def _own_listing(session: Session, act: Act) -> Listing | None:
    return listing(session, act.by.person_id) if isinstance(act.by, Member) else None


def _edit_form(session: Session, _value: str, act: Act) -> Then:
    shown = _own_listing(session, act)
    if shown is None:
        return Then(NO_ENTRY if isinstance(act.by, Member) else STRANGERS, done=False)
    return Then(opens=entry.edit_modal(shown))


def _topics_form(session: Session, _value: str, act: Act) -> Then:
    person = session.get(Person, act.by.person_id) if isinstance(act.by, Member) else None
    if person is None:
        return Then(STRANGERS, done=False)
    return Then(opens=own.topics_modal(person.topics))


def _decline_form(session: Session, value: str, act: Act) -> Then:
    number = _number(value)
    if not allowed(session, act, Action.DECIDE_PROPOSAL, subject=f"proposal:{number}"):
        return Then(STAFF_ONLY, done=False)
    found = next((each for each in open_proposals(session) if each.id == number), None)
    if found is None:
        return Then(DECIDED, done=False, home=True)
    return Then(opens=entry.decline_modal(number, found.organisation))


def _take_edit(session: Session, form: Filled, act: Act) -> Then:
    """Nothing is proposed yet: what is different is shown once more."""
    shown = _own_listing(session, act)
    if shown is None or shown.organisation_id != form.number("organisation"):
        return Then(NO_ENTRY, done=False)
    texts = {field.name: field.text for field in shown.fields}
    given = read_edit(entry.changes_of(form), texts)
    if given.problems:
        wrong = {field: problem_told(problem) for field, problem in given.problems.items()}
        return Then(errors=entry.problems_by_block(form, wrong))
    found = differences_of(differences(texts, given.texts))
    if not found:
        return after(confirm(session, shown.organisation_id, act))
    return Then(becomes=entry.check_modal(shown, found, at_once=is_staff(act.by, act.medium)))


def _take_check(session: Session, form: Filled, act: Act) -> Then:
    changes = entry.changes_of(form)
    shown = _own_listing(session, act)
    texts = {field.name: field.text for field in shown.fields} if shown else {}
    if problems := read_edit(changes, texts).problems:
        wrong = {field: problem_told(problem) for field, problem in problems.items()}
        return Then(errors=entry.problems_by_block(form, wrong))
    return after(propose(session, form.number("organisation") or 0, changes, act))


def _take_report(session: Session, form: Filled, act: Act) -> Then:
    ask_id = str(form.kept.get("ask") or "") or None
    return after(
        report_mistake(session, form.number("organisation") or 0, form.text("words"), act, ask_id=ask_id)
    )


def _take_pause(session: Session, form: Filled, act: Act) -> Then:
    until = own.until_in(form)
    if isinstance(until, dict):
        return Then(errors=until)
    told = pause(session, act, until)
    return after(told) if told.done else Then(done=False, errors={"until": told.text})


def _take_topics(session: Session, form: Filled, act: Act) -> Then:
    return after(set_topics(session, act, own.topics_in(form)))


def _take_decline(session: Session, form: Filled, act: Act) -> Then:
    return after(decline(session, form.number("proposal") or 0, act, note=form.text("note")))


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else 0


Press: TypeAlias = Callable[[Session, str, Act], Then]
Take: TypeAlias = Callable[[Session, Filled, Act], Then]

PRESSES: Mapping[str, Press] = {
    drawn.LINK: lambda _session, _value, _act: Then(opens=own.link_modal()),
    drawn.CODE: lambda _session, _value, _act: Then(opens=own.code_modal()),
    drawn.UNLINK: lambda session, _value, act: after(unlink(session, act)),
    drawn.CONFIRM: lambda session, value, act: after(confirm(session, _number(value), act)),
    drawn.EDIT: _edit_form,
    drawn.INTRODUCTIONS: lambda session, value, act: after(set_introductions(session, act, value == "on")),
    drawn.PAUSE: lambda _session, _value, _act: Then(opens=own.pause_modal()),
    drawn.RESUME: lambda session, _value, act: after(resume(session, act)),
    drawn.NEWSLETTERS: lambda session, value, act: after(set_newsletters(session, act, value == "on")),
    drawn.TOPICS: _topics_form,
    drawn.CALENDAR: lambda session, _value, act: _calendar(session, act, renewed=False),
    drawn.NEW_CALENDAR: lambda session, _value, act: _calendar(session, act, renewed=True),
    drawn.APPROVE: lambda session, value, act: after(approve(session, _number(value), act)),
    drawn.DECLINE: _decline_form,
}
FORMS: Mapping[str, Take] = {
    entry.EDIT: _take_edit,
    entry.CHECK: _take_check,
    entry.REPORT: _take_report,
    entry.DECLINE: _take_decline,
    own.PAUSE: _take_pause,
    own.TOPICS: _take_topics,
}

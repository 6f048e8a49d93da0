"""Introductions from Slack: the buttons of letters and of the Home tab, and the forms, each handed to the assistant."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.introducing import reason_for
from bot.assistant.introductions.answering_letters import STAGE_OF, STALE, reply_to_letter
from bot.assistant.introductions.deciding import approve, assign, decline, edit, name_person, withdraw
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.preferences import set_introductions
from bot.assistant.introductions.requesting import NOT_THERE, STAFF_ONLY, STRANGERS, broker, request
from bot.assistant.letters import letter_of
from bot.assistant.rights import Action, allowed, may
from bot.slack.blocks import introductions as rows
from bot.slack.blocks import letters as drawn
from bot.slack.home import staff_names
from bot.slack.modals import introductions as forms
from bot.slack.modals.forms import Filled
from bot.slack.then import Then, after
from store.introductions.limits import candidates
from store.introductions.pairs import Pair, pair
from store.kinds import IntroductionState, Listing
from store.models import Organisation, Person
from store.people import Member
from store.search.index import Index

SETTINGS = "All of that stands in my Home tab: open me in Slack's sidebar, then Home."
NO_SUCH = "There is no such introduction any more."
STAGES: Mapping[str, IntroductionState] = {**STAGE_OF, "no": IntroductionState.NOTHING}


def pressed(
    session: Session, action: str, value: str, act: Act, *, index: Index | None = None
) -> Then | None:
    """What a button of ours does; None where no button of this version is called so. `value`: also of a menu's choice.

    `index` tells why a hit fits, for the form that its button opens.
    """
    if action.startswith(drawn.ANSWER) or action == drawn.MENU:
        return _answered(session, value, act)
    if action == drawn.DETAILS:
        token, kind = drawn.held_by(value)
        return Then(opens=forms.details_modal(about="", choices=forms.choices_of(kind), token=token))
    if action in {rows.BROKER, rows.ASK}:
        return broker_form(session, act) if action == rows.BROKER else request_form(session, act)
    number, word = _numbered(value)
    if action.startswith(rows.HIT):
        return request_form(session, act, ask_id=word, organisation_id=number, index=index)
    if action.startswith(rows.STAGE):
        return _staged(session, number, word, act)
    press = PRESSES.get(action)
    return None if press is None else press(session, number, word, act)


def submitted(session: Session, form: Filled, act: Act) -> Then | None:
    """What a form of ours does; None where no form of this version is called so."""
    take = FORMS.get(form.callback)
    return None if take is None else take(session, form, act)


def request_form(
    session: Session,
    act: Act,
    *,
    ask_id: str = "",
    organisation_id: int | None = None,
    index: Index | None = None,
) -> Then:
    """The form to ask for an introduction: from a hit of an ask, or to whoever is chosen in it."""
    if not may(act.by, Action.REQUEST_INTRODUCTION, act.medium):
        return Then(STRANGERS, done=False)
    if organisation_id is None:
        return Then(opens=forms.request_modal(forms.Whom()))
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.listing is not Listing.LISTED:
        return Then(NOT_THERE, done=False)
    reason = reason_for(session, ask_id, organisation_id, index) if index is not None else ""
    whom = forms.Whom(organisation_id, organisation.name, reason, ask_id)
    return Then(opens=forms.request_modal(whom))


def broker_form(session: Session, act: Act) -> Then:
    if not allowed(session, act, Action.BROKER_INTRODUCTION):
        return Then(STAFF_ONLY, done=False)
    return Then(opens=forms.broker_modal())


def _answered(session: Session, value: str, act: Act) -> Then:
    token, word = drawn.held_by(value)
    if word == "off":
        return _muted(session, token, act)
    if word == "settings":
        return Then(SETTINGS, home=True)
    return after(reply_to_letter(session, token, word, act))


def _muted(session: Session, token: str, act: Act) -> Then:
    """From the menu of a letter: no more of them. The letter itself is answered as "not now" by what that calls back."""
    letter = letter_of(session, token)
    if letter is None or not isinstance(act.by, Member) or act.by.person_id != letter.person_id:
        return after(reply_to_letter(session, token, "no", act))  # which says why not, and has it audited
    reply_to_letter(session, token, "no", act)
    return after(set_introductions(session, act, False))


def _numbered(value: str) -> tuple[int, str]:
    """ "7 met": the introduction and the rest."""
    number, _, word = value.partition(" ")
    return (int(number) if number.isdecimal() and number.isascii() and len(number) < 16 else 0), word


def _staged(session: Session, number: int, word: str, act: Act) -> Then:
    stage = STAGES.get(word)
    if stage is None:
        return Then(STALE, done=False)
    return after(report_outcome(session, number, stage, act, Details()))


def _details(session: Session, number: int, kind: str, act: Act) -> Then:
    return Then(
        opens=forms.details_modal(
            about="", choices=tuple(each for each in forms.choices_of(kind) if each.word in STAGES),
            introduction_id=number,
        )
    )  # fmt: skip


def _withdraw(session: Session, number: int, _word: str, act: Act) -> Then:
    return after(withdraw(session, number, act))


def _approve(session: Session, number: int, _word: str, act: Act) -> Then:
    return after(approve(session, number, act))


def _edit_form(session: Session, number: int, _word: str, act: Act) -> Then:
    found = _for_staff(session, number, act)
    if isinstance(found, Then):
        return found
    of = found.introduction
    return Then(
        opens=forms.edit_modal(
            number, between=_between(found), seeks=of.seeks, reason=of.reason, opener=of.opener
        )
    )


def _decline_form(session: Session, number: int, _word: str, act: Act) -> Then:
    found = _for_staff(session, number, act)
    if isinstance(found, Then):
        return found
    return Then(opens=forms.decline_modal(number, between=_between(found)))


def _assign_form(session: Session, number: int, _word: str, act: Act) -> Then:
    found = _for_staff(session, number, act)
    if isinstance(found, Then):
        return found
    staff = tuple(staff_names(session).items())
    return Then(opens=forms.assign_modal(number, between=_between(found), staff=staff))


def _person_form(session: Session, number: int, _word: str, act: Act) -> Then:
    found = _for_staff(session, number, act)
    if isinstance(found, Then):
        return found
    there = found.asked.row.organisation_id
    ids = candidates(session, there) if there is not None else ()
    names = {each.id: each for each in session.exec(select(Person).where(col(Person.id).in_(ids)))}
    people = [
        (each, f"{names[each].name}, {names[each].role}".rstrip(", "))
        for each in ids
        if each in names and each != found.asker.row.person_id
    ]
    return Then(opens=forms.person_modal(number, between=_between(found), people=people))


def _for_staff(session: Session, number: int, act: Act) -> Pair | Then:
    """To be shown to staff; whoever else presses is told so, and it is written down."""
    if not allowed(session, act, Action.DECIDE_INTRODUCTION, subject=f"introduction:{number}"):
        return Then(STAFF_ONLY, done=False)
    found = pair(session, number)
    return found if found is not None else Then(NO_SUCH, done=False, home=True)


def _between(found: Pair) -> str:
    return f"{found.id}. {found.asker.called} and {found.asked.called}"


def _take_request(session: Session, form: Filled, act: Act) -> Then:
    wish = forms.wish_of(form)
    if isinstance(wish, dict):
        return Then(errors=wish)
    return after(request(session, wish, act))


def _take_broker(session: Session, form: Filled, act: Act) -> Then:
    said = forms.brokered(form)
    if isinstance(said, dict):
        return Then(errors=said)
    first, second, reason = said
    return after(broker(session, first, second, reason=reason, act=act))


def _take_details(session: Session, form: Filled, act: Act) -> Then:
    said = forms.details_of(form)
    if isinstance(said, dict):
        return Then(errors=said)
    word, details = said
    if token := str(form.kept.get("token") or ""):
        return after(reply_to_letter(session, token, word, act, details))
    stage = STAGES.get(word)
    if stage is None:
        return Then(STALE, done=False)
    return after(report_outcome(session, form.number("introduction") or 0, stage, act, details))


def _take_edit(session: Session, form: Filled, act: Act) -> Then:
    return after(edit(session, form.number("introduction") or 0, forms.edits_of(form), act))


def _take_decline(session: Session, form: Filled, act: Act) -> Then:
    return after(decline(session, form.number("introduction") or 0, act, note=form.text("note")))


def _take_assign(session: Session, form: Filled, act: Act) -> Then:
    person_id = forms.person_in(form)
    if person_id is None:
        return Then(errors={"person": "Choose somebody."})
    return after(assign(session, form.number("introduction") or 0, person_id, act))


def _take_person(session: Session, form: Filled, act: Act) -> Then:
    person_id = forms.person_in(form)
    if person_id is None:
        return Then(errors={"person": "Choose somebody."})
    return after(name_person(session, form.number("introduction") or 0, person_id, act))


Press: TypeAlias = Callable[[Session, int, str, Act], Then]
Take: TypeAlias = Callable[[Session, Filled, Act], Then]

PRESSES: Mapping[str, Press] = {
    rows.WITHDRAW: _withdraw,
    rows.DETAILS: _details,
    rows.APPROVE: _approve,
    rows.DECLINE: _decline_form,
    rows.ASSIGN: _assign_form,
    rows.PERSON: _person_form,
    drawn.EDIT: _edit_form,
}
FORMS: Mapping[str, Take] = {
    forms.REQUEST: _take_request,
    forms.BROKER: _take_broker,
    forms.DETAILS: _take_details,
    forms.EDIT: _take_edit,
    forms.DECLINE: _take_decline,
    forms.ASSIGN: _take_assign,
    forms.PERSON: _take_person,
}

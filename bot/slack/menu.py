"""The menu under "help" and in the form of the bare command: each tap leads to what it names."""

from sqlmodel import Session

from bot.assistant.introductions.requesting import STRANGERS
from bot.assistant.rights import Action, may
from bot.slack import home_actions, introducing
from bot.slack.arrivals import Click, Surface
from bot.slack.asking import Privately, answer_privately, seen_answer
from bot.slack.blocks.home import EDIT
from bot.slack.blocks.menu import ENTRY, EVENTS, QUESTION
from bot.slack.doing import Doing
from bot.slack.modals.asking import ASKED, NOTHING_ASKED, Place, ask_modal, asked_in, place_of
from bot.slack.modals.forms import Filled, modal
from bot.slack.modals.preferences import link_modal
from bot.slack.then import Then
from store.models import Organisation
from store.people import Member


def pressed(session: Session, click: Click, doing: Doing) -> Then | None:
    if click.action == QUESTION:
        return Then(opens=ask_modal(Place(click.channel, click.response_url, doing.act.now)))
    if click.action == ENTRY:
        return own_entry(session, doing)
    return _events(session, click, doing) if click.action == EVENTS else None


def submitted(session: Session, form: Filled, doing: Doing) -> Then | None:
    """The answers go where the form was opened; two where a question and a name were given."""
    if form.callback != ASKED:
        return None
    question, organisation_id = asked_in(form)
    chosen = session.get(Organisation, organisation_id) if organisation_id is not None else None
    asks = [text for text in (question, chosen.name if chosen else "") if text]
    if not asks:
        return Then(errors={"question": NOTHING_ASKED})
    place = place_of(form)
    drafts = []
    for number, text in enumerate(asks):
        at = Privately(
            ask_id=f"slack:{doing.act.evidence}:{number}",
            conversation=f"slack:{place.channel}:{doing.account.user}",
            user=doing.account.user,
            url=place.url_at(doing.act.now),
        )
        drafts.append(answer_privately(session, text, at, doing))
    return Then(drafts=tuple(drafts))


def own_entry(session: Session, doing: Doing) -> Then:
    """One's entry to edit; whoever is not known yet may say who they are."""
    if not isinstance(doing.act.by, Member):
        return Then(opens=link_modal())
    return home_actions.pressed(session, EDIT, "", doing.act) or Then(STRANGERS, done=False)


def ask_to_be_introduced(session: Session, doing: Doing) -> Then:
    if not may(doing.act.by, Action.REQUEST_INTRODUCTION, doing.act.medium):
        return Then(opens=link_modal())
    return introducing.request_form(session, doing.act)


def _events(session: Session, click: Click, doing: Doing) -> Then:
    at = Privately(
        ask_id=f"slack:{doing.act.evidence}",
        conversation=f"slack:{click.channel}:{click.user}",
        user=click.user,
        url=click.response_url,
    )
    if click.surface == Surface.MODAL.value:
        return Then(
            opens=modal("Coming events", "menu:events", seen_answer(session, "events", at, doing).blocks)
        )
    return Then(drafts=(answer_privately(session, "events", at, doing),))

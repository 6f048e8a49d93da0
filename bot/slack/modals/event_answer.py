"""The form in which a member answers an event: coming or not, with a guest, or somebody in their place."""

from typing import Any

from bot.assistant.events.attending import LONGEST_NAME, Company
from bot.assistant.events.wording import times
from bot.slack.blocks.event_rows import ANSWER
from bot.slack.blocks.letters import section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import Filled, choice_field, modal, text_field
from store.kinds import Rsvp
from store.models import Attendance, Event

JSON = dict[str, Any]

ANSWERS = (
    (Rsvp.YES.value, "Yes, I'm coming"),
    (Rsvp.NO.value, "No, I can't"),
    (Rsvp.MAYBE.value, "Perhaps"),
)
CHOOSE = "Choose one."
NOT_BOTH = "A guest comes with you, so either a guest or somebody in your place."
NAMED = "You named somebody who comes: then the answer is yes."


def answer_modal(event: Event, before: Attendance | None = None, *, token: str = "") -> JSON:
    """`before`: what they answered, where they did; `token` of the letter it answers, where there is one."""
    answer = Rsvp.YES if before is None or before.rsvp is Rsvp.NONE else before.rsvp
    guest, substitute = (before.guest, before.substitute) if before is not None else ("", "")
    where = escaped(", ".join(part for part in (event.venue, event.town) if part), 400)
    said = [bold(event.title, 300), escaped(times(event), 300), where]
    blocks = [
        section("\n".join(each for each in said if each)),
        choice_field("answer", "Are you coming?", ANSWERS, initial=answer.value),
        _name("guest", "With a guest?", guest),
        _name("substitute", "Somebody in your place?", substitute),
    ]
    kept = {"event": event.id, "token": token, "named": [guest, substitute]}
    return modal("Are you coming?", ANSWER, blocks, submit="Answer", kept=kept)


def answered(form: Filled) -> tuple[Rsvp, Company] | dict[str, str]:
    """What they answer, or by field what is wrong."""
    said = {value: Rsvp(value) for value, _ in ANSWERS}.get(form.text("answer"))
    company = Company(guest=form.text("guest"), substitute=form.text("substitute"), whole=True)
    named = [company.guest, company.substitute]
    if said is None:
        return {"answer": CHOOSE}
    if company.guest and company.substitute:
        return {"substitute": NOT_BOTH}
    if said is not Rsvp.YES and any(named) and named != form.kept.get("named"):
        return {"answer": NAMED}
    return said, company


def _name(field: str, label: str, initial: str) -> JSON:
    hint = "Their name."
    return text_field(field, label, initial=initial, most=LONGEST_NAME, lines=False, optional=True, hint=hint)

"""The form in which a member answers an event: coming or not, with a guest, or somebody in their place."""

from typing import Any

from bot.assistant.events.attending import LONGEST_NAME, Company
from bot.assistant.events.wording import times
from bot.slack.blocks.event_rows import ANSWER
from bot.slack.blocks.letters import section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import Filled, choice_field, modal, text_field
from store.kinds import Rsvp
from store.models import Event

JSON = dict[str, Any]

ANSWERS = (
    (Rsvp.YES.value, "Yes, I'm coming"),
    (Rsvp.NO.value, "No, I can't"),
    (Rsvp.MAYBE.value, "Perhaps"),
)
CHOOSE = "Choose one."
NOT_BOTH = "A guest comes with you, so either a guest or somebody in your place."
NAMED = "You named somebody who comes: then the answer is yes."


def answer_modal(event: Event, *, token: str = "", answer: Rsvp = Rsvp.YES) -> JSON:
    """`token` of the letter it answers, where there is one."""
    where = escaped(", ".join(part for part in (event.venue, event.town) if part), 400)
    said = [bold(event.title, 300), escaped(times(event), 300), where]
    blocks = [
        section("\n".join(each for each in said if each)),
        choice_field("answer", "Are you coming?", ANSWERS, initial=answer.value),
        text_field(
            "guest", "With a guest?", most=LONGEST_NAME, lines=False, optional=True, hint="Their name."
        ),
        text_field(
            "substitute",
            "Somebody in your place?",
            most=LONGEST_NAME,
            lines=False,
            optional=True,
            hint="Their name.",
        ),
    ]
    return modal("Are you coming?", ANSWER, blocks, submit="Answer", kept={"event": event.id, "token": token})


def answered(form: Filled) -> tuple[Rsvp, Company] | dict[str, str]:
    """What they answer, or by field what is wrong."""
    said = {value: Rsvp(value) for value, _ in ANSWERS}.get(form.text("answer"))
    company = Company(guest=form.text("guest"), substitute=form.text("substitute"))
    if said is None:
        return {"answer": CHOOSE}
    if company.guest and company.substitute:
        return {"substitute": NOT_BOTH}
    if said is not Rsvp.YES and (company.guest or company.substitute):
        return {"answer": NAMED}
    return said, company

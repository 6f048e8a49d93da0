"""The forms of introductions: to ask for one, to tell what came of it, and the team's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.assistant.introductions.deciding import Edits
from bot.assistant.introductions.outcomes import MOST_JOBS, MOST_POUNDS, Details
from bot.assistant.introductions.requesting import PartyRef, Wish
from bot.assistant.introductions.wording import CAME_OF_IT, MET
from bot.assistant.letters import Choice
from bot.slack.blocks.letters import section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import (
    Filled,
    choice_field,
    modal,
    number_field,
    text_field,
    tick_field,
    typeahead_field,
)
from store.kinds import Anyway

JSON = dict[str, Any]

SUGGEST = "suggest:organisation"
REQUEST, BROKER, DETAILS = "intro:request", "intro:broker", "intro:details"
EDIT, DECLINE, ASSIGN, PERSON = "intro:edit", "intro:decline", "intro:assign", "intro:person"
SEEKS_MOST, REASON_MOST, WORDS_MOST = 1000, 1000, 2000
UNNAMED = "unnamed"
ANYWAY = (
    (Anyway.NO.value, "No, it would not"),
    (Anyway.LATER.value, "Later, or smaller"),
    (Anyway.YES.value, "Yes, it would"),
)
TELL = (("yes", "Yes, you may tell it"), ("no", "No, keep it to yourselves"))
NUMBER_WANTED = "A whole number, please, without a sign or a word."


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a request is for: the organisation of a hit, or, with none, one that is still to be chosen."""

    organisation_id: int | None = None
    organisation: str = ""
    reason: str = ""
    ask_id: str = ""
    person_id: int | None = None


def request_modal(whom: Whom) -> JSON:
    if whom.organisation_id is None:
        to = typeahead_field("organisation", "To whom?", SUGGEST, asks="Type a part of the name")
    else:
        to = section(f"An introduction to {bold(whom.organisation, 300)}.")
    blocks = [
        to,
        text_field(
            "seeks",
            "What do you seek?",
            most=SEEKS_MOST,
            hint="They read this. Two lines are enough: what you need, and by when.",
        ),
        text_field("reason", "Why them?", initial=whom.reason, most=REASON_MOST, optional=True),
        tick_field("unnamed", "Your name", UNNAMED, "Don't name me until they agree"),
    ]
    kept = {"organisation": whom.organisation_id, "person": whom.person_id, "ask": whom.ask_id[:400]}
    return modal("Ask for an introduction", REQUEST, blocks, submit="Ask them", kept=kept)


def wish_of(form: Filled) -> Wish | dict[str, str]:
    """What is wished for, or by field what is wrong."""
    organisation_id = form.number("organisation") or organisation_in(form.text("organisation"))
    if organisation_id is None:
        return {"organisation": "Choose one from the list that comes up while you type."}
    if not form.text("seeks"):
        return {"seeks": "Say in a few words what you seek: it is what they decide by."}
    return Wish(
        organisation_id,
        seeks=form.text("seeks"),
        reason=form.text("reason"),
        unnamed=form.text("unnamed") == UNNAMED,
        ask_id=str(form.kept.get("ask") or "") or None,
        person_id=form.number("person"),
    )


def broker_modal() -> JSON:
    blocks = [
        typeahead_field("first", "Who", SUGGEST, asks="Type a part of the name"),
        typeahead_field("second", "should meet", SUGGEST, asks="Type a part of the name"),
        text_field(
            "reason", "Why these two?", most=REASON_MOST, hint="Both read this. Both are asked first."
        ),
    ]
    return modal("Introduce two", BROKER, blocks, submit="Ask both")


def brokered(form: Filled) -> tuple[PartyRef, PartyRef, str] | dict[str, str]:
    first, second = (organisation_in(form.text(field)) for field in ("first", "second"))
    if first is None or second is None:
        return {
            "first" if first is None else "second": "Choose one from the list that comes up while you type."
        }
    if first == second:
        return {"second": "These are the same; choose another."}
    if not form.text("reason"):
        return {"reason": "Say why: without a reason nobody can decide."}
    return PartyRef(organisation_id=first), PartyRef(organisation_id=second), form.text("reason")


def details_modal(
    *, about: str, choices: Sequence[Choice], token: str = "", introduction_id: int = 0
) -> JSON:
    """What came of it, at length. Under a letter by its token; from the Home tab by the introduction."""
    kept = {"token": token} if token else {"introduction": introduction_id}
    blocks = [
        *([section(escaped(about, 600))] if about else []),
        choice_field("stage", "How far is it?", [(each.word, each.label) for each in choices]),
        number_field(
            "pounds", "What is it worth, in pounds?", hint="Roughly; leave it out if you would rather."
        ),
        number_field("jobs", "Jobs it made or kept"),
        choice_field("anyway", "Would it have happened anyway?", ANYWAY, optional=True),
        choice_field("may_tell", "May we tell the story, with your names?", TELL, optional=True),
        text_field("words", "In your words", most=WORDS_MOST, optional=True),
    ]
    return modal("What came of it", DETAILS, blocks, submit="Send", kept=kept)


def choices_of(kind: str) -> tuple[Choice, ...]:
    """The stages that a letter of this kind takes."""
    return MET if kind == "met" else CAME_OF_IT


def details_of(form: Filled) -> tuple[str, Details] | dict[str, str]:
    """The stage's word and the rest, or by field what is wrong."""
    if not form.text("stage"):
        return {"stage": "Choose one."}
    limits = {"pounds": MOST_POUNDS, "jobs": MOST_JOBS}
    numbers = {field: _number(form.text(field), most) for field, most in limits.items()}
    wrong = {field: NUMBER_WANTED for field, number in numbers.items() if number is None and form.text(field)}
    if wrong:
        return wrong
    may_tell = {"yes": True, "no": False}.get(form.text("may_tell"))
    anyway = next((each for each in Anyway if each.value == form.text("anyway")), None)
    details = Details(numbers["pounds"], numbers["jobs"], anyway, may_tell, form.text("words"))
    return form.text("stage"), details


def edit_modal(introduction_id: int, *, between: str, seeks: str, reason: str, opener: str) -> JSON:
    blocks = [
        section(escaped(between, 600)),
        text_field("seeks", "What is sought", initial=seeks, most=SEEKS_MOST * 2, optional=True),
        text_field("reason", "Why they fit", initial=reason, most=REASON_MOST * 2, optional=True),
        text_field(
            "opener",
            "First words when both agreed",
            initial=opener,
            optional=True,
            hint="Left empty, I write them.",
        ),
    ]
    return modal("Edit the introduction", EDIT, blocks, submit="Save", kept={"introduction": introduction_id})


def edits_of(form: Filled) -> Edits:
    return Edits(reason=form.text("reason"), seeks=form.text("seeks"), opener=form.text("opener"))


def decline_modal(introduction_id: int, *, between: str) -> JSON:
    hint = "Whoever asked hears “not now”, and this note if you write one."
    blocks = [
        section(escaped(between, 600)),
        text_field("note", "A note for whoever asked", optional=True, hint=hint),
    ]
    return modal("Decline", DECLINE, blocks, submit="Decline", kept={"introduction": introduction_id})


def assign_modal(introduction_id: int, *, between: str, staff: Sequence[tuple[int, str]]) -> JSON:
    people = [(str(person_id), name) for person_id, name in staff]
    blocks = [section(escaped(between, 600)), choice_field("person", "Who takes it?", people)]
    return modal("Assign", ASSIGN, blocks, submit="Assign", kept={"introduction": introduction_id})


def person_modal(introduction_id: int, *, between: str, people: Sequence[tuple[int, str]]) -> JSON:
    """Whom of an organisation to ask; without anybody listed there it says so."""
    if not people:
        none = "Nobody of that organisation is listed in the directory. Add somebody there, or decline."
        return modal("Choose a person", PERSON, [section(escaped(between, 600)), section(none)])
    listed = [(str(person_id), name) for person_id, name in people]
    blocks = [section(escaped(between, 600)), choice_field("person", "Whom shall I ask?", listed)]
    return modal("Choose a person", PERSON, blocks, submit="Choose", kept={"introduction": introduction_id})


def person_in(form: Filled) -> int | None:
    said = form.text("person")
    return int(said) if said.isdecimal() and said.isascii() else None


def organisation_in(value: str) -> int | None:
    """The id that a choice of the typeahead carries."""
    number = value.rpartition(":")[2]
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 16 else None


def _number(said: str, most: int) -> int | None:
    digits = said.replace(",", "").replace("£", "").strip()
    whole = digits.isdecimal() and digits.isascii() and len(digits) <= 15
    return int(digits) if whole and int(digits) <= most else None

"""The forms of one's own entry: to edit it, to see what will be proposed, and to tell what is wrong with another's."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.assistant.proposal_wording import Difference, shortly
from bot.assistant.proposing import Listing, ListingField
from bot.slack.blocks.letters import context, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import INPUT_MOST, Filled, choice_field, modal, text_field

JSON = dict[str, Any]

EDIT, CHECK, REPORT = "home:listing", "home:listing_check", "home:report"
DECLINE = "home:decline_change"
WORDS_MOST = 2000
ONE_A_LINE = "One a line."
NOT_SAID = "-"  # a choice that empties its field: Slack has no empty one
TOO_LONG = "Too long to be edited here; write to the team: {}."
FRESH = "new:"  # before a field of the second form: Slack would fill one of the same name as it was before


def edit_modal(listing: Listing) -> JSON:
    """Every field as it stands. What is longer than a field of Slack's is left out, so that nothing is cut."""
    blocks = [section(f"The entry of {bold(listing.name, 300)} in the directory.")]
    blocks += [_field(field, field.name, field.text) for field in listing.fields if _fits(field)]
    long = ", ".join(field.label for field in listing.fields if not _fits(field))
    blocks += context(escaped(TOO_LONG.format(long), 600) if long else "")
    return modal("Your entry", EDIT, blocks, submit="Next", kept={"organisation": listing.organisation_id})


def check_modal(listing: Listing, differences: Sequence[Difference], *, at_once: bool) -> JSON:
    """What is different, once more to be put right before it goes to the team. `at_once`: who edits decides too."""
    fields = {field.name: field for field in listing.fields}
    who = "This is changed at once:" if at_once else "This goes to the team, who put it into the directory:"
    blocks = [section(who)]
    for each in differences:
        blocks.append(section(f"{bold(each.label, 100)} is now {escaped(shortly(each.was), 400)}"))
        blocks.append(_field(fields[each.field], f"{FRESH}{each.field}", each.becomes))
    submit = "Change it" if at_once else "Propose it"
    return modal(
        "Is this right?", CHECK, blocks, submit=submit, kept={"organisation": listing.organisation_id}
    )


def changes_of(form: Filled) -> dict[str, str]:
    """Texts by field, as typed, of either form."""
    return {
        name.removeprefix(FRESH): "" if text == NOT_SAID else text.replace("\r\n", "\n")
        for name, text in form.fields.items()
    }


def problems_by_block(form: Filled, problems: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the names the fields have in this form; what has no field in it stands by the first."""
    first = next(iter(form.fields), "")
    blocks = {name.removeprefix(FRESH): name for name in form.fields}
    return {blocks.get(field, first): text[:2000] for field, text in problems.items()}


def report_modal(organisation_id: int, name: str, *, ask_id: str = "") -> JSON:
    blocks = [
        section(f"About {bold(name, 300)} in the directory."),
        text_field("words", "What is wrong or out of date?", most=WORDS_MOST, hint="The team looks at it."),
    ]
    kept = {"organisation": organisation_id, "ask": ask_id[:400]}
    return modal("Wrong or out of date?", REPORT, blocks, submit="Tell the team", kept=kept)


def decline_modal(proposal_id: int, name: str) -> JSON:
    hint = "Whoever proposed it reads this."
    blocks = [
        section(f"A change to the entry of {bold(name, 300)}."),
        text_field("note", "Why not?", optional=True, hint=hint),
    ]
    return modal("Decline the change", DECLINE, blocks, submit="Decline", kept={"proposal": proposal_id})


def _fits(field: ListingField) -> bool:
    return len(field.text) <= INPUT_MOST


def _field(field: ListingField, name: str, text: str) -> JSON:
    label = field.label[:200]
    if field.choices:
        choices = [(NOT_SAID, "Not said"), *((each, each.capitalize()) for each in field.choices)]
        return choice_field(name, label, choices, initial=text or NOT_SAID)
    lines = field.lines or field.name == "summary"
    hint = ONE_A_LINE if field.lines else ""
    optional = field.name != "name"
    return text_field(name, label, initial=text, most=INPUT_MOST, lines=lines, optional=optional, hint=hint)

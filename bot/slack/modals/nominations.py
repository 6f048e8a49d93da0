"""The forms of whoever nominates and of whoever judges."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.assistant.awards.judging import LEAST, LONGEST_NOTE, MOST, Bench, ToJudge
from bot.assistant.awards.nominating import Said
from bot.assistant.awards.wording import clock, window
from bot.slack.blocks.awards import CHANGE, JUDGE, MINE, SCORE, TAKE_BACK
from bot.slack.blocks.letters import button, context, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import Filled, choice_field, modal, text_field, typeahead_field
from bot.slack.modals.introductions import SUGGEST, organisation_in
from store.awards.listing import Category
from store.awards.nominating import Own
from store.awards.times import Awards

JSON = dict[str, Any]

NOMINATION, WORDS, SCORED = "award:nomination", "award:words", "award:scored"
REASON_MOST = 3000  # characters of a field; a mail takes more
AT_ONCE = 30  # entries in a form, of which Slack takes a hundred blocks
REASONS_MOST = 40
SHORT_REASON = 400


def nominate_modal(awards: Awards, choices: Sequence[Category], *, now: datetime) -> JSON:
    described = "\n".join(
        f"{bold(each.name, 120)}" + (f": {escaped(each.description, 200)}" if each.description else "")
        for each in choices[:12]
    )
    blocks = [
        section(escaped(window(awards, now), 300)),
        *context(described[:1900]),
        choice_field("category", "Category", [(str(each.id), each.name) for each in choices]),
        typeahead_field("organisation", "An organisation", SUGGEST, asks="Type a part of the name") | {"optional": True},
        text_field(
            "nominee", "Or a person, a team, a project", most=200, lines=False, optional=True,
            hint="In your own words. With an organisation above, it is somebody there.",
        ),
        text_field("words", "Why?", most=REASON_MOST, hint="The judges read this, and never who wrote it."),
        {"type": "actions", "elements": [button(MINE, "My nominations", str(awards.event_id))]},
    ]  # fmt: skip
    return modal("Nominate", NOMINATION, blocks, submit="Nominate", kept={"event": awards.event_id})


def said_in(form: Filled) -> tuple[int, Said] | dict[str, str]:
    """The category and who is nominated, or by field what is wrong."""
    category = form.text("category")
    if not category.isdecimal():
        return {"category": "Choose a category."}
    organisation_id = organisation_in(form.text("organisation"))
    nominee = form.text("nominee")
    if organisation_id is None and not nominee:
        return {"nominee": "Choose an organisation, or write whom you nominate."}
    return int(category), Said(nominee, form.text("words"), organisation_id)


def mine_modal(awards: Awards, mine: Sequence[Own], *, open_now: bool) -> JSON:
    blocks: list[JSON] = []
    for each in mine[:AT_ONCE]:
        blocks.append(
            section(f"{bold(each.name, 300)} for {escaped(each.category, 150)}\n{escaped(each.words, 1500)}")
        )
        if open_now:
            change, back = (
                button(CHANGE, "Change my words", str(each.id)),
                button(TAKE_BACK, "Take it back", str(each.id)),
            )
            blocks.append({"type": "actions", "elements": [change, back]})
    none = [section("You have nominated nobody yet.")]
    until = f"You can change them until {clock(awards.nominations_until, awards.zone)}." if open_now else ""
    return modal("My nominations", MINE, [*(blocks or none), *context(escaped(until, 200))])


def words_modal(one: Own) -> JSON:
    if len(one.words) > REASON_MOST:
        return modal("Your nomination", MINE, [section("Your words are too long for a form. Mail me the nomination again with its new words.")])  # fmt: skip
    blocks = [
        section(f"Your nomination of {bold(one.name, 300)} for {escaped(one.category, 150)}."),
        text_field("words", "Why?", initial=one.words, most=REASON_MOST),
    ]
    return modal("Your nomination", WORDS, blocks, submit="Change", kept={"nomination": one.id})


def judging_modal(found: Bench, *, first: int = 0, told: str = "") -> JSON:
    """A page of what one has to judge, and never who nominated it."""
    until = clock(found.awards.judging_until, found.awards.zone)
    left = f"{found.left} left to score; judging {'closes' if found.open else 'closed'} on {until}."
    blocks = [section(escaped(f"{told} {left}".strip(), 600))]
    page = found.to_judge[first : first + AT_ONCE]
    for each in page:
        blocks += list(_entry(each, open_now=found.open, first=first))
    event = found.awards.event_id
    steps = [button(f"{JUDGE}:back", "Back", f"{event} {max(0, first - AT_ONCE)}")] if first else []
    if first + AT_ONCE < len(found.to_judge):
        steps.append(button(f"{JUDGE}:on", "More", f"{event} {first + AT_ONCE}"))
    blocks += [{"type": "actions", "elements": steps}] if steps else []
    if not found.to_judge:
        blocks.append(section("Nothing is nominated yet."))
    return modal("Judging", JUDGE, blocks)


def score_modal(each: ToJudge, *, first: int) -> JSON:
    reasons = [section(f"• {escaped(reason, 2900)}") for reason in each.entry.reasons[:REASONS_MOST]]
    more = len(each.entry.reasons) - len(reasons)
    points = [(str(number), str(number)) for number in range(LEAST, MOST + 1)]
    blocks = [
        section(f"{bold(each.entry.name, 300)} for {escaped(each.category.name, 150)}"),
        *(reasons or [section("Nobody gave a reason.")]),
        *context(f"… and {more} more; the team can show you all." if more > 0 else ""),
        choice_field("points", "Your score, 5 is best", points, initial=str(each.points or "")),
        text_field("note", "A note for the team", initial=each.note, most=LONGEST_NOTE, optional=True),
    ]
    return modal("Score", SCORED, blocks, submit="Score", kept={"entry": each.entry.id, "first": first})


def _entry(each: ToJudge, *, open_now: bool, first: int) -> Iterator[JSON]:
    mine = "of your own organisation: left to the others" if each.own else "no score yet"
    mine = f"you gave {each.points} of {MOST}" if each.points and not each.own else mine
    said = section(f"{bold(each.entry.name, 300)}\n{escaped(each.category.name, 150)} · {mine}")
    if open_now and not each.own:
        label = "Change" if each.points else "Score"
        said |= {"accessory": button(SCORE, label, f"{each.entry.id} {first}")}
    yield said
    yield from context(escaped("; ".join(each.entry.reasons), SHORT_REASON))

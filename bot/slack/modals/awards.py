"""The forms of whoever runs awards: the ranking, the shortlist, the judges, and, for approvers, who won."""

from collections.abc import Sequence
from typing import Any

from bot.assistant.awards.deciding import Nominator, Standing
from bot.assistant.awards.wording import clock
from bot.slack.blocks.awards import INVITE, RUN, SHORTLIST, WHO, WINNER, WINNERS
from bot.slack.blocks.letters import button, context, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import choice_field, modal, several_field, text_field
from store.awards.judging import Judge, Ranked
from store.awards.listing import Category
from store.awards.times import Awards

JSON = dict[str, Any]

SHORTLISTED, WON, INVITED = "award:shortlisted", "award:won", "award:invited"
CATEGORIES_MOST = 30  # of a form, of which Slack takes a hundred blocks
RANKED_MOST = 12  # entries shown of a category; the terminal has all
LINES_MOST = 90


def run_modal(found: Standing, judges: Sequence[Judge], *, decides: bool, told: str = "") -> JSON:
    awards, event = found.awards, str(found.awards.event_id)
    blocks = [section(escaped(told, 600))] if told else []
    blocks += [section(f"{bold(awards.title, 200)}\n{escaped(_times(awards), 600)}")]
    for category, ranked in found.categories[:CATEGORIES_MOST]:
        blocks.append(section(_category(category, ranked)))
        if ranked:
            steps = [button(SHORTLIST, "Shortlist", f"{category.id} {event}")]
            steps += [button(WINNER, "Winner", f"{category.id} {event}")] if decides else []
            blocks.append({"type": "actions", "block_id": f"category:{category.id}", "elements": steps})
    names = ", ".join(each.name for each in judges) or "nobody yet"
    blocks += [section(f"{bold('Judges')}: {escaped(names, 1500)}")]
    whole = [button(INVITE, "Invite a judge", event)]
    if decides:
        whole += [button(WINNERS, "Who won", event), button(WHO, "Who nominated", event)]
    return modal("Awards", RUN, [*blocks, {"type": "actions", "elements": whole}])


def shortlist_modal(category: Category, ranked: Sequence[Ranked]) -> JSON:
    choices = [(str(each.entry.id), each.entry.name) for each in ranked]
    chosen = [str(each.entry.id) for each in ranked if each.entry.shortlisted]
    blocks = [
        section(f"At most {category.most_shortlisted} for {bold(category.name, 150)}."),
        several_field("entries", "On the shortlist", choices, initial=chosen),
    ]
    return modal("Shortlist", SHORTLISTED, blocks, submit="Save", kept={"category": category.id})


def winner_modal(category: Category, ranked: Sequence[Ranked]) -> JSON:
    first = sorted(ranked, key=lambda each: not each.entry.shortlisted)
    blocks = [
        choice_field("entry", f"Who wins {category.name}?"[:150], [(str(each.entry.id), each.entry.name) for each in first]),
        *context("Only approvers see it until the winners are made known."),
    ]  # fmt: skip
    return modal("Winner", WON, blocks, submit="Save", kept={"event": category.event_id})


def winners_modal(found: Sequence[tuple[str, Sequence[str]]]) -> JSON:
    lines = [
        section(f"{bold(category, 150)}: {escaped(', '.join(names) or 'not decided', 900)}")
        for category, names in found[:LINES_MOST]
    ]
    note = context("That you looked is written down, while it is confidential.")
    return modal("Who won", WINNERS, [*(lines or [section("There are no categories yet.")]), *note])


def nominators_modal(found: Sequence[Nominator]) -> JSON:
    lines = [
        section(
            f"{bold(each.entry or 'Waits for its sender’s word', 300)}: {escaped(each.name or 'somebody who left', 200)}"
        )
        for each in found[:LINES_MOST]
    ]
    more = f"… and {len(found) - LINES_MOST} more; the terminal has all." if len(found) > LINES_MOST else ""
    note = context("Confidential. That you looked is written down.", more)
    return modal("Who nominated", WHO, [*(lines or [section("Nobody has nominated yet.")]), *note])


def invite_modal(awards: Awards) -> JSON:
    hint = "Their mail address, or a name only one person has."
    blocks = [text_field("person", "Who judges?", most=200, lines=False, hint=hint)]
    return modal("Invite a judge", INVITED, blocks, submit="Invite", kept={"event": awards.event_id})


def _category(category: Category, ranked: Sequence[Ranked]) -> str:
    by = f", sponsored by {escaped(category.sponsor, 200)}" if category.sponsor else ""
    lines = [f"{bold(category.name, 150)}{by}", *(_ranked(each) for each in ranked[:RANKED_MOST])]
    if len(ranked) > RANKED_MOST:
        lines.append(f"… and {len(ranked) - RANKED_MOST} more")
    return "\n".join(lines if ranked else [*lines, "Nobody is nominated yet."])


def _ranked(each: Ranked) -> str:
    mean = "no score" if each.mean is None else f"{each.mean:.2f}, spread {each.spread}, {each.count} scores"
    mark = " · shortlisted" if each.entry.shortlisted else ""
    nominated = f"{each.entry.nominations} nominations" if each.entry.nominations != 1 else "1 nomination"
    return f"• {escaped(each.entry.name, 120)}: {mean}, {nominated}{mark}"


def _times(awards: Awards) -> str:
    told = [
        f"Nominations until {clock(awards.nominations_until, awards.zone)}.",
        f"Judging until {clock(awards.judging_until, awards.zone)}.",
    ]
    if awards.shortlist_at is not None:
        told.append(f"Shortlist made known on {clock(awards.shortlist_at, awards.zone)}.")
    if awards.winners_at is not None:
        told.append(f"Winners made known on {clock(awards.winners_at, awards.zone)}.")
    return " ".join(told)

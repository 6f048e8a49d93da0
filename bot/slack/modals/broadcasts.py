"""The forms of broadcasts: to write one, and to send or approve it with its numbers in sight."""

import re
from typing import Any

from bot.assistant.campaigns.drafting import LONGEST_BODY, Draft
from bot.assistant.campaigns.looking import Look
from bot.slack.blocks.broadcasts import announcement
from bot.slack.blocks.letters import button, context, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import INPUT_MOST, Filled, choice_field, modal, text_field, tick_field
from store.campaigns.audience import Audience
from store.campaigns.near import Near
from store.kinds import Medium, Reach

JSON = dict[str, Any]

WRITE, SEND, APPROVE = "announce:write", "announce:send", "announce:approve"
TRY, PAUSE, RESUME, CANCEL = "announce:try", "announce:pause", "announce:resume", "announce:cancel"
BY = (
    (Reach.PREFERRED.value, "Slack where they are there, mail else"),
    (Reach.MAIL.value, "mail alone"),
    (Reach.NOBODY.value, "nobody: the channels alone"),
)
EXAMPLES = 5
_NEAR = re.compile(
    r"(?P<miles>\d{1,3}(?:\.\d)?)\s*(?:miles?|mi)\s+(?:of|from|around)\s+(?P<place>.+)", re.IGNORECASE
)


def write_modal(channel: str) -> JSON:
    """`channel`: where it was asked for."""
    here = (
        [tick_field("here", "This channel", "yes", "Post it here, too")] if channel[:1] in {"C", "G"} else []
    )
    blocks = [
        text_field("subject", "Subject", most=300, lines=False),
        text_field(
            "body",
            "Text",
            most=INPUT_MOST,
            hint="Markdown: **bold**, [words](https://…), - lists. Longer ones: whodoes announce draft.",
        ),
        *here,
        text_field(
            "channels",
            "Other channels",
            most=400,
            optional=True,
            hint="Their ids, such as C0123ABCD, one a line.",
        ),
        tick_field("everyone", "People", "yes", "Everybody in the directory"),
        text_field("sectors", "or of these sectors", most=300, lines=False, optional=True),
        text_field("tiers", "or of these membership tiers", most=300, lines=False, optional=True),
        text_field(
            "near",
            "or near",
            most=100,
            lines=False,
            optional=True,
            hint="“15 miles of Macclesfield”, “Cheshire”",
        ),
        text_field("topics", "or who like to hear of", most=300, lines=False, optional=True),
        choice_field("by", "Reach people by", BY, initial=Reach.PREFERRED.value),
    ]
    return modal(
        "Write to the region", WRITE, blocks, submit="See whom it reaches", kept={"channel": channel}
    )


def draft_of(form: Filled) -> Draft:
    """What was filled in; the assistant says what of it cannot be."""
    near = near_of(form.text("near"))
    audience = Audience(
        everyone=bool(form.text("everyone")), sectors=_several(form.text("sectors")), tiers=_several(form.text("tiers")),
        places=(near,) if near else (), topics=_several(form.text("topics")),
    )  # fmt: skip
    here = [str(form.kept.get("channel") or "")] if form.text("here") else []
    channels = (*here, *form.text("channels").replace(",", "\n").split())
    by = form.text("by")
    reach = Reach(by) if by in set(Reach) else Reach.PREFERRED
    return Draft(form.text("subject"), form.text("body"), audience, reach, channels)


def send_modal(found: Look) -> JSON:
    return _with_numbers(
        found, "Send it?", SEND, submit="Send", also=(button(TRY, "Send me a trial", str(found.campaign_id)),)
    )


def approve_modal(found: Look) -> JSON:
    return _with_numbers(found, "Approve it?", APPROVE, submit="Approve")


def near_of(words: str) -> Near | None:
    if not words.strip():
        return None
    found = _NEAR.fullmatch(words.strip())
    return Near(found["place"].strip(), float(found["miles"])) if found else Near(words.strip())


def _with_numbers(
    found: Look, title: str, callback: str, *, submit: str, also: tuple[JSON, ...] = ()
) -> JSON:
    lines = [
        *(
            f"• {number:,} by {'Slack' if medium is Medium.SLACK else 'mail'}"
            for medium, number in sorted(found.found.by_medium.items())
        ),
        *(
            f"• {number:,} left out: {escaped(why, 200)}"
            for why, number in sorted(found.found.suppressed.items())
        ),
    ]
    if found.needs_approval:
        lines.append(f"• More than {found.approval_above:,}: a second person has to approve it.")
    some = [
        f"{escaped(each.name, 100)}: {escaped(each.bar or each.why, 200)}"
        for each in found.found.examples[:EXAMPLES]
    ]
    blocks = [
        section(bold(found.question)),
        *([section("\n".join(lines))] if lines else []),
        *context("\n".join(some)),
        {"type": "divider"},
        *announcement(found.subject, found.body[:LONGEST_BODY]).blocks[:30],
        *([{"type": "actions", "elements": list(also)}] if also else []),
    ]
    kept = {"campaign": found.campaign_id, "people": found.people}
    return modal(title, callback, blocks, submit=submit, kept=kept)


def _several(words: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in re.split(r"[,;\n]", words) if each.strip())

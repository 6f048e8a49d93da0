"""The forms of what hangs on an event: its programme, a point a line, and its sponsors with what they were promised."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.slack.blocks.letters import context, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import INPUT_MOST, Filled, modal, several_field, text_field
from store.models import Event, Sponsorship

JSON = dict[str, Any]

PROGRAMME, SPONSORS = "event:programme", "event:sponsors"
SPONSORS_SHOWN, PROMISES_SHOWN = 40, 100
FORM = "One point a line: 18:00 Title | Speaker | Organisation. The time and who speaks may be left out."
TOO_LONG = "This programme is longer than a form in Slack holds: `whodoes events programme` changes it."
MEANWHILE = "Somebody made this of it meanwhile. Save again to put yours in its place."


def programme_modal(event: Event, text: str, *, now: str, round: int = 0, note: str = "") -> JSON:  # noqa: A002 - as the event's own form calls it
    """`now`: the programme as it is by now; `note`: what is said under the field, of a form that came back."""
    if len(now) > INPUT_MOST:
        return modal("Programme", PROGRAMME, [section(f"{bold(event.title, 300)}\n{TOO_LONG}")])
    field = text_field(
        f"programme:{round}", "Programme", initial=text, most=INPUT_MOST, optional=True, hint=FORM
    )
    blocks = [section(bold(event.title, 300)), field]
    if note:
        blocks += [*context(escaped(note, 600)), section(escaped_lines(now) or "No programme.")]
    kept = {"event": event.id, "mark": mark_of(now), "round": round}
    return modal("Programme", PROGRAMME, blocks, submit="Save", kept=kept)


def programme_in(form: Filled) -> str:
    return form.text(f"programme:{form.number('round') or 0}")


def programme_error(form: Filled, words: str) -> dict[str, str]:
    return {f"programme:{form.number('round') or 0}": words}


def mark_of(text: str) -> str:
    """What tells one programme from another, short enough for a form to carry."""
    return sha256(text.encode()).hexdigest()[:16]


def escaped_lines(text: str) -> str:
    return "\n".join(said for line in text.splitlines()[:60] if (said := escaped(line, 400)))[:2900]


@dataclass(frozen=True, slots=True)
class SponsorsForm:
    """What a form of sponsors says: ticks by sponsor (by number, from 1), whom to add, whom to take out."""

    ticks: Mapping[int, Mapping[int, bool]]
    name: str
    level: str
    promised: tuple[str, ...]
    gone: tuple[int, ...]


def sponsors_modal(event: Event, sponsors: Sequence[Sponsorship], *, notice: str = "") -> JSON:
    shown = sponsors[:SPONSORS_SHOWN]
    blocks = [section(bold(event.title, 300))]
    blocks += [section(f"→ {escaped(notice, 1500)}")] if notice else []
    for each in shown:
        blocks += _sponsor(each)
    blocks += [
        text_field(
            "name", "Add a sponsor, or to one above", most=300, lines=False, optional=True, hint="The name."
        ),
        text_field("level", "Level", most=60, lines=False, optional=True, hint="Such as gold, or drinks."),
        text_field("promised", "What they are promised", optional=True, hint="One a line."),
    ]
    if shown:
        names = [(str(each.id), each.name) for each in shown]
        blocks.append(several_field("gone", "No sponsor after all", names))
    ticked = {str(each.id): _numbers(each) for each in shown if each.promised}
    kept: JSON = {"event": event.id, "ticked": ticked}
    if len(json.dumps(kept)) > 2900:  # what a form may carry
        kept = {"event": event.id, "ticked": {}}
    return modal("Sponsors", SPONSORS, blocks, submit="Save", kept=kept)


def sponsors_in(form: Filled) -> SponsorsForm:
    """Only what was ticked otherwise than when it was opened: what somebody else ticked meanwhile stays."""
    ticked = form.kept.get("ticked")
    ticks: dict[int, dict[int, bool]] = {}
    for said, before in ticked.items() if isinstance(ticked, dict) else ():
        if not (said.isdecimal() and isinstance(before, list)) or f"kept:{said}" not in form.fields:
            continue
        now = {int(each) for each in form.text(f"kept:{said}").split("\n") if each.isdecimal()}
        changed = now.symmetric_difference(before)
        ticks[int(said)] = {number: number in now for number in sorted(changed) if isinstance(number, int)}
    promised = tuple(line for each in form.text("promised").splitlines() if (line := each.strip()))
    gone = tuple(int(each) for each in form.text("gone").split("\n") if each.isdecimal())
    return SponsorsForm(ticks, form.text("name"), form.text("level"), promised, gone)


def _sponsor(each: Sponsorship) -> Iterator[JSON]:
    level = f" ({escaped(each.level, 60)})" if each.level else ""
    if not each.promised:
        yield section(f"{bold(each.name, 300)}{level}, promised nothing yet.")
        return
    yield section(f"{bold(each.name, 300)}{level}")
    promises = [(str(number), promise) for number, promise in enumerate(each.promised[:PROMISES_SHOWN], 1)]
    done = [str(number) for number in _numbers(each)]
    yield several_field(f"kept:{each.id}", "Promises that were kept", promises, initial=done)


def _numbers(each: Sponsorship) -> list[int]:
    return [number for number, promise in enumerate(each.promised, 1) if promise in each.kept]

"""Introductions in the Home tab: one's own with their next step, and those that wait for the team."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.assistant.introductions.looking import Mine, Queued
from bot.assistant.letters import Choice
from bot.slack.blocks.letters import ANSWER, EDIT, button, context, section
from bot.slack.blocks.mrkdwn import bold, escaped, moment, plain
from store.kinds import Held, IntroductionState

JSON = dict[str, Any]

WITHDRAW, DETAILS, BROKER, ASK = "intro:withdraw", "intro:details", "intro:broker", "intro:ask"
APPROVE, DECLINE, ASSIGN, PERSON = "intro:approve", "intro:decline", "intro:assign", "intro:person"
STAGE = "intro:stage:"  # and the word
HIT = "intro:hit:"  # and the number of the hit, so that several may stand in a row
PAGE_OF_MINE = "home:introductions"
MINE_SHOWN, QUEUE_SHOWN = 8, 8
NEEDS_A_LETTER = frozenset({"not yet"})  # means something only as an answer
ASKING = button(ASK, "Ask for an introduction", "home")
TAKE_BACK: JSON = {
    "title": plain("Take it back?"),
    "text": plain("They hear nothing more of it. You can ask again later."),
    "confirm": plain("Take it back"),
    "deny": plain("Leave it"),
}


def introduce_button(number: int, *, organisation_id: int, ask_id: str, label: str = "Introduce me") -> JSON:
    """Under a hit of an answer: opens the form with whom it is for and why they fit."""
    return button(f"{HIT}{number}", label, f"{organisation_id} {ask_id}")


def own(introductions: Sequence[Mine], *, first: int = 0) -> Iterator[JSON]:
    """A page of them, `first` counted from 0."""
    if not introductions:
        yield section("None yet. Ask me who does something, and choose an introduction under whoever fits.")
        yield {"type": "actions", "elements": [ASKING]}
        return
    first = first if 0 <= first < len(introductions) else 0
    page = introductions[first : first + MINE_SHOWN]
    for each in page:
        yield from _own(each)
    pages = [ASKING]
    if first:
        pages.append(button(f"{PAGE_OF_MINE}:earlier", "Newer", str(max(0, first - MINE_SHOWN))))
    if left := len(introductions) - first - len(page):
        pages.append(button(f"{PAGE_OF_MINE}:more", f"Show more ({left})", str(first + MINE_SHOWN)))
    yield {"type": "actions", "elements": pages}


def queue(waiting: Sequence[Queued], staff: Mapping[int, str]) -> Iterator[JSON]:
    """What waits for staff, longest first. `staff`: their names by person."""
    if not waiting:
        yield section("No introduction waits for you.")
    for each in waiting[:QUEUE_SHOWN]:
        yield from _queued(each, staff)
    if left := len(waiting) - QUEUE_SHOWN:
        yield from context(f"… and {left} more behind these." if left > 0 else "")
    yield {"type": "actions", "elements": [button(BROKER, "Introduce two", "home")]}


def _own(mine: Mine) -> Iterator[JSON]:
    head = f"{bold(mine.other, 300)} · {escaped(mine.standing, 100)} · {moment(mine.since)}"
    seeks = f"\n> {escaped(mine.seeks, 400)}" if mine.seeks else ""
    yield section(f"{head}{seeks}\n{escaped(mine.next_step, 300)}")
    if elements := list(_choices(mine)):
        yield {"type": "actions", "elements": elements}


def _choices(mine: Mine) -> Iterator[JSON]:
    if mine.token:
        for choice in mine.choices:
            yield button(f"{ANSWER}{choice.word}", choice.label, f"{mine.token} {choice.word}")
        return
    for choice in mine.choices:
        if choice.word == "withdraw":
            yield button(WITHDRAW, choice.label, str(mine.id)) | {"confirm": TAKE_BACK}
        elif choice.word not in NEEDS_A_LETTER:
            yield button(f"{STAGE}{choice.word}", choice.label, f"{mine.id} {choice.word}")
    if any(_is_stage(choice) for choice in mine.choices):
        kind = "met" if mine.state is IntroductionState.INTRODUCED else "outcome"
        yield button(DETAILS, "Say more", f"{mine.id} {kind}")


def _is_stage(choice: Choice) -> bool:
    return choice.word != "withdraw"


def _queued(waiting: Queued, staff: Mapping[int, str]) -> Iterator[JSON]:
    head = f"{bold(f'{waiting.id}. {waiting.asker}', 300)} → {bold(waiting.asked, 300)}"
    lines = [head, escaped(waiting.why, 300)]
    lines += [f"> {escaped(waiting.seeks, 600)}"] if waiting.seeks else []
    lines += [f"Why they fit: {escaped(waiting.reason, 600)}"] if waiting.reason else []
    yield section("\n".join(line for line in lines if line))
    yield {"type": "actions", "elements": list(_decisions(waiting))}
    taken = staff.get(waiting.assigned_to or 0, "")
    yield from context(
        f"Since {moment(waiting.since)}" + (f" · {escaped(taken, 200)} has it" if taken else "")
    )


def _decisions(waiting: Queued) -> Iterator[JSON]:
    number = str(waiting.id)
    accepted = waiting.state is IntroductionState.ACCEPTED
    if waiting.held is not Held.NEVER_WITH:
        yield button(APPROVE, "Send it again" if accepted else "Approve", number)
    yield button(EDIT, "Edit", number)
    yield button(DECLINE, "Decline", number)
    yield button(ASSIGN, "Assign", number)
    if not accepted:
        label = "Choose person" if waiting.asked_person_id is None else "Another person"
        yield button(PERSON, label, number)

"""The forms of what comes after an event: what a guest says of it, and what staff read of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.assistant.events.after_wording import SCORES
from bot.assistant.events.after_words import LONGEST_WORDS, Said, wished
from bot.assistant.events.wishes import Suggestion
from bot.slack.blocks.event_rows import LIST, people
from bot.slack.blocks.letters import SAY, button, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import Filled, choice_field, modal, text_field
from store.events.feedback import Heard, Wished
from store.kinds import WishState
from store.models import Event

JSON = dict[str, Any]

INTRODUCE, LEAVE = "after:introduce", "after:leave"
SHOWN = "after:shown"
WISH_MOST, REMARKS_SHOWN, WISHES_SHOWN, ASIDE = 1000, 25, 8, "0"


@dataclass(frozen=True, slots=True)
class Suggested:
    """A wish with whom it may mean."""

    wish: Wished
    suggestions: tuple[Suggestion, ...]


def say_modal(event: Event, before: Said, *, token: str) -> JSON:
    """`before`: what they said so far, which this takes the place of."""
    blocks = [
        section(f"Thank you for coming to {bold(event.title, 300)}."),
        choice_field(
            "score", "How was it?", [(each.word, each.label) for each in SCORES],
            initial=str(before.score or ""), optional=True,
        ),
        text_field("words", "What one thing should we do differently?", initial=before.words, most=LONGEST_WORDS, optional=True),
        text_field(
            "meet", "Whom did you want to meet, and didn't?", initial="\n".join(before.wishes), most=WISH_MOST,
            optional=True, hint="By name or by what they do, one a line. Nobody is asked anything before you hear of it.",
        ),
    ]  # fmt: skip
    return modal("How was it?", SAY, blocks, submit="Send", kept={"event": event.id, "token": token})


def said_in_form(form: Filled) -> Said:
    score = form.text("score")
    return Said(
        int(score) if score in {each.word for each in SCORES} else None,
        form.text("words"),
        wished(form.text("meet")),
        whole=True,
    )


def heard_modal(event: Event, heard: Heard, suggested: Sequence[Suggested], *, notice: str = "") -> JSON:
    """What guests said: the numbers, whom they wanted to meet, their lines."""
    blocks = [*_notice(notice), section(f"{bold(event.title, 300)}\n{_numbers(heard)}")]
    for each in suggested[:WISHES_SHOWN]:
        blocks += _wish(each, str(event.id))
    remarks = [each for each in heard.remarks if each.words]
    blocks += [
        section(f"{bold(each.name, 100)}, {escaped(each.organisation, 100)}{f' ({each.score})' if each.score else ''}: {escaped(each.words, 1500)}")
        for each in remarks[:REMARKS_SHOWN]
    ]  # fmt: skip
    if (more := len(remarks) - REMARKS_SHOWN) > 0:
        blocks.append(section(f"… and {more} more: `whodoes events said {event.id}` shows all."))
    return modal("What they said", SHOWN, [*blocks, _back()])


def wishes_modal(suggested: Sequence[Suggested], *, total: int, notice: str = "") -> JSON:
    """Whom guests of any event wanted to meet, as far as nobody of staff has decided."""
    blocks = [*_notice(notice)]
    for each in suggested[:WISHES_SHOWN]:
        blocks += _wish(each, ASIDE)
    if not suggested:
        blocks.append(section("Nobody waits to be introduced to somebody they missed at an event."))
    if (more := total - len(suggested[:WISHES_SHOWN])) > 0:
        blocks.append(section(f"… and {more} more, which come up as you decide these."))
    return modal("Whom they missed", SHOWN, [*blocks, _back()])


def _wish(each: Suggested, where: str) -> Iterator[JSON]:
    """`where`: the event's number, or 0 for the list of all; what is pressed leads back there."""
    wish = each.wish
    whose = f"{bold(wish.name, 100)}, {escaped(wish.organisation, 100)}"
    said = f"{whose}, wanted to meet: “{escaped(wish.words, 400)}”\n{escaped(wish.event, 200)}"
    if wish.state is not WishState.OPEN:
        became = f"introduction {wish.introduction_id}" if wish.introduction_id else "left"
        yield section(f"{said} → {became}")
        return
    lines = [
        f"{number}. {bold(one.label, 200)}: {escaped(one.why, 300)}"
        for number, one in enumerate(each.suggestions, 1)
    ]
    yield section("\n".join([said, *(lines or ["I find nobody in the directory that this could be."])]))
    elements = [
        button(
            f"{INTRODUCE}:{number}",
            f"Introduce {number}",
            f"{where} {wish.id} {one.organisation_id} {one.person_id or 0}",
        )
        for number, one in enumerate(each.suggestions, 1)
    ]
    elements.append(button(LEAVE, "Leave it", f"{where} {wish.id}"))
    yield {"type": "actions", "elements": elements}


def _numbers(heard: Heard) -> str:
    answered = len(heard.remarks)
    told = f"{people(heard.asked).capitalize()} asked, {answered:,} answered"
    if heard.mean is not None:
        told += f"; {heard.mean:.1f} of 5 on average ("
        told += ", ".join(f"{score}: {times}" for score, times in heard.scores.items() if times) + ")"
    return f"{told}."


def _notice(words: str) -> list[JSON]:
    return [section(f"→ {escaped(words, 1500)}")] if words else []


def _back() -> JSON:
    return {"type": "actions", "elements": [button(LIST, "All events", "0")]}

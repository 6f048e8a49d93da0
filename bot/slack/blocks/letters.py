"""A letter as Slack shows it: its words, a button for each answer, and in small print why it came and how to stop it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.assistant.letters import Addressed, Choice, Letter, LetterKind
from bot.slack.blocks.message import Message
from bot.slack.blocks.mrkdwn import bold, escaped, moment, mrkdwn, plain
from store.reaching import Reachable

JSON = dict[str, Any]

ANSWER = "letter:answer:"  # and the word
DETAILS = "letter:details"  # "Say more": a form
MENU = "letter:menu"  # what stops such letters
EDIT = "intro:edit"
COMPANY = "event:company"  # a form: with a guest, or somebody in my place
SAY = "after:say"  # a form: how an event was, and whom they wanted to meet
QUIETER = {"off": "Never send me such requests", "settings": "What else reaches me?"}
TELLING = frozenset({LetterKind.MET, LetterKind.OUTCOME})  # whose answers may be told at length
ASKING = frozenset({LetterKind.CONSENT, LetterKind.NUDGE})
ATTENDING = frozenset({
    LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.OFFER, LetterKind.TICKET, LetterKind.EVENT_NEWS,
})  # fmt: skip
ACCOUNT = re.compile(r"[UW][A-Z0-9]{1,38}")
TEXT_MOST = 3900  # chat.update takes 4,000
PARAGRAPHS_MOST, FACTS_MOST, PEOPLE_MOST, CHOICES_MOST = 4, 6, 4, 8


def render(addressed: Addressed, *, revised: datetime | None = None) -> Message:
    """`revised`: when what its reader has was brought up to date; None for what goes out first."""
    letter, together = addressed.letter, len(addressed.to) > 1
    blocks = [section(bold(letter.lead, 900))]
    if together:
        blocks.append(section("\n".join(_introduced(each) for each in addressed.to[:PEOPLE_MOST])))
    blocks += [section(said) for each in letter.paragraphs[:PARAGRAPHS_MOST] if (said := escaped(each, 1200))]
    if facts := list(_facts(addressed)):
        blocks.append(section("\n".join(facts)))
    if quoted := escaped(letter.quoted, 2200):
        blocks.append(section(f"> {quoted}"))
    if closing := escaped(_closing(letter), 1200):
        blocks.append(section(closing))
    if not together and (elements := list(_buttons(letter, addressed.token))):
        blocks.append({"type": "actions", "elements": elements})
    settled = revised is not None and not letter.choices
    blocks += context(
        escaped(letter.why_pressed or letter.why, 600), f"✓ {moment(revised)}" if revised and settled else ""
    )
    return Message(_text(addressed), blocks)


def held_by(value: str) -> tuple[str, str]:
    """A button's value: the letter's token, and the word that it stands for."""
    token, _, word = value.partition(" ")
    return token, word


def number_in(about: str) -> int | None:
    """Of "introduction:7", the 7."""
    kind, _, number = about.partition(":")
    return int(number) if kind == "introduction" and number.isdecimal() else None


def button(action: str, label: str, value: str, *, primary: bool = False) -> JSON:
    style = {"style": "primary"} if primary else {}
    text = plain(label if len(label) <= 75 else f"{label[:74]}…")
    return {"type": "button", "action_id": action, "text": text, "value": value[:2000], **style}


def section(text: str) -> JSON:
    return {"type": "section", "text": mrkdwn(text or "…")}


def context(*texts: str) -> list[JSON]:
    """Small print in one block, or none where there is nothing to say."""
    elements = [mrkdwn(text) for text in texts if text]
    return [{"type": "context", "elements": elements}] if elements else []


def _introduced(person: Reachable) -> str:
    """The one place where people are mentioned: both agreed to this very message."""
    role = ", ".join(part for part in (person.role, person.organisation) if part)
    name = bold(person.name, 200)
    account = person.slack_user_id or ""
    mention = f"<@{account}> " if ACCOUNT.fullmatch(account) else ""
    return f"• {mention}{name}" + (f", {escaped(role, 300)}" if role else "")


def _facts(addressed: Addressed) -> Iterator[str]:
    """What is said of the people themselves stands beside their mentions already."""
    people = {each.name for each in addressed.to} if len(addressed.to) > 1 else set()
    for label, value in addressed.letter.facts[:FACTS_MOST]:
        if label not in people and value.strip():
            yield f"{bold(label, 80)}: {escaped(value, 380)}"


def _buttons(letter: Letter, token: str) -> Iterator[JSON]:
    for choice in letter.choices[:CHOICES_MOST]:
        yield _answer(choice, token)
    number = number_in(letter.about)
    if letter.kind is LetterKind.STAFF and letter.choices and number is not None:
        yield button(EDIT, "Edit first", str(number))
    if letter.kind in ATTENDING and letter.choices:
        yield button(COMPANY, "With a guest, or somebody in my place", token)
    if letter.kind is LetterKind.THANKS and letter.choices:
        yield button(SAY, "Say more", token)
    if letter.kind in TELLING:
        yield button(DETAILS, "Say more", f"{token} {letter.kind.value}")
    if letter.kind in ASKING and letter.choices:
        options = [{"text": plain(label), "value": f"{token} {word}"} for word, label in QUIETER.items()]
        yield {"type": "overflow", "action_id": MENU, "options": options}


def _closing(letter: Letter) -> str:
    return letter.closing_pressed or letter.closing


def _answer(choice: Choice, token: str) -> JSON:
    return button(f"{ANSWER}{choice.word}", choice.label, f"{token} {choice.word}", primary=choice.primary)


def _text(addressed: Addressed) -> str:
    """What notifications and screen readers say: all of it, and nobody mentioned."""
    letter = addressed.letter
    facts = [f"{label}: {value}" for label, value in letter.facts]
    quoted = f"“{letter.quoted}”" if letter.quoted else ""
    lines = [letter.lead, *letter.paragraphs, *facts, quoted, _closing(letter)]
    text = "\n".join(said for line in lines if (said := escaped(line, 1200)))
    if len(text) > TEXT_MOST:
        text = text[:TEXT_MOST].rpartition("\n")[0]
    return text or escaped(letter.subject, 300) or "…"

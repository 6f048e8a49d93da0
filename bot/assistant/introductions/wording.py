"""What is said about introductions, once for all media: the letters, and what an actor is told."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.assistant.house import House
from bot.assistant.letters import Choice, Letter, LetterKind
from store.introductions.pairs import Pair, Party
from store.kinds import IntroductionState as State
from store.kinds import Side

YES = Choice("yes", "Yes, introduce us", primary=True)
NO = Choice("no", "Not now")
PAUSE = Choice("pause", "Not now, and pause requests")
MET = (
    Choice("met", "Yes, we met", primary=True),
    Choice("not yet", "Not yet"),
    Choice("no", "It won't happen"),
)
CAME_OF_IT = (
    Choice("in talks", "We are in talks"),
    Choice("agreement", "We have an agreement"),
    Choice("project", "We have a project"),
    Choice("nothing", "Nothing came of it"),
)
RESUME = (Choice("resume", "Send me requests again", primary=True),)
DECIDE = (Choice("approve", "Approve", primary=True), Choice("decline", "Decline"))


def about(introduction_id: int) -> str:
    return f"introduction:{introduction_id}"


def consent(pair: Pair, side: Side, house: House, *, nudge: bool = False) -> Letter:
    """May I introduce you? Who is unnamed stays so until both agreed."""
    other, own = pair.other(side), pair.asked if side is Side.ASKED else pair.asker
    named = not (pair.introduction.unnamed and side is Side.ASKED)
    who = other.called if named else f"A member of {house.region}"
    kind = LetterKind.NUDGE if nudge else LetterKind.CONSENT
    lead = f"{who} would like to be introduced to you."
    if side is Side.ASKER or pair.introduction.origin == "staff":
        lead = f"The team of {house.region} thinks you and {who} should meet."
    return Letter(
        key=f"{kind.value}:{pair.id}:{side.value}:{own.row.rounds}",
        kind=kind,
        about=about(pair.id),
        subject=f"May I introduce you to {who if named else 'a member'}?"
        if not nudge
        else "Still open: an introduction",
        lead=f"A reminder, the only one: {lead if named and lead.startswith(who) else lead[0].lower() + lead[1:]}"
        if nudge
        else lead,
        paragraphs=(),
        facts=_facts(pair, other if named else None),
        quoted=pair.introduction.seeks,
        closing="If you say yes, you both get one message with each other's names. "
        "If you say not now, they hear only that it isn't the right time.",
        choices=(YES, NO, PAUSE),
        why=f"You get this because {_listed_as(own)} in the directory of {house.region}. "
        "To have no such requests, answer “pause”.",
    )


def consented(pair: Pair, side: Side, house: House, *, now: datetime, nudge: bool = False) -> Letter:
    """The same letter once it is settled: no choices, and what was said, or why it no longer matters."""
    letter = consent(pair, side, house, nudge=nudge)
    own = pair.asked if side is Side.ASKED else pair.asker
    return _settled(letter, _said(own, pair, house, now=now))


def handoff(pair: Pair, number: int = 1) -> Letter:
    """`number`: how often it was written; a second one goes by another way, or in words that staff changed."""
    asker, asked = pair.parties
    opener = pair.introduction.opener or default_opener(pair)
    return Letter(
        key=f"handoff:{pair.id}:{number}",
        kind=LetterKind.HANDOFF,
        about=about(pair.id),
        subject=f"Introduction: {asker.called} and {asked.called}",
        lead=f"You both said yes, so: {asker.called}, meet {asked.called}.",
        facts=tuple((each.name, _role(each)) for each in pair.parties)
        + ((("Why you two", pair.introduction.reason),) if pair.introduction.reason else ()),
        quoted=pair.introduction.seeks,
        closing=opener,
        why="This goes to the two of you and nobody else. In two weeks I ask once whether you met.",
    )


def default_opener(pair: Pair) -> str:
    """First words that either can use, where staff wrote none."""
    asker = pair.asker.name.split(" ")[0]
    asked = pair.asked.name.split(" ")[0]
    return (
        f"To begin: {asker}, say in two lines what you need and by when; {asked}, say what you would want to know first. "
        "Half an hour on the phone this week or next is usually enough."
    )


def not_now(pair: Pair, other: Party, *, note: str = "", number: int = 1) -> Letter:
    """One letter for a no, a silence and a decision of the team: nobody is blamed, and nothing can be told apart.

    `other`: whom the reader is not introduced to. `number`: how often it was written; one called back was not read.
    """
    sought = other.row.side is Side.ASKED and pair.introduction.origin != "staff"
    hidden = other.row.side is Side.ASKER and pair.introduction.unnamed
    where = "a member" if hidden else other.where
    return Letter(
        key=f"not-now:{pair.id}" if number == 1 else f"not-now:{pair.id}:{number}",
        kind=LetterKind.NEWS,
        about=about(pair.id),
        subject=f"Your introduction to {where}: not now",
        lead=f"It isn't the right time for an introduction to {where}.",
        paragraphs=(note,) if note else (),
        closing="Say what you seek in other words, and I look for who else could help."
        if sought
        else "There is nothing for you to do.",
        why=f"You get this because you {'asked for' if sought else 'said yes to'} the introduction.",
    )


def status(pair: Pair, house: House, *, now: datetime) -> Letter:
    """The asker's own view, edited through its life."""
    state = pair.introduction.state
    return Letter(
        key=f"request:{pair.id}",
        kind=LetterKind.NEWS,
        about=about(pair.id),
        subject=f"Your introduction to {pair.asked.where}",
        lead=f"Introduction to {pair.asked.where}: {STANDING[state]}.",
        quoted=pair.introduction.seeks,
        closing=NEXT_STEP[state],
        choices=(Choice("withdraw", "Take it back"),) if state in WITHDRAWABLE else (),
        why=f"As of {day(now, house)}.",
    )


STANDING = {
    State.REQUESTED: "with the team",
    State.WAITING: "in the queue",
    State.ASKED: "they have been asked",
    State.ACCEPTED: "you both said yes",
    State.INTRODUCED: "introduced",
    State.MET: "you met",
    State.IN_TALKS: "in talks",
    State.AGREEMENT: "an agreement",
    State.PROJECT: "a project",
    State.NOTHING: "nothing came of it",
    State.NOT_NOW: "not now",
    State.SILENT: "not now",
    State.DECLINED: "not now",
    State.WITHDRAWN: "taken back",
}
NEXT_STEP = {
    State.REQUESTED: "The team looks at it and finds the right person; you hear as soon as they have answered.",
    State.WAITING: "They are asked a great deal just now: it goes out as soon as there is room.",
    State.ASKED: "You hear as soon as they have answered.",
    State.ACCEPTED: "The message to you both is on its way.",
    State.INTRODUCED: "You have a message together; in two weeks I ask whether you met.",
    State.MET: "In some months I ask what came of it.",
    State.IN_TALKS: "Tell me when it becomes more.",
    State.AGREEMENT: "Tell me when it becomes a project.",
    State.PROJECT: "Congratulations.",
    State.NOTHING: "Thank you for trying.",
    State.NOT_NOW: "It isn't the right time. Ask me for somebody else.",
    State.SILENT: "It isn't the right time. Ask me for somebody else.",
    State.DECLINED: "It isn't the right time. Ask me for somebody else.",
    State.WITHDRAWN: "You took it back.",
}
WITHDRAWABLE = frozenset({State.REQUESTED, State.WAITING, State.ASKED})


def met(pair: Pair, own: Party, other: Party) -> Letter:
    return Letter(
        key=f"met:{pair.id}:{own.row.side.value}",
        kind=LetterKind.MET,
        about=about(pair.id),
        subject=f"Did you meet {other.called}?",
        lead=f"Two weeks ago I introduced you and {other.called}. Did you meet?",
        choices=MET,
        why="I ask each of you once; the answers show our funder what introductions lead to.",
    )


def outcome(pair: Pair, own: Party, other: Party, *, days: int) -> Letter:
    return Letter(
        key=f"outcome:{pair.id}:{own.row.side.value}:{days}d",
        kind=LetterKind.OUTCOME,
        about=about(pair.id),
        subject=f"What came of meeting {other.called}?",
        lead=f"{days} days ago I introduced you and {other.called}. What came of it so far?",
        closing="If you like, add what it is worth, jobs it made, whether it would have happened anyway, "
        "and whether we may tell the story.",
        choices=CAME_OF_IT,
        why="The answers show our funder what introductions lead to. Nothing is published unless you say we may.",
    )


def became(pair: Pair, stage: State, teller: str) -> Letter:
    """The one who asked hears what became of it, where somebody else said so."""
    themselves = teller == pair.asked.name
    of = "of your introduction" if themselves else f"of your introduction to {pair.asked.called}"
    return Letter(
        key=f"became:{pair.id}:{stage.value}",
        kind=LetterKind.NEWS,
        about=about(pair.id),
        subject=f"Your introduction to {pair.asked.called}: {STANDING[stage]}",
        lead=f"{pair.asked.called if themselves else teller} says {of}: {STANDING[stage]}.",
        closing="If that is not so, just tell me: reply here, or tell the team.",
        why="You get this because you asked for the introduction.",
    )


def paused(person_name: str, person_id: int, times: int, house: House, *, now: datetime) -> Letter:
    return Letter(
        key=f"paused:{person_id}:{now:%Y-%m-%d}",
        kind=LetterKind.PAUSED,
        about=f"person:{person_id}",
        subject="I have paused introduction requests for you",
        lead=f"{person_name.split(' ')[0]}, the last {times} requests for an introduction found you busy, "
        "so I send you no more of them.",
        closing="Nothing else changes: you are still found, and may ask for introductions yourself.",
        choices=RESUME,
        why=f"You get this once, because you are listed in the directory of {house.region}.",
    )


def for_staff(pair: Pair, why: str) -> Letter:
    agreed = pair.introduction.state is State.ACCEPTED  # and it could not be sent
    wish = "and" if agreed or pair.introduction.origin == "staff" else "asks to be introduced to"
    times = sum(each.row.rounds for each in pair.parties)  # called back twice, they hear twice
    return Letter(
        key=f"staff:{pair.id}:{pair.introduction.held or 'assigned'}"
        + (f":{times}" if times else "")
        + (":agreed" if agreed else ""),
        kind=LetterKind.STAFF,
        about=about(pair.id),
        subject=f"Introduction {pair.id}: {pair.asker.called} and {pair.asked.called}",
        lead=f"{pair.asker.called} {wish} {pair.asked.called}{':' if wish == 'and' else '.'} {why}",
        facts=(("Why they fit", pair.introduction.reason),) if pair.introduction.reason else (),
        quoted=pair.introduction.seeks,
        choices=() if agreed else DECIDE,
        closing=f"To change the words first: whodoes introductions edit {pair.id}, or the queue in Slack's Home.",
        why="You get this because you are staff.",
    )


def decided(letter: Letter, closing: str) -> Letter:
    return _settled(letter, closing)


def told_asked(pair: Pair, house: House) -> str:
    return (
        f"I have asked {pair.asked.where} whether they would like to be introduced to you"
        f"{', without naming you' if pair.introduction.unnamed else ''}. You hear as soon as they say so."
    )


def told_waiting(pair: Pair) -> str:
    return f"Noted. {pair.asked.where} is asked a great deal just now: your request is in the queue and goes out as soon as there is room."


def told_with_team(pair: Pair) -> str:
    return f"Noted. Your request for {pair.asked.where} is with the team, who find the right person there. You hear as soon as they have answered."


def day(moment: datetime | date, house: House) -> str:
    local = moment.astimezone(ZoneInfo(house.rules.zone)) if isinstance(moment, datetime) else moment
    return f"{local.day} {local:%B %Y}"


def _settled(letter: Letter, closing: str) -> Letter:
    return replace(letter, closing=closing, choices=())


def _said(own: Party, pair: Pair, house: House, *, now: datetime) -> str:
    on = day(own.row.answered_at or now, house)
    match own.row.consent:
        case "yes":
            after = (
                ""
                if pair.introduction.state is State.ASKED
                else f" Now: {STANDING[pair.introduction.state]}."
            )
            return f"You said yes on {on}.{after}"
        case "not now":
            return f"You said not now on {on}."
    return f"This is settled: {STANDING[pair.introduction.state]}."


def _facts(pair: Pair, other: Party | None) -> tuple[tuple[str, str], ...]:
    facts = (("Who", _role(other)),) if other is not None and other.role else ()
    return (*facts, ("Why you", pair.introduction.reason)) if pair.introduction.reason else facts


def _role(party: Party) -> str:
    return ", ".join(part for part in (party.role, party.organisation) if part) or party.name


def _listed_as(party: Party) -> str:
    return f"you are listed for {party.organisation}" if party.organisation else "you are listed"

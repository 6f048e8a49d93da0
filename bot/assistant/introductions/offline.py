"""Staff write down, in one line, an introduction that happened without us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.offline_before import brokered, same_two
from bot.assistant.introductions.offline_line import Cut, OfflineLine, read_line
from bot.assistant.introductions.offline_names import Known, Unknown, Unsure, Whom, label, whom
from bot.assistant.introductions.recording import audit, by_act
from bot.assistant.introductions.requesting import LONGEST, STAFF_ONLY
from bot.assistant.introductions.wording import day
from bot.assistant.rights import Action, allowed
from store.importing.refusal import Unreadable
from store.introductions.pairs import pair
from store.introductions.steps import By, begin, move
from store.keys import storable
from store.kinds import IntroductionState as State
from store.kinds import Origin, Side
from store.models import Introduction, IntroductionParty
from store.search.index import Index

EXAMPLE = "Write who met whom in one line: “met Larkspur and Oriel at the dinner about assays”."
NOTHING_LOGGED = "Nothing was logged."
A_DAY, A_YEAR = timedelta(days=1), timedelta(days=365)
HAPPENED = {
    State.INTRODUCED: "were introduced on",
    State.MET: "met on",
    State.IN_TALKS: "are in talks as of",
    State.AGREEMENT: "have an agreement as of",
    State.PROJECT: "have a project as of",
}


@dataclass(frozen=True, slots=True)
class _Two:
    """Whom a line names, and how it cuts them apart. `rank`: 0 both known, 1 a person by name only, 2 one side so."""

    one: Known
    other: Known
    cut: Cut
    rank: int


def log_offline(session: Session, text: str, act: Act, index: Index) -> Told:
    """Keep it with its two parties. Nobody is written to. Safe to repeat with the same evidence."""
    if not allowed(session, act, Action.LOG_INTRODUCTION):
        return Told(False, STAFF_ONLY)
    zone = ZoneInfo(act.house.rules.zone)
    today = act.now.astimezone(zone).date()
    try:
        line = read_line(text, today)
    except Unreadable as problem:
        return Told(False, f"{problem}. {NOTHING_LOGGED}")
    if line.on is not None and line.on > today:
        return Told(False, f"{day(line.on, act.house)} is still to come. {NOTHING_LOGGED}")
    two = _two(session, line, index)
    if isinstance(two, Told):
        return two
    if before := _before(session, two, line, act):
        return before
    at = act.now if line.on in {None, today} else datetime.combine(line.on or today, time(12), zone)
    number = _keep(session, two, line, act, at.astimezone(UTC))
    return Told(True, _told(session, number, two, line, act, at), number)


def _two(session: Session, line: OfflineLine, index: Index) -> _Two | Told:
    """The reading whose both sides are known, else the one that lacks least; else what to ask back."""
    if not line.cuts:
        return Told(False, f"I can't tell who the two are. {EXAMPLE} {NOTHING_LOGGED}")
    names = {name for cut in line.cuts for name in (cut.one, cut.other)} | set(line.parts)
    known = {name: whom(session, index, name) for name in sorted(names)}
    two = [found for cut in line.cuts if (found := _read(cut, known))]
    if best := next((each for rank in (0, 1) for each in two if each.rank == rank), None):
        return _of_two_organisations(best)
    if len(line.parts) > 2:
        return Told(
            False,
            "More than two are named, and I can't tell which two met. Write one line for each two of them. "
            + NOTHING_LOGGED,
        )
    cut = line.cuts[-1]
    unsure = [each for name in (cut.one, cut.other) if isinstance(each := known[name], Unsure)]
    if unsure:
        return Told(False, " ".join([*map(_which, unsure), NOTHING_LOGGED]))
    by_name = next((each for each in reversed(two) if each.rank == 2), None)
    return by_name or Told(False, f"{_who_is(cut, known)} {EXAMPLE} {NOTHING_LOGGED}")


def _read(cut: Cut, known: Mapping[str, Whom]) -> _Two | None:
    one, other = known[cut.one], known[cut.other]
    if isinstance(one, Known) and isinstance(other, Known):
        return _Two(one, other, cut, 1 if one.label or other.label else 0)
    if isinstance(one, Known) and not one.label and isinstance(other, Unknown) and other.is_named:
        return _Two(one, Known(None, None, label(other.said)), cut, 2)
    if isinstance(other, Known) and not other.label and isinstance(one, Unknown) and one.is_named:
        return _Two(Known(None, None, label(one.said)), other, cut, 2)
    return None


def _of_two_organisations(two: _Two) -> _Two | Told:
    if two.one.organisation_id is not None and two.one.organisation_id == two.other.organisation_id:
        return Told(False, f"Both are of one organisation: they need no introduction. {NOTHING_LOGGED}")
    if two.one == two.other:
        return Told(False, f"That is one and the same person. {NOTHING_LOGGED}")
    return two


def _which(unsure: Unsure) -> str:
    if len(unsure.candidates) == 1:
        return f"I don't know “{unsure.said}”. Did you mean {unsure.candidates[0]}?"
    *others, last = unsure.candidates
    return f"“{unsure.said}” can be {', '.join(others)} or {last}. Write which."


def _who_is(cut: Cut, known: Mapping[str, Whom]) -> str:
    lacking = [each.said for name in (cut.one, cut.other) if isinstance(each := known[name], Unknown)]
    return f"I don't know {' or '.join(f'“{each}”' for each in lacking)}."


def _before(session: Session, two: _Two, line: OfflineLine, act: Act) -> Told | None:
    """What there is of these two already, so that no introduction counts twice."""
    if number := same_two(session, two.one, two.other, evidence=act.evidence):
        return Told(True, f"It is logged already, as number {number}.", number)
    if line.again:
        return None
    if number := same_two(session, two.one, two.other, since=act.now - A_DAY):
        return Told(
            False,
            f"These two were logged within a day already, as number {number}. {NOTHING_LOGGED} If they met another "
            "time, say “met again”.",
            number,
        )
    if made := brokered(session, two.one, two.other, since=act.now - A_YEAR):
        since = day(made.since, act.house)
        return Told(
            False,
            f"Number {made.id} put these two in touch (since {since}: {made.state.value}). Say there what came of it, so "
            f"that it counts once. {NOTHING_LOGGED} If this was another matter, say “met again”.",
            made.id,
        )
    return None


def _keep(session: Session, two: _Two, line: OfflineLine, act: Act, at: datetime) -> int:
    """Its first step is dated the day it happened; what it has come to since, now."""
    introduction = Introduction(
        state=line.first,
        origin=Origin.OFFLINE,
        reason=storable(line.about)[:LONGEST],
        occasion=storable(two.cut.occasion)[:LONGEST],
        requested_by=act.actor,
        created_at=act.now,
        changed_at=at,
    )
    parties = tuple(
        IntroductionParty(
            introduction_id=0, side=side, person_id=each.person_id, organisation_id=each.organisation_id, label=each.label
        )
        for side, each in ((Side.ASKER, two.one), (Side.ASKED, two.other))
    )  # fmt: skip
    number = begin(session, introduction, parties, By(act.actor, at, act.medium, act.evidence))
    if line.stage is not line.first:
        move(session, number, line.stage, by_act(act))
    audit(session, act, "introduction.logged", number)
    return number


def _told(session: Session, number: int, two: _Two, line: OfflineLine, act: Act, at: datetime) -> str:
    found = pair(session, number)
    assert found is not None  # noqa: S101 - narrows the type: it was made above
    said = [f"{found.asker.called} and {found.asked.called} {HAPPENED[line.first]} {day(at, act.house)}"]
    said += [each for each in (two.cut.occasion, f"about {line.about}" if line.about else "") if each]
    if line.stage is not line.first:
        said.append(f"now: {line.stage.value}")
    labels = [each.label for each in (two.one, two.other) if each.label]
    lacking = (
        f" The directory has no {' and no '.join(f'“{each}”' for each in labels)}: kept by that name."
        if labels
        else ""
    )
    return f"Logged as number {number}: {', '.join(said)}.{lacking}"

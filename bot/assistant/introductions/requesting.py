"""An introduction begins: a member asks for one, or staff think of one."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.asking import WHY_HELD, Standing, ask, tell_staff
from bot.assistant.introductions.recording import audit, by_act, show_asker
from bot.assistant.introductions.wording import day, told_asked, told_waiting, told_with_team
from bot.assistant.rights import Action, allowed
from store.introductions.limits import open_between, requests_full_until, turned_down_lately
from store.introductions.pairs import pair
from store.introductions.steps import begin, begun_by
from store.introductions.turns import take_turn
from store.keys import storable
from store.kinds import Consent, Held, Listing, Origin, Side
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, Organisation, Person
from store.people import Member

LONGEST = 2000  # characters of what is sought, or why
STRANGERS = (
    "Introductions are for members of the network, and I can't tell that you are one from here. "
    "Write from the address the team knows, or link your Slack account in my Home tab."
)
STAFF_ONLY = "Only the team can do that."
NOT_THERE = "That organisation is not in the directory any more."
OWN = "That is your own organisation: they are a walk down the corridor."


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom somebody would like to meet, and why. `person_id`: whom there, where they named somebody."""

    organisation_id: int
    seeks: str = ""  # what they look for, in their words
    reason: str = ""  # why it fits, as the hit said
    unnamed: bool = False
    ask_id: str | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class PartyRef:
    """One side of a staff idea: a person, or an organisation whose contact is asked."""

    organisation_id: int | None = None
    person_id: int | None = None


def request(session: Session, wish: Wish, act: Act) -> Told:
    """A member asks to be introduced, which is their own consent. Safe to repeat: what is under way stays one."""
    if not allowed(session, act, Action.REQUEST_INTRODUCTION, subject=f"organisation:{wish.organisation_id}"):
        return Told(False, STRANGERS)
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: rights ask for it
    take_turn(session)
    organisation = session.get(Organisation, wish.organisation_id)
    if organisation is None or organisation.listing is not Listing.LISTED:
        return Told(False, NOT_THERE)
    if act.by.organisation_id == organisation.id:
        return Told(False, OWN)
    if under_way := open_between(session, act.by.person_id, wish.organisation_id):
        return _again(session, under_way, act)
    if told := _too_often(session, wish, organisation.name, act):
        return told
    return _begun(session, wish, act, act.by)


def broker(session: Session, first: PartyRef, second: PartyRef, *, reason: str, act: Act) -> Told:
    """Staff bring two parties together: both are asked, since neither has said a word yet."""
    if not allowed(session, act, Action.BROKER_INTRODUCTION):
        return Told(False, STAFF_ONLY)
    take_turn(session)
    parties = [_party(session, Side.ASKER, first), _party(session, Side.ASKED, second)]
    if None in parties:
        return Told(
            False, "I don't know one of the two. Name two people, or two organisations of the directory."
        )
    known = [party for party in parties if party is not None]
    if known[0].organisation_id is not None and known[0].organisation_id == known[1].organisation_id:
        return Told(False, "Both are of one organisation: they need no introduction.")
    if known[0].person_id is not None and known[0].person_id == known[1].person_id:
        return Told(False, "That is one and the same person.")
    if before := begun_by(session, act.actor, act.evidence, at=act.now):
        return Told(True, f"That is under way as number {before}.", before)
    introduction = _new(Origin.STAFF, act, reason=reason)
    introduction_id = begin(session, introduction, tuple(known), by_act(act))
    audit(session, act, "introduction.brokered", introduction_id)
    standing = ask(session, introduction_id, act.house, by_act(act))
    found = pair(session, introduction_id)
    assert found is not None  # noqa: S101 - narrows the type: it was made above
    both = f"{found.asker.called} and {found.asked.called}"
    held = found.introduction.held
    words = {
        Standing.ASKED: f"I have asked {both} whether they would like to be introduced. It is number {introduction_id}.",
        Standing.WAITING: f"One of {both} is asked a great deal just now: it waits its turn, as number {introduction_id}.",
        Standing.WITH_TEAM: f"Number {introduction_id}, {both}, cannot go out. {WHY_HELD[held] if held else ''}",
    }
    return Told(standing is not Standing.WITH_TEAM, words[standing], introduction_id)


def _again(session: Session, introduction_id: int, act: Act) -> Told:
    found = pair(session, introduction_id)
    assert found is not None  # noqa: S101 - narrows the type: its id was found a moment ago
    since = day(found.introduction.created_at, act.house)
    return Told(
        True,
        f"Your request for {found.asked.where} is under way since {since}: {_stands(found.introduction)}.",
        introduction_id,
    )


def _stands(introduction: Introduction) -> str:
    """As the asker may know it: what staff see is theirs."""
    words = {
        State.REQUESTED: "it is with the team",
        State.WAITING: "it is in the queue",
        State.ASKED: "they have been asked",
        State.ACCEPTED: "they said yes",
    }
    return words[introduction.state]


def _too_often(session: Session, wish: Wish, name: str, act: Act) -> Told | None:
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: rights ask for it
    rules, me = act.house.rules, act.by.person_id
    since = act.now - rules.pair_cool_down
    if lately := turned_down_lately(session, me, wish.organisation_id, since=since):
        again = day(lately + rules.pair_cool_down, act.house)
        return Told(
            False,
            f"I asked {name} for you not long ago, and it wasn't the right time. I can ask them again from {again}; "
            "until then, ask me who else does it.",
        )
    if until := requests_full_until(session, me, rules=rules, now=act.now):
        return Told(
            False,
            f"You have asked for {rules.requests_a_month} introductions in the last 30 days, which is as many as I "
            f"broker for one person. The next one is possible from {day(until, act.house)}.",
        )
    return None


def _begun(session: Session, wish: Wish, act: Act, asker: Member) -> Told:
    introduction = _new(Origin.MEMBER, act, reason=wish.reason, seeks=wish.seeks)
    introduction.unnamed, introduction.ask_id = wish.unnamed, wish.ask_id
    introduction.held = Held.APPROVAL if act.house.rules.approval else None
    mine = IntroductionParty(
        introduction_id=0, side=Side.ASKER, person_id=asker.person_id, organisation_id=asker.organisation_id,
        consent=Consent.YES, answered_at=act.now, medium=act.medium, evidence=act.evidence[:400],
    )  # fmt: skip
    theirs = IntroductionParty(
        introduction_id=0, side=Side.ASKED, person_id=_of(session, wish), organisation_id=wish.organisation_id
    )
    introduction_id = begin(session, introduction, (mine, theirs), by_act(act))
    audit(session, act, "introduction.requested", introduction_id)
    told = _started(session, introduction_id, act)
    show_asker(session, introduction_id, act.house, now=act.now, first_by=act.medium)
    return told


def _started(session: Session, introduction_id: int, act: Act) -> Told:
    if act.house.rules.approval:
        standing = Standing.WITH_TEAM
        if found := pair(session, introduction_id):
            tell_staff(session, found, WHY_HELD[Held.APPROVAL], act.house, now=act.now)
    else:
        standing = ask(session, introduction_id, act.house, by_act(act))
    found = pair(session, introduction_id)
    assert found is not None  # noqa: S101 - narrows the type: it was made in this transaction
    words = {
        Standing.ASKED: told_asked(found, act.house),
        Standing.WAITING: told_waiting(found),
        Standing.WITH_TEAM: told_with_team(found),
    }
    return Told(True, words[standing], introduction_id)


def _new(origin: Origin, act: Act, *, reason: str = "", seeks: str = "") -> Introduction:
    return Introduction(
        state=State.REQUESTED, origin=origin, reason=_words(reason), seeks=_words(seeks),
        requested_by=act.actor, created_at=act.now, changed_at=act.now,
    )  # fmt: skip


def _words(text: str) -> str:
    """One paragraph that any database takes."""
    return storable(" ".join(text[: 4 * LONGEST].split()))[:LONGEST]


def _of(session: Session, wish: Wish) -> int | None:
    """Whom the asker named, where they work there."""
    person = None if wish.person_id is None else session.get(Person, wish.person_id)
    there = person is not None and person.listed and person.organisation_id == wish.organisation_id
    return wish.person_id if there else None


def _party(session: Session, side: Side, ref: PartyRef) -> IntroductionParty | None:
    person = None if ref.person_id is None else session.get(Person, ref.person_id)
    if ref.person_id is not None and person is None:
        return None
    organisation_id = ref.organisation_id if person is None else person.organisation_id
    if person is None and (organisation_id is None or session.get(Organisation, organisation_id) is None):
        return None
    return IntroductionParty(
        introduction_id=0, side=side, person_id=ref.person_id, organisation_id=organisation_id
    )

"""Second addresses: somebody says that two addresses are theirs, and whoever reads the other one has to agree.

What a stranger hears is the same whether or not the directory knows the address they name.
"""

import hashlib
from datetime import timedelta
from typing import Any

from email_validator import validate_email
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.address_letters import DAYS, to_the_mailbox, to_the_person
from bot.assistant.rights import Action, allowed
from store.address_claims import claim_made, claims_since, give_address, is_left_alone
from store.importing.refusal import Unreadable
from store.importing.values import addresses_of
from store.kinds import Medium, StaffRole
from store.linking import held, marked_since, owner_of
from store.models import AuditEntry, Person
from store.people import Member, by_id
from store.staffing import meant

CLAIMS_A_DAY = 3  # from an address, and about a person
LIFE = timedelta(days=DAYS)
AFTER_A_NO = timedelta(days=30)  # in which the same is not asked again
_DAY = timedelta(days=1)
_ASKED = "address.claimed"
CLAIMED = Told(
    True,
    "If the directory knows that address, I have asked its owner whether this one is theirs, too. "
    f"Once they say yes there, within {DAYS} days, I know you here as well.",
)
IF_BOTH_ARE_YOURS = (
    "If both addresses are yours, look there: where the directory knows that one, I have asked "
    "whether this one is yours, too."
)
_TOO_OFTEN = Told(
    False, "You have asked for that three times today. Wait until tomorrow, or ask the team, please."
)
_NOT_ONE = Told(False, "Write one mail address, such as ada@firm.example.")


def claim(
    session: Session,
    claiming: str,
    act: Act,
    *,
    claimed: str = "",
    person_id: int | None = None,
    by_token: bool = False,
) -> Told:
    """Somebody writes from `claiming` and says that they are the person who has `claimed`.

    Or they answered what was sent to that person (`by_token`). Who is asked, if anybody is, never shows.
    """
    subject = _subject(claiming)
    if marked_since(session, subject, _ASKED, act.now - _DAY) >= CLAIMS_A_DAY:
        return _TOO_OFTEN
    _audit(session, act, _ASKED, subject)
    meant_by_it = _owner(session, claimed) if claimed else person_id
    if meant_by_it is None or not _may_ask(session, meant_by_it, claiming, act):
        return CLAIMED
    number = claim_made(session, meant_by_it, claiming, now=act.now)
    letter = to_the_person(number, claiming, by_token=by_token, region=act.house.region)
    act.house.letterbox.post(session, letter, [meant_by_it], now=act.now)
    return CLAIMED


def add_own(session: Session, address: str, act: Act) -> Told:
    """A member names another address of theirs: whoever reads it is asked there."""
    if not isinstance(act.by, Member) or not allowed(session, act, Action.SET_OWN):
        return CLAIMED
    bare = _one_address(address)
    if bare is None:
        return _NOT_ONE
    subject = f"person:{act.by.person_id}"
    if owner_of(session, bare) == act.by.person_id:
        return Told(True, f"I know you at {bare} already.")
    if Medium.EMAIL not in act.house.letterbox.carriers:
        return Told(False, "I cannot send mail yet. Ask the team to add your address, please.")
    if marked_since(session, subject, _ASKED, act.now - _DAY) >= CLAIMS_A_DAY:
        return _TOO_OFTEN
    _audit(session, act, _ASKED, subject)
    if _may_ask(session, act.by.person_id, bare, act):
        number = claim_made(session, act.by.person_id, bare, now=act.now)
        letter = to_the_mailbox(number, act.by.name, act.by.organisation, region=act.house.region)
        post = act.house.letterbox.post
        post(session, letter, [act.by.person_id], now=act.now, media=[Medium.EMAIL], at=bare)
    return Told(
        True,
        f"Unless somebody else has {bare}, a message from me is on its way there. "
        f"Answer it with yes within {DAYS} days, and I know you at both.",
    )


def link_address_by_hand(session: Session, who: str, address: str, act: Act) -> Told:
    """By staff, who know that it is theirs. `who`: an address the directory has, or a name that one person bears."""
    if not allowed(session, act, Action.LINK_PERSON):
        return Told(False, "Only the staff can do that.")
    bare = _one_address(address)
    if bare is None:
        return _NOT_ONE
    found = meant(session, who)
    person = held(session, found[0].person_id) if len(found) == 1 else None
    if person is None or person.id is None:
        said = "can be several people" if found else "is nobody in the directory"
        return Told(False, f"“{who[:100]}” {said}. Write an address it has.")
    if person.staff_role is not StaffRole.MEMBER and not allowed(
        session, act, Action.SET_ROLE, subject=f"person:{person.id}"
    ):
        return Told(False, f"{person.name} has a role on the staff; only an admin can do that.")
    return give(session, person, bare, act, how="by hand")


def give(session: Session, person: Person, address: str, act: Act, *, how: str) -> Told:
    """The address is this person's from now on, unless it is somebody else's."""
    assert person.id is not None  # noqa: S101 - read from the database
    owner = owner_of(session, address)
    if owner is not None and owner != person.id:
        return Told(
            False,
            f"{address} belongs to somebody else in the directory by now. The team can look into it.",
        )
    if owner is None:
        give_address(session, person.id, address)
        _audit(session, act, "person.address_linked", f"person:{person.id}", how=how)
    return Told(True, f"I know {person.name} at {address}, too.")


def _may_ask(session: Session, person_id: int, address: str, act: Act) -> bool:
    """Whether that person, or that mailbox, is asked at all: not what was settled, and nobody too often."""
    since = act.now - _DAY
    return (
        isinstance(by_id(session, person_id), Member)
        and owner_of(session, address) is None
        and claims_since(session, since, person_id=person_id, address=address) < CLAIMS_A_DAY
        and not is_left_alone(
            session, person_id, address, open_since=act.now - LIFE, denied_since=act.now - AFTER_A_NO
        )
    )


def _owner(session: Session, address: str) -> int | None:
    """Whose it is, in either way to write its domain."""
    owner = owner_of(session, address)
    other = _one_address(address) if owner is None else None
    return owner_of(session, other) if other and other != address else owner


def _one_address(text: str) -> str | None:
    """As mail from there will be read: its domain in the letters it is written in (RFC 5890), not as A-labels."""
    try:
        (address,) = addresses_of(text)
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except (Unreadable, ValueError):
        return None
    return checked.normalized.lower()


def _subject(address: str) -> str:
    """For the audit, which names nobody's address: the same for the same one."""
    return f"address:{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _audit(session: Session, act: Act, action: str, subject: str, **details: Any) -> None:
    kept = {"medium": act.medium.value, **details}
    session.add(AuditEntry(at=act.now, actor=act.actor, action=action, subject=subject, details=kept))
    session.flush()

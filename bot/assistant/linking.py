"""Links Slack accounts to people of the directory by an address that is proved to be theirs, never by a guess.

What a face in Slack does when it meets an account that `status` calls Unlinked:
1. `users.info(user=…)` (scopes users:read, users:read.email) and `confirmed(response["user"], home_team)`: the address
   that Slack itself vouches for, or None (a bot, a guest of Slack Connect, somebody deactivated).
2. With an address, `users.lookupByEmail(email=…)`, which must name this very account: then `link_by_confirmed_email`.
   Slack answers `users_not_found` for accounts of other workspaces: those, and whoever has another address in the
   directory, go by a code.
3. Else ask for an address (a modal) -> `begin`, then for the code that was mailed -> `finish`.
What `begin` and `finish` say never tells whether the directory knows an address.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.linking_letters import code_letter, moved_letter
from bot.assistant.rights import Action, allowed
from store.importing.refusal import Unreadable
from store.importing.values import addresses_of
from store.keys import fitting
from store.kinds import Medium, StaffRole
from store.linking import (
    attach,
    codes_since,
    detach,
    end_codes,
    held,
    holder,
    last_marked,
    marked_since,
    newest_code,
    owner_of,
)
from store.models import AuditEntry, LinkCode, Person
from store.people import Member

CODES_AN_HOUR = 3  # for an account, and for the person it is mailed to
TRIES = 5
LIFE = timedelta(minutes=20)
_HOUR = timedelta(hours=1)
_DIGITS = frozenset("0123456789")
_SALT = 8  # bytes; with 24 of the digest they fill the column
_ACCOUNT = re.compile(r"[UW][A-Z0-9]{1,38}")
_ASKED = "link.asked"
_SENT = Told(
    True,
    "If the directory knows that address, a mail with a code of six digits is on its way to its owner. "
    "Type the code here within 20 minutes.",
)
_WRONG = Told(
    False,
    "That is not the code of the newest mail, or its 20 minutes or five tries are over. Look again, or ask for a new one.",
)
_NOT_ONE = Told(False, "Write one mail address, such as ada@firm.example.")
_NO_ACCOUNT = Told(False, "That is not the id of a Slack account: it begins with U or W and is in capitals.")
_STAFF_ONLY = Told(False, "Only the staff can do that.")


@dataclass(frozen=True, slots=True)
class Linked:
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A code was asked for; whether one was mailed is not told."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Nobody's account so far."""


LinkState: TypeAlias = Linked | Pending | Unlinked


def confirmed(user_info: Mapping[str, Any], home_team: str) -> str | None:
    """The address Slack vouches for, of `users.info`'s "user": of our own workspace, alive, a person, confirmed."""
    profile = user_info.get("profile")
    if not isinstance(profile, Mapping) or not home_team or user_info.get("team_id") != home_team:
        return None
    if any(user_info.get(trait) for trait in ("deleted", "is_bot", "is_stranger", "is_invited_user")):
        return None
    if user_info.get("is_email_confirmed") is not True:
        return None
    return _one_address(profile.get("email"))


def status(session: Session, slack_user_id: str, team_id: str, *, now: datetime | None = None) -> LinkState:
    """Whose account this is. Without `now`, a code that was asked for is not looked for."""
    person = holder(session, slack_user_id)
    if person is not None and person.id is not None:
        return Linked(person.id, person.name)
    asked_at = last_marked(session, _subject(slack_user_id, team_id), _ASKED)
    if now is not None and asked_at is not None and asked_at + LIFE > now:
        return Pending(asked_at + LIFE)
    return Unlinked()


def link_by_confirmed_email(
    session: Session, slack_user_id: str, team_id: str, address: str, act: Act
) -> Told:
    """Link at once. Only for what `confirmed` returned and `users.lookupByEmail` led back to this account.

    Takes nothing from anybody: an account or a person that is linked otherwise needs a code.
    """
    if not _is_account(slack_user_id, team_id):
        return _NO_ACCOUNT
    bare = _one_address(address)
    person_id = owner_of(session, bare) if bare else None
    person = held(session, person_id) if person_id is not None else None
    if person is None:
        return Told(
            False, "The directory does not know the address of your Slack account. Tell me one that it knows."
        )
    if person.slack_user_id == slack_user_id:
        return _linked(person)
    if person.slack_user_id is not None or holder(session, slack_user_id) is not None:
        return Told(
            False, "There is another link already. To move it, type your address and the code I mail you."
        )
    _link(session, person, slack_user_id, team_id, act=act, how="confirmed by Slack")
    return _linked(person)


def begin(session: Session, slack_user_id: str, team_id: str, address: str, act: Act) -> Told:
    """Mail a code to whoever has this address in the directory. The answer is the same where nobody has it."""
    if not _is_account(slack_user_id, team_id):
        return _NO_ACCOUNT
    if Medium.EMAIL not in act.house.letterbox.carriers:
        return Told(False, "I cannot send mail yet. Ask the staff to link you by hand, please.")
    bare = _one_address(address)
    if bare is None:
        return _NOT_ONE
    subject = _subject(slack_user_id, team_id)
    if marked_since(session, subject, _ASKED, act.now - _HOUR) >= CODES_AN_HOUR:
        return Told(
            False,
            f"You asked for {CODES_AN_HOUR} codes within an hour. Wait a while, or ask the staff, please.",
        )
    _audit(session, act, _ASKED, subject, {})
    end_codes(session, slack_user_id, now=act.now)
    code = f"{secrets.randbelow(10**6):06d}"
    digest = _digest(code, secrets.token_bytes(_SALT))  # in any case: the time it takes tells nothing either
    person_id = owner_of(session, bare)
    if person_id is None or codes_since(session, person_id, act.now - _HOUR) >= CODES_AN_HOUR:
        return _SENT
    row = LinkCode(
        slack_user_id=slack_user_id,
        slack_team_id=team_id,
        person_id=person_id,
        address=bare,
        digest=digest,
        made_at=act.now,
        expires_at=act.now + LIFE,
    )
    session.add(row)
    session.flush()
    letter = code_letter(row.id or 0, code, region=act.house.region)
    act.house.letterbox.post(session, letter, [person_id], now=act.now, media=[Medium.EMAIL])
    return _SENT


def finish(session: Session, slack_user_id: str, team_id: str, code: str, act: Act) -> Told:
    """Link whom the code was mailed to; whatever was linked before gives way, and hears of it."""
    typed = "".join(letter for letter in code[:60] if letter in _DIGITS)
    row = newest_code(session, slack_user_id, team_id, now=act.now)
    if row is None:
        _matches(typed, "0" * 64)
        return _WRONG
    row.tries += 1
    session.add(row)
    person = held(session, row.person_id)
    if not _matches(typed, row.digest) or row.tries > TRIES or person is None:
        return _WRONG
    row.used_at = act.now
    if person.slack_user_id != slack_user_id:
        _link(session, person, slack_user_id, team_id, act=act, how="code")
    return _linked(person)


def unlink(session: Session, act: Act) -> Told:
    """By the person themselves: their Slack account is nobody's again."""
    if not isinstance(act.by, Member) or not allowed(
        session, act, Action.SET_OWN, subject=f"slack:{act.who}"
    ):
        return Told(False, "Your Slack account is not linked to anybody.")
    person = held(session, act.by.person_id)
    if person is None or person.slack_user_id is None:
        return Told(False, "Your Slack account is not linked to anybody.")
    _forget(session, person, act=act)
    return Told(True, "Your Slack account is no longer linked. You can link it again whenever you like.")


def link_by_hand(session: Session, address: str, slack_user_id: str, team_id: str, act: Act) -> Told:
    """By staff, who know whom they have before them."""
    account = slack_user_id.strip().removeprefix("<@").removesuffix(">")
    if not allowed(session, act, Action.LINK_PERSON, subject=fitting(f"slack:{account}", 200)):
        return _STAFF_ONLY
    if not _is_account(account, team_id):
        return _NO_ACCOUNT
    bare = _one_address(address)
    if bare is None:
        return _NOT_ONE
    person_id = owner_of(session, bare)
    person = held(session, person_id) if person_id is not None else None
    if person is None:
        return Told(False, f"Nobody in the directory has the address {bare}.")
    if person.staff_role is not StaffRole.MEMBER and not allowed(
        session, act, Action.SET_ROLE, subject=f"person:{person.id}"
    ):
        return Told(False, f"{person.name} has a role on the staff; only an admin can link them.")
    if person.slack_user_id != account:
        _link(session, person, account, team_id, act=act, how="by hand")
    return Told(True, f"{person.name} is linked to the Slack account {account}.", person.id)


def _link(session: Session, person: Person, slack_user_id: str, team_id: str, *, act: Act, how: str) -> None:
    if person.slack_user_id is not None:
        _tell_old_account(session, person, act=act)
    other = holder(session, slack_user_id)
    if other is not None and other.id != person.id:
        _forget(session, other, act=act)
    details = {"slack": f"{team_id}/{slack_user_id}", "how": how, "before": person.slack_user_id}
    attach(session, person, slack_user_id=slack_user_id, team_id=team_id)
    _audit(session, act, "person.linked", f"person:{person.id}", details)


def _tell_old_account(session: Session, person: Person, *, act: Act) -> None:
    """Written down before the link moves: it goes where the person is still reached, else to their mailbox."""
    assert person.id is not None  # noqa: S101 - read from the database
    letter = moved_letter(person.id, at=act.now, region=act.house.region)
    for medium in (Medium.SLACK, Medium.EMAIL):
        if act.house.letterbox.post(session, letter, [person.id], now=act.now, media=[medium]):
            return


def _forget(session: Session, person: Person, *, act: Act) -> None:
    details = {"slack": f"{person.slack_team_id}/{person.slack_user_id}"}
    detach(session, person)
    _audit(session, act, "person.unlinked", f"person:{person.id}", details)


def _linked(person: Person) -> Told:
    return Told(True, f"Your Slack account is linked: I know you as {person.name}.", person.id)


def _digest(code: str, salt: bytes) -> str:
    """Slow on purpose (RFC 7914): a million codes cannot be tried on a copy of the database while one is good."""
    return salt.hex() + hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=24).hex()


def _matches(code: str, digest: str) -> bool:
    salt = bytes.fromhex(digest[: 2 * _SALT])
    return hmac.compare_digest(_digest(code, salt), digest)


def _one_address(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    try:
        (address,) = addresses_of(text)
    except (Unreadable, ValueError):
        return None
    return address


def _is_account(slack_user_id: str, team_id: str) -> bool:
    return bool(_ACCOUNT.fullmatch(slack_user_id)) and len(team_id) <= 40 and team_id.isascii()


def _subject(slack_user_id: str, team_id: str) -> str:
    return fitting(f"slack:{team_id}/{slack_user_id}", 200)


def _audit(session: Session, act: Act, action: str, subject: str, details: dict[str, Any]) -> None:
    evidence = {"evidence": fitting(act.evidence)}
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action=action, subject=subject, details=details | evidence)
    )
    session.flush()

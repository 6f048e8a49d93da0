"""Delivery reports in the standard form (RFC 3464, RFC 6533), as programs really write them."""

import re
from collections.abc import Iterable, Iterator

from mail.bounces.addresses import field_address
from mail.bounces.parts import fields_in
from mail.bounces.report import Failed
from mail.bounces.severity import kind_of, status_in
from store.kinds import BounceProof

MOST = 100  # addresses of a report
LONGEST_REASON = 500
_FINAL, _ORIGINAL = "final-recipient", "original-recipient"
_OF_A_RECIPIENT = {
    _FINAL,
    _ORIGINAL,
    "action",
    "status",
    "diagnostic-code",
    "x-actual-recipient",
    "remote-mta",
}
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_COMMENT = re.compile(r"\((.*)\)", re.DOTALL)


def failures_in(text: str, *, notice: str = "") -> list[Failed]:
    """Whom the fields of one report name as failed or delayed; `notice` is what the program says in words."""
    found = []
    for fields in _recipients(text):
        failed = _failed(fields, notice)
        if failed is not None:
            found.append(failed)
    return list({each.address: each for each in reversed(found)}.values())[::-1]


def names_recipients(text: str) -> bool:
    """Whether there are fields of a recipient in a text, though nothing said so."""
    names = {name for name, _ in fields_in(text)}
    return bool(names & {_FINAL, _ORIGINAL}) and bool(names & {"action", "status"})


def _recipients(text: str) -> Iterator[dict[str, str]]:
    """The fields of each recipient. Blank lines are not to be relied on, so a field said again begins the next one."""
    current: dict[str, str] = {}
    count = 0
    for name, value in fields_in(text):
        if name not in _OF_A_RECIPIENT:
            continue
        if name in current and (name in {_FINAL, "action"} or (name == _ORIGINAL and _FINAL in current)):
            yield current
            current, count = {}, count + 1
            if count >= MOST:
                return
        current.setdefault(name, value)
    if current:
        yield current


def _failed(fields: dict[str, str], notice: str) -> Failed | None:
    final, original = field_address(fields.get(_FINAL, "")), field_address(fields.get(_ORIGINAL, ""))
    address = final or original
    action = _action(fields)
    if not address or action not in {"failed", "delayed"}:
        return None
    said = fields.get("diagnostic-code", "")
    reason = said.partition(";")[2].strip() if ";" in said[:20] else said
    status = _status(fields.get("status", ""), reason)
    words = f"{_comment(fields.get('status', ''))} {reason}".strip()
    given_up = action == "failed"
    return Failed(
        address,
        kind_of(status, words or _about(address, notice), given_up=given_up),
        BounceProof.REPORT,
        status,
        (words or _about(address, notice))[:LONGEST_REASON],
        sent_to=original if original != address else "",
        given_up=given_up,
    )


def _action(fields: dict[str, str]) -> str:
    """Of the five of RFC 3464 2.3.3 the one that is meant; from the status where none is told."""
    said = fields.get("action", "").strip().lower()
    for known in ("failed", "delayed", "delivered", "relayed", "expanded"):
        if said.startswith(known):
            return known
    if said.startswith(("fail", "error", "bounce", "expired")):
        return "failed"
    if said.startswith(("delay", "defer")):
        return "delayed"
    return {"5": "failed", "4": "delayed"}.get(fields.get("status", "").strip()[:1], "")


def _status(said: str, reason: str) -> str:
    """The other host's own code tells more than a general one."""
    found = _STATUS.search(said)
    status = ".".join(str(int(part)) for part in found.groups()) if found else ""
    told = status_in(reason)
    if told and told[0] in "45" and (not status or (status.endswith(".0.0") and not told.endswith(".0.0"))):
        return told
    return status


def _comment(status: str) -> str:
    found = _COMMENT.search(status)
    return found[1].strip() if found else ""


def _about(address: str, notice: str) -> str:
    """What the words say from where they name the address on; all of them where they do not."""
    at = notice.lower().find(address)
    return " ".join(notice[max(at, 0) :][:LONGEST_REASON].split())


def by_address(failed: Iterable[Failed]) -> list[Failed]:
    """Each address once, as it was told first."""
    found: dict[str, Failed] = {}
    for each in failed:
        found.setdefault(each.address, each)
    return list(found.values())

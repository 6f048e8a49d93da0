"""How well mail is read, as a table: `python -m tests.mail.table FOLDER`, a folder of foreign mails with what is true of each.

FOLDER holds cases.jsonl (a case a line: id, corpus, kind, format, raw_path, expected) and the mails. Exit code 1 where a
figure is below its goal. What is measured is what the assistant itself uses, from the bytes on.
"""

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from mail.authentication.results import trust_in
from mail.auto_reply import automatic
from mail.bounces.reading import read_report
from mail.decoding import text_of_html
from mail.forwards import forwarded_in
from mail.inbound import InboundMail, Refusal, read_mail
from mail.reply_text import reply_of
from mail.trust import Trust
from store.kinds import BounceKind

OWN = "ask@cluster.example"
GOALS = {
    "reply text: strict": 0.85,
    "reply text: no line lost": 0.97,
    "forwards": 0.90,
    "bounces: recipients exact": 0.80,
    "bounces: false positives": 0.0,
    "auto-replies recognised": 1.0,
    "people taken for robots": 0.0,
    "mime: subject": 0.95,
    "mime: from": 0.95,
    "mime: text": 0.95,
    "mails without an exception": 1.0,
    "spoofed senders trusted": 0.0,
}
AT_MOST = frozenset({*(name for name, goal in GOALS.items() if goal == 0.0), "bounces: only wrong addresses"})
SECONDS = 0.5  # one mail


@dataclass
class Tally:
    """For each line of the table: how many of how many, and which were not."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, line: str, case: dict[str, Any], *, holds: bool) -> None:
        for name in (line, f"{line} · {case['corpus']}"):
            self.of[name] += 1
            self.right[name] += holds
        if holds is (line in AT_MOST):
            self.missed[line].append(case["id"])


def main(folder: Path, *, say: Callable[[str], None] = print, verbose: bool = False) -> bool:
    """Print the table; whether every goal is reached."""
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text("utf-8").splitlines()]
    tally, slowest = Tally(), (0.0, "")
    for case in cases:
        raw = (folder / case["raw_path"]).read_bytes()
        begun = time.perf_counter()
        try:
            _look(case, raw, tally)
            tally.note("mails without an exception", case, holds=True)
        except Exception as error:  # noqa: BLE001 - which is what is measured
            say(f"{case['id']}: {type(error).__name__}: {error}")
            tally.note("mails without an exception", case, holds=False)
        slowest = max(slowest, (time.perf_counter() - begun, case["id"]))
    reached = [_row(name, tally, say) for name in sorted(tally.of)]
    say(f"{'slowest mail':<44} {slowest[0]:.2f} s of {SECONDS} ({slowest[1]})")
    if verbose:
        for name, ids in tally.missed.items():
            say(f"not right, {name}: {', '.join(ids)}")
    return all(reached) and slowest[0] <= SECONDS


def _row(name: str, tally: Tally, say: Callable[[str], None]) -> bool:
    share = tally.right[name] / tally.of[name]
    goal = GOALS.get(name)
    reached = goal is None or (share <= goal if name in AT_MOST else share >= goal)
    told = "" if goal is None else f"  goal {goal:.0%}  {'ok' if reached else 'MISSED'}"
    say(f"{name:<44} {tally.right[name]:>4} of {tally.of[name]:>4}  {share:6.1%}{told}")
    return reached


def _look(case: dict[str, Any], raw: bytes, tally: Tally) -> None:
    kind, expected = case["kind"], case["expected"]
    match kind:
        case "reply_text" | "reply_time" | "reply_html":
            _reply(case, raw, tally)
        case "forward":
            _forward(case, raw, tally)
        case _:
            mail = read_mail(raw)
            _as_mail(case, raw, mail, tally)
            if kind == "reply_eml" and isinstance(mail, InboundMail):
                tally.note(
                    "reply in a whole mail: strict", case, holds=_fold(mail.text) == _fold(expected["reply"])
                )


def _reply(case: dict[str, Any], raw: bytes, tally: Tally) -> None:
    expected, text = case["expected"], _text(raw)
    if case["kind"] == "reply_html":
        found = reply_of(text_of_html(text))
        tally.note("reply in HTML: same letters", case, holds=_letters(found) == _letters(expected["reply"]))
        return
    found = reply_of(text)
    if "reply" in expected:
        truth = expected["reply"] or ""
        tally.note("reply text: strict", case, holds=_fold(found) == _fold(truth))
        tally.note("reply text: no line lost", case, holds=_lines(truth) <= _lines(found))
        tally.note("reply text: no line too many", case, holds=_lines(found) <= _lines(truth))
    elif case["kind"] == "reply_text":
        kept = all(each in found for each in expected.get("contains", ())) and all(
            re.search(each, found) for each in expected.get("contains_re", ())
        )
        clean = not any(each in found for each in expected.get("excludes", ())) and not any(
            re.search(each, found) for each in expected.get("excludes_re", ())
        )
        tally.note("reply text: strict", case, holds=kept and clean)
        tally.note("reply text: no line lost", case, holds=kept)


def _forward(case: dict[str, Any], raw: bytes, tally: Tally) -> None:
    """Whether it is one; and whose it was, about what, with all that was written below."""
    expected, text = case["expected"], _text(raw)
    found = forwarded_in(text, subject=expected.get("subject_header") or "")
    if found is None or not expected["forwarded"]:
        tally.note("forwards", case, holds=(found is not None) == expected["forwarded"])
        return
    whose = expected["orig_from"]
    right = (
        found.sender == (whose["address"] or "")
        and _fold(found.sender_name) == _fold(whose["name"])
        and _fold(found.subject) == _fold(expected["orig_subject"])
        and _unquoted(expected["orig_body"]) in _unquoted(found.body)
    )
    tally.note("forwards", case, holds=right)


def _as_mail(case: dict[str, Any], raw: bytes, mail: InboundMail | Refusal, tally: Tally) -> None:
    kind, expected = case["kind"], case["expected"]
    headers = Message() if isinstance(mail, Refusal) else mail.headers
    sender = _envelope_sender(headers)
    report = read_report(raw, mail_from=sender)
    silent = automatic(headers, mail_from=sender or "x@y.example", own_address=OWN)
    if kind == "bounce":
        found = {each.address for each in report.addresses} if report else set()
        truth = {each.casefold() for each in expected["peer_recipients"]}
        tally.note("bounces: only wrong addresses", case, holds=bool(found) and not found & truth)
        tally.note("bounces: recipients exact", case, holds=found == truth)
        tally.note("bounces: never answered", case, holds=bool(silent or report))
        rows = expected["rows"] or ()
        if rows and found:
            hard = any(row["hard"] for row in rows)
            told = report is not None and any(each.kind is BounceKind.HARD for each in report.addresses)
            tally.note("bounces: hard or soft as the peer says", case, holds=hard == told)
    elif kind == "complaint":
        told = report is not None and any(each.kind is BounceKind.COMPLAINT for each in report.addresses)
        tally.note("complaints", case, holds=told)
    elif kind == "auto_reply":
        tally.note("auto-replies recognised", case, holds=bool(silent))
        tally.note("bounces: false positives", case, holds=report is not None)
    elif kind in {"not_bounce", "reply_eml"} or (kind == "mime" and not _is_report(headers)):
        tally.note("bounces: false positives", case, holds=report is not None)
    if kind == "reply_eml" or (kind == "mime" and not _says_automatic(headers)):
        tally.note("people taken for robots", case, holds=bool(silent))
    if kind == "mime" and "subject" in expected and isinstance(mail, InboundMail):
        _mime(case, mail, tally)
    if kind == "hostile":
        never = {each.casefold() for each in expected.get("must_not_trust", ())}
        believed = isinstance(mail, InboundMail) and _believed(mail, headers) and mail.sender in never
        tally.note("spoofed senders trusted", case, holds=bool(believed))


def _is_report(headers: Message) -> bool:
    return str(headers.get("Content-Type", "")).casefold().startswith("multipart/report")


def _says_automatic(headers: Message) -> bool:
    """Parsers' own test mails have lists, reports and do-not-reply among them, which say so themselves."""
    named = {name.casefold() for name in headers}
    machine = re.search(r"no-?t?-?reply", str(headers.get("From", "")), re.IGNORECASE)
    listed = named & {"list-id", "list-post", "list-unsubscribe", "precedence", "auto-submitted"}
    return bool(machine or listed) or _is_report(headers)


def _believed(mail: InboundMail, headers: Message) -> bool:
    """As a region does whose MTA found nothing that speaks for the sender; whatever the mail itself claims."""
    ids = {
        str(value).split(";")[0].split()[0]
        for value in headers.get_all("Authentication-Results", ())
        if str(value).strip()
    }
    domain = mail.sender.rpartition("@")[2]
    claims = (trust_in(headers, domain, each) for each in {"mx.cluster.example"} - ids)
    return any(trust is Trust.PROVED for trust in claims)


def _mime(case: dict[str, Any], mail: InboundMail, tally: Tally) -> None:
    expected = case["expected"]
    tally.note("mime: subject", case, holds=_same(mail.subject, expected["subject"]))
    tally.note("mime: from", case, holds=mail.sender == (expected["from"] or ""))
    if expected["text"] is not None:
        tally.note("mime: text", case, holds=_same(mail.full_text[:200], expected["text"][:200], begins=True))
    tally.note("mime: attachments", case, holds=len(mail.attachments) == expected["n_attachments"])


def _same(found: str, truth: str | None, *, begins: bool = False) -> bool:
    """Folded; where the truth itself could not be decoded (U+FFFD), any letter is as good."""
    one, other = _fold(found), _fold(truth or "")
    length = min(len(one), len(other)) if begins else max(len(one), len(other))
    pairs = zip(one[:length], other[:length], strict=False)
    return (begins or len(one) == len(other)) and all(a == b or b == "\ufffd" for a, b in pairs)


def _envelope_sender(headers: Message) -> str:
    path = str(headers.get("Return-Path", "")).strip()
    return "" if path == "<>" else path.strip("<>") or "somebody@elsewhere.example"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def _fold(text: str | None) -> str:
    return " ".join((text or "").split())


def _unquoted(text: str | None) -> str:
    return _fold((text or "").replace(">", " "))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _lines(text: str) -> set[str]:
    return {_fold(line) for line in text.split("\n") if line.strip()}


def _arguments(words: Iterable[str]) -> tuple[Path, bool]:
    given = list(words)
    folders = [Path(each) for each in given if not each.startswith("-")]
    if len(folders) != 1 or not (folders[0] / "cases.jsonl").is_file():
        sys.exit("python -m tests.mail.table FOLDER [--verbose]: a folder with cases.jsonl and its mails")
    return folders[0], "--verbose" in given


if __name__ == "__main__":
    where, wordy = _arguments(sys.argv[1:])
    sys.exit(0 if main(where, verbose=wordy) else 1)

"""The newest part of a mail: what the person wrote, without the quoted past and the signature.

Lines become letters (mail/line_kinds.py), and short patterns over the letters decide; in doubt a line is kept.
"""

import re

from mail.decoding import shortened
from mail.line_kinds import LONGEST_LINE, letters_of

_FORWARDED_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,80}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|vs|vl|vb|doorst|fwd|pd|továbbítás|転送|转发|轉寄)\s?[:：]",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"mailing list|unsubscribe|listinfo|you received this|you are receiving", re.IGNORECASE)
_SHARED = re.compile(
    r"(?P<said>(?!\s*>).*[^\s-])(?:\s+|\s?-{2,}\s?)(?P<wrote>On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (?=[^\n]*\d{4}).*\bwrote:)"
)
_HEADER_RUN = re.compile(r"h+(?:[te]{1,2}h+)*")
_QUOTE_RUN = re.compile(r"q(?:[qe]*q)?")
_SAID = re.compile("[trl]")
_CONTACT = re.compile(
    r"[^\s@]@[^\s@]+\.[a-z]{2,}|(?:\+|\b)\d[\d ()./-]{7,}\d|\bwww\.|https?://", re.IGNORECASE
)
_ASKS = re.compile(r"[?？](?:\s|$)")
_MOST_SIGNATURE_LINES = 15
_LONGEST_SIGNATURE_LINE = 120


def reply_of(text: str, *, subject: str = "") -> str:
    """The lines the person wrote, in their order. A forward keeps what is below; a mail without a quote, everything."""
    lines = _on_lines_of_their_own(shortened(text).split("\n"))
    letters = _with_header_blocks(lines, letters_of(lines))
    if _FORWARDED_SUBJECT.match(subject) or _is_forward(letters):
        return _joined(lines)
    end = _where_the_past_begins(letters)
    # A mark with nothing above it is the head of a quote that is answered below.
    lines, letters = _without_quotes(lines[:end], letters[:end].replace("k", "b"))
    end = _where_the_signature_begins(lines, letters)
    return _joined([line for line, letter in zip(lines[:end], letters[:end], strict=True) if letter != "m"])


def _on_lines_of_their_own(lines: list[str]) -> list[str]:
    """Some programs write the announcement of the quote behind the answer: "Yes. On Wed, Apr 4, 2012 … wrote:"."""
    return [part for line in lines for part in _parted(line)]


def _parted(line: str) -> tuple[str, ...]:
    found = _SHARED.fullmatch(line) if line.endswith("wrote:") and len(line) <= LONGEST_LINE else None
    return (found["said"], found["wrote"]) if found else (line,)


def _joined(lines: list[str]) -> str:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return "\n".join(lines)


def _with_header_blocks(lines: list[str], letters: str) -> str:
    """Header lines count as such where three stand together, or two of which one has an address."""

    def judged(run: re.Match[str]) -> str:
        block = lines[run.start() : run.end()]
        addressed = any("@" in line[:LONGEST_LINE] for line in block)
        found = run.group().count("h")
        return ("h" if found >= 3 or (found == 2 and addressed) else "t") * len(block)

    return _HEADER_RUN.sub(judged, letters)


def _is_forward(letters: str) -> bool:
    """A forward, or a header block with nothing above it: the content is below."""
    first = re.search(r"[fobkh]", letters)
    return bool(
        first
        and (first.group() == "f" or (first.group() in "oh" and not _SAID.search(letters, 0, first.start())))
    )


def _where_the_past_begins(letters: str) -> int:
    """The first line of what is surely an earlier mail down to the end: unquoted below its announcement."""
    for found in re.finditer(r"[koh]|b+e*(?![beq])", letters):
        if _SAID.search(letters, 0, found.start()):
            return found.start()
    return len(letters)


def _without_quotes(lines: list[str], letters: str) -> tuple[list[str], str]:
    """Without announced quotes and those at the end; quotes between answers stay, since the answers need them."""
    if not _SAID.search(letters):
        return ([], "") if "b" in letters else (lines, letters)
    letters = letters.rstrip("debq")
    runs = _QUOTE_RUN.findall(letters)
    gone = re.compile(r"b+(?:e*q(?:[qe]*q)?)?" if len(runs) == 1 else r"b+")
    dropped = {at for found in gone.finditer(letters) for at in range(*found.span())}
    kept = [at for at in range(len(letters)) if at not in dropped]
    return [lines[at] for at in kept], "".join(letters[at] for at in kept)


def _where_the_signature_begins(lines: list[str], letters: str) -> int:
    for found in re.finditer(r"[gmdlr]", letters):
        at = found.start()
        if _SAID.search(letters, 0, at) and _ends_here(found.group(), lines[at + 1 :], letters[at + 1 :]):
            return len(letters[:at].rstrip("deq"))
    return len(letters.rstrip("deq")) or len(letters)


def _ends_here(letter: str, rest: list[str], letters: str) -> bool:
    """Whether a line of this kind, with this below it, is where the person has stopped writing."""
    short = len(letters) - letters.count("e") <= _MOST_SIGNATURE_LINES
    match letter:
        case "m" | "l":
            return True
        case "g":
            return short
        case "d":
            return short and any(_FOOTER.search(line[:LONGEST_LINE]) for line in rest)
        case _:  # a sign-off is sure to be one when the person's telephone or address is below it
            below = [line[:LONGEST_LINE].rstrip() for line in rest[: len(letters.partition("l")[0])]]
            asks = any(_ASKS.search(line) or len(line) > _LONGEST_SIGNATURE_LINE for line in below)
            return short and not asks and any(_CONTACT.search(line) for line in below)

"""The newest part of a mail: what the person wrote, without the quoted past and the signature."""

import re

from mail.decoding import shortened

_ATTRIBUTION = re.compile(
    r"^(On|Am|Le|El|Op|Il) .{0,300}(wrote|schrieb.*|écrit|escribió|schreef.*|scritto) ?:$"
)


def reply_of(text: str, *, subject: str = "") -> str:
    """The lines the person wrote, in their order; the whole text rather than nothing."""
    lines = shortened(text).split("\n")
    for number, line in enumerate(lines):
        if line == "-- " or _ATTRIBUTION.match(line.strip()[:400]):
            return "\n".join(lines[:number]).strip()
    return "\n".join(lines).strip()

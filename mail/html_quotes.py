"""Which parts of a mail in HTML its program marked as the quoted past, whatever language announces them.

Only marks that programs set for this count: a bare <blockquote> may be the writer's own words.
"""

import re

_BEGIN, _END = "\ue000", "\ue001"  # no mail has them: they are for private use
_LONGEST_TAG = 2_000
_MARKS = {mark: f"<div>{mark}</div>" for mark in (_BEGIN, _END)}

_TAG = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-z][a-z0-9]{{0,20}})\b(?P<said>[^<>]{{0,{_LONGEST_TAG}}})>",
    re.IGNORECASE | re.DOTALL,
)
_QUOTING_BLOCK = re.compile(
    r"\btype\s*=\s*[\"']?cite\b|\bcite\s*=\s*[\"']?mid:|\bclass\s*=\s*[^=]*\b(?:gmail_quote|protonmail_quote|tutanota_quote|front-blockquote)\b"
    r"|\bid\s*=\s*[\"']?(?:x_)*MAC_OUTLOOK_ATTRIBUTION_BLOCKQUOTE|\bname\s*=\s*[\"']?messageReplySection",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"\b(?:class|id)\s*=\s*[^=]*(?<![\w-])(?:x_)*(?:yahoo_quoted(?:_\d+)?|yahooqtd\w*|OLK_SRC_BODY_SECTION|moz-cite-prefix|freshdesk_quote"
    r"|missive_quote|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)(?![\w-])",
    re.IGNORECASE,
)
# Not around the past, but where it begins: the header that Outlook, Zimbra and Hotmail put above.
_FROM_HERE = re.compile(
    r"\bid\s*=\s*[\"']?(?:x_)*(?:divRplyFwdMsg|zwchr|stopSpelling)(?![\w-])|border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)\b",
    re.IGNORECASE,
)
_MOST_QUOTES = 500


def marked(source: str) -> str:
    """The HTML with a private mark before and behind each quote; one look at each tag."""
    source = source.replace(_BEGIN, "").replace(_END, "")
    pieces: list[str] = []
    at = begun = 0
    inside, depth = "", 0  # the element that is a quote, and how many of its name are open within
    for tag in _TAG.finditer(source):
        name = (tag["name"] or "").lower()
        if inside:
            depth += (-1 if tag["end"] else 1) if name == inside else 0
            if depth == 0:
                pieces += [source[at : tag.end()], _MARKS[_END]]
                at, inside = tag.end(), ""
            continue
        kind = "" if not name or tag["end"] or begun >= _MOST_QUOTES else _kind(name, tag["said"])
        if kind:
            begun += 1
            pieces += [source[at : tag.start()], _MARKS[_BEGIN]]
            at = tag.start()
        if kind == "past":
            break
        inside, depth = (name, 1) if kind else ("", 0)
    return "".join([*pieces, source[at:]])


def _kind(name: str, said: str) -> str:
    """ "past" where everything below is, "quote" where the element is one."""
    if name == "blockquote" and _QUOTING_BLOCK.search(said):
        return "quote"
    if "=" not in said:
        return ""
    if _FROM_HERE.search(said):
        return "past"
    return "quote" if _QUOTE.search(said) else ""


def quoted(text: str) -> str:
    """The text of marked HTML, each quoted line behind a ">", as in a mail without HTML."""
    if _BEGIN not in text:
        return text.replace(_END, "")
    lines: list[str] = []
    for at, piece in enumerate(re.split(f"[{_BEGIN}{_END}]", text)):
        # Quotes are marked one after the other, never inside each other: every second piece is one.
        worded = piece.strip("\n")
        if at % 2 and worded.strip():
            lines += ["", *(f"> {line}".rstrip() for line in worded.split("\n")), ""]
        elif worded.strip():
            lines += worded.split("\n")
    return "\n".join(lines).strip("\n")

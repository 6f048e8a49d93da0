"""Whether a mail is one that came before: the same for the same mail, by whatever way it came again."""

import hashlib
import re

# What each hop adds or rewrites; a mail that comes a second time by another hop is the same mail.
TRACE = re.compile(
    rb"^(?:received|return-path|delivered-to|x-original-to|envelope-to|delivery-date)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
LONGEST_HEAD = (
    256 * 1024
)  # a pattern over megabytes of header takes hundreds of them; no honest head is as long


def digest_of(envelope: tuple[str, ...], content: bytes) -> str:
    """Of the envelope's addresses, none of which holds a line break, and the mail without what its hops added."""
    digest = hashlib.sha256("\n".join(envelope).encode("utf-8", "backslashreplace"))
    end = content.find(b"\r\n\r\n")
    head = content[: min(len(content) if end < 0 else end + 2, LONGEST_HEAD)]
    digest.update(b"\n\n" + TRACE.sub(b"", head))
    digest.update(memoryview(content)[len(head) :])
    return digest.hexdigest()

"""Header fields of our mails, made so that nothing a stranger sent can begin a header or break a thread."""

from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy

from mail.authentication.domains import ascii_domain

MOST_REFERENCES = 20
LONGEST_REFERENCES = 900  # octets
LONGEST_ID = 400  # far more than any program makes; a line of a mail ends at 998
LONGEST_NAME = 100  # characters of a display name
ENCODED = "=?"  # how an encoded word begins (RFC 2047)
_SPECIAL = frozenset('()<>[]:;,\\" ')  # would end an address that stands there unquoted (RFC 5322 3.2.3)


class _Ids(UnstructuredHeader, BaseHeader):
    """Message ids, one a line: the standard folding writes a long one as an encoded word, and the thread is lost."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("In-Reply-To", _Ids)
    registry.map_to_type("References", _Ids)
    return registry


POLICY = SMTP.clone(header_factory=_registry())
INTERNATIONAL = POLICY.clone(utf8=True)  # RFC 6532: for a mailbox beyond ASCII, which no other form can name


def mailbox(address: str) -> str:
    """A bare address as headers have it, its domain in ASCII (RFC 5890); as it stands where that cannot be."""
    local, at, domain = address.rpartition("@")
    plain = "" if domain.isascii() else ascii_domain(domain)
    return f"{local}{at}{plain}" if plain else address


def writable(address: str) -> bool:
    """Whether a header can hold this address; one beyond ASCII stands there as it is."""
    written = mailbox(address)
    if ENCODED in written:
        return False
    if not written.isascii():
        return written.isprintable() and not _SPECIAL & set(written) and written.count("@") == 1
    try:
        return Address(addr_spec=written).addr_spec == written
    except (ValueError, MessageError, IndexError):  # the standard parser's ways to say no
        return False


def references(ids: tuple[str, ...]) -> str:
    """Ids in their angle brackets, the one replied to last.

    Trimmed from the middle: the first keeps the thread together, the last ones place the mail in it.
    """
    kept = [each for each in dict.fromkeys(ids) if referable(each)]
    while len(kept) > 1 and (
        len(kept) > MOST_REFERENCES or sum(len(each) + 3 for each in kept) > LONGEST_REFERENCES
    ):
        del kept[1 if len(kept) > 2 else 0]
    return " ".join(f"<{each}>" for each in kept)


def referable(message_id: str) -> bool:
    """Whether an id can stand in a header as it is; what cannot is better left out than changed."""
    return (
        0 < len(message_id) <= LONGEST_ID
        and message_id.isascii()
        and message_id.isprintable()
        and not set("<> ") & set(message_id)
        and ENCODED not in message_id
    )


def header_text(text: str) -> str:
    """Words of anybody's for a header: one line, and nothing in it that reads as an encoded word.

    The standard parser decodes those in what it is given to write, and older ones write the line breaks that were in
    them as they are: a header of a stranger's making (CVE-2024-6923).
    """
    return one_line(text).replace(ENCODED, "= ?")


def display_name(text: str) -> str:
    """Somebody's name as a header can show it beside their address."""
    return header_text(text[: 4 * LONGEST_NAME])[:LONGEST_NAME]


def one_line(text: str) -> str:
    """Text fit for a header: one line, no control characters, no halves of surrogate pairs."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())

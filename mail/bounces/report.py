"""What a report says: whom a mail of ours did not reach, or who called it spam, and which mail that was."""

from dataclasses import dataclass

from store.kinds import BounceKind, BounceProof


@dataclass(frozen=True, slots=True)
class Failed:
    """One address of a report. `given_up` is False where the other side says that it still tries."""

    address: str  # lower-case, as the other side names it at last
    kind: BounceKind
    known_by: BounceProof
    status: str = ""  # RFC 3463: "5.1.1"; "" where none was told
    reason: str = ""  # their words, one line
    sent_to: str = ""  # the address it was sent to, where a forward made another of it
    given_up: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    addresses: tuple[Failed, ...]
    message_id: str = ""  # of the mail that came back, without <>
    return_paths: tuple[str, ...] = ()  # its envelope's sender, as far as what came back tells


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report has of the mail that came back."""

    recipients: tuple[str, ...] = ()  # of its To and Cc, and those its Received lines tell
    message_id: str = ""
    return_paths: tuple[str, ...] = ()
    complained: tuple[
        str, ...
    ] = ()  # readers whom a field of their host names, which it adds to complaints alone

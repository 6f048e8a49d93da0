"""What a known sender is told whose mail nothing proves to be theirs: what they do not get, and the way to it."""

from sqlmodel import Session

from mail.arrived import Arrived
from mail.trust import Trust
from store.people import Member, by_address

UNPROVED = (
    "I could not make sure that this mail really comes from {}, so I have answered it as anybody's: public facts only, and "
    "nothing done in your name. Ask me in Slack, or ask your IT for DKIM on your mail."
)
DISOWNED = (
    "The domain of {} says that its mail does not come this way, so I have answered this one as anybody's: public facts "
    "only, and nothing done in your name. If you wrote it, tell your IT that it fails DMARC; Slack works meanwhile."
)


def why_unsure(session: Session, arrived: Arrived) -> str:
    """A paragraph for the answer, which goes to that very address and to nobody else; "" where there is nothing to explain."""
    if arrived.trust is Trust.PROVED or not isinstance(by_address(session, arrived.mail.sender), Member):
        return ""
    return (DISOWNED if arrived.trust is Trust.FAILED else UNPROVED).format(arrived.mail.sender)

"""The letters about second addresses: is this one yours too, and that it is known now."""

from bot.assistant.letters import Choice, Letter, LetterKind
from bot.assistant.shown_addresses import shown_address

MINE = Choice("yes", "Yes, it is mine too", primary=True)
NOT_MINE = Choice("no", "No, it is not mine")
OF_PERSON, OF_MAILBOX, KNOWN = "person", "mailbox", "known"  # the end of each one's key
DAYS = 7  # that a question waits for its answer


def to_the_person(claim_id: int, address: str, *, by_token: bool, region: str) -> Letter:
    """Somebody says so; whoever is asked is in the directory, and reached as always."""
    how = (
        "It came as a reply to a message that I had sent to you."
        if by_token
        else "They say that you are the same person."
    )
    return Letter(
        key=_key(claim_id, OF_PERSON),
        kind=LetterKind.ADDRESS,
        about=_about(claim_id),
        subject="Is this address yours, too?",
        lead="Somebody has written to me from an address that I do not know. Is it yours?",
        paragraphs=(how,),
        facts=(("The address", shown_address(address)),),
        closing="With a yes, whoever writes from there is you to me: your asks, your introductions. "
        f"If it is not yours, say no. Without an answer within {DAYS} days, nothing changes.",
        choices=(MINE, NOT_MINE),
        why=f"You get this because you are in the directory of {region}.",
    )


def to_the_mailbox(claim_id: int, name: str, organisation: str, *, region: str) -> Letter:
    """A member says so; whoever reads the mailbox is asked there."""
    who = f"{name}, {organisation}" if organisation else name
    return Letter(
        key=_key(claim_id, OF_MAILBOX),
        kind=LetterKind.ADDRESS,
        about=_about(claim_id),
        subject="Is this address yours, too?",
        lead=f"A member of {region} tells me that this address is theirs as well. Is that you?",
        facts=(("The member", who),),
        closing=f"If you are not {name}, say no, or do nothing: without an answer within {DAYS} days, nothing changes.",
        choices=(MINE, NOT_MINE),
        why=f"You get this once, because somebody gave this address to the assistant of {region}.",
    )


def known_now(claim_id: int, address: str, *, to_mailbox: bool, region: str) -> Letter:
    """To the other of the two who were needed: whoever answered is told so in the answer."""
    return Letter(
        key=_key(claim_id, KNOWN),
        kind=LetterKind.ADDRESS,
        about=_about(claim_id),
        subject="This address works now" if to_mailbox else "You have another address now",
        lead=(
            "I know you at this address now: write to me from it as from your other one."
            if to_mailbox
            else "I know you at another address, too, now."
        ),
        facts=() if to_mailbox else (("The address", shown_address(address)),),
        closing="If that is not right, tell the staff at once, please.",
        why=f"Somebody said to the assistant of {region} that both addresses are theirs, and it was confirmed.",
    )


def _key(claim_id: int, side: str) -> str:
    return f"address:{claim_id}:{side}"


def _about(claim_id: int) -> str:
    return f"address:{claim_id}"

"""The letters about linked Slack accounts: a code, and that a link moved."""

from datetime import datetime

from bot.assistant.letters import Letter, LetterKind


def code_letter(number: int, code: str, *, region: str) -> Letter:
    """Goes by mail only: it proves that its reader reads it."""
    return Letter(
        key=f"code:{number}",
        kind=LetterKind.CODE,
        about=f"code:{number}",
        subject="Your code for Slack",
        lead=f"Your code is {code}.",
        paragraphs=("Type it in Slack, where you asked for it, within 20 minutes. Then I know you there.",),
        closing="If you did not ask for it, do nothing, and give it to nobody: whoever types it can act in your name.",
        why=f"A Slack account asked the assistant of {region} to be linked to this address.",
    )


def moved_letter(person_id: int, *, at: datetime, region: str) -> Letter:
    """To the account that was linked until now."""
    key = f"moved:{person_id}:{at:%Y%m%dT%H%M%S}"
    return Letter(
        key=key,
        kind=LetterKind.CODE,
        about=f"person:{person_id}",
        subject="Your link to Slack has moved",
        lead="Another Slack account is linked to you in the directory now; this one no longer is.",
        closing="If that was not you, tell the staff at once, please.",
        why=f"This Slack account was linked to you with the assistant of {region}.",
    )

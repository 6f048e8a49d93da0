"""Letters that nobody waits for do not go to an address that will not have them; those one waits for do."""

from sqlmodel import Session

from bot.assistant.letters import UNASKED, Letter, LetterKind
from store.bounced import Told, record
from store.kinds import BounceKind, BounceProof, Medium
from store.store import Store
from tests.bot.assistant.plain_carrier import house_with, letters
from tests.conftest import NOW
from tests.factories import add_person
from tests.mail.bounces.reports import ADA, message_to

HOUSE = house_with(Medium.EMAIL)


def a_letter(kind: LetterKind) -> Letter:
    return Letter(f"{kind.value}:7", kind, "event:7", "Subject", "Lead.")


async def test_who_called_our_mail_spam_gets_none_that_they_did_not_ask_for(store: Store) -> None:
    def go(session: Session) -> set[LetterKind]:
        ada = add_person(session, name="Ada Marsh", addresses=[ADA])
        sent = message_to(session, ADA, key="answer:1", now=NOW)
        told = Told(
            ADA, BounceKind.COMPLAINT, BounceProof.TOKEN, "", "said", given_up=True, believed=True, outbox_id=sent
        )  # fmt: skip
        record(session, told, now=NOW)
        before = len(letters(session))
        posted = {
            kind
            for kind in LetterKind
            if HOUSE.letterbox.post(session, a_letter(kind), [ada], now=NOW) is not None
        }
        assert len(letters(session)) - before == len(posted)
        return posted

    assert await store.write(go) == set(LetterKind) - UNASKED

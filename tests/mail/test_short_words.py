"""Short words on the first line of a mail, as people write them, and what is none of them."""

from sqlmodel import Session, select

from store.models import AskRecord
from store.store import Store
from tests.factories import add_event, add_organisation, add_person
from tests.mail.correspondence import (
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    arrive,
    at,
)

# What is written under an answer with twelve hits, and what is done about it.
BODIES = {
    "more": "more",
    "More": "more",
    "MORE!": "more",
    "more please": "more",
    "Hi, more please": "more",
    "Hi,\n\nmore please\n\nThanks\nAda": "more",
    "Hello there,\nCould you show me more?\nBest wishes, Ada": "more",
    "Thanks! More, please.": "more",
    "any others?": "more",
    "next page": "more",
    "Can I see some more of them please?": "more",
    "more results please\n\nOn Mon, 23 Nov 2026 at 09:00, whodoes <ask@cluster.example> wrote:\n> 1. Dryer 1": "more",
    "more\n\nSent from my iPhone": "more",
    "more of question 1": "more",
    "Yes please, more": "more",
    "intro two": "introduction",
    "Intro 2 please": "introduction",
    "Could you introduce 2? Thanks, Ada": "introduction",
    "Could you introduce 2?\n\nThanks,\nAda": "introduction",
    "Please introduce us to number 2.": "introduction",
    "introduce 2": "introduction",
    "INTRODUCE 2": "introduction",
    "introduce me to 2, please": "introduction",
    "Introduction to 3 please": "introduction",
    "can you put me in touch with number 4?": "introduction",
    "I'd like an introduction to 1.": "introduction",
    "Yes, introduce 1": "introduction",
    "Hi Robin,\n\nintroduce 3 please.\n\nWe need 200 vials dried by June.\n\nAda": "introduction",
    "Hello! Intro to the second one please :)": "introduction",
    "Thank you, that is great. Please introduce 1.": "introduction",
    "#2 please, introduce us": "introduction",
    "2": "introduction",
    "2.": "introduction",
    "No. 2 please": "introduction",
    "number 3": "introduction",
    "the second one please": "introduction",
    "who there?": "people",
    "Who at 2?": "people",
    "who is at number 2": "people",
    "Hi - who should I talk to at 2?": "people",
    "Contact at 2 please": "people",
    "stop": "stopped",
    "STOP": "stopped",
    "stop please": "stopped",
    "Stop.\n\n-- \nAda Marsh": "stopped",
    "Please stop sending me mails": "stopped",
    "unsubscribe": "stopped",
    "Unsubscribe me please": "stopped",
    "Please remove me from this list": "stopped",
    "Hi,\nplease unsubscribe.\nThanks": "stopped",
    "help": "help",
    "Help!": "help",
    "Help please": "help",
    "how does this work?": "help",
    "Hi,\n\nhelp\n\nAda": "help",
    "events": "events",
    "When is the next event?": "events",
    "Any events in December?": "events",
    "only SMEs": "only",
    "Only SMEs please": "only",
    "Hi, only SMEs please. Thanks, Ada": "only",
    "thanks": "small_talk",
    "Thank you so much!": "small_talk",
    "Great, thanks\n\nAda": "small_talk",
    "yes please!": "small_talk",
    "ok": "small_talk",
    "who does freeze drying of vaccines?": "asked",
    "We need more freeze drying capacity, who has it?": "asked",
    "Could you help me find freeze drying?": "asked",
    "Which dryers stop at minus 80 degrees?": "asked",
    "I need an introduction to freeze drying, who teaches it?": "asked",
}  # fmt: skip
# The subject counts where nothing was written.
SUBJECTS = {
    ("Re: more", ""): "more",
    ("Re: A question", "more"): "more",
    ("introduce 2", "\n\n"): "introduction",
    ("Re: [EXTERNAL] AW: introduce 2", "Kind regards\nAda"): "introduction",
    ("STOP", ""): "stopped",
    ("help", "-- \nAda Marsh\nHead of Drying"): "help",
    ("Unsubscribe", "Sent from my iPhone"): "stopped",
    ("who does freeze drying?", "Best wishes,\nAda"): "asked",
    ("more", "who does freeze drying in Leeds?"): "asked",
}
SENTENCES = [(f"Re: Drying {number}", body, done) for number, (body, done) in enumerate(BODIES.items())]
WRITTEN = SENTENCES + [(subject, body, done) for (subject, body), done in SUBJECTS.items()]


def furnish(session: Session) -> None:
    for number in range(1, 13):
        add_organisation(session, name=f"Dryer {number}", capabilities=["freeze drying"], town="Leeds")
    for number in range(len(WRITTEN)):
        add_person(session, name=f"Member {number}", addresses=[f"m{number}@firm.example"])
    add_event(session, title="Winter evening", starts_at=at(18).replace(month=12))


def done_about(session: Session) -> dict[str, str]:
    """By the sender of the second mail: what it was taken for."""
    rows = session.exec(select(AskRecord)).all()
    return {row.id.split(":")[1]: label(row) for row in rows if ":second" in row.id}


def label(row: AskRecord) -> str:
    if row.answer_kind != "matches":
        return "asked" if row.answer_kind == "no_match" else row.answer_kind
    if row.shown > 5:
        return "more"
    return "only" if row.wanted and row.wanted["sizes"] else "asked"


async def test_short_words_are_heard_through_politeness_quotes_and_signatures(sqlite_store: Store) -> None:
    await sqlite_store.write(furnish)
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        for number, (subject, body, _) in enumerate(WRITTEN):
            sender, first = f"m{number}@firm.example", f"first{number}@firm.example"
            await arrive(
                sqlite_store, a_mail("who does freeze drying?", sender=sender, message_id=first), now=at(9)
            )
            reply = a_mail(
                body,
                sender=sender,
                subject=subject,
                message_id=f"second{number}@firm.example",
                In_Reply_To=f"<{first}>",
            )
            await arrive(sqlite_store, reply, now=at(9))
        await all_worked_through(sqlite_store, desk)
    found = await sqlite_store.read(done_about)
    wrong = {
        (subject, body): (found.get(f"m{number}@firm.example"), done)
        for number, (subject, body, done) in enumerate(WRITTEN)
        if found.get(f"m{number}@firm.example") != done
    }
    assert not wrong, "\n".join(f"{said}: {told}" for said, told in wrong.items())

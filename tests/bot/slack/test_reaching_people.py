"""Letters in Slack: the conversation is opened first, and what went out is changed where it stands."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.slack.calling import SlackCalls
from bot.slack.face import SlackFace
from bot.slack.pacing import Pace
from bot.slack.placed import At, place_of, placed_by
from bot.slack.sender import SlackSender
from scheduler.delivery import Delivery
from store.kinds import Medium, OutboxState
from store.models import OutboxMessage
from store.outbox import Claimed, cancel, claim, settle
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.outbox_of import change, in_channel, queue, settled, states, to_people
from tests.doubles.slack.records import ALICE, BOB, GENERAL
from tests.doubles.slack.server import SlackDouble

Delivering = Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]
QUICK = Pace(apart=0.01, per_second=1000, burst=100)


@pytest.fixture
async def sender(slack: SlackDouble, sqlite_store: Store) -> AsyncIterator[SlackSender]:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    yield SlackSender(calls, placed=placed_by(sqlite_store, right_now), pace=QUICK)
    await calls.close()


def a_letter(*users: str, number: int = 1, **arguments: Any) -> Claimed:
    payload = {
        "method": "chat.postMessage",
        "users": list(users),
        "arguments": {"text": "hello", **arguments},
    }
    return Claimed(
        number, f"letter:{number}", Medium.SLACK, "letter", ",".join(users), "", payload, None, "test", 1, right_now()
    )  # fmt: skip


@pytest.mark.parametrize("people", [(ALICE,), (ALICE, BOB)])
async def test_a_letter_reaches_its_people_in_a_conversation_that_is_opened_once(
    sender: SlackSender, slack: SlackDouble, people: tuple[str, ...]
) -> None:
    first = await sender.send(a_letter(*people))
    second = await sender.send(a_letter(*reversed(people), number=2))
    posted = slack.posted()
    assert [first, second] == [Sent(f"{each.channel}/{each.ts}") for each in posted]
    assert posted[0].channel == posted[1].channel
    assert slack.workspace.channels[posted[0].channel].members >= set(people)
    assert len(slack.calls_of("conversations.open")) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("user_not_found", "There is no such person in the workspace."),
        ("user_disabled", "That person's Slack account is switched off."),
        ("invalid_user_combination", "These people share no channel in Slack"),
        ("missing_scope", "The bot lacks a permission"),
    ],
)
async def test_whom_slack_does_not_let_us_write_to_is_said_in_plain_words(
    sender: SlackSender, slack: SlackDouble, error: str, words: str
) -> None:
    slack.fail("conversations.open", error=error)
    outcome = await sender.send(a_letter(ALICE))
    assert isinstance(outcome, Refused)
    assert words in outcome.reply
    assert not slack.posted()


async def test_a_person_who_left_is_not_written_to(sender: SlackSender, slack: SlackDouble) -> None:
    slack.workspace.add_user("U0GONE", "gone", deleted=True)
    assert isinstance(await sender.send(a_letter("U0GONE")), Refused)
    assert isinstance(await sender.send(a_letter("U0NOBODY")), Refused)


async def test_one_person_is_reached_by_their_id_while_slack_opens_no_more_conversations(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("conversations.open", status=429, retry_after=60)
    outcome = await sender.send(a_letter(ALICE))
    (posted,) = slack.posted()
    assert outcome == Sent(f"{posted.channel}/{posted.ts}")
    assert isinstance(await sender.send(a_letter(ALICE, number=2)), Sent)
    assert len(slack.calls_of("conversations.open")) == 1


async def test_two_people_wait_until_slack_opens_conversations_again(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("conversations.open", status=429, retry_after=60)
    first = await sender.send(a_letter(ALICE, BOB))
    second = await sender.send(a_letter(ALICE, BOB, number=2))
    assert isinstance(first, Postponed)
    assert first.wait == timedelta(seconds=60)
    assert isinstance(second, Postponed)
    assert not second.tried
    assert len(slack.calls_of("conversations.open")) == 1
    assert isinstance(await sender.send(a_letter(ALICE, number=3)), Sent)  # by her id


async def test_a_conversation_that_cannot_be_opened_just_now_is_opened_later(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.drop("conversations.open", accepted=False)
    slack.fail("conversations.open", status=503)
    assert isinstance(await sender.send(a_letter(ALICE)), Postponed)
    assert isinstance(await sender.send(a_letter(ALICE)), Postponed)
    assert isinstance(await sender.send(a_letter(ALICE)), Sent)


async def test_a_conversation_that_slack_knows_no_more_is_opened_anew(
    sender: SlackSender, slack: SlackDouble
) -> None:
    await sender.send(a_letter(ALICE))
    slack.fail("chat.postMessage", error="channel_not_found")
    assert isinstance(await sender.send(a_letter(ALICE, number=2)), Sent)
    assert len(slack.calls_of("conversations.open")) == 2


async def test_a_letter_in_doubt_is_looked_for_where_its_people_are(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.drop("chat.postMessage", accepted=True)
    assert isinstance(await sender.send(a_letter(ALICE, BOB)), Unknown)
    (posted,) = slack.posted()
    assert await sender.look_up(a_letter(ALICE, BOB)) == Sent(f"{posted.channel}/{posted.ts}")
    assert isinstance(await sender.look_up(a_letter(ALICE, number=2)), Postponed)


async def test_a_dropped_letter_is_not_posted_twice(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.drop("chat.postMessage", accepted=True)
    slack.drop("conversations.open", accepted=True)
    await queue(sqlite_store, to_people("letter:1", ALICE))
    async with start(pace=QUICK) as face, delivering(face):
        found = await settled(sqlite_store)
    (posted,) = slack.posted()
    assert found["letter:1"].reply == f"{posted.channel}/{posted.ts}"
    assert len(slack.calls_of("chat.postMessage")) == 1  # neither by us nor by the library


async def test_a_letter_is_changed_where_it_stands(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    await queue(
        sqlite_store,
        change("letter:1", 1, "accepted"),
        to_people("letter:1", ALICE, text="asked"),
        in_channel("other", GENERAL),
        wait=timedelta(milliseconds=1),
    )
    async with start(pace=QUICK) as face, delivering(face):
        found = await settled(sqlite_store)
    assert set(states(found).values()) == {OutboxState.SENT}
    assert found["letter:1:r1"].reply == found["letter:1"].reply
    assert {message.text for message in slack.posted()} == {"accepted", "hello"}


async def test_of_several_changes_the_newest_stays(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    """Slack refuses the first for a while; it comes back when the third has long been made."""
    slack.fail("chat.update", status=503)
    await queue(sqlite_store, to_people("letter:1", ALICE, text="asked"))
    async with start(pace=QUICK) as face, delivering(face) as delivery:
        await settled(sqlite_store)
        await queue(sqlite_store, change("letter:1", 1, "first"))
        delivery.wake()
        await slack.wait_for(lambda: slack.calls_of("chat.update"))
        await queue(sqlite_store, change("letter:1", 2, "second"), change("letter:1", 3, "third"))
        await slack.wait_for(lambda: slack.posted()[0].text == "third")
        await sqlite_store.write(all_due)
        delivery.wake()
        found = await settled(sqlite_store)
    assert [found[f"letter:1:r{number}"].reply for number in (1, 2)] == ["superseded"] * 2
    assert slack.posted()[0].text == "third"


def all_due(session: Session) -> None:
    for row in session.exec(select(OutboxMessage).where(OutboxMessage.state == OutboxState.QUEUED)):
        row.due_at = right_now()
        session.add(row)


async def claimed(store: Store, *keys: str) -> dict[str, Claimed]:
    """What is due, taken as a worker does it."""
    taken = await store.write(claim, owner="test", media=(Medium.SLACK,), now=right_now())
    found = {message.dedup_key: message for message in taken}
    assert found.keys() == set(keys)
    return found


async def place(store: Store, message: Claimed) -> At | Outcome:
    return await store.read(place_of, message, now=right_now())


async def test_what_went_out_is_found_by_its_key(store: Store) -> None:
    await queue(store, to_people("letter:1", ALICE), change("letter:1", 1, "news"))
    taken = await claimed(store, "letter:1", "letter:1:r1")
    await store.write(settle, taken["letter:1"], Sent("D1/17.25"), now=right_now())
    assert await place(store, taken["letter:1:r1"]) == At("D1", "17.25")


async def test_what_an_earlier_version_sent_is_found_in_its_channel(store: Store) -> None:
    await queue(store, in_channel("answer:1", GENERAL), change("answer:1", 1, "news"))
    taken = await claimed(store, "answer:1", "answer:1:r1")
    await store.write(settle, taken["answer:1"], Sent("17.25"), now=right_now())
    assert await place(store, taken["answer:1:r1"]) == At(GENERAL, "17.25")


@pytest.mark.parametrize(
    ("became", "words"),
    [
        (Refused("no"), "never went out"),
        (Unknown("who knows"), "Nobody knows whether"),
        (Sent("ok"), "It is not known where"),
    ],
)
async def test_what_is_nowhere_cannot_be_changed(sqlite_store: Store, became: Outcome, words: str) -> None:
    await queue(sqlite_store, to_people("letter:1", ALICE), change("letter:1", 1, "news"))
    taken = await claimed(sqlite_store, "letter:1", "letter:1:r1")
    await sqlite_store.write(settle, taken["letter:1"], became, now=right_now())
    where = await place(sqlite_store, taken["letter:1:r1"])
    assert isinstance(where, Refused)
    assert words in where.reply


async def test_what_was_withdrawn_or_never_was_cannot_be_changed(sqlite_store: Store) -> None:
    await queue(sqlite_store, to_people("letter:1", ALICE), wait=timedelta(hours=1))
    await sqlite_store.write(cancel, 1, reason="no need", now=right_now())
    await queue(sqlite_store, change("letter:1", 1, "news"), change("letter:2", 1, "news"))
    taken = await claimed(sqlite_store, "letter:1:r1", "letter:2:r1")
    assert {type(await place(sqlite_store, message)) for message in taken.values()} == {Refused}


async def test_a_change_waits_as_long_as_what_it_changes(sqlite_store: Store) -> None:
    """All night, for a letter that is kept until the morning, and without being tried every second of it."""
    await queue(sqlite_store, to_people("letter:1", ALICE), wait=timedelta(hours=9))
    await queue(sqlite_store, change("letter:1", 1, "news"))
    where = await place(sqlite_store, (await claimed(sqlite_store, "letter:1:r1"))["letter:1:r1"])
    assert isinstance(where, Postponed)
    assert where.wait is not None
    assert timedelta(hours=8, minutes=59) < where.wait <= timedelta(hours=9)
    assert not where.tried


async def test_a_change_neither_overtakes_an_earlier_one_nor_a_later_one_it(sqlite_store: Store) -> None:
    await queue(sqlite_store, to_people("letter:1", ALICE), change("letter:1", 2, "second"))
    taken = await claimed(sqlite_store, "letter:1", "letter:1:r2")
    await sqlite_store.write(settle, taken["letter:1"], Sent("D1/17.25"), now=right_now())
    await queue(sqlite_store, change("letter:1", 3, "third"))
    taken |= await claimed(sqlite_store, "letter:1:r3")
    assert await place(sqlite_store, taken["letter:1:r2"]) == Sent("superseded")
    assert isinstance(await place(sqlite_store, taken["letter:1:r3"]), Postponed)
    await sqlite_store.write(settle, taken["letter:1:r2"], Sent("superseded"), now=right_now())
    assert await place(sqlite_store, taken["letter:1:r3"]) == At("D1", "17.25")


async def test_a_change_that_failed_hides_no_earlier_one(sqlite_store: Store) -> None:
    await queue(
        sqlite_store, to_people("letter:1", ALICE), change("letter:1", 1, "a"), change("letter:1", 2, "b")
    )
    taken = await claimed(sqlite_store, "letter:1", "letter:1:r1", "letter:1:r2")
    await sqlite_store.write(settle, taken["letter:1"], Sent("D1/17.25"), now=right_now())
    await sqlite_store.write(settle, taken["letter:1:r2"], Refused("too long"), now=right_now())
    assert await place(sqlite_store, taken["letter:1:r1"]) == At("D1", "17.25")


async def test_changes_without_numbers_are_made_as_they_come(sqlite_store: Store) -> None:
    await queue(
        sqlite_store, to_people("letter:1", ALICE), change("letter:1", 1, "a"), change("letter:1", 2, "b")
    )
    taken = await claimed(sqlite_store, "letter:1", "letter:1:r1", "letter:1:r2")
    await sqlite_store.write(settle, taken["letter:1"], Sent("D1/17.25"), now=right_now())
    plain = replace(taken["letter:1:r1"], payload={**taken["letter:1:r1"].payload, "number": None})
    named_otherwise = replace(taken["letter:1:r1"], dedup_key="another")
    assert await place(sqlite_store, plain) == At("D1", "17.25")
    assert await place(sqlite_store, named_otherwise) == At("D1", "17.25")

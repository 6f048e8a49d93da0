"""A broadcast from the draft to the last reader: confirmed, approved, held, sent once, and honestly reported."""

from datetime import timedelta

import pytest
import pytest_asyncio
from sqlmodel import Session, select

from bot.assistant.acting import Told
from bot.assistant.campaigns.drafting import Draft, draft, edit
from bot.assistant.campaigns.looking import Look
from bot.assistant.campaigns.progress import lines, progress
from bot.assistant.campaigns.sending import approve, decline, send, try_on_me
from bot.assistant.campaigns.steering import cancel, pause, resend, resume
from bot.assistant.introductions.answering_letters import reply_to_letter
from store.campaigns import freezing
from store.campaigns.audience import Audience
from store.campaigns.ledger import LEASE, claim, mark_sending
from store.campaigns.near import Near
from store.campaigns.report import report, summaries
from store.campaigns.routes import Ways
from store.kinds import Reach, RecipientState, SubscriberState
from store.models import LetterRecord, Person, Subscriber
from store.outcome import Refused, Unknown
from store.store import Store
from tests.bot.assistant.campaigns.region import ADMIN, APPROVER, AUTHOR, MEMBER, Region
from tests.factories import add_person

EVERYBODY = [
    "reader3@larkspur.example",
    "reader4@larkspur.example",
    "reader5@larkspur.example",
    "reader6@larkspur.example",
]
FAILED, UNCERTAIN = RecipientState.FAILED, RecipientState.UNCERTAIN


@pytest_asyncio.fixture
async def region(store: Store) -> Region:
    return await Region(store).open()


@pytest_asyncio.fixture
async def one(sqlite_store: Store) -> Region:
    """For what is no matter of the database."""
    return await Region(sqlite_store).open()


async def test_everybody_gets_it_once_by_their_way_and_the_report_says_so(region: Region) -> None:
    number = await region.drafted(channels=("C0NEWS",))
    found = await region.look(number)
    assert isinstance(found, Look)
    assert found.question == "Send to 1 channel and 6 people?"
    told = await region.sent(number)
    assert told.text == f"Broadcast {number} goes out in 60 seconds. Until then you can cancel it."
    await region.tick(59)
    assert await region.state(number) == "scheduled"
    await region.tick(2)
    for _ in range(3):
        await region.mail()
        await region.speak()
        await region.tick()
    assert await region.state(number) == "done"
    assert region.mailed == EVERYBODY
    posts = [each for each in region.said if each.kind == "campaign"]
    assert sorted(each.recipient for each in posts) == ["C0NEWS", "U11", "U12"]
    assert await region.counts(number) == {"sent": 7, "suppressed": 3}
    shown = await region.store.read(progress, number)
    assert shown is not None
    assert lines(shown) == [
        "7 of 7 have it.",
        "0 failed, 3 were left out:",
        "– 3 suppressed: opted out of newsletters",
    ]


async def test_its_sender_sees_how_far_it_is_in_one_message(one: Region) -> None:
    number = await one.drafted()
    await one.sent(number)
    await one.tick(61)
    await one.speak()
    await one.mail(limit=2)
    await one.tick()
    await one.speak()
    await one.mail()
    await one.tick()
    await one.speak()
    shown = [each for each in one.said if each.dedup_key.startswith("campaign-progress")]
    assert shown[0].payload["users"] == ["U0ADA"]
    assert {each.payload["of"] for each in shown[1:]} == {shown[0].dedup_key}
    assert "done" in shown[-1].payload["arguments"]["text"]
    assert "6 of 6 have it." in shown[-1].payload["arguments"]["text"]


async def test_within_its_window_it_can_be_called_off_and_nobody_has_seen_it(region: Region) -> None:
    number = await region.drafted()
    await region.sent(number)
    told = await region.do(cancel, number)
    assert told.text == f"Broadcast {number} is called off; nobody got it. It is a draft again."
    await region.tick(600)
    assert await region.mail() == 0
    assert await region.state(number) == "draft"


async def test_one_for_many_needs_a_second_person_who_is_not_its_author(region: Region) -> None:
    await region.store.write(_more_readers)
    number = await region.drafted(who=APPROVER)
    told = await region.sent(number, who=APPROVER)
    assert "a second person has to approve it" in told.text
    assert await region.state(number) == "waiting for approval"
    await region.tick(600)
    assert await region.mail() == 0
    asked = await region.store.read(
        lambda session: [row.person_id for row in session.exec(select(LetterRecord))]
    )
    assert asked == [ADMIN]
    for who, said in ((AUTHOR, "Only an approver"), (APPROVER, "You wrote it"), (MEMBER, "Only an approver")):
        assert said in (await region.do(approve, number, who=who)).text
    assert (await region.do(approve, number, who=ADMIN)).done
    await region.tick(61)
    assert await region.mail() == 24
    assert ("person:3", "campaign.approved") in await region.audited()
    assert ("person:1", "refused") in await region.audited()


async def test_an_approver_s_letter_takes_their_word_and_shows_what_was_decided(region: Region) -> None:
    await region.store.write(_more_readers)
    number = await region.drafted()
    await region.sent(number)
    letters = await region.store.read(
        lambda session: {row.person_id: row.token for row in session.exec(select(LetterRecord))}
    )
    assert set(letters) == {APPROVER, ADMIN}
    assert "written to somebody else" in (await region.do(reply_to_letter, letters[ADMIN], "approve")).text
    assert not (await region.do(reply_to_letter, letters[ADMIN], "perhaps", who=ADMIN)).done
    assert (await region.do(reply_to_letter, letters[ADMIN], "approve", who=ADMIN)).done
    assert await region.state(number) == "scheduled"
    await region.speak()
    shown = [each for each in region.said if each.kind == "revision"]
    assert len(shown) == 2
    assert all("By Cara Admin." in str(each.payload) for each in shown)
    assert not (await region.do(reply_to_letter, letters[APPROVER], "decline", who=APPROVER)).done


async def test_an_approval_is_of_what_was_read_and_ends_with_a_change(one: Region) -> None:
    await one.store.write(_more_readers)
    number = await one.drafted()
    await one.sent(number)
    await one.do(approve, number, who=ADMIN)
    assert "Cancel it first" in (await one.do(edit, number, Draft(subject="Other"))).text
    await one.do(cancel, number)
    assert (await one.do(edit, number, Draft(subject="Other"))).done
    assert "second person" in (await one.sent(number)).text
    assert (await one.do(decline, number, who=ADMIN)).done
    assert await one.state(number) == "draft"
    assert not (await one.do(decline, number, who=ADMIN)).done
    assert not (await one.do(approve, number, who=ADMIN)).done


async def test_a_pause_holds_back_what_is_not_begun_and_a_resume_lets_it_go_on(region: Region) -> None:
    number = await region.drafted(reach=Reach.MAIL)
    await region.sent(number)
    await region.tick(61)
    assert await region.mail(limit=2) == 2
    assert (await region.do(pause, number)).done
    assert await region.mail() == 0
    await region.tick(3600)
    assert await region.state(number) == "paused"
    assert (await region.do(resume, number)).done
    assert await region.mail() == 4
    await region.tick()
    assert await region.state(number) == "done"
    assert not (await region.do(pause, number)).done
    assert not (await region.do(resume, number)).done


async def test_a_cancelled_one_reaches_nobody_else_and_counts_them(region: Region) -> None:
    number = await region.drafted(channels=("C0NEWS",))
    await region.sent(number)
    await region.tick(61)
    await region.mail(limit=1)
    assert "Whoever has not got it yet will not" in (await region.do(cancel, number)).text
    await region.tick()
    await region.speak()
    assert await region.mail() == 0
    assert all(each.kind != "campaign" for each in region.said)
    assert await region.state(number) == "cancelled"
    assert await region.counts(number) == {"sent": 1, "cancelled": 6, "suppressed": 3}
    assert await region.field(number, "finished_at") is not None
    assert not (await region.do(cancel, number)).done


async def test_those_it_did_not_reach_get_it_again_by_choice_and_nobody_else(region: Region) -> None:
    number = await region.drafted(reach=Reach.MAIL)
    await region.sent(number)
    await region.tick(61)
    await region.mail(Refused("550 no such user"), limit=1)
    await region.mail(Unknown("cut off"), limit=1)
    await region.mail()
    await region.tick()
    found = await region.store.read(report, number)
    assert found is not None
    assert [(each.name, each.reply) for each in found.missed] == [
        ("Reader 1", "550 no such user"),
        ("Reader 2", "cut off"),
    ]
    assert not (await region.do(resend, number, [])).done
    assert not (await region.do(resend, number, [RecipientState.SENT])).done
    assert (await region.do(resend, number, [FAILED])).text == f"Broadcast {number} goes once more to 1."
    region.mailed.clear()
    await region.mail()
    assert region.mailed == ["reader1@larkspur.example"]
    await region.tick()
    assert await region.state(number) == "done"
    assert await region.counts(number) == {"sent": 5, "uncertain": 1, "suppressed": 3}
    assert not (await region.do(resend, number, [FAILED])).done


async def test_a_worker_that_died_in_mid_sending_leaves_an_uncertain_row_and_the_rest_goes_on(
    region: Region,
) -> None:
    number = await region.drafted(reach=Reach.MAIL)
    await region.sent(number)
    await region.tick(61)
    dead = await region.store.write(claim, owner="dead", limit=3, now=region.now)
    await region.store.write(mark_sending, dead[:1], now=region.now)
    await region.tick(LEASE.total_seconds() + 1)
    assert await region.mail() == 5
    await region.tick()
    assert await region.counts(number) == {"sent": 5, "uncertain": 1, "suppressed": 3}
    assert await region.state(number) == "done"


async def test_what_slack_refuses_is_written_down_as_failed(one: Region) -> None:
    number = await one.drafted(reach=Reach.NOBODY, channels=("C0NEWS", "C0OLD"))
    await one.sent(number)
    await one.tick(61)
    await one.speak(Refused("is_archived"))
    await one.tick()
    assert await one.counts(number) == {"failed": 2}


async def test_a_trial_goes_to_whoever_asks_alone_and_appears_in_no_list(region: Region) -> None:
    number = await region.drafted()
    await region.store.write(lambda session: setattr(session.get_one(Person, AUTHOR), "newsletters", True))
    told = await region.do(try_on_me, number)
    assert told.text == f"A trial of broadcast {number} is on its way to you."
    await region.tick()
    await region.speak()
    assert [each.recipient for each in region.said] == ["U0ADA"]
    assert "[Test] Autumn evening" in region.said[0].payload["arguments"]["text"]
    await region.tick()
    assert await region.mail() == 0
    assert [each.id for each in await region.store.read(summaries)] == [number]
    assert await region.look(number + 1) == Told(False, "There is no such broadcast.")


async def test_one_whose_time_passed_while_nothing_ran_asks_instead_of_firing(region: Region) -> None:
    number = await region.drafted(send_at=region.now + timedelta(hours=2))
    assert "goes out on 23 November 2026, 11:00 UTC" in (await region.sent(number)).text
    await region.tick(5 * 3600)
    assert await region.state(number) == "paused"
    assert "while whodoes was not running" in await region.field(number, "paused_why")
    assert (await region.do(resume, number)).done
    await region.tick()
    assert await region.mail() == 4


async def test_what_a_dead_process_froze_by_half_is_frozen_anew_by_the_next(region: Region) -> None:
    number = await region.drafted()
    await region.sent(number)
    region.now += timedelta(seconds=61)
    turn = await region.store.write(freezing.begin, number, by="dead", now=region.now)
    assert turn is not None
    found = await region.store.read(freezing.choose, number)
    ways = Ways(Reach.MAIL, slack=False, topic="announcements")
    await region.store.write(freezing.write, turn, next(found.portions(5)), ways, now=region.now)
    await region.tick(freezing.TURN.total_seconds() + 1)
    assert await region.mail() == 4
    await region.speak()
    await region.tick()
    assert await region.counts(number) == {"sent": 6, "suppressed": 3}


async def test_subscribers_get_it_by_mail_where_they_are_asked_for(region: Region) -> None:
    def subscribe(session: Session) -> None:
        for name, state in (("gil", SubscriberState.CONFIRMED), ("hal", SubscriberState.ENDED)):
            session.add(Subscriber(address=f"{name}@else.example", state=state, asked_at=region.now))

    await region.store.write(subscribe)
    number = await region.drafted(audience=Audience(subscribers=True))
    await region.sent(number)
    await region.tick(61)
    await region.mail()
    assert region.mailed == ["gil@else.example"]


async def test_without_a_word_or_for_nobody_nothing_is_confirmed(one: Region) -> None:
    number = await one.drafted(send_at=one.now + timedelta(hours=1), window=(9, 17), topic="Events")
    assert await one.field(number, "topic") == "events"
    one.now += timedelta(hours=2)
    assert "is over" in (await one.sent(number)).text
    assert not (await one.do(draft, Draft(subject="Evening", topic="sport"))).done


async def test_one_that_grew_since_it_was_confirmed_asks_instead_of_firing(region: Region) -> None:
    number = await region.drafted()
    await region.sent(number)
    await region.store.write(_more_readers)
    await region.tick(61)
    assert await region.state(number) == "paused"
    assert "26 people now; 6 were confirmed" in await region.field(number, "paused_why")
    assert (await region.do(resume, number)).done
    await region.tick()
    assert await region.mail() == 24


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"subject": " "}, "needs a subject"),
        ({"subject": "x" * 301}, "301 characters long; 300 is the most"),
        ({"body": "x" * 20_001}, "20,000 is the most"),
        ({"audience": Audience(places=(Near("Nowhereville-on-Sea"),))}, "no place called"),
        ({"audience": Audience(places=(Near("Macclesfield", 0),))}, "A radius is"),
        ({"audience": Audience(sectors=("chocolate",))}, "There is: biotechnology"),
        ({"audience": Audience(event=7)}, "There is no event 7"),
        ({"channels": ("#general",)}, "no channel's id"),
        ({"channels": tuple(f"C{n}" for n in range(21))}, "20 is the most"),
        ({"window": (9, 9)}, "two hours of the day"),
        ({"send_at": None, "subject": None}, "needs a subject"),
    ],
)
async def test_what_a_broadcast_cannot_be_is_said_kindly(
    one: Region, fields: dict[str, object], said: str
) -> None:
    given = Draft(**{"subject": "Evening", "body": "Come."} | fields)  # type: ignore[arg-type]  # mixed on purpose
    told = await one.do(draft, given)
    assert (told.done, said in told.text) == (False, True)
    number = await one.drafted()
    told = await one.do(edit, number, Draft(**{"topic": "events"} | fields))  # type: ignore[arg-type]  # the same
    if fields.get("subject", "") is not None:
        assert (told.done, said in told.text) == (False, True)


async def test_a_time_that_is_over_is_refused(one: Region) -> None:
    told = await one.do(draft, Draft(subject="Evening", send_at=one.now))
    assert "That time is over" in told.text


async def test_members_and_strangers_may_do_none_of_it(one: Region) -> None:
    number = await one.drafted()
    for who in (MEMBER, None):
        for action, words in (
            (draft, (Draft(subject="Evening"),)), (edit, (number, Draft())), (try_on_me, (number,)), (pause, (number,)),
            (resume, (number,)), (cancel, (number,)), (resend, (number, [FAILED])),
        ):  # fmt: skip
            told = await one.do(action, *words, who=who)
            assert told.text == "Only the staff can do that."
        assert not (await one.do(send, number, who=who, people=6)).done
        assert not (await one.do(decline, number, who=who)).done
        assert await one.look(number, who=who) == Told(False, "Only the staff can do that.")


async def test_what_is_not_there_or_says_nothing_is_not_sent(one: Region) -> None:
    for action in (try_on_me, pause, resume, cancel):
        assert (await one.do(action, 9)).text == "There is no such broadcast."
    assert (await one.do(approve, 9, who=ADMIN)).text == "There is no such broadcast."
    assert (await one.do(decline, 9, who=ADMIN)).text == "There is no such broadcast."
    assert not (await one.do(edit, 9, Draft())).done
    assert not (await one.do(send, 9, people=1)).done
    empty = await one.drafted(body=None)
    assert "says nothing yet" in (await one.sent(empty)).text
    nobody = await one.drafted(audience=Audience())
    assert "reach nobody" in (await one.sent(nobody)).text
    sent = await one.drafted()
    await one.sent(sent)
    assert "scheduled already" in (await one.sent(sent)).text
    assert not (await one.do(resend, sent, [UNCERTAIN])).done


def _more_readers(session: Session) -> None:
    for number in range(20):
        add_person(session, name=f"More {number}", addresses=[f"more{number}@aire.example"])

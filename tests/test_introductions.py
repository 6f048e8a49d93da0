"""An introduction from the ask to what came of it: all by mail, all in Slack, and mixed."""

from datetime import date

from sqlmodel import Session, select

from store.introductions.report import report
from store.introductions.report_figures import Period
from store.introductions.rules import Rules
from store.introductions.steps import NEXT
from store.kinds import Consent, StaffRole
from store.kinds import IntroductionState as State
from store.models import AuditEntry, Introduction, IntroductionOutcome, IntroductionParty, IntroductionStep
from store.store import Store
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, ChannelKind, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person
from tests.whole_region import PATIENCE, WholeRegion, a_region, add_member, words_of

ADA, BEN = "ada@oriel.example", "ben@larkspur.example"
SAM, STAFF = "U0STAFF", "sam@cluster-office.example"
BY_STAFF = Rules(approval=True, quiet_from=0, quiet_until=0)


def steps_of(session: Session) -> list[State]:
    """The states the one introduction went through; each follows from the one before."""
    rows = session.exec(select(IntroductionStep).order_by(IntroductionStep.id)).all()  # type: ignore[arg-type]  # a column
    assert all(row.actor and row.at.tzinfo for row in rows)
    moved = [row for row in rows if row.was is not row.state]
    assert all(row.was is None or row.state in NEXT[row.was] for row in moved)
    return [row.state for row in moved]


def consents(session: Session) -> list[tuple[Consent, bool]]:
    rows = session.exec(select(IntroductionParty).order_by(IntroductionParty.id)).all()  # type: ignore[arg-type]  # a column
    return [(row.consent, bool(row.evidence and row.medium)) for row in rows]


async def test_the_whole_story_by_mail(store: Store) -> None:
    async with a_region(store, rules=BY_STAFF) as region:
        await store.write(add_staff, address=STAFF)
        await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA, role="Head of R&D")
        await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN, role="Director")

        await region.write(ADA, "Who does viral vector manufacturing near Macclesfield?")
        answer = await region.mail_to(ADA, "1. Larkspur Vectors Ltd")
        assert "introduce 1" in words_of(answer)
        assert "Ben" not in words_of(answer)

        await region.write(ADA, "Introduce 1 please: we need 200 litres of AAV by June", to=answer)
        await region.mail_to(ADA, "Your request for Larkspur Vectors Ltd is with the team")
        waiting = await region.mail_to(STAFF, "asks to be introduced to Larkspur Vectors Ltd")
        assert not region.unread(BEN)
        await region.write(STAFF, "approve", to=waiting)
        await region.mail_to(STAFF, "Approved: Ben Larch of Larkspur Vectors Ltd has been asked.")
        request = await region.mail_to(BEN, "Ada Finch of Oriel Protein Services would like to be introduced")
        assert "200 litres of AAV by June" in words_of(request)
        assert ADA not in request.as_string()

        await region.write(BEN, "Yes please, happy to.\n\nBen", to=request)
        await region.mail_to(BEN, "Thank you")
        together = await region.mail_to(ADA, "You both said yes")
        assert together["Message-ID"] == (await region.mail_to(BEN, "You both said yes"))["Message-ID"]
        assert ADA in together["To"]
        assert BEN in together["Reply-To"]
        await region.until_moved_on()
        assert (await store.read(steps_of))[-1] is State.INTRODUCED
        assert await store.read(consents) == [(Consent.YES, True), (Consent.YES, True)]

        await region.time_comes(days=14)
        await region.write(ADA, "met", to=await region.mail_to(ADA, "Did you meet"))
        await region.mail_to(ADA, "Good to hear")
        await region.mail_to(BEN, "Did you meet")

        await region.time_comes(days=77)
        await region.mail_to(ADA, "What came of it")
        question = await region.mail_to(BEN, "What came of it")
        await region.write(BEN, "In talks. A pilot run in spring.", to=question)
        await region.mail_to(BEN, "Good to hear")
        await region.mail_to(ADA, "in talks")  # the one who asked hears of it

        await region.time_comes()
        assert not region.unread(ADA) + region.unread(BEN)
        assert await store.read(steps_of) == [
            State.REQUESTED, State.ASKED, State.ACCEPTED, State.INTRODUCED, State.MET, State.IN_TALKS,
        ]  # fmt: skip
        outcomes = await store.read(lambda session: session.exec(select(IntroductionOutcome.words)).all())
        assert any("pilot" in words for words in outcomes)
        await adds_up(store, region)


async def test_a_no_by_mail_reaches_the_asker_as_not_now_and_no_more(sqlite_store: Store) -> None:
    async with a_region(sqlite_store) as region:
        await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await add_member(sqlite_store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        await region.write(ADA, "introduce me to Larkspur Vectors: AAV")
        await region.mail_to(ADA, "I have asked Larkspur Vectors Ltd")
        request = await region.mail_to(BEN, "would like to be introduced to you")
        await region.write(BEN, "No thanks, we do not work with these people.", to=request)
        await region.mail_to(BEN, "That is fine")
        news = words_of(await region.mail_to(ADA, "It isn't the right time"))
        assert "these people" not in news
        assert "Ben" not in news
        state = await sqlite_store.read(lambda session: session.exec(select(Introduction.state)).one())
        assert state is State.NOT_NOW
        await region.time_comes(days=100)
        assert not region.unread(ADA) + region.unread(BEN)


async def test_the_whole_story_in_slack_with_the_staff_in_it(store: Store) -> None:
    async with SlackDouble() as slack, a_region(store, slack=slack, rules=BY_STAFF) as region:
        slack.workspace.add_user(SAM, "sam")
        await add_member(store, "Ada Finch", "Oriel Protein Services", slack=ALICE)
        await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", slack=BOB)
        await store.write(add_staff, slack=SAM)

        asked = await slack.mention("who does viral vector manufacturing near Macclesfield?", user=ALICE)
        answer = (await slack.wait_for(lambda: slack.posted(thread_ts=asked.ts)))[0]
        await slack.block_action("intro:hit:1", user=ALICE, within=answer)
        form = await slack.wait_for(lambda: open_form(slack, ALICE, "seeks"))
        assert "Larkspur Vectors Ltd" in str(form)
        await slack.submit({"seeks": "200 litres of AAV by June"}, user=ALICE)
        await shown(slack, ALICE, "with the team")

        waiting = await shown(slack, SAM, "asks to be introduced")
        await slack.block_action("letter:answer:approve", user=BOB, within=waiting)  # not his to press
        assert await store.read(states) == [State.REQUESTED]
        await slack.block_action("letter:answer:approve", user=SAM, within=waiting)
        request = await shown(slack, BOB, "would like to be introduced to you")
        assert "200 litres of AAV by June" in str(request.blocks)
        await shown(slack, ALICE, "they have been asked")

        await slack.block_action("letter:answer:yes", user=BOB, within=request)
        await slack.block_action("letter:answer:yes", user=BOB, within=request)  # twice is once
        together = await shown_to_both(slack)
        assert slack.workspace.channels[together.channel].members == {ALICE, BOB, BOT_USER}
        await region.until_moved_on()

        await region.time_comes(days=14)
        question = await shown(slack, BOB, "Did you meet")
        await slack.block_action("letter:answer:met", user=BOB, within=question)
        await shown(slack, ALICE, "Ben Larch of Larkspur Vectors Ltd says of your introduction")
        await region.time_comes(days=80)
        question = await shown(slack, ALICE, "What came of it")
        await slack.block_action("letter:details", user=ALICE, within=question)
        await slack.wait_for(lambda: open_form(slack, ALICE, "stage"))
        await slack.submit({"stage": "agreement", "pounds": "40000", "jobs": "2", "anyway": "no"}, user=ALICE)
        await shown(slack, ALICE, "an agreement")

        assert await store.read(steps_of) == [
            State.REQUESTED, State.ASKED, State.ACCEPTED, State.INTRODUCED, State.MET, State.AGREEMENT,
        ]  # fmt: skip
        assert await store.read(consents) == [(Consent.YES, True), (Consent.YES, True)]
        assert await store.read(refused) == ["person:2"]
        await adds_up(store, region)
        assert not slack.mistakes
        assert not slack.said_twice()
        assert not slack.pings


async def test_who_asks_in_slack_meets_who_answers_by_mail(store: Store) -> None:
    async with SlackDouble() as slack, a_region(store, slack=slack) as region:
        await add_member(store, "Ada Finch", "Oriel Protein Services", slack=ALICE, address=ADA)
        await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        asked = await slack.dm("who does viral vector manufacturing near Macclesfield?", user=ALICE)
        await slack.wait_for(lambda: slack.posted(thread_ts=asked.ts))
        await slack.dm("introduce 1: 200 litres of AAV", user=ALICE, thread_ts=asked.ts)
        await shown(slack, ALICE, "they have been asked")

        request = await region.mail_to(BEN, "Ada Finch of Oriel Protein Services would like to be introduced")
        await region.write(BEN, "yes", to=request)
        await region.mail_to(BEN, "Thank you")
        together = await region.mail_to(ADA, "You both said yes")  # he is not in Slack: one mail to both
        assert BEN in together["Reply-To"]
        await region.mail_to(BEN, "You both said yes")
        await region.until_moved_on()
        await shown(slack, ALICE, "introduced")

        await region.time_comes(days=14)
        await region.write(BEN, "Yes, we met last week.", to=await region.mail_to(BEN, "Did you meet"))
        await shown(slack, ALICE, "Ben Larch of Larkspur Vectors Ltd says of your introduction")
        assert (await store.read(states))[-1] is State.MET
        await adds_up(store, region)
        assert not slack.mistakes
        assert not slack.pings


async def shown(slack: SlackDouble, user: str, words: str) -> Message:
    """The latest message to this person that says so, as it reads now."""

    def said() -> list[Message]:
        return [each for each in slack.posted(user) if words in f"{each.text} {each.blocks}"]

    return (await slack.wait_for(said, PATIENCE))[-1]


async def shown_to_both(slack: SlackDouble) -> Message:
    def said() -> list[Message]:
        groups = {each.id for each in slack.workspace.channels.values() if each.kind is ChannelKind.MPIM}
        return [each for each in slack.posted() if each.channel in groups]

    return (await slack.wait_for(said, PATIENCE))[0]


def open_form(slack: SlackDouble, user: str, field: str) -> object:
    forms = [view.body for view in slack.workspace.views.values() if view.user == user]
    return next((form for form in forms if f"'block_id': '{field}'" in str(form)), None)


def add_staff(session: Session, *, slack: str | None = None, address: str = "") -> None:
    addresses = [address] if address else []
    add_person(session, name="Sam Reed", slack_user_id=slack, addresses=addresses, staff_role=StaffRole.STAFF)


async def adds_up(store: Store, region: WholeRegion) -> None:
    """The report counts the one introduction at each step that it took, and nothing in it contradicts itself."""
    today = region.clock()
    period = Period(date(2026, 1, 1), today.date(), "Europe/London")
    told = await store.read(report, period, rules=BY_STAFF, now=today)
    assert not told.mismatches
    counted = {figure.name: figure for figure in told.sections[0].figures}
    for name in ("asked for", "agreed", "introduced", "met"):
        assert (counted[name].value, counted[name].records) == (1, (1,)), name


def states(session: Session) -> list[State]:
    return [each.state for each in session.exec(select(Introduction))]


def refused(session: Session) -> list[str]:
    return list(session.exec(select(AuditEntry.actor).where(AuditEntry.action == "refused")))

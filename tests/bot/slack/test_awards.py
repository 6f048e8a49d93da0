"""Awards from Slack: nominated, judged and run by buttons and forms, and a secret kept from whoever may not know."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.awards.deciding import decide_winner
from bot.assistant.awards.judging import invite_judge
from bot.slack import awarding
from bot.slack.arrivals import Click
from bot.slack.blocks.awards import offered
from bot.slack.doing import Doing
from bot.slack.home import Account
from bot.slack.then import Then
from store.awards.listing import entries
from store.awards.nominating import Nominee, nominate
from store.kinds import Medium
from store.models import Person
from store.people import by_slack_id
from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.assistant.awards.dinner import CLOSES, HOUSE, TOLD_AT, act, asking, furnish
from tests.bot.slack.conftest import StartFace
from tests.bot.slack.filling import filled_in, values_of
from tests.bot.slack.test_commands import opened
from tests.conftest import NOW
from tests.doubles.slack.records import ALICE, GENERAL, Message
from tests.doubles.slack.server import SlackDouble, real_time
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace
from tests.mail.correspondence import Clock

ADA, BEN, CLEO, SAM, AMY, NOBODY = "UADA", "UBEN", "UCLEO", "USAM", "UAMY", "U0NEW"


class Room:
    """A region with awards, and people who press and fill in, one after the other."""

    def __init__(self, store: Store, gazetteer: Gazetteer) -> None:
        self.store, self.now, self.live = store, NOW, LiveIndex(gazetteer)
        asyncio.run(store.write(furnish))

    def press(self, user: str, action: str, value: str = "1") -> Then:
        click = Click("D1", user, "", action, value, "1.1", "")

        def write(session: Session) -> Then | None:
            return awarding.pressed(session, click, self._doing(session, user))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        if then.opens:
            check_view(Workspace(real_time), then.opens, kind="modal")
        return then

    def submit(self, user: str, form: dict[str, Any] | None, **said: str) -> Then:
        assert form is not None
        taken = filled_in(form, said)

        def write(session: Session) -> Then | None:
            return awarding.submitted(session, taken, self._doing(session, user))

        then = asyncio.run(self.store.write(write))
        assert then is not None
        if then.becomes:
            check_view(Workspace(real_time), then.becomes, kind="modal")
        return then

    def nominate(self, user: str, **said: str) -> Then:
        form = self.press(user, "award:nominate").opens
        return self.submit(user, form, **{"category": "1", "words": "Good work", **said})

    def judge(self, *people: int) -> None:
        def write(session: Session) -> None:
            for person in people:
                assert invite_judge(session, 1, person, act(session, 4)).done

        asyncio.run(self.store.write(write))

    def entries(self) -> list[tuple[str, int]]:
        found = asyncio.run(self.store.read(entries, 1))
        return [(each.name, each.nominations) for each in found]

    def _doing(self, session: Session, user: str) -> Doing:
        self.live.catch_up(session)
        by = Act(by_slack_id(session, user), Medium.SLACK, f"click:{user}", HOUSE, self.now, user)
        return Doing(by, Account(user, "T1", False), self.live.index)


@pytest.fixture
def room(sqlite_store: Store, gazetteer: Gazetteer) -> Room:
    return Room(sqlite_store, gazetteer)


def oriel(room: Room) -> str:
    found = asyncio.run(room.store.read(lambda session: session.exec(select(Person)).first()))
    assert found is not None
    return f"organisation:{found.organisation_id}"


def test_an_organisation_a_person_there_and_free_words_are_nominated_in_a_form(room: Room) -> None:
    told = room.nominate(BEN, organisation=oriel(room)).told
    assert "Thank you: Oriel Protein Services is nominated for Best Start-up" in told
    room.nominate(CLEO, organisation=oriel(room), category="2", nominee="Ada Finch")
    room.nominate(CLEO, nominee="<!channel> the night shift", category="2")
    assert room.entries() == [
        ("Oriel Protein Services", 1), ("<!channel> the night shift", 1),
        ("Ada Finch, Oriel Protein Services", 1),
    ]  # fmt: skip
    nobody = room.nominate(BEN)
    assert nobody.errors == {"nominee": "Choose an organisation, or write whom you nominate."}
    assert "Whom do you nominate" in room.nominate(BEN, nominee="!!").errors["nominee"]
    assert [name for name, _ in room.entries()].count("Ada Finch, Oriel Protein Services") == 1


def test_ones_own_nominations_are_seen_changed_and_taken_back(room: Room) -> None:
    assert "nominated nobody" in str(room.press(BEN, "award:mine").opens)
    room.nominate(BEN, nominee="Ada Finch")
    mine = room.press(BEN, "award:mine").opens
    assert mine is not None
    held = values_of(mine)["award:change"]
    form = room.press(BEN, "award:change", held).opens
    assert "is changed" in room.submit(BEN, form, words="Better words").told
    assert "Better words" in str(room.press(BEN, "award:mine").opens)
    assert "Ada" not in str(room.press(CLEO, "award:mine").opens)
    assert not room.press(CLEO, "award:change", held).done
    assert not room.press(CLEO, "award:take_back", held).done
    assert "is taken back" in room.press(BEN, "award:take_back", held).told
    assert room.entries() == []
    assert "no such nomination" in room.submit(BEN, form, words="Again").told


def test_whoever_may_not_or_comes_too_late_is_told_so(room: Room) -> None:
    form = room.press(BEN, "award:nominate").opens
    for user, action in ((NOBODY, "award:nominate"), (NOBODY, "award:mine"), (NOBODY, "award:change"), (BEN, "award:judge"), (BEN, "award:run"), (SAM, "award:winners"), (SAM, "award:who"), (BEN, "award:invite")):  # fmt: skip
        then = room.press(user, action)
        assert not then.done
        assert then.told
        assert then.opens is None
    assert not room.press(BEN, "award:nominate", "99").done
    room.now = CLOSES
    assert "closed on Friday 5 February 2027, 17:00" in room.press(BEN, "award:nominate").told
    late = room.submit(BEN, form, category="1", nominee="Ada Finch", words="x")
    assert "closed on" in late.errors["nominee"]


def test_a_judge_sees_no_nominator_and_scores_what_is_not_their_own(room: Room) -> None:
    room.nominate(BEN, nominee="Ada Finch", words="Reasons & <b>bold</b>")
    room.nominate(CLEO, nominee="Larkspur Vectors Ltd")
    room.judge(1, 3)
    seen = room.press(ADA, "award:judge").opens
    assert seen is not None
    assert "of your own organisation" in str(seen)
    assert "1 left to score" in str(seen)
    for name in ("Ben Ode", "Cleo"):
        assert name not in str(seen)
    assert not room.press(ADA, "award:score", "1 0").done
    form = room.press(ADA, "award:score", values_of(seen)["award:score"]).opens
    assert "Good work" in str(form)
    after = room.submit(ADA, form, points="4", note="Strong").becomes
    assert "Larkspur Vectors Ltd: 4 of 5" in str(after)
    assert "0 left to score" in str(after)
    again = room.press(ADA, "award:score", "2 0").opens
    assert "Strong" in str(again)
    room.now = TOLD_AT
    assert "Judging closed" in room.submit(ADA, again, points="1").errors["points"]
    closed = room.press(ADA, "award:judge").opens
    assert closed is not None
    assert "award:score" not in values_of(closed)


def test_a_long_bench_is_turned_over(room: Room) -> None:
    def many(session: Session) -> None:
        for number in range(35):
            name = f"Team number {number}"
            nominate(
                session, 2, Nominee(f"words:{number}", name), 3, words="good", medium=Medium.SLACK,
                evidence="x", now=NOW,
            )  # fmt: skip

    asyncio.run(room.store.write(many))
    room.judge(2)
    first = room.press(BEN, "award:judge").opens
    assert first is not None
    held = values_of(first)
    second = room.press(BEN, "award:judge:on", held["award:judge:on"]).opens
    assert second is not None
    assert "award:judge:back" in values_of(second)
    assert len(str(second)) < len(str(first))


def test_staff_rank_shortlist_and_invite_and_only_approvers_decide(room: Room) -> None:
    room.nominate(BEN, nominee="Ada Finch")
    room.nominate(CLEO, nominee="Larkspur Vectors Ltd")
    seen = room.press(SAM, "award:run").opens
    assert seen is not None
    assert "Ada Finch, Oriel Protein Services: no score, 1 nomination" in str(seen)
    assert values_of(seen).keys() == {"award:shortlist", "award:invite"}
    form = room.press(SAM, "award:invite").opens
    assert "more than one" in room.submit(SAM, form, person="Dan Nobody").errors["person"]
    assert "Cleo Marsh is a judge" in str(room.submit(SAM, form, person="Cleo Marsh").becomes)
    form = room.press(SAM, "award:shortlist", "1 1").opens
    saved = room.submit(SAM, form, entries="1 2").becomes
    assert "Shortlisted for Best Start-up" in str(saved)
    assert "· shortlisted" in str(saved)
    assert not room.press(SAM, "award:winner", "1 1").done
    assert not room.press(SAM, "award:shortlist", "2 1").done
    form = room.press(AMY, "award:winner", "1 1").opens
    assert "Only approvers see it until" in str(room.submit(AMY, form, entry="1").becomes)
    assert "Ada Finch" in str(room.press(AMY, "award:winners").opens)
    assert "instead" not in str(room.press(SAM, "award:run").opens)
    who = str(room.press(AMY, "award:who").opens)
    assert "Ben Ode" in who
    assert "Cleo Marsh" in who
    taken = room.submit(SAM, form, entry="2")
    assert "Only an approver" in taken.errors["entry"]
    assert "Larkspur" not in str(room.press(AMY, "award:winners").opens)


def test_what_staff_see_is_the_same_whether_or_not_a_winner_is_entered(room: Room) -> None:
    room.nominate(BEN, nominee="Ada Finch")
    room.nominate(CLEO, nominee="Larkspur Vectors Ltd")
    before = [
        room.press(SAM, action, value) for action, value in (("award:run", "1"), ("award:shortlist", "1 1"))
    ]
    form = room.press(AMY, "award:winner", "1 1").opens
    room.submit(AMY, form, entry="1")
    after = [
        room.press(SAM, action, value) for action, value in (("award:run", "1"), ("award:shortlist", "1 1"))
    ]
    assert before == after


def test_buttons_are_drawn_once_for_each_thing_that_one_may_do() -> None:
    drawn = list(offered(("nominate:7", "nominate:8", "judge:7", "unheard:1")))
    assert [(each["action_id"], each["value"]) for each in drawn] == [
        ("award:nominate", "7"),
        ("award:judge", "7"),
    ]


def seat(session: Session) -> None:
    furnish(session)
    asking(session, "nominate Tamarisk Gene Works for Best Start-up: because", by=3)
    assert decide_winner(session, 1, act(session, 5)).done
    ben = session.exec(select(Person).where(Person.name == "Ben Ode")).one()
    ben.slack_user_id = ALICE
    session.add(ben)


async def test_from_the_word_awards_to_a_nomination_and_to_who_won(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(seat)
    clock = Clock(NOW)

    async def said(text: str) -> Message:
        before = len(slack.posted(GENERAL))
        await slack.mention(text)
        return (await slack.wait_for(lambda: slack.posted(GENERAL)[before:]))[-1]

    async with start(clock=clock):
        answer = await said("awards")
        assert "award:nominate" in str(answer.blocks)
        assert "award:run" not in str(answer.blocks)
        await slack.block_action("award:nominate", within=answer)
        await opened(slack, "award:nomination")
        done = await slack.submit({"category": "1", "nominee": "Ada Finch", "words": "Good work"})
        assert not done.errors
        found = await sqlite_store.read(entries, 1)
        assert next(each.reasons for each in found) == ("Good work",)
        assert "eyes alone" in (await said("my nominations")).text
        clock.now = TOLD_AT - timedelta(seconds=1)
        assert "have not been made known yet" in (await said("who won Best Start-up?")).text
        assert "Winner" not in (await said("tell me about Tamarisk Gene Works")).text
        clock.now = TOLD_AT
        assert "Tamarisk Gene Works won Best Start-up" in (await said("who won Best Start-up?")).text
        assert "Winner 2027: Best Start-up" in (await said("tell me about Tamarisk Gene Works")).text

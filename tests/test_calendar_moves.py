"""An event that moves across a clock change is the same everywhere: feeds, attachment, calendar part, Slack, mail, reminders."""

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.events.attending import respond
from bot.assistant.events.feeds import feed_token
from bot.assistant.events.planning import announce, cancel, change, plan
from bot.web.calendars import CalendarPages
from bot.web.server import WebFace
from scheduler.events import keep_events
from store.events.inviting import Audience, to_keep
from store.kinds import Medium, Rsvp, StaffRole
from store.models import OutboxMessage
from store.people import by_id
from store.store import Store
from tests.calendar_house import HOUSE, OWN
from tests.calendar_reading import entries, faults
from tests.factories import add_person

SAM, ADA, BEN, CLEO = 1, 2, 3, 4  # the team; by mail; in Slack; by mail, and never answers


@dataclass(frozen=True, slots=True)
class Move:
    """All in wall clocks with their offsets, worked out by hand."""

    zone: str
    before: str
    after: str
    words: str  # as people read it
    reminders: tuple[tuple[str, str], ...]  # name, when it is due


MOVES = {
    "over the October change": Move(
        "Europe/London", "2027-10-28T17:30+01:00", "2027-11-01T17:30+00:00",
        "Monday 1 November 2027, 17:30 to 19:30 (Europe/London)",
        (("14d unanswered", "2027-10-18T17:30+01:00"), ("2d going", "2027-10-30T17:30+01:00"), ("2h going", "2027-11-01T15:30+00:00")),
    ),
    "to the day of the October change": Move(
        "Europe/London", "2027-10-28T17:30+01:00", "2027-10-31T17:30+00:00",
        "Sunday 31 October 2027, 17:30 to 19:30 (Europe/London)",
        (("14d unanswered", "2027-10-17T17:30+01:00"), ("2d going", "2027-10-29T17:30+01:00"), ("2h going", "2027-10-31T15:30+00:00")),
    ),
    "back over the October change": Move(
        "Europe/London", "2027-11-02T10:00+00:00", "2027-10-30T10:00+01:00",
        "Saturday 30 October 2027, 10:00 to 12:00 (Europe/London)",
        (("14d unanswered", "2027-10-16T10:00+01:00"), ("2d going", "2027-10-28T10:00+01:00"), ("2h going", "2027-10-30T08:00+01:00")),
    ),
    "over the March change": Move(
        "Europe/London", "2027-03-26T17:30+00:00", "2027-03-29T17:30+01:00",
        "Monday 29 March 2027, 17:30 to 19:30 (Europe/London)",
        (("14d unanswered", "2027-03-15T17:30+00:00"), ("2d going", "2027-03-27T17:30+00:00"), ("2h going", "2027-03-29T15:30+01:00")),
    ),
    "over another country's change": Move(
        "America/New_York", "2027-11-05T12:00-04:00", "2027-11-08T12:00-05:00",
        "Monday 8 November 2027, 12:00 to 14:00 (America/New York)",
        (("14d unanswered", "2027-10-25T12:00-04:00"), ("2d going", "2027-11-06T12:00-04:00"), ("2h going", "2027-11-08T10:00-05:00")),
    ),
    "to the leap day": Move(
        "Europe/London", "2028-02-28T17:30+00:00", "2028-02-29T17:30+00:00",
        "Tuesday 29 February 2028, 17:30 to 19:30 (Europe/London)",
        (("14d unanswered", "2028-02-15T17:30+00:00"), ("2d going", "2028-02-27T17:30+00:00"), ("2h going", "2028-02-29T15:30+00:00")),
    ),
}  # fmt: skip


def utc(wall: str) -> datetime:
    return datetime.fromisoformat(wall).astimezone(UTC)


class Evening:
    """One event on its way, at a time moved by hand."""

    def __init__(self, store: Store, move: Move) -> None:
        self.store, self.move = store, move
        self.now = utc(move.before) - timedelta(days=40)
        self.number = 0

    async def begins(self) -> None:
        """It is planned and announced, Ada and Ben come."""
        await self.store.write(self._furnish)
        await self.passes(hours=1)
        for who in (ADA, BEN):
            await self.store.write(self._comes, who)
        await self.passes(hours=1)

    async def moves(self) -> None:
        fields = {"starts_at": utc(self.move.after)}
        await self.store.write(lambda session: change(session, self.number, fields, self._act(session, SAM)))
        await self.passes(hours=1)

    async def is_cancelled(self) -> None:
        await self.store.write(lambda session: cancel(session, self.number, "", self._act(session, SAM)))
        await self.passes(hours=1)

    async def passes(self, *, hours: float) -> None:
        self.now += timedelta(hours=hours)
        await self.tick(self.now)

    async def tick(self, now: datetime) -> None:
        await keep_events(self.store, HOUSE, now=now)

    async def feeds(self) -> tuple[str, str]:
        """The public one, and Ada's own, as a calendar fetches them."""

        async def ready() -> dict[str, bool]:
            return {"store": True}

        token = await self.store.write(feed_token, ADA, now=self.now)
        pages = CalendarPages(self.store, HOUSE, OWN, lambda: self.now)
        face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=pages.routes())
        port = await face.start()
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
                one, other = [
                    await (await client.get(path)).text()
                    for path in ("/events.ics", f"/calendar/{token}.ics")
                ]
                return one, other
        finally:
            await face.stop()

    async def posted(self, medium: Medium, saying: str = "") -> list[OutboxMessage]:
        def look(session: Session) -> list[OutboxMessage]:
            rows = session.exec(
                select(OutboxMessage).where(OutboxMessage.medium == medium).order_by(col(OutboxMessage.id))
            ).all()
            return [row for row in rows if saying in row.dedup_key]

        return await self.store.read(look)

    def _comes(self, session: Session, who: int) -> None:
        respond(session, self.number, Rsvp.YES, self._act(session, who))

    def _act(self, session: Session, who: int) -> Act:
        return Act(by_id(session, who), Medium.SLACK, f"click-{who}", HOUSE, self.now)

    def _furnish(self, session: Session) -> None:
        add_person(session, name="Sam Reed", staff_role=StaffRole.STAFF, newsletters=False)
        add_person(session, name="Ada Marsh", addresses=["ada@firm.example"])
        add_person(session, name="Ben Ode", slack_user_id="U0BEN")
        add_person(session, name="Cleo Lark", addresses=["cleo@firm.example"])
        fields = {
            "title": "Networking evening", "starts_at": utc(self.move.before), "zone": self.move.zone,
            "venue": "Wharf Hall", "audience": to_keep(Audience(everyone=True)),
        }  # fmt: skip
        told = plan(session, fields, self._act(session, SAM))
        assert told.about is not None, told.text
        self.number = told.about
        announce(session, told.about, self._act(session, SAM))


def mail_of(message: OutboxMessage) -> EmailMessage:
    return email.message_from_bytes(message.body or b"", policy=email.policy.default)


def calendars_of(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """Method and text of the part that programs show with buttons, and of the file."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            yield str(part.get_param("method")), part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # a leaf's
        elif part.get_content_type() == "application/ics":
            yield "REQUEST or CANCEL", part.get_content().decode()


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def blocks_of(message: OutboxMessage) -> str:
    arguments: dict[str, Any] = message.payload["arguments"]
    return json.dumps(arguments, ensure_ascii=False)


@pytest.mark.parametrize("name", MOVES)
async def test_the_same_event_everywhere(store: Store, name: str) -> None:
    move = MOVES[name]
    evening = Evening(store, move)
    await evening.begins()
    first = {each.uid: each for text in await evening.feeds() for each in entries(text)}
    [(uid, was)] = first.items()
    assert (was.starts_at, was.sequence) == (utc(move.before), 0)
    await evening.moves()

    wanted = (uid, 1, utc(move.after), utc(move.after) + timedelta(hours=2), move.zone)
    for text in await evening.feeds():
        assert_is(text, wanted, move)
    [adas] = [mail_of(each) for each in await evening.posted(Medium.EMAIL, f"moved:{evening.number}:1:{ADA}")]
    parts = list(calendars_of(adas))
    assert [method for method, _ in parts] == ["REQUEST", "REQUEST or CANCEL"]
    for _, text in parts:
        assert_is(text, wanted, move)
        assert "METHOD:REQUEST\r\n" in text
        assert "PARTSTAT=ACCEPTED" in text.replace("\r\n ", "")
    assert f"When: {move.words}" in words_of(adas)
    [bens] = [
        blocks_of(each) for each in await evening.posted(Medium.SLACK, f"moved:{evening.number}:1:{BEN}")
    ]
    assert move.words in bens

    await evening.is_cancelled()
    [adas] = [
        mail_of(each) for each in await evening.posted(Medium.EMAIL, f"cancelled:{evening.number}:2:{ADA}")
    ]
    for method, text in calendars_of(adas):
        assert method in {"CANCEL", "REQUEST or CANCEL"}
        assert "METHOD:CANCEL\r\n" in text
        [entry] = entries(text)
        assert (entry.uid, entry.sequence, entry.status, entry.starts_at) == (
            uid,
            2,
            "CANCELLED",
            utc(move.after),
        )
    for text in await evening.feeds():
        assert [(each.uid, each.sequence, each.status) for each in entries(text)] == [(uid, 2, "CANCELLED")]


def assert_is(text: str, wanted: tuple[object, ...], move: Move) -> None:
    assert faults(text) == []
    [entry] = entries(text)
    assert (entry.uid, entry.sequence, entry.starts_at, entry.ends_at, entry.zone) == wanted
    assert entry.wall == f"{datetime.fromisoformat(move.after):%Y%m%dT%H%M%S}"


@pytest.mark.parametrize("name", MOVES)
async def test_reminders_follow_to_the_new_wall_clock(sqlite_store: Store, name: str) -> None:
    """Not a minute early, at their time, in the medium of each, and with the words of that time."""
    move = MOVES[name]
    evening = Evening(sqlite_store, move)
    await evening.begins()
    await evening.moves()
    for reminder, wall in move.reminders:
        key = f"event-reminder:{evening.number}:{reminder}"
        await evening.tick(utc(wall) - timedelta(minutes=1))
        assert not await evening.posted(Medium.EMAIL, key)
        assert not await evening.posted(Medium.SLACK, key)
        await evening.tick(utc(wall))
        mails, messages = await evening.posted(Medium.EMAIL, key), await evening.posted(Medium.SLACK, key)
        unanswered = reminder.endswith("unanswered")
        assert [each.recipient for each in mails] == [
            "cleo@firm.example" if unanswered else "ada@firm.example"
        ]
        assert [each.recipient for each in messages] == ([] if unanswered else ["U0BEN"])
        assert all(each.due_at == utc(wall) for each in (*mails, *messages))
        assert f"When: {move.words}" in words_of(mail_of(mails[0]))
        assert all(move.words in blocks_of(each) for each in messages)
        await evening.tick(utc(wall) + timedelta(minutes=30))
        assert len(await evening.posted(Medium.EMAIL, key)) == 1

"""A letter's page: opening it changes nothing, a button there answers as its reader, and guesses find nothing."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest
from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.assistant.introductions.requesting import Wish, request
from bot.assistant.letters import Letter, Letterbox, LetterKind
from bot.web.letters import LetterPages
from bot.web.server import WebFace
from mail.letters import MailCarrier
from mail.render.reply import From
from store.introductions.rules import Rules
from store.kinds import Anyway, Consent, Medium, Side
from store.kinds import IntroductionState as State
from store.models import (
    Introduction,
    IntroductionOutcome,
    IntroductionParty,
    LetterRecord,
    OutboxMessage,
)
from store.people import by_id
from store.store import Store
from tests.factories import add_organisation, add_person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PUBLIC = "https://pages.cluster.example"
HOUSE = House(
    "Harrowdale",
    Rules(quiet_from=0, quiet_until=0),
    Letterbox({Medium.EMAIL: MailCarrier(From("ask@cluster.example", "whodoes"), pages=PUBLIC)}),
)
ALICE, TOM = "alice@firm.example", "tom@larkspur.example"


def asked_for(session: Session) -> str:
    """Alice asks to be introduced to Larkspur; returns the token of the letter that Tom has."""
    firm = add_organisation(session, name="Marsh <b>&</b> Sons")
    larkspur = add_organisation(session, name="Larkspur Vectors Ltd")
    alice = add_person(session, name="Alice Marsh", addresses=[ALICE], organisation_id=firm)
    add_person(session, name="Tom Alder", addresses=[TOM], organisation_id=larkspur, main_contact=True)
    act = Act(by_id(session, alice), Medium.EMAIL, "mail:1", HOUSE, NOW)
    assert request(session, Wish(larkspur, seeks="200 L <script>alert(1)</script>"), act).done
    return session.exec(select(LetterRecord)).one().token


def asks_what_came_of_it(session: Session) -> str:
    """The same, introduced and 90 days later; returns the token of the letter that Alice has."""
    asked_for(session)
    introduction = session.exec(select(Introduction)).one()
    introduction.state = State.INTRODUCED
    session.add(introduction)
    party = session.exec(select(IntroductionParty).where(IntroductionParty.side == Side.ASKER)).one()
    assert party.person_id is not None
    letter = Letter(
        f"outcome:{introduction.id}:asker:90d", LetterKind.OUTCOME, f"introduction:{introduction.id}",
        "What came of it?", "What came of it so far?",
    )  # fmt: skip
    HOUSE.letterbox.post(session, letter, [party.person_id], now=NOW)
    for row in session.exec(select(OutboxMessage)):
        row.payload = {}  # forgotten since: choices and title are known by its kind
        session.add(row)
    return session.exec(select(LetterRecord).where(LetterRecord.kind == "outcome")).one().token


@asynccontextmanager
async def visiting(store: Store) -> AsyncIterator[aiohttp.ClientSession]:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    pages = LetterPages(store, HOUSE, lambda: NOW, PUBLIC)
    face = WebFace(host="127.0.0.1", port=0, ready=ready, routes=pages.routes())
    port = await face.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        await face.stop()


def asked_party(session: Session) -> tuple[Consent, Medium | None, str]:
    party = session.exec(select(IntroductionParty).where(IntroductionParty.side == Side.ASKED)).one()
    return party.consent, party.medium, party.evidence


def everything(session: Session) -> list[object]:
    tables = (Introduction, IntroductionParty, LetterRecord, OutboxMessage)
    return [row.model_dump() for table in tables for row in session.exec(select(table))]


async def test_the_page_shows_what_is_asked_with_a_button_a_choice(store: Store) -> None:
    token = await store.write(asked_for)
    async with visiting(store) as client:
        response = await client.get(f"/l/{token}")
        page = await response.text()
    assert response.status == 200
    for label in ("Yes, introduce us", "Not now", "Not now, and pause requests"):
        assert f">{label}</button>" in page
    assert "Alice Marsh" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Marsh &lt;b&gt;&amp;&lt;/b&gt; Sons" in page
    assert ALICE not in page
    assert TOM not in page
    assert "http" not in page.replace("http-equiv", "")  # nothing from elsewhere
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert response.headers["Cache-Control"] == "no-store"


async def test_opening_a_page_changes_nothing_in_any_way_of_opening(store: Store) -> None:
    token = await store.write(asked_for)
    before = await store.read(everything)
    async with visiting(store) as client:
        for method, path in (
            ("GET", f"/l/{token}"), ("HEAD", f"/l/{token}"), ("GET", f"/l/{token}?word=yes"), ("GET", f"/l/{token.upper()}"),
        ):  # fmt: skip
            for headers in ({}, {"Sec-Purpose": "prefetch"}):
                assert (await client.request(method, path, headers=headers)).status == 200
        for method in ("PUT", "DELETE", "OPTIONS"):
            assert (await client.request(method, f"/l/{token}")).status == 405
    assert await store.read(everything) == before


async def test_a_button_answers_as_the_person_the_letter_was_written_to(store: Store) -> None:
    token = await store.write(asked_for)
    async with visiting(store) as client:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        response = await client.post(f"/l/{token}", data={"word": "yes"}, headers=headers)
        assert "You and Alice Marsh" in await response.text()
        again = await client.post(f"/l/{token}", data={"word": "yes"}, headers=headers)
        assert "You said yes already" in await again.text()
        page = await (await client.get(f"/l/{token}")).text()
    consent, medium, evidence = await store.read(asked_party)
    assert (consent, medium) == (Consent.YES, Medium.WEB)
    assert evidence.startswith("web:")
    assert "You answered “yes” on 23 November 2026." in page
    assert "<button" not in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403), ({"Origin": "https://evil.example"}, 403),
        ({"Origin": PUBLIC}, 200), ({}, 200), ({"Origin": "null"}, 200),
    ],
)  # fmt: skip
async def test_another_site_cannot_press_the_button(
    sqlite_store: Store, headers: dict[str, str], status: int
) -> None:
    token = await sqlite_store.write(asked_for)
    async with visiting(sqlite_store) as client:
        assert (await client.post(f"/l/{token}", data={"word": "no"}, headers=headers)).status == status
    consent, _, _ = await sqlite_store.read(asked_party)
    assert consent is (Consent.NOT_NOW if status == 200 else Consent.PENDING)


async def test_guesses_find_nothing_and_hear_nothing(sqlite_store: Store) -> None:
    token = await sqlite_store.write(asked_for)
    await sqlite_store.write(no_longer_asks)
    async with visiting(sqlite_store) as client:
        answers = [
            await client.get("/l/aaaaaaaaaaaaaaaaaaaaaaaa"),
            await client.post("/l/aaaaaaaaaaaaaaaaaaaaaaaa", data={"word": "yes"}),
            await client.get(f"/l/{token}"),  # of a letter that asks nothing
        ]
        pages = {await answer.text() for answer in answers}
        assert [answer.status for answer in answers] == [404] * 3
        assert len(pages) == 1
        assert (await client.get("/l/..%2f..%2fetc")).status == 404


def no_longer_asks(session: Session) -> None:
    record = session.exec(select(LetterRecord)).one()
    record.kind, record.outbox_key = LetterKind.HANDOFF.value, "gone"
    session.add(record)


async def test_a_word_that_is_no_choice_does_nothing(sqlite_store: Store) -> None:
    token = await sqlite_store.write(asked_for)
    async with visiting(sqlite_store) as client:
        for form in ({"word": "met"}, {}, {"word": "YES; DROP"}):
            response = await client.post(f"/l/{token}", data=form)
            assert response.status == 400
            assert "Please choose one of these." in await response.text()
    assert (await sqlite_store.read(asked_party))[0] is Consent.PENDING


async def test_what_it_is_worth_can_be_added(store: Store) -> None:
    token = await store.write(asks_what_came_of_it)
    async with visiting(store) as client:
        page = await (await client.get(f"/l/{token}")).text()
        assert "What came of your introduction?" in page
        assert "Would it have happened anyway?" in page
        assert page.index("disabled hidden") < page.index(
            "We are in talks"
        )  # Enter in a field presses nothing
        form = {
            "word": "agreement", "pounds": "£40k", "jobs": "2", "anyway": "later", "may_tell": "yes", "words": " A framework. ",
        }  # fmt: skip
        wrong = await client.post(f"/l/{token}", data={**form, "pounds": "lots"})
        assert wrong.status == 400
        assert "as numbers" in await wrong.text()
        assert (await client.post(f"/l/{token}", data=form)).status == 200
    told = (await store.read(lambda s: s.exec(select(IntroductionOutcome)).all()))[0]
    assert (told.pounds, told.jobs, told.anyway, told.may_tell) == (40_000, 2, Anyway.LATER, True)
    assert (told.words, told.stage, told.medium) == ("A framework.", State.AGREEMENT, Medium.WEB)


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    store = Store.open(sqlite_url)
    token = await store.write(asked_for)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with visiting(store) as client:
        other.execute("BEGIN IMMEDIATE")
        away = await client.post(f"/l/{token}", data={"word": "yes"})
        assert (away.status, "try again" in await away.text()) == (503, True)
        other.execute("ROLLBACK")
        assert (await client.post(f"/l/{token}", data={"word": "yes"})).status == 200
    other.close()
    store.close()


async def test_tokens_and_words_stay_out_of_the_log(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = await sqlite_store.write(asked_for)
    async with visiting(sqlite_store) as client:
        await client.post(f"/l/{token}", data={"word": "no", "words": "xylography"})
    logged = "\n".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot."))
    assert "web.letter_answered" in logged
    assert token not in logged
    assert "xylography" not in logged

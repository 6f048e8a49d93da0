"""`whodoes serve` as staff meet it: it starts, says what it does, refuses what cannot work in one clear line, and stops."""

import asyncio
import json
import smtplib
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from store.kinds import Medium, OutboxState
from store.outbox import Draft, enqueue
from store.outbox_by_hand import counts
from store.store import Store
from tests import whodoes_process
from tests.doubles.imap_folders import Manners
from tests.doubles.imap_mailbox import ImapMailbox
from tests.doubles.slack.server import SlackDouble
from tests.doubles.smtp_sink import Manner, SmtpSink
from tests.factories import add_golden_region
from tests.whodoes_process import Server, free_port


async def furnished(url: str) -> str:
    store = await asyncio.to_thread(Store.open, url)
    await store.write(add_golden_region)
    await asyncio.to_thread(store.close)
    return url


async def test_it_serves_mail_and_health_says_what_is_missing_and_stops_cleanly(database_url: str) -> None:
    await furnished(database_url)
    mail, web = free_port(), free_port()
    server = Server(
        database_url=database_url, mail_address="ask@cluster.example", mail_port=str(mail), web_port=str(web)
    )
    await server.start()
    try:
        assert any("No relay is set" in line for line in server.said)
        async with aiohttp.ClientSession() as client:
            ready = await client.get(f"http://127.0.0.1:{web}/readyz")
            assert (ready.status, await ready.json()) == (200, {"store": "ok"})

        def write() -> None:
            with smtplib.SMTP("127.0.0.1", mail) as relay:
                relay.sendmail(
                    "a@firm.example", ["ask@cluster.example"], "From: a@firm.example\n\nviral vectors?\n"
                )

        await asyncio.to_thread(write)
    finally:
        assert await server.stop() == 0
    logged = "\n".join(server.said)
    assert "a@firm.example" not in logged
    assert "viral vectors" not in logged


async def test_a_mailbox_is_read_and_health_tells_when_it_is_not(sqlite_url: str) -> None:
    await furnished(sqlite_url)
    web = free_port()
    async with ImapMailbox(Manners(password="another")) as mailbox:
        server = Server(
            "--only", "mail,web", database_url=sqlite_url, mail_address="ask@cluster.example", web_port=str(web),
            mail_protocol="imap", imap_host="127.0.0.1", imap_port=str(mailbox.port), imap_security="none",
            imap_user=mailbox.manners.user, imap_password="open sesame", imap_keep="move:Answered",
            mail_authentication="results", mail_authserv_id="mx.hosted.example",
        )  # fmt: skip
        await server.start()
        try:
            await server.until_said("refuses the user or the password")
            async with aiohttp.ClientSession() as client:
                ready = await client.get(f"http://127.0.0.1:{web}/readyz")
                assert (ready.status, (await ready.json())["mailbox"]) == (503, "failing")
        finally:
            assert await server.stop() == 0
        mailbox.manners.password = "open sesame"
        await mailbox.deliver(b"From: a@firm.example\r\nTo: ask@cluster.example\r\n\r\nviral vectors?\r\n")
        await server.start()
        try:
            async with asyncio.timeout(30):
                while not mailbox.folders.get("Answered"):
                    await asyncio.sleep(0.05)
            async with aiohttp.ClientSession() as client:
                ready = await client.get(f"http://127.0.0.1:{web}/readyz")
                assert (ready.status, (await ready.json())["mailbox"]) == (200, "ok")
        finally:
            assert await server.stop() == 0
        assert "sesame" not in "\n".join(server.said)
        assert "firm.example" not in "\n".join(server.said)


async def test_slack_is_answered_and_a_stop_hangs_up(sqlite_url: str) -> None:
    await furnished(sqlite_url)
    async with SlackDouble() as slack:
        server = Server(
            "--only", "slack",
            database_url=sqlite_url, slack_bot_token=slack.tokens.bot, slack_app_token=slack.tokens.app,
            slack_api_url=slack.api_url,
        )  # fmt: skip
        await server.start()
        try:
            delivery = await slack.mention("who does protein purification?")
            await slack.wait_for(lambda: slack.posted(thread_ts=delivery.ts))
        finally:
            assert await server.stop() == 0
        assert "xoxb" not in "\n".join(server.said)


async def test_slack_over_http_is_mounted_on_the_web_face(sqlite_url: str) -> None:
    await furnished(sqlite_url)
    web = free_port()
    async with SlackDouble() as slack:
        server = Server(
            "--only", "slack,web",
            database_url=sqlite_url, slack_bot_token=slack.tokens.bot, slack_transport="http",
            slack_signing_secret=slack.tokens.signing_secret, slack_api_url=slack.api_url, web_port=str(web),
        )  # fmt: skip
        await server.start()
        try:
            slack.deliver_to(f"http://127.0.0.1:{web}/slack/events")
            await slack.verify_url()
            delivery = await slack.dm("protein purification")
            await slack.wait_for(lambda: slack.posted(thread_ts=delivery.ts))
        finally:
            assert await server.stop() == 0


@pytest.mark.parametrize("wrong", ["slack_bot_token", "slack_app_token"])
async def test_a_wrong_slack_token_ends_it_within_ten_seconds_with_one_clear_line(
    sqlite_url: str, wrong: str
) -> None:
    async with SlackDouble() as slack:
        tokens = {"slack_bot_token": slack.tokens.bot, "slack_app_token": slack.tokens.app}
        tokens[wrong] += "-but-wrong"
        began = time.monotonic()
        code, _, said = await whodoes_process.run(
            "serve",
            "--only",
            "slack",
            database_url=sqlite_url,
            slack_api_url=slack.api_url,
            **tokens,
        )
        assert code != 0
        assert time.monotonic() - began < 10  # the limit that is promised, far above what it takes
    complaints = [line for line in said.splitlines() if "token" in line.lower()]
    assert len(complaints) == 1, said
    assert "but-wrong" not in said
    assert "Traceback" not in said


async def test_a_slack_that_is_away_keeps_mail_from_nobody_and_is_found_when_it_is_back(
    sqlite_url: str,
) -> None:
    await furnished(sqlite_url)
    mail, web = free_port(), free_port()
    async with SlackDouble() as slack:
        slack.fail("auth.test", times=3, status=503)
        server = Server(
            "--only", "slack,mail,web",
            database_url=sqlite_url, slack_bot_token=slack.tokens.bot, slack_app_token=slack.tokens.app,
            slack_api_url=slack.api_url, mail_address="ask@cluster.example", mail_port=str(mail), web_port=str(web),
        )  # fmt: skip
        await server.start()
        try:
            assert any("keeps trying" in line for line in server.said)
            away = await readiness(web)
            assert away["slack"] == "failing"
            assert away["details"]["slack"]["seconds_since_frame"] is None

            def write() -> None:
                with smtplib.SMTP("127.0.0.1", mail) as relay:
                    relay.sendmail(
                        "a@firm.example", ["ask@cluster.example"], "From: a@firm.example\n\nhelp\n"
                    )

            await asyncio.to_thread(write)
            await slack.connected()
            delivery = await slack.mention("who does protein purification?")
            await slack.wait_for(lambda: slack.posted(thread_ts=delivery.ts))
            back = await readiness(web)
            assert (back["store"], back["slack"]) == ("ok", "ok")
            assert back["details"]["slack"]["connected"]
        finally:
            assert await server.stop() == 0


async def readiness(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/readyz") as answer:
        said: dict[str, Any] = await answer.json()
        assert answer.status == (200 if said["slack"] == "ok" else 503)
        return said


def a_draft() -> Draft:
    body = b"Subject: x\r\n\r\nHi\r\n"
    return Draft("answer:1", Medium.EMAIL, "answer", "a@firm.example", "ask@cluster.example", body=body)


async def test_when_slack_turns_us_away_later_the_mail_in_hand_is_sent_first(sqlite_url: str) -> None:
    """Broken off in the middle it would be uncertain, and a person would have to decide what becomes of it."""
    await furnished(sqlite_url)
    store = await asyncio.to_thread(Store.open, sqlite_url)
    await store.write(enqueue, a_draft(), now=datetime.now(UTC))
    async with SlackDouble() as slack, SmtpSink(Manner(slow=4.0)) as relay:
        slack.fail("auth.test", times=2, status=503)  # a second passes in between
        code, _, said = await whodoes_process.run(
            "serve", "--only", "slack,scheduler",
            database_url=sqlite_url, slack_bot_token=slack.tokens.bot, slack_app_token="xapp-wrong",
            slack_api_url=slack.api_url, relay_host="127.0.0.1", relay_port=str(relay.port), relay_security="none",
        )  # fmt: skip
    assert code == 1
    assert len([line for line in said.splitlines() if "app-level token" in line]) == 1, said
    assert "Traceback" not in said
    assert (await store.read(counts))[OutboxState.SENT] == 1
    await asyncio.to_thread(store.close)


async def test_a_second_server_on_the_same_file_is_refused(sqlite_url: str) -> None:
    server = Server("--only", "scheduler", database_url=sqlite_url)
    await server.start()
    try:
        code, _, said = await whodoes_process.run("serve", "--only", "scheduler", database_url=sqlite_url)
        assert code == 1
        assert "serving this database already" in said
        code, out, _ = await whodoes_process.run("ask", "--json", "anything", database_url=sqlite_url)
        assert code == 0  # asking beside it is welcome
        assert json.loads(out)["hits"] == []
    finally:
        await server.stop()


async def test_a_database_from_a_newer_version_is_refused(sqlite_url: str) -> None:
    (await asyncio.to_thread(Store.open, sqlite_url)).close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
    file.close()
    code, _, said = await whodoes_process.run("serve", database_url=sqlite_url)
    assert code == 1
    assert "newer version of whodoes" in said
    assert "Traceback" not in said


async def test_a_port_that_is_taken_is_named_with_the_way_out(sqlite_url: str) -> None:
    async def nobody(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    taken = await asyncio.start_server(nobody, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    try:
        code, _, said = await whodoes_process.run(
            "serve", "--only", "web", database_url=sqlite_url, web_port=str(port)
        )
    finally:
        taken.close()
        await taken.wait_closed()
    assert code == 1
    assert "Cannot serve" in said
    assert "WHODOES_WEB_PORT" in said
    assert "Traceback" not in said


async def test_a_start_that_fails_breaks_off_no_message(sqlite_url: str) -> None:
    """Tried again and again, as servers are, it would leave one after another uncertain."""
    await furnished(sqlite_url)
    store = await asyncio.to_thread(Store.open, sqlite_url)
    await store.write(enqueue, a_draft(), now=datetime.now(UTC))
    async with SlackDouble() as slack, SmtpSink(Manner(slow=8.0)) as relay:
        slack.delay("auth.test", 1.0)
        code, _, said = await whodoes_process.run(
            "serve", "--only", "slack,scheduler,web", database_url=sqlite_url, web_port=str(relay.port),
            relay_host="127.0.0.1", relay_port=str(relay.port), relay_security="none",
            slack_bot_token=slack.tokens.bot, slack_app_token=slack.tokens.app, slack_api_url=slack.api_url,
        )  # fmt: skip
    assert (code, "Cannot serve" in said) == (1, True)
    assert (await store.read(counts))[OutboxState.QUEUED] == 1
    await asyncio.to_thread(store.close)


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["--only", "slack,pigeons"], {}, "no part called pigeons"),
        ([], {"slack_bot_token": "xoxb-1"}, "WHODOES_SLACK_APP_TOKEN"),
        (["--only", "slack"], {}, "WHODOES_SLACK_BOT_TOKEN"),
        (["--only", "mail"], {}, "WHODOES_MAIL_ADDRESS"),
        ([], {"slack_bot_token": "nonsense"}, "xoxb-"),
        (
            ["--only", "slack"],
            {"slack_bot_token": "xoxb-1", "slack_transport": "http", "slack_signing_secret": "s"},
            "--only slack,web",
        ),
    ],
)
async def test_settings_that_cannot_work_are_refused_with_the_mend(
    sqlite_url: str, arguments: list[str], settings: dict[str, str], says: str
) -> None:
    code, _, said = await whodoes_process.run("serve", *arguments, database_url=sqlite_url, **settings)
    assert code in {1, 2}
    assert says in said
    assert "Traceback" not in said


async def test_the_demo_answers_each_piped_line_and_exits() -> None:
    code, out, said = await whodoes_process.run(
        "demo", stdin="who does viral vectr manufacturing near Macclesfeild?\nthanks\n"
    )
    assert code == 0, said
    assert "Danebridge Vector Company" in out
    assert "You're welcome." in out
    assert "http://127.0.0.1:" in said
    assert "curl" in said


async def test_the_demo_names_the_tables_it_misses(tmp_path: Path) -> None:
    code, _, said = await whodoes_process.run("demo", "--data", str(tmp_path))
    assert code == 1
    assert "directory.csv" in said

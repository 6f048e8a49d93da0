"""kill -9 while mails and Slack messages are accepted, answered and sent: nothing is lost, everything is answered once."""

import asyncio
import json
import random
import smtplib
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import Session, select

from store.kinds import InboxState, Medium, OutboxState
from store.models import InboxItem, OutboxMessage
from store.store import Store
from tests.doubles.slack.remote import RemoteSlack
from tests.doubles.slack.web_api import Tokens
from tests.factories import add_golden_region
from tests.whodoes_process import ROOT, Server, free_port

TOKENS = Tokens()
ADDRESS = "ask@cluster.example"
SETTLED = {OutboxState.SENT, OutboxState.UNCERTAIN}


class Storm:
    """A server, the people who write to it, and the worlds outside it that remember what they got."""

    def __init__(self, server: Server, slack: RemoteSlack, mail_port: int, folder: Path, url: str) -> None:
        self.server = server
        self.slack = slack
        self.mail_port = mail_port
        self.record = folder / "relay.jsonl"
        self.url = url
        self.mails: list[str] = []
        self.mentions: list[str] = []

    async def write_mail(self, number: int) -> None:
        """As an MTA does: the same mail again until it is taken."""
        message = EmailMessage()
        sender = f"member{number}@firm{number}.example"
        message["From"], message["To"], message["Subject"] = sender, ADDRESS, f"question {number}"
        message["Message-ID"] = f"<{number}@firm{number}.example>"
        message.set_content("who does viral vector manufacturing near Macclesfield?")
        self.mails.append(sender)
        async with asyncio.timeout(90):
            while not await asyncio.to_thread(self._deliver, message):
                await asyncio.sleep(0.1)

    def _deliver(self, message: EmailMessage) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.mail_port, timeout=10) as relay:
                relay.send_message(message)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    async def mention(self, number: int) -> None:
        """Slack brings an event again while it is not acknowledged."""
        result = await self.slack.do("mention", text=f"<@UBOT> who does protein purification? ({number})")
        self.mentions.append(result["ts"])

    def mails_answered(self) -> Counter[str]:
        if not self.record.exists():
            return Counter()
        return Counter(json.loads(line)["recipient"] for line in self.record.read_text().splitlines())

    async def mentions_answered(self) -> Counter[str]:
        state = await self.slack.state()
        return Counter(
            message["thread_ts"] for message in state["messages"] if message.get("thread_ts") in self.mentions
        )


@asynccontextmanager
async def storm(url: str, folder: Path) -> AsyncIterator[Storm]:
    store = await asyncio.to_thread(Store.open, url)
    await store.write(add_golden_region)
    await asyncio.to_thread(store.close)
    relay = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.smtp_sink", "--record", str(folder / "relay.jsonl"), "--slow", "0.03",
        cwd=ROOT, stdout=PIPE,
    )  # fmt: skip
    assert relay.stdout is not None
    relay_port = (await relay.stdout.readline()).decode().split()[1]
    mail_port = free_port()
    async with RemoteSlack(state=folder / "slack.jsonl") as slack:
        server = Server(
            "--only", "slack,mail,scheduler",
            database_url=url, slack_bot_token=TOKENS.bot, slack_app_token=TOKENS.app, slack_api_url=slack.api_url,
            mail_address=ADDRESS, mail_port=str(mail_port), relay_host="127.0.0.1", relay_port=relay_port,
            relay_security="none",
        )  # fmt: skip
        try:
            yield Storm(server, slack, mail_port, folder, url)
        finally:
            await server.kill()
            relay.kill()
            await relay.communicate()


async def kill_through(weather: Storm, *, kills: int, seed: int, longest: float = 1.2) -> None:
    """People write all the while; the server is killed wherever it happens to be, and started again."""
    chance, number = random.Random(seed), 0
    async with asyncio.TaskGroup() as people:
        for _ in range(kills):
            await weather.server.start()
            for _ in range(4):
                number += 1
                people.create_task(weather.write_mail(number))
                people.create_task(weather.mention(number))
                await asyncio.sleep(chance.uniform(0, longest / 4))
            await weather.server.kill()
        await weather.server.start()


async def until_quiet(weather: Storm) -> dict[str, Counter[str]]:
    """Until everything that came in is worked through and everything decided is settled."""
    store = await asyncio.to_thread(Store.open, weather.url)
    try:
        async with asyncio.timeout(90):
            while True:
                found = await store.read(states)
                open_mail = found["inbox"][InboxState.RECEIVED]
                if not open_mail and not {*found["outbox"]} - SETTLED:
                    return found
                await asyncio.sleep(0.2)
    finally:
        await asyncio.to_thread(store.close)


def states(session: Session) -> dict[str, Counter[str]]:
    return {
        "inbox": Counter(session.exec(select(InboxItem.state)).all()),
        "outbox": Counter(session.exec(select(OutboxMessage.state)).all()),
        "uncertain": Counter(
            session.exec(
                select(OutboxMessage.recipient).where(
                    OutboxMessage.state == OutboxState.UNCERTAIN, OutboxMessage.medium == Medium.EMAIL
                )
            ).all()
        ),
    }


async def assert_all_answered_once(weather: Storm) -> None:
    found = await until_quiet(weather)
    assert found["inbox"][InboxState.SET_ASIDE] == 0
    mails, uncertain = weather.mails_answered(), found["uncertain"]
    assert {sender: times for sender, times in mails.items() if times > 1} == {}, "answered twice by mail"
    assert [sender for sender in weather.mails if sender not in mails and sender not in uncertain] == []
    mentions = await weather.mentions_answered()
    assert {ts: times for ts, times in mentions.items() if times > 1} == {}, "answered twice in Slack"
    assert [ts for ts in weather.mentions if ts not in mentions] == [], "never answered in Slack"


async def test_a_server_killed_at_any_moment_loses_nothing_and_answers_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with storm(sqlite_url, tmp_path) as weather:
        await kill_through(weather, kills=3, seed=11)
        await assert_all_answered_once(weather)


@pytest.mark.torture
async def test_a_server_killed_a_hundred_times_loses_nothing_and_answers_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with storm(sqlite_url, tmp_path) as weather:
        await kill_through(weather, kills=100, seed=12)
        await assert_all_answered_once(weather)

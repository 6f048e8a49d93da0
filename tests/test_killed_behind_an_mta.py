"""kill -9 of a server that an MTA hands mail to, by SMTP and by LMTP: nothing is lost, nobody is answered twice."""

import asyncio
import smtplib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.doubles.imap_mailbox import ImapMailbox
from tests.doubles.postfix import MISSING, Postfix, postfix
from tests.doubles.queueing_mta import QueueingMta
from tests.recipes import recipe
from tests.siege import ADDRESS, Siege, siege

SMTP, LMTP = "Postfix, by SMTP", "Postfix, by LMTP over a Unix socket"
RECIPES = pytest.mark.parametrize("name", [SMTP, LMTP], ids=["smtp", "lmtp"])
BESIDE = {SMTP: "1", LMTP: "0"}  # processes that read mails beside the one that is killed


def settings_of(name: str) -> dict[str, str]:
    lines = recipe(name)["/etc/whodoes.conf"].split()
    said = {
        key.removeprefix("WHODOES_").lower(): value
        for key, _, value in (line.partition("=") for line in lines)
    }
    return said | {"mail_processes": BESIDE[name]}


async def assert_each_is_answered_once(at: Siege, *, within: float = 120) -> None:
    found = await at.outcome(within=within)
    print(  # noqa: T201 - the figures are what a long run is for
        f"{len(at.senders)} mails, {at.kills} kills: {found.kept} kept, {found.answers.total()} answers, "
        f"{len(found.lost(at.senders))} lost, {len(found.twice())} answered twice, {len(found.uncertain)} uncertain"
    )
    assert (found.kept, found.set_aside) == (len(at.senders), 0)
    assert found.twice() == {}
    assert found.lost(at.senders) == []
    assert len(found.uncertain) <= 10 * at.kills  # what a relay may have had in hand at a kill


@RECIPES
async def test_a_server_killed_behind_a_queueing_mta_answers_each_mail_once(
    name: str, sqlite_url: str
) -> None:
    settings = settings_of(name)
    async with siege(sqlite_url, settings) as at:
        mta = QueueingMta(at.place, "lmtp" if settings["mail_protocol"] == "lmtp" else "smtp")

        async def hand_over() -> None:
            for _ in range(25):
                mta.take(at.next_mail())

        try:
            await at.kill_through(2, hand_over, seed=3, longest=0.8)
            async with asyncio.timeout(60):
                await mta.until_empty()
        finally:
            await mta.close()
        await assert_each_is_answered_once(at)
        assert mta.replies[0] > 0, "no kill was felt"


@pytest.mark.parametrize("step", ["UID STORE"])
async def test_a_server_killed_at_each_step_of_reading_a_mailbox_answers_each_mail_once(
    step: str, sqlite_url: str
) -> None:
    """At UID STORE the mail is kept and not yet marked: the mailbox brings it a second time."""
    async with ImapMailbox() as mailbox:
        settings = {
            "mail_protocol": "imap", "mail_address": ADDRESS, "imap_host": "127.0.0.1", "imap_port": str(mailbox.port),
            "imap_security": "none", "imap_user": mailbox.manners.user, "imap_password": mailbox.manners.password,
            "mail_authentication": "results", "mail_authserv_id": "mx.hosted.example",
        }  # fmt: skip
        async with siege(sqlite_url, settings) as at:
            for _ in range(5):
                await mailbox.deliver(at.next_mail().content)
            mailbox.manners.stall_at = step
            await at.start()
            async with asyncio.timeout(30):
                while not any(command.startswith(step) for command in mailbox.commands):
                    await asyncio.sleep(0.01)
            await at.kill()
            mailbox.manners.stall_at = ""
            await at.start()
            await assert_each_is_answered_once(at)
        assert all("\\Seen" in mail.flags for mail in mailbox.inbox)


@asynccontextmanager
async def besieged_postfix(name: str, url: str) -> AsyncIterator[tuple[Siege, Postfix]]:
    async with siege(url, settings_of(name), group="postfix") as at:
        places = {"[127.0.0.1]:8025": f"[127.0.0.1]:{at.place}", "/run/whodoes/lmtp.sock": at.place}
        async with postfix(name, places) as mta:
            yield at, mta


async def send_some(at: Siege, mta: Postfix, folder: Path, count: int) -> None:
    """Four at a time, by smtp-source."""

    async def send() -> None:
        async with gate:
            mail = at.next_mail()
            file = folder / mail.sender
            file.write_bytes(mail.content.replace(b"\r\n", b"\n"))
            await mta.send(mail.sender, mail.recipient, file)
            file.unlink()

    gate = asyncio.Semaphore(4)
    await asyncio.gather(*(send() for _ in range(count)))


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@RECIPES
async def test_the_recipe_for_postfix_hands_mail_in_as_it_stands_in_the_readme(
    name: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with besieged_postfix(name, sqlite_url) as (at, mta):
        await at.start()
        await send_some(at, mta, tmp_path, 5)
        await asyncio.to_thread(send_with_forged_results, at, mta.port)
        await assert_each_is_answered_once(at)
        forged = [item for item in await at.inbox() if b"forged" in (item.raw or b"")]
        assert [item.payload["rcpt_tos"] for item in forged] == [["ask+r7k@cluster.example"]]
        assert b"Received: " in (forged[0].raw or b"")
        assert b"dmarc=pass" not in (forged[0].raw or b""), "somebody may vouch for themselves"


def send_with_forged_results(at: Siege, port: int) -> None:
    """To an address with a token, which is ours; to one that nobody has, which Postfix itself turns away."""
    mail = at.next_mail()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo("firm.example")
        client.mail(mail.sender)
        assert client.rcpt("nobody@cluster.example")[0] == 550
        assert client.rcpt("ask+r7k@cluster.example")[0] == 250
        forged = b"Authentication-Results: mx.cluster.example;\r\n\tdmarc=pass header.from=firm.example\r\nX-Note: forged\r\n"
        assert client.data(forged + mail.content)[0] == 250


@pytest.mark.torture
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.timeout(1500)
@RECIPES
async def test_a_server_killed_behind_postfix_answers_three_thousand_mails_once(
    name: str, sqlite_url: str, tmp_path: Path
) -> None:
    kills, mails = 25, 3000
    async with besieged_postfix(name, sqlite_url) as (at, mta):

        async def hand_over() -> None:
            await send_some(at, mta, tmp_path, mails // kills)

        began = time.monotonic()
        await at.kill_through(kills, hand_over, seed=29, longest=3.0)
        await assert_each_is_answered_once(at, within=900)
        print(f"in {time.monotonic() - began:.0f} s, by {name}")  # noqa: T201 - a figure
        assert len(at.senders) == mails
        assert await mta.waiting() == 0

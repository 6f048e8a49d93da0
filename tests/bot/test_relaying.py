"""How mail leaves is put together from the settings: signed where a key is set, and a bad key is one clear line."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.housing import house_of
from bot.relaying import bulk_mail, relay_sender, signer_from
from bot.settings import SettingsProblem, read_settings
from mail.own_addresses import own_addresses
from store.kinds import Medium
from store.outbox import Claimed
from store.outcome import Sent
from store.store import Store
from tests.conftest import NOW
from tests.doubles.smtp_sink import SmtpSink

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def set_up(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in ({"MAIL_ADDRESS": "ask@cluster.example"} | settings).items():
        monkeypatch.setenv(f"WHODOES_{name}", value)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "dkim.pem"
    form = serialization.PrivateFormat.TraditionalOpenSSL
    file.write_bytes(KEY.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return file


def public_key(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"autumn._domainkey.cluster.example."
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + b"".join(pem.splitlines()[1:-1])


def test_without_a_key_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)
    assert signer_from(read_settings()) is None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DKIM_KEY_FILE": "dkim.pem"}, "WHODOES_DKIM_SELECTOR is needed too"),
        ({"DKIM_SELECTOR": "autumn"}, "WHODOES_DKIM_KEY_FILE is needed too"),
        ({"DKIM_KEY_FILE": "x", "DKIM_SELECTOR": "autumn", "MAIL_ADDRESS": ""}, "WHODOES_DKIM_DOMAIN is needed"),
        ({"DKIM_KEY_FILE": "x", "DKIM_SELECTOR": "a;b"}, "dkim_selector is no name of the DNS"),
        ({"DKIM_KEY_FILE": "x", "DKIM_SELECTOR": "autumn", "DKIM_DOMAIN": "a b"}, "dkim_domain is no name of the DNS"),
        ({"RELAY_RATE": "-1"}, "WHODOES_RELAY_RATE"),
        ({"RELAY_CONNECTIONS": "0"}, "WHODOES_RELAY_CONNECTIONS"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_by_name(
    settings: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, **settings)
    with pytest.raises(SettingsProblem, match=says):
        read_settings()


def test_a_key_that_is_not_there_is_one_line_that_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, DKIM_KEY_FILE="/nowhere/dkim.pem", DKIM_SELECTOR="autumn")
    with pytest.raises(SettingsProblem) as problem:
        signer_from(read_settings())
    assert str(problem.value).startswith(
        "WHODOES_DKIM_KEY_FILE: the DKIM key /nowhere/dkim.pem cannot be read"
    )
    assert "\n" not in str(problem.value)


async def test_what_leaves_by_the_outbox_is_signed_too(
    monkeypatch: pytest.MonkeyPatch, key_file: Path
) -> None:
    message = Claimed(
        id=1, dedup_key="answer:1", medium=Medium.EMAIL, kind="answer", recipient="ada@member.example",
        sender="ask@cluster.example", payload={}, body=b"From: ask@cluster.example\nSubject: Hi\n\n.Hello  you\n\n",
        owner="w:1", attempt=1, created_at=NOW,
    )  # fmt: skip
    async with SmtpSink() as sink:
        set_up(
            monkeypatch, DKIM_KEY_FILE=str(key_file), DKIM_SELECTOR="autumn", RELAY_HOST="localhost",
            RELAY_PORT=str(sink.port), RELAY_SECURITY="none",
        )  # fmt: skip
        settings = read_settings()
        sender = relay_sender(settings, None, signer_from(settings))
        try:
            assert isinstance(await sender.send(message), Sent)
        finally:
            await sender.close()
        assert dkim.verify(sink.taken[0].content, dnsfunc=public_key)


async def test_campaigns_have_a_sender_where_the_house_writes_mails(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, RELAY_HOST="localhost", RELAY_RATE="14", RELAY_CONNECTIONS="2")
    settings = read_settings()
    addresses = await own_addresses(sqlite_store, "ask+{token}@cluster.example", now=NOW)
    bulk = bulk_mail(
        settings,
        sqlite_store,
        house_of(settings),
        addresses,
        signer=None,
        owner="a:1",
        clock=lambda: datetime.now(UTC),
    )
    assert bulk is not None
    stop = asyncio.Event()
    stop.set()
    await bulk.run(stop)
    monkeypatch.delenv("WHODOES_MAIL_ADDRESS")
    silent = read_settings()
    assert (
        bulk_mail(silent, sqlite_store, house_of(silent), None, signer=None, owner="a:1", clock=lambda: NOW)
        is None
    )

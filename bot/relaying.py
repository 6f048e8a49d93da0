"""How mail leaves, by the settings: the relay for the outbox, the bulk sender for campaigns, and the key both sign with."""

import os
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.assistant.house import House
from bot.settings import Settings, SettingsProblem
from mail.bulk.dkim import NoKey, Signer, signer_of
from mail.letters import MailCarrier
from mail.relay_opening import RelayAddress
from mail.sender import RelaySender, own_name
from mail.tokens import Purpose, TokenAddresses
from scheduler.bulk import BulkMail
from store.kinds import Medium
from store.store import Store


def signer_from(settings: Settings) -> Signer | None:
    """None where mails are not signed here. Raises SettingsProblem."""
    if not settings.dkim_key_file:
        return None
    try:
        return signer_of(settings.signing_domain, settings.dkim_selector, Path(settings.dkim_key_file))
    except NoKey as problem:
        raise SettingsProblem(f"WHODOES_DKIM_KEY_FILE: {problem}") from None


def relay_sender(settings: Settings, addresses: TokenAddresses | None, signer: Signer | None) -> RelaySender:
    """For the outbox. `addresses` are where reports come to; None where we take none."""
    return RelaySender(
        host=settings.relay_host,
        port=settings.relay_port,
        security=settings.relay_security,
        user=settings.relay_user,
        password=settings.relay_password.get_secret_value(),
        return_address=partial(addresses.address, Purpose.RETURN) if addresses else None,
        signer=signer,
    )


def bulk_mail(
    settings: Settings,
    store: Store,
    house: House,
    addresses: TokenAddresses | None,
    *,
    signer: Signer | None,
    owner: str,
    clock: Callable[[], datetime],
) -> BulkMail | None:
    """For campaigns; None where the house writes no mails."""
    carrier = house.letterbox.carriers.get(Medium.EMAIL)
    if not isinstance(carrier, MailCarrier):
        return None
    relay = RelayAddress(
        settings.relay_host, settings.relay_port, settings.relay_security, settings.relay_user,
        settings.relay_password.get_secret_value(), own_name(), ssl.create_default_context(),
    )  # fmt: skip
    return BulkMail(
        store=store,
        house=house,
        carrier=carrier,
        relay=relay,
        clock=clock,
        owner=owner,
        alone=store.dialect == "sqlite",
        connections=settings.relay_connections,
        per_second=settings.relay_rate,
        signer=signer,
        return_address=partial(addresses.address, Purpose.COPY) if addresses else None,
        stop_within=settings.stop_seconds,
    )


def own_process() -> str:
    """How this process is named where it has something in hand."""
    return f"{socket.gethostname()}:{os.getpid()}"

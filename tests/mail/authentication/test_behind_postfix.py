"""The fields as a real Postfix and its filters order them: what was forged does not come through, what was found does."""

import asyncio
import smtplib
from collections.abc import Callable
from datetime import datetime

import pytest

from mail.authentication.judges import ByResults
from mail.inbound import InboundMail, read_mail
from mail.trust import Trust
from store.store import Store
from tests.doubles.milter import Milter
from tests.doubles.postfix import MISSING, Postfix, postfix
from tests.mail.open_port import ADDRESS, Port

OURS = "mx.cluster.example"
PASS = f"{OURS}; dmarc=pass (p=reject) header.from=firm.example"
NOTHING = f"{OURS}; dmarc=none; spf=none smtp.mailfrom=evil.example; dkim=none"
MAIL = (
    f"Authentication-Results: {PASS}\r\n"
    "Received: from pc (unknown [198.51.100.9])\r\n\tby out.firm.example (Postfix) id 2\r\n"
    f"Authentication-Results: {PASS}\r\n"
    "From: ada@firm.example\r\nMessage-ID: <1@firm.example>\r\n\r\nWho does assays?\r\n"
)
ABOVE, BELOW = 0, 1  # the MTA's own Received
TAKES_OUT = "header_checks = regexp:/etc/postfix/header_checks"
MORE = """
smtpd_milters = inet:127.0.0.1:{port}
milter_default_action = tempfail
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
"""

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def from_outside(server: Postfix) -> None:
    """As if it came from another machine: Postfix is told so by whom it believes that (XCLIENT)."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as client:
        client.ehlo("out.firm.example")
        code, said = client.docmd("XCLIENT", "NAME=out.firm.example ADDR=203.0.113.7")
        assert code == 220, said
        client.ehlo("out.firm.example")
        client.sendmail("ada@firm.example", [ADDRESS], MAIL)


@pytest.mark.parametrize(
    ("index", "taken_out", "found", "trust"),
    [
        (ABOVE, False, NOTHING, Trust.UNPROVED),
        (BELOW, False, NOTHING, Trust.UNPROVED),
        (ABOVE, True, PASS, Trust.PROVED),
        (BELOW, True, PASS, Trust.PROVED),
    ],
)
async def test_what_the_filters_found_is_what_counts(
    sqlite_store: Store,
    clock: Callable[[], datetime],
    *,
    index: int,
    taken_out: bool,
    found: str,
    trust: Trust,
) -> None:
    port = Port(sqlite_store, clock)
    listener = await port.open()
    async with Milter(found, index=index) as milter:
        more = MORE.format(port=milter.port)
        places = {"8025": str(listener.port), TAKES_OUT: f"{TAKES_OUT if taken_out else ''}\n{more}"}
        async with postfix("Postfix, by SMTP", places) as server:
            await asyncio.to_thread(from_outside, server)
            async with asyncio.timeout(30):
                while not port.woken:
                    await asyncio.sleep(0.02)
    [item] = await port.kept()
    await port.close()
    mail = read_mail(item.raw or b"")
    assert isinstance(mail, InboundMail)
    assert (mail.headers.keys()[0] == "Authentication-Results") is (index == ABOVE)
    assert ByResults(OURS)(item, mail) is trust
    assert str(mail.headers).count("dmarc=pass") == (found is PASS) + 2 * (not taken_out)

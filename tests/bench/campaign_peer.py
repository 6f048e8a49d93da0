"""The obvious stack, in a process of its own: Jinja2, EmailMessage, dkimpy and aiosmtplib; nothing is written down.

`python -m tests.bench.campaign_peer`, with `{"port": …, "mails": …, "signed": …, "text": …, "page": …}`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

import aiosmtplib
import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jinja2 import Environment

from mail.render.mailing import TO_SIGN
from mail.render.newsletter import PREFERENCES, UNSUBSCRIBE, WHY
from tests.bench.campaign_region import NOW
from tests.bench.mail_sink import pin

CONNECTIONS = 20
PAGES = "https://pages.cluster.example"


class Writing:
    """The same mail as ours, put together as the libraries' own pages show it."""

    def __init__(self, order: dict[str, Any]) -> None:
        environment = Environment(autoescape=False)  # noqa: S701 - measures; these values are its own
        self._text = environment.from_string(_with_places(order["text"]))
        self._page = environment.from_string(_with_places(order["page"]))
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        self._key = pem if order["signed"] else None

    def mail(self, number: int) -> bytes:
        places = {
            "unsubscribe": f"{PAGES}/u/{number:027}/announcements", "preferences": f"{PAGES}/preferences/{number:027}",
            "why": "you are in the directory",
        }  # fmt: skip
        message = EmailMessage(policy=SMTP)
        message["From"] = "whodoes <ask@cluster.example>"
        message["To"] = f"Reader {number} <reader{number}@firm.example>"
        message["Subject"] = "Autumn evening"
        message["Date"] = format_datetime(NOW)
        message["Message-ID"] = make_msgid(domain="cluster.example")
        message["List-Id"] = "<announcements.cluster.example>"
        message["List-Unsubscribe"] = f"<{places['unsubscribe']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._text.render(places))
        message.add_alternative(self._page.render(places), subtype="html")
        content = message.as_bytes()
        return self._signature(content) + content if self._key else content

    def _signature(self, content: bytes) -> bytes:
        signed: bytes = dkim.sign(
            content, b"news", b"cluster.example", self._key, canonicalize=(b"relaxed", b"simple"),
            include_headers=[name.encode() for name in TO_SIGN],
        )  # fmt: skip
        return signed


def _with_places(text: str) -> str:
    for place, name in ((UNSUBSCRIBE, "unsubscribe"), (PREFERENCES, "preferences"), (WHY, "why")):
        text = text.replace(place, f"{{{{ {name} }}}}")
    return text


async def main(order: dict[str, Any]) -> float:
    """Mails a second."""
    writing, numbers = Writing(order), iter(range(order["mails"]))
    began = time.perf_counter()
    await asyncio.gather(*(_connection(order["port"], writing, numbers) for _ in range(CONNECTIONS)))
    spent = time.perf_counter() - began
    return float(order["mails"] / spent)


async def _connection(port: int, writing: Writing, numbers: Iterator[int]) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as relay:
        for number in numbers:
            await relay.sendmail(
                "ask@cluster.example", [f"reader{number}@firm.example"], writing.mail(number)
            )


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    pin(0, given.get("core"))
    sys.stdout.write(json.dumps({"rate": asyncio.run(main(given))}))

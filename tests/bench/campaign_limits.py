"""What a campaign's sender is held against, each in a process of its own: mails that are ready sent as fast as it goes, and
RSA signatures alone.

`python -m tests.bench.campaign_limits`, with `{"what": "sending", "port": …, "mail": FILE, "mails": …}` or `{"what": "signing"}`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.bench.mail_sink import pin

CONNECTIONS = 20
SIGNING_SECONDS = 1.5
COMMANDS = b"MAIL FROM:<ask@cluster.example> BODY=8BITMIME\r\nRCPT TO:<reader@firm.example>\r\nDATA\r\n"


class Sending(asyncio.Protocol):
    """One connection that sends the same mail again and again; behind each the commands of the next (RFC 2920)."""

    def __init__(self, mail: bytes, turns: Iterator[int], done: "asyncio.Future[None]") -> None:
        self._turn = mail + b".\r\n" + COMMANDS
        self._last = mail + b".\r\nQUIT\r\n"
        self._turns = turns
        self._done = done
        self._replies = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"220"):
            self._transport.write(b"HELO bench.example\r\n" + COMMANDS)
        self._replies += data.count(b"\n")
        if b"354 " in data:
            another = next(self._turns, None) is not None
            self._transport.write(self._turn if another else self._last)
        if data.startswith((b"4", b"5")) and not self._done.done():
            self._done.set_exception(RuntimeError(f"the sink said {data!r}"))

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def sending(port: int, mail: bytes, mails: int) -> float:
    """Mails a second."""
    loop = asyncio.get_running_loop()
    connections = min(CONNECTIONS, mails)
    turns = iter(range(mails - connections))  # each connection has one more
    began = time.perf_counter()
    ends = [loop.create_future() for _ in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: Sending(mail, turns, end), "127.0.0.1", port)  # type: ignore[misc]  # the loop's protocol factory
    await asyncio.gather(*ends)
    return mails / (time.perf_counter() - began)


def signing() -> dict[str, float]:
    """RSA-2048 signatures a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    words, number = b"x" * 700, 0
    began, computed = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < SIGNING_SECONDS:
        key.sign(words, padding.PKCS1v15(), hashes.SHA256())
        number += 1
    spent = time.perf_counter() - began
    return {"rate": number / spent, "cpu": 1e6 * (time.process_time() - computed) / number}


def main(order: dict[str, Any]) -> dict[str, float]:
    """How many a second, and microseconds of the processor for each."""
    pin(0, order.get("core"))
    if order["what"] == "signing":
        return signing()
    mail, computed = Path(order["mail"]).read_bytes(), time.process_time()
    rate = asyncio.run(sending(order["port"], mail, order["mails"]))
    return {"rate": rate, "cpu": 1e6 * (time.process_time() - computed) / order["mails"]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(sys.stdin.read()))))

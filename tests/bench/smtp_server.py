"""A mail server for the benchmark in a process of its own: ours, or aiosmtpd with a handler that throws mail away."""

import asyncio
import sys
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

from mail.smtp import listen
from store.store import Store

ADDRESS = "ask@cluster.example"


class Discard:
    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's hook
        return "250 OK"


async def discard() -> None:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Discard()), "127.0.0.1", 0)
    await _serve(server.sockets[0].getsockname()[1])


async def keep(url: str) -> None:
    store = Store.open(url)
    listener = await listen(
        store=store,
        host="127.0.0.1",
        port=0,
        protocol="smtp",
        address=ADDRESS,
        max_bytes=10_000_000,
        wake=lambda: None,
        clock=lambda: datetime.now(UTC),
    )
    await _serve(listener.port)


async def _serve(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # until the benchmark lets go of us


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[1]) if len(sys.argv) > 1 else discard())

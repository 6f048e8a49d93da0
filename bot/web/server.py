"""The web face: health for whoever watches, and the pages and hooks the composition root mounts."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[dict[str, bool]]]
Details = Callable[[], Mapping[str, Mapping[str, Any]]]


def _none() -> Mapping[str, Mapping[str, Any]]:
    return {}


class WebFace:
    """An aiohttp server on our own loop. `ready` names the parts and whether each works, `details` says more of some."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        ready: Ready,
        routes: Sequence[web.RouteDef] = (),
        details: Details = _none,
    ) -> None:
        self._host = host
        self._port = port
        self._ready = ready
        self._details = details
        application = web.Application(client_max_size=1_000_000)
        application.add_routes([web.get("/livez", _alive), web.get("/readyz", self._readiness), *routes])
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> int:
        """Begin to serve; returns the port. Raises OSError where it is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port: int = self._runner.addresses[0][1]
        log.info("web.listening", extra={"port": port})
        return port

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _readiness(self, _request: web.Request) -> web.Response:
        """{"part": "ok" or "failing", …}, and under "details" what is known of a part beyond that."""
        parts, details = await self._ready(), self._details()
        said: dict[str, Any] = {name: "ok" if works else "failing" for name, works in parts.items()}
        return web.json_response(
            {**said, **({"details": details} if details else {})},
            status=200 if all(parts.values()) else 503,
        )


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")

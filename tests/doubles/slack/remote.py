"""The double in a process of its own, from a test's side: started, told what to do, asked, stopped."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.doubles.slack.records import JSON

ROOT = Path(__file__).parents[3]


class RemoteSlack:
    """`async with RemoteSlack(state=tmp_path / "calls.jsonl") as slack: await slack.do("mention", text="…")`."""

    def __init__(self, *, state: Path) -> None:
        self.state_file = state
        self.url = ""
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        command = [
            sys.executable,
            "-m",
            "tests.doubles.slack",
            "--port",
            "0",
            "--state",
            str(self.state_file),
        ]
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        if self._process.stdout is None:
            raise RuntimeError("its output is not ours to read")
        self.url = (await self._process.stdout.readline()).decode().strip()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.terminate()
            await self._process.communicate()

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def do(self, name: str, **args: Any) -> Any:
        """POST /control/NAME; a refused one raises LookupError with the reason."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/control/{name}", json=args) as response,
        ):
            answer: JSON = await response.json()
        if "error" in answer:
            raise LookupError(answer["error"])
        return answer["result"]

    async def state(self) -> JSON:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/control/state") as response,
        ):
            found: JSON = await response.json()
            return found

    def calls(self, method: str | None = None) -> list[JSON]:
        """The accepted calls, from the file."""
        if not self.state_file.exists():
            return []
        lines = [json.loads(line) for line in self.state_file.read_text("utf-8").splitlines()]
        return [line for line in lines if method in {None, line["method"]}]

    async def until(self, found: Callable[[JSON], object], *, seconds: float = 15.0) -> JSON:
        """The first state of which `found` says yes."""
        end = asyncio.get_running_loop().time() + seconds
        while not found(state := await self.state()):
            if asyncio.get_running_loop().time() > end:
                raise TimeoutError(
                    f"not within {seconds:g} s; calls: {[c['method'] for c in state['calls']]}"
                )
            await asyncio.sleep(0.05)
        return state

"""Peer: npm's MiniSearch with its near words and word starts, in a node process that speaks JSON lines."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.peers.peer import DEPTH, Document, NotMeasured, Scored, content_of

FOLDER = Path(__file__).parents[1] / "minisearch"
INSTALL_SECONDS = 120


class MiniSearch:
    def __init__(self) -> None:
        node = shutil.which("node")
        if node is None:
            raise NotMeasured("there is no node on this machine")
        _install()
        self._process = subprocess.Popen(
            [node, "--expose-gc", "serve.mjs"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._before = float(self._ask({"megabytes": True}))

    def fill(self, documents: Sequence[Document]) -> None:
        self._ask({"documents": [asdict(each) for each in documents]})

    def search(self, text: str) -> Scored:
        words = content_of(text)
        if not words:
            return []
        return [(ref, score) for ref, score in self._ask({"ask": " ".join(words), "depth": DEPTH})]

    def megabytes_outside(self) -> float:
        return float(self._ask({"megabytes": True})) - self._before

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _ask(self, line: dict[str, Any]) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise NotMeasured("its process has no pipes")
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise NotMeasured("its process ended")
        return json.loads(answer)


def _install() -> None:
    """From the lock, whose hashes npm holds its packages to; once."""
    if (FOLDER / "node_modules" / "minisearch").is_dir():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise NotMeasured("there is no npm on this machine")
    command = [npm, "ci", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved=true"]
    try:
        subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotMeasured("npm did not install it in time") from None
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines() or ["no word of why"]
        raise NotMeasured(f"npm did not install it ({last[0]})") from None

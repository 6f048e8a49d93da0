"""What the app may do and is told of, read from its manifest: scopes, events, commands, shortcuts, the Home tab."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

FILE = Path(__file__).parents[3] / "bot" / "slack" / "manifest.yaml"
GLOBAL, MESSAGE = "global", "message"


@dataclass(frozen=True, slots=True)
class Manifest:
    scopes: frozenset[str]
    events: frozenset[str]
    commands: frozenset[str] = frozenset({"/whodoes"})
    shortcuts: frozenset[tuple[str, str]] = frozenset()  # (type, callback_id), type being global or message
    home_tab: bool = True

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        """Read without a YAML library: the file is ours, and plain."""
        lines = [line.partition(" #")[0].rstrip() for line in file.read_text("utf-8").splitlines()]
        lines = [line for line in lines if line and not line.lstrip().startswith("#")]
        return cls(
            scopes=frozenset(_items(lines, "bot")),
            events=frozenset(_items(lines, "bot_events")),
            commands=frozenset(re.findall(r"- command: (\S+)", "\n".join(lines))),
            shortcuts=frozenset(_shortcuts(lines)),
            home_tab="home_tab_enabled: true" in {line.strip() for line in lines},
        )


def _under(lines: list[str], key: str) -> Iterator[str]:
    """The lines indented below this key."""
    depth = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth is not None:
            if indent <= depth:
                return
            yield line.strip()
        elif line.strip() == f"{key}:":
            depth = indent


def _items(lines: list[str], key: str) -> Iterator[str]:
    yield from (line.removeprefix("- ") for line in _under(lines, key) if line.startswith("- "))


def _shortcuts(lines: list[str]) -> Iterator[tuple[str, str]]:
    entries: list[dict[str, str]] = []
    for line in _under(lines, "shortcuts"):
        if line.startswith("- "):
            entries.append({})
        key, _, value = line.removeprefix("- ").partition(": ")
        entries[-1][key] = value.strip("\"'")
    yield from ((entry["type"], entry["callback_id"]) for entry in entries)

"""Accepted calls as lines of JSON in a file, so that they outlive every process under test."""

import json
from pathlib import Path
from typing import TextIO

from tests.doubles.slack.records import JSON, Call


class Journal:
    """One line a call; nothing when there is no file."""

    def __init__(self, path: Path | None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def write(self, call: Call, answer: JSON) -> None:
        if self._file is None:
            return
        line = {
            "method": call.method,
            "args": call.args,
            "at": call.at.isoformat(),
            "result": call.result,
            "answer": answer,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

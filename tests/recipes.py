"""The recipes that README shows, read out of it, so that what people copy is what was tried."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def recipe(name: str) -> dict[str, str]:
    """The files of one recipe by their path: each code block under that heading names its file in its first line."""
    text = README.read_text(encoding="utf-8")
    under = re.search(rf"^#### {re.escape(name)}\n(.*?)(?=^##+ |\Z)", text, re.DOTALL | re.MULTILINE)
    assert under is not None, f"README has no recipe {name}"
    files: dict[str, str] = {}
    for path, block in re.findall(r"^```\w*\n# (/\S+)[^\n]*\n(.*?)^```$", under[1], re.DOTALL | re.MULTILINE):
        files[path] = files.get(path, "") + block
    assert files
    return files

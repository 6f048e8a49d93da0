"""How a stored value is written in a cell and in "old → new"."""

from datetime import date
from typing import Any

from store.importing.text import join


def shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return join(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

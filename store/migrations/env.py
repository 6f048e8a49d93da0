"""Alembic's entry: migrates over the connection it is handed."""

from typing import Any, Literal

from alembic import context

from store.models import Table
from store.types import ByValue, TextList


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration says what is in the database, not which class of today's code reads it."""
    if kind == "type" and isinstance(item, ByValue):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(item, TextList):
        return "sa.JSON()"
    return False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

"""How a command gets its settings and its store: one clear line and exit code 1 where it cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from bot.settings import Settings, SettingsProblem, read_settings
from store.errors import StoreError
from store.search.lexicon import Lexicon
from store.search.live import LiveIndex
from store.search.vectors import installed_vectors
from store.store import Store


def settings_or_exit() -> Settings:
    try:
        return read_settings()
    except SettingsProblem as problem:
        complain(f"The settings cannot be used.\n{problem}", code=2)


@contextmanager
def opened_store() -> Iterator[Store]:
    """The configured store, closed at the end; what goes wrong with it is said in one line."""
    settings = settings_or_exit()
    try:
        store = Store.open(settings.database_url)
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        complain(str(error))


def new_index(*, lexicon: Lexicon | None = None) -> LiveIndex:
    """An index as it is configured, with nothing in it yet."""
    wanted = settings_or_exit().vectors == "auto"
    return LiveIndex(lexicon=lexicon, vectors=installed_vectors() if wanted else None)


def complain(message: str, *, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)

"""The schema's version: created and upgraded when the store is opened; a newer one is refused."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from store.errors import NewerSchema

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 0x77686F64  # one process upgrades a PostgreSQL at a time


def bring_up_to_date(engine: Engine) -> None:
    """Create or upgrade the tables. Raises NewerSchema, touching nothing, where the database is ahead of us."""
    with engine.connect() as connection:
        if current_revision(connection) == head_revision():
            return
    with engine.connect() as connection:
        # Rebuilding a table on SQLite drops it for a moment; its children must not go with it.
        _foreign_keys(connection, enforced=False)
        with connection.begin():
            _upgrade(connection)
        _foreign_keys(connection, enforced=True)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SET LOCAL lock_timeout = 0")
        )  # another's upgrade is waited for, however long
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    refuse_newer(current_revision(connection))
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _foreign_keys(connection: Connection, *, enforced: bool) -> None:
    """SQLite ignores this pragma inside a transaction, so it goes past SQLAlchemy, which would begin one."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the type; the dialect says so
        driver.execute(f"PRAGMA foreign_keys={'ON' if enforced else 'OFF'}")


def refuse_newer(current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current is not None and current not in known:
        raise NewerSchema(
            f"This database was written by a newer version of whodoes (its schema is {current}). "
            "Upgrade whodoes, or point WHODOES_DATABASE_URL at another database. Nothing was changed."
        )


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config

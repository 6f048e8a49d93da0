"""Migrations and models say the same, on both databases, and every constraint has a name."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from store.engine import parse_url
from store.models import Table
from store.schema import current_revision, head_revision
from store.store import Store


@pytest.fixture(params=["sqlite", "postgres"])
def bare_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('bare')}/whodoes.sqlite3"
    url: str = request.getfixturevalue("bare_postgres_url")
    return url


def test_an_empty_database_becomes_what_the_models_describe(bare_url: str) -> None:
    Store.open(bare_url).close()
    engine = create_engine(parse_url(bare_url))
    try:
        with engine.connect() as connection:
            assert current_revision(connection) == head_revision()
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, Table.metadata) == []
    finally:
        engine.dispose()


def test_every_constraint_has_a_name_so_that_a_later_migration_can_drop_it(bare_url: str) -> None:
    Store.open(bare_url).close()
    engine = create_engine(parse_url(bare_url))
    try:
        inspector = inspect(engine)
        for table in Table.metadata.tables:
            assert inspector.get_pk_constraint(table)["name"]
            assert all(key["name"] for key in inspector.get_foreign_keys(table))
            assert all(key["name"] for key in inspector.get_unique_constraints(table))
    finally:
        engine.dispose()

"""Keys that come from outside: made to fit a column without two of them becoming one, and found by how they begin."""

import hashlib

import sqlalchemy as sa


def fitting(key: str, length: int = 400) -> str:
    """The key itself, or its beginning and a digest where it is too long; PostgreSQL takes no NUL and no half pair."""
    clean = storable(key)
    if clean == key and len(key) <= length:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{clean[: length - len(digest) - 1]}#{digest}"


def storable(text: str) -> str:
    """Text that any database takes: what it could not hold is shown as a replacement character."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def begins(
    key: sa.ColumnElement[str], start: sa.ColumnElement[str], *, dialect: str
) -> sa.ColumnElement[bool]:
    """Whether a key begins so. SQLite finds these in the key's index as a range: its LIKE folds case, and reads them all.

    PostgreSQL's order of keys is a language's, in which they need not stand together.
    """
    if dialect == "sqlite":
        return (key >= start) & (key < start.concat("\U0010ffff"))
    return sa.func.starts_with(key, start)

"""Keys that come from outside, made to fit a column without two of them becoming one."""

import hashlib


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

"""Column types: lists of words and enumerations stored by their value."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class TextList(TypeDecorator[list[str]]):
    """An ordered list of short texts that belong to their row alone, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> list[str]:
        return [str(item) for item in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        return [str(item) for item in value or ()]


class ByValue(TypeDecorator[StrEnum]):
    """A StrEnum stored as its value, so that the database reads like the code and outlives renamed members."""

    impl = String(40)
    cache_ok = True

    def __init__(self, cases: type[StrEnum]) -> None:
        super().__init__()
        self.cases = cases

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.cases(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.cases(value)

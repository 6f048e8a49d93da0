"""The small checks that block validation is made of; each yields what is wrong, and where, in Slack's words."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.records import JSON

PLAIN = "plain_text"
MRKDWN = "mrkdwn"
EITHER = (PLAIN, MRKDWN)
URL_MOST = 3000


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys a thing must have and may have, besides `type`."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()


def shape(required: str = "", optional: str = "") -> Shape:
    return Shape(frozenset(required.split()), frozenset(optional.split()))


def wrong(what: str, at: str) -> str:
    return f"{what} [json-pointer:{at}]"


def keys(thing: JSON, expected: Shape, at: str) -> Iterator[str]:
    for key in sorted(expected.required - thing.keys()):
        yield wrong(f"missing required field: {key}", at)
    for key in sorted(thing.keys() - expected.required - expected.optional - {"type"}):
        yield wrong(f"invalid additional property: {key}", at)


def string(value: Any, at: str, *, most: int, least: int = 1) -> Iterator[str]:
    if not isinstance(value, str):
        yield wrong("must be a string", at)
    elif len(value) < least:
        yield wrong(f"must be more than {least - 1} characters", at)
    elif len(value) > most:
        yield wrong(f"must be less than {most + 1} characters", at)


def maybe_string(thing: JSON, key: str, at: str, *, most: int) -> Iterator[str]:
    if key in thing:
        yield from string(thing[key], f"{at}/{key}", most=most)


def url(thing: JSON, key: str, at: str) -> Iterator[str]:
    if key not in thing:
        return
    yield from string(thing[key], f"{at}/{key}", most=URL_MOST)
    if isinstance(thing[key], str) and not thing[key].startswith(("http://", "https://", "mailto:")):
        yield wrong("must be a valid URL", f"{at}/{key}")


def text(value: Any, at: str, *, most: int, kinds: Collection[str] = EITHER) -> Iterator[str]:
    """A text object of one of these kinds, 1 to `most` characters."""
    if not isinstance(value, dict):
        yield wrong("must be a text object", at)
        return
    kind = value.get("type")
    if kind not in kinds:
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from keys(value, shape("text", "emoji" if kind == PLAIN else "verbatim"), at)
    yield from string(value.get("text"), f"{at}/text", most=most)


def maybe_text(
    thing: JSON, key: str, at: str, *, most: int, kinds: Collection[str] = EITHER
) -> Iterator[str]:
    if key in thing:
        yield from text(thing[key], f"{at}/{key}", most=most, kinds=kinds)


def items(value: Any, at: str, *, most: int, least: int = 1) -> Iterator[str]:
    """A list of `least` to `most` objects."""
    if not isinstance(value, list):
        yield wrong("must be an array", at)
        return
    if len(value) < least:
        yield wrong(f"no fewer than {least} items required", at)
    if len(value) > most:
        yield wrong(f"no more than {most} items allowed", at)
    for place, item in enumerate(value):
        if not isinstance(item, dict):
            yield wrong("must be an object", f"{at}/{place}")


def integer(thing: JSON, key: str, at: str, *, least: int, most: int) -> Iterator[str]:
    value = thing.get(key, least)
    if isinstance(value, bool) or not isinstance(value, int):
        yield wrong("must be an integer", f"{at}/{key}")
    elif not least <= value <= most:
        yield wrong(f"must be from {least} to {most}", f"{at}/{key}")


def one_of(thing: JSON, key: str, at: str, allowed: Collection[str]) -> Iterator[str]:
    if key in thing and thing[key] not in allowed:
        yield wrong(f"must be one of: {', '.join(sorted(allowed))}", f"{at}/{key}")


def objects(value: Any) -> list[tuple[int, JSON]]:
    """The members of a list that are objects, with their places."""
    listed = value if isinstance(value, list) else []
    return [(place, item) for place, item in enumerate(listed) if isinstance(item, dict)]

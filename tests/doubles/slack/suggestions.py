"""What an app answers when somebody types into one of its menus, held to Slack's limits."""

from collections.abc import Iterator

from tests.doubles.slack.checks import PLAIN, items, keys, maybe_text, objects, shape, wrong
from tests.doubles.slack.elements import options
from tests.doubles.slack.errors import Misuse
from tests.doubles.slack.inputs import offered
from tests.doubles.slack.records import JSON

MOST = 100


def options_of(answer: JSON | None) -> list[JSON]:
    """The options, those in groups too, in their order; Misuse where Slack would show none of them."""
    answer = answer or {}
    found = list(_problems(answer))
    if found:
        raise Misuse("invalid_arguments", [f"[ERROR] {problem}" for problem in found])
    return offered(answer)


def _problems(answer: JSON) -> Iterator[str]:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    if ("options" in answer) == ("option_groups" in answer):
        yield wrong("must define either `options` or `option_groups`", "")
    if answer.get("options"):
        yield from options(answer["options"], "/options", most=MOST, kind="external_select")
    if "option_groups" in answer:
        yield from items(answer["option_groups"], "/option_groups", most=MOST, least=0)
    for place, group in objects(answer.get("option_groups")):
        here = f"/option_groups/{place}"
        yield from keys(group, shape("label options"), here)
        yield from maybe_text(group, "label", here, most=75, kinds=(PLAIN,))
        yield from options(group.get("options"), f"{here}/options", most=MOST, kind="external_select")

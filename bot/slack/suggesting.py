"""What a menu offers while somebody types into it: looked up at once, and never kept."""

from typing import Any

from sqlmodel import Session

from bot.assistant.rights import Action, may
from bot.assistant.suggesting import suggest
from bot.slack.modals.forms import option
from bot.slack.modals.introductions import SUGGEST
from store.kinds import Medium
from store.people import by_slack_id
from store.search.index import Index

JSON = dict[str, Any]

VALUE = "organisation:{}"


def options_for(session: Session, body: JSON, *, index: Index) -> list[JSON]:
    """The options of a block_suggestion; none for a menu that no form of this version has."""
    if body.get("action_id") != SUGGEST:
        return []
    asker = by_slack_id(session, str((body.get("user") or {}).get("id") or ""))
    people = may(asker, Action.SEE_PEOPLE, Medium.SLACK)
    found = suggest(index, str(body.get("value") or ""), people=people)
    return [option(VALUE.format(each.organisation_id), each.label) for each in found]

"""Every form of awards with as much and as hostile text in it as there can be."""

from datetime import timedelta
from typing import Any

from bot.assistant.awards.deciding import Nominator, Standing
from bot.assistant.awards.judging import Bench, ToJudge
from bot.slack.modals import awards, nominations
from store.awards.judging import Given, Judge, Ranked
from store.awards.listing import Category, Entry
from store.awards.nominating import Own
from store.awards.times import Awards
from store.kinds import EventState
from tests.conftest import NOW

LATER = NOW + timedelta(days=90)


def award_forms(text: str) -> list[dict[str, Any]]:
    """Each of them crowded with `text`."""
    of = Awards(7, text[:300], EventState.OPEN, "Europe/London", LATER, NOW, LATER, LATER, LATER, LATER)
    category = Category(1, 7, text[:120], text, text[:300], 50)
    entry = Entry(9, 1, text[:300], 1, 2, 60, tuple(f"{at} {text}" for at in range(60)), shortlisted=True)
    ranked = tuple(Ranked(entry, 3, 3.5, 2, (Given(text[:200], 4, text),)) for _ in range(120))
    crowded = Standing(of, tuple((category_of(category, at), ranked) for at in range(50)))
    judge = Judge(1, 2, text[:200], 1, text[:300], removed=False)
    before = tuple(ToJudge(category, entry, own=bool(at % 2), points=4, note=text) for at in range(70))
    mine = [Own(at, 9, 7, text[:120], text[:300], text) for at in range(60)]
    return [
        nominations.nominate_modal(of, [category_of(category, at) for at in range(50)], now=NOW),
        nominations.mine_modal(of, mine, open_now=True),
        nominations.words_modal(mine[0]),
        nominations.words_modal(Own(1, 9, 7, "x", "y", "z" * 5000)),
        nominations.judging_modal(Bench(of, open=True, to_judge=before), first=30, told=text),
        nominations.score_modal(before[0], first=0),
        awards.run_modal(crowded, [judge] * 40, decides=True, told=text),
        awards.shortlist_modal(category, [named(each, at) for at, each in enumerate(ranked)]),
        awards.winner_modal(category, [named(each, at) for at, each in enumerate(ranked)]),
        awards.winners_modal([(text, [text] * 3)] * 120),
        awards.nominators_modal([Nominator(text, text, text)] * 120),
        awards.invite_modal(of),
    ]


def category_of(category: Category, at: int) -> Category:
    return Category(at, 7, category.name, category.description, category.sponsor, 50)


def named(each: Ranked, at: int) -> Ranked:
    entry = each.entry
    return Ranked(Entry(at, 1, entry.name, 1, 2, 1, (), shortlisted=at % 2 == 0), 1, 4.0, 0, each.given)

"""`whodoes explain`: how an ask was understood, why its answer is as it is, and why others are not in it."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.assistant.intents import About, AboutUnknown, EventsAsked, Intent, SmallTalk, UnclearAsk, WhoDoes
from bot.assistant.phrases import radius
from bot.assistant.understanding import understand
from bot.cli.opening import complain, new_index, opened_store
from bot.cli.terminal import counted, plain
from store.kinds import Medium
from store.search.explanation import Candidate, Explanation, FellOut, Ground, ReadTerm
from store.search.index import Index
from store.search.siting import BESIDE, BESIDE_MILES, NEAR_MILES, NEARISH_MILES
from store.search.wanted import Nearness, Wanted, WantedPlace

WIDTH = 110  # where nobody looks: a pipe has no width
_TELLS_NOTHING = "No search follows from this: the assistant answers it by itself."


def explain_command(
    text: Annotated[list[str], typer.Argument(help="The ask, as it was asked.")],
    as_document: Annotated[bool, typer.Option("--json", help="Everything as one JSON document.")] = False,
    limit: Annotated[int, typer.Option("-k", help="Candidates shown at most.", min=1, max=50)] = 10,
    mail: Annotated[bool, typer.Option("--mail", help="Read it as the text of an email.")] = False,
) -> None:
    """Show how an ask is understood, how its candidates score, and why others fell out. Records nothing."""
    with opened_store() as store:
        live = new_index()
        asyncio.run(store.read(live.catch_up))
    index = live.index
    intent = understand(" ".join(text), index=index, medium=Medium.EMAIL if mail else Medium.TERMINAL)
    explanation = (
        index.explain(intent.wanted, limit=limit, today=datetime.now(UTC).date())
        if isinstance(intent, WhoDoes)
        else None
    )
    if as_document:
        document = _as_json(intent, explanation)
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
        return
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    if not len(index):
        complain("The directory is empty. Take one in with: whodoes import FILE")
    _show_understood(console, intent)
    if explanation is not None and isinstance(intent, WhoDoes):
        _show_search(console, intent.wanted, explanation, index)


def _show_understood(console: Console, intent: Intent) -> None:
    grid = _grid("Understood", ("", "left"), ("", "left"))
    grid.show_header = False
    for label, told in _understood(intent):
        grid.add_row(label, Text(plain(told)))
    console.print(grid)


def _understood(intent: Intent) -> Iterator[tuple[str, str]]:
    yield "intent", kind_of_intent(intent)
    match intent:
        case WhoDoes(wanted=wanted):
            yield from _wanted(wanted)
        case About(matches=matches, asked=asked):
            yield "asked about", asked
            for each in matches:
                person = "" if each.hit.person_id is None else f", at {each.hit.name}"
                yield "name", f"{each.name}{person}  ({each.score:.2f})"
        case AboutUnknown(name=name):
            yield "asked about", f"{name}, whom the directory does not have"
        case SmallTalk(kind=kind):
            yield "talk", kind.value
        case EventsAsked(month=month):
            yield "month", str(month or "any")
        case UnclearAsk(reason=reason):
            yield "reply", reason
        case _:
            yield "", _TELLS_NOTHING


def _wanted(wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield "topic", wanted.topic or "(none: a place, a kind or a size alone)"
    for place in wanted.places:
        yield "place", _place(place)
        yield "", _reach(place)
    left_out = (*wanted.excluded, *wanted.without, *(each.place.name for each in wanted.outside))
    told = (
        ("as spelt", wanted.literally),
        ("kind", wanted.kinds),
        ("size", wanted.sizes),
        ("not", left_out),
    )
    for label, values in told:
        if values:
            yield label, ", ".join(values)


def _place(place: WantedPlace) -> str:
    where = ", ".join(part for part in (place.place.county, place.place.region, place.place.country) if part)
    spelt = "" if place.said.casefold() == place.place.name.casefold() else f" (said “{place.said}”)"
    return f"{place.nearness.value} {place.place.name}{spelt}: {place.place.kind.value} {where}"


def _reach(place: WantedPlace) -> str:
    if place.radius_miles is not None:
        return f"within {radius(place.radius_miles)}"
    if place.place.is_area:
        return "whatever is inside"
    if place.nearness is Nearness.NEAR:
        return f"within {NEAR_MILES:g} miles (at half worth {NEARISH_MILES:g})"
    return f"itself (within {BESIDE_MILES:g} miles at {BESIDE:.0%} worth)"


def kind_of_intent(intent: Intent) -> str:
    """WhoDoes -> "who does": what the assistant took the ask for."""
    name = type(intent).__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _show_search(console: Console, wanted: Wanted, explained: Explanation, index: Index) -> None:
    if explained.terms:
        console.print(_terms(explained.terms))
    gate = explained.gate
    verdict = (
        f"{explained.fitting} fit{'s' if explained.fitting == 1 else ''}"
        if explained.found.hits
        else "nobody fits"
    )
    told = f"Gate: the best reach {gate.reach:.2f} of the {gate.enough:.2f} needed: {verdict}."
    console.print(Text(told, style="bold"))
    if explained.candidates:
        by_meaning = "Word vectors put those that fit in order, beside their words."
        console.print(by_meaning if explained.word_vectors else "Without word vectors.", style="dim")
    if explained.candidates:
        console.print(_candidates(explained.candidates, explained, index))
    if explained.fallen:
        console.print(_fallen(explained.fallen, wanted))
    if explained.found.missed:
        console.print(Text(f"Missed: {plain(explained.found.missed)}"))


def _terms(terms: tuple[ReadTerm, ...]) -> Grid:
    grid = _grid(
        "Words", ("said", "left"), ("stems", "left"), ("rarity", "right"), ("read as", "left"), ("also means", "left")
    )  # fmt: skip
    for term in terms:
        grid.add_row(
            Text(plain(term.said)),
            Text(plain(" ".join(term.stems))),
            f"{term.rarity:.2f}",
            Text(plain(", ".join(term.spellings))),
            Text(plain(", ".join(term.meanings))),
        )
    return grid


def _candidates(candidates: tuple[Candidate, ...], explained: Explanation, index: Index) -> Grid:
    columns = ("exact", "meaning", "parts", "place", "kind", "size", "fresh", "coverage", "alike", "score")
    grid = _grid(
        "Candidates", ("", "right"), ("organisation", "left"), *((each, "right") for each in columns)
    )
    in_answer = {hit.id for hit in explained.found.hits} | set(explained.found.rest)
    for number, each in enumerate(candidates, start=1):
        entry = index.entry(each.id)
        town = entry.sites[0].town if entry and entry.sites else ""
        told = Text(plain(each.name)).append(f" {plain(town)}" if town else "", style="dim")
        lexical = (each.lexical.exact, each.lexical.meaning, each.lexical.parts)
        worths = (each.place, each.kind, each.size, each.freshness, each.coverage, each.likeness, each.score)
        marked = f"{number}" if each.id in in_answer else "–"
        grid.add_row(marked, told, *(f"{figure:.2f}" for figure in (*lexical, *worths)))
    return grid


def _fallen(fallen: tuple[FellOut, ...], wanted: Wanted) -> Grid:
    grid = _grid("Not in the answer", ("organisation", "left"), ("words", "right"), ("because", "left"))
    for each in fallen:
        grid.add_row(Text(plain(each.name)), f"{each.lexical:.2f}", Text(plain(because(each, wanted))))
    return grid


def because(fallen: FellOut, wanted: Wanted) -> str:
    had, needed = f"{fallen.had or 0.0:.2f}", f"{fallen.needed or 0.0:.2f}"
    match fallen.ground:
        case Ground.PLACE:
            asked = " or ".join(place.place.name for place in wanted.places)
            far = "" if fallen.had is None else f", {counted(round(fallen.had), 'mile')} away"
            return f"place: {fallen.said or 'no place known'}{far}; asked: {asked}"
        case Ground.KIND:
            return f"kind: {fallen.said}"
        case Ground.SIZE:
            return f"size: {fallen.said}"
        case Ground.RULED_OUT:
            return f"ruled out: {fallen.said}"
        case Ground.SCORE:
            return f"score {had}, under the {needed} asked beside the best"
        case Ground.COVERAGE:
            return f"covers {had} of the ask, under the {needed} asked beside the best"
        case Ground.NOTHING_FITS:
            return f"nobody fits: the best reach {had} of {needed}"


def _as_json(intent: Intent, explanation: Explanation | None) -> dict[str, Any]:
    return {
        "intent": kind_of_intent(intent),
        "understood": {label: told for label, told in asdict(intent).items() if label != "matches"},
        "names": [
            {"id": each.hit.id, "ref": each.hit.ref, "name": each.name, "score": round(each.score, 4)}
            for each in (intent.matches if isinstance(intent, About) else ())
        ],
        "search": None if explanation is None else asdict(explanation),
    }


def _grid(title: str, *columns: tuple[str, str]) -> Grid:
    grid = Grid(box=SIMPLE, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for heading, side in columns:
        grid.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    return grid

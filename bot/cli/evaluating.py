"""`whodoes evaluate`: measures the assistant's own answers on asks that people have judged."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.json_answers import as_json
from bot.cli.judged import (
    DEPTH,
    EVERY_CLASS,
    Answered,
    JudgedAsk,
    JudgedRefused,
    Measures,
    measure,
    quantile,
    read_judged,
)
from bot.cli.opening import complain, new_index, opened_store
from bot.cli.terminal import counted, plain
from store.errors import StoreError
from store.importing.applying import import_table
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.kinds import Medium
from store.people import Stranger
from store.places.gazetteer import Gazetteer
from store.search.index import Index
from store.search.lexicon import Lexicon
from store.store import Store

_COLUMNS = {
    "ndcg5": "nDCG@5",
    "ndcg10": "nDCG@10",
    "mrr": "MRR",
    "recall10": "R@10",
    "wrongly_refused": "refused",
    "none_right": "none right",
}

Queries = Annotated[
    Path, typer.Option(help='Asks: {"id", "text"}, and "class", "none", "sub" if you like; one a line.')
]
Qrels = Annotated[
    Path, typer.Option(help='Judgments: {"qid", "org" (its ref), "grade" (2 or 1)}; one a line.')
]
Organisations = Annotated[
    list[Path] | None,
    typer.Option(
        help="Measure on these organisations, not on the directory: a file to import. Give it again for their people."
    ),
]


def evaluate_command(
    queries: Queries,
    qrels: Qrels,
    orgs: Organisations = None,
    as_document: Annotated[bool, typer.Option("--json", help="The figures as one JSON document.")] = False,
    without_lexicon: Annotated[
        bool, typer.Option("--without-lexicon", help="What the answers are worth without the lexicon.")
    ] = False,
) -> None:
    """Measure the answers on judged asks, in this process. Records nothing, changes nothing.

    Both files are JSON lines. An ask with "none": true is right when nobody is answered; "sub": "noplace" counts it
    apart, as one for what exists elsewhere. "class" is any short name; the figures are told by it. A grade of 2 is an
    organisation's core business (or just the one meant), 1 mentions it; who has no judgment is wrong.
    """
    try:
        asks = read_judged(queries, qrels)
    except JudgedRefused as refusal:
        complain(str(refusal))
    with _directory(orgs) as store:
        live = new_index(lexicon=Lexicon(()) if without_lexicon else None)
        asyncio.run(store.read(live.catch_up))
        if without_lexicon:
            live.index.use_rows(())
        with Console(stderr=True).status("Asking …"):
            answered = asyncio.run(_answer_all(store, live.index, asks))
    _report(answered, live.index, as_document=as_document)


@contextmanager
def _directory(orgs: Sequence[Path] | None) -> Iterator[Store]:
    """The configured store, or one for the moment with these files imported into it."""
    if not orgs:
        with opened_store() as store:
            yield store
        return
    try:
        with tempfile.TemporaryDirectory(prefix="whodoes-") as folder:
            store = Store.open(f"sqlite:///{folder}/evaluate.sqlite3")
            try:
                with Console(stderr=True).status("Importing …"):
                    for file in orgs:
                        _import(store, file)
                yield store
            finally:
                store.close()
    except StoreError as error:
        complain(str(error))


def _import(store: Store, file: Path) -> None:
    try:
        table = read_table(file)
        asyncio.run(store.write(import_table, table, Gazetteer.load(), now=datetime.now(UTC), actor="cli"))
    except ImportRefused as refusal:
        complain(f"{file.name}: {refusal}")


async def _answer_all(store: Store, index: Index, asks: Sequence[JudgedAsk]) -> list[Answered]:
    """One transaction an ask, so that a running server waits for none of them long. The first is asked twice: it warms up."""
    now = datetime.now(UTC)
    await store.write(_answered, asks[0], index=index, now=now)
    return [await store.write(_answered, each, index=index, now=now) for each in asks]


def _answered(session: Session, judged: JudgedAsk, *, index: Index, now: datetime) -> Answered:
    """What anybody at a terminal would be answered; its record is undone."""
    ask_id = f"evaluate:{judged.id}"
    ask = Ask(ask_id, Stranger(), judged.text, Medium.TERMINAL, conversation=ask_id, page=DEPTH)
    undone = session.begin_nested()
    try:
        began = time.perf_counter()
        given = answer(session, ask, index=index, now=now)
        spent = (time.perf_counter() - began) * 1000
    finally:
        undone.rollback()
    hits = as_json(given)["hits"]
    return Answered(judged, tuple(hit["ref"] or str(hit["id"]) for hit in hits), spent)


def _report(answered: Sequence[Answered], index: Index, *, as_document: bool) -> None:
    measured = measure(answered)
    spent = [each.milliseconds for each in answered]
    latency = {"p50": round(quantile(spent, 0.5), 2), "p99": round(quantile(spent, 0.99), 2)}
    unknown = len(_judged_refs(answered) - {entry.ref for entry in index.entries()})
    if as_document:
        document = {
            "organisations": len(index),
            "judged_but_unknown": unknown,
            "latency_ms": latency,
            "all": asdict(measured[EVERY_CLASS]),
            "classes": {kind: asdict(each) for kind, each in measured.items() if kind != EVERY_CLASS},
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(measured))
    typer.echo(
        f"{counted(len(answered), 'ask')} of {counted(len(index), 'organisation')};"
        f" one took {latency['p50']} ms (p50), {latency['p99']} ms (p99)."
    )
    if unknown:
        typer.echo(
            f"{unknown} of the organisations judged {'is' if unknown == 1 else 'are'} not in this directory: the figures suffer."
        )


def _judged_refs(answered: Sequence[Answered]) -> set[str]:
    return {ref for each in answered for ref in each.ask.relevant}


def _table(measured: dict[str, Measures]) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False)
    grid.add_column("class")
    for heading in ("asks", *_COLUMNS.values()):
        grid.add_column(heading, justify="right")
    for kind, each in measured.items():
        if kind == EVERY_CLASS:
            grid.add_section()
        figures = (getattr(each, field) for field in _COLUMNS)
        told = ("-" if figure is None else f"{figure:.3f}" for figure in figures)
        grid.add_row(Text(plain(kind)), str(each.asks), *told)
    return grid

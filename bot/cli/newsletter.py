"""`whodoes newsletter …`: the month's issue as a file, the news people sent in, and what it will look like."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.newsletter.editing import drafted, put
from bot.assistant.newsletter.issue_file import Unfit, read_issue
from bot.assistant.newsletter.newsdesk import decline, mend, pick, take_news
from bot.cli.acting import act_and_tell
from bot.cli.opening import complain, opened_store, settings_or_exit
from bot.cli.terminal import plain
from bot.housing import house_of
from bot.web.archive import SECRET, draft_token
from mail.render.newsletter import IssueMail, TooLong, filled, render_issue
from store.kinds import Medium, NewsState
from store.newsletter.issues import all_issues, issue
from store.newsletter.news import pieces
from store.people import Stranger
from store.secrets import secret

newsletter_app = typer.Typer(
    name="newsletter",
    help="The month's issue: drafted, edited as a file, looked at, sent.",
    no_args_is_help=True,
)
news_app = typer.Typer(name="news", help="What people sent in for the newsletter.", no_args_is_help=True)
newsletter_app.add_typer(news_app)
Number = Annotated[int, typer.Argument(help="The number, as `whodoes newsletter news list` shows it.")]
WIDTH = 120
SLUG = typer.Argument(help="The issue's name, such as 2026-12; left out, the one changed last.")


@newsletter_app.command("draft")
def draft_command() -> None:
    """Write the next issue from what there is: `whodoes newsletter draft > issue.md`. Keeps nothing."""
    act = Act(Stranger(), Medium.TERMINAL, "terminal", house_of(settings_or_exit()), datetime.now(UTC))
    with opened_store() as store:
        typer.echo(asyncio.run(store.read(drafted, act)), nl=False)


@newsletter_app.command("put")
def put_command(
    file: Annotated[str, typer.Argument(help="The file; “-” for what is piped in.")],
) -> None:
    """Keep an issue, and make it a broadcast that waits for your word."""
    source = _source(file)
    try:
        _rendered(source)
    except (Unfit, TooLong) as problem:
        complain(str(problem))
    act_and_tell(lambda session, act: put(session, source, act))


@newsletter_app.command("list")
def list_command() -> None:
    """Show the issues, the latest first."""
    with opened_store() as store:
        found = asyncio.run(store.read(all_issues))
    if not found:
        typer.echo("There is no issue yet. Begin one: whodoes newsletter draft > issue.md")
        return
    grid = _grid("Issue", "Title", "Broadcast", "Went out")
    for each in found:
        out = f"{each.published_at:%d %b %Y}" if each.published_at else "not yet"
        grid.add_row(
            *(Text(plain(cell)) for cell in (each.slug, each.title, str(each.campaign_id or ""), out))
        )
    _console().print(grid)


@newsletter_app.command("show")
def show_command(slug: Annotated[str, SLUG] = "") -> None:
    """Print an issue's file, to edit it once more."""
    typer.echo(_kept(slug), nl=False)


@newsletter_app.command("preview")
def preview_command(
    slug: Annotated[str, SLUG] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write the HTML into this file, to open in a browser.")
    ] = None,
) -> None:
    """Show the mail as plain text, and where to see it in a browser."""
    source = _kept(slug)
    try:
        text, page = _rendered(source)
    except (Unfit, TooLong) as problem:
        complain(str(problem))
    if html is not None:
        try:
            html.write_text(page, encoding="utf-8")
        except OSError as error:
            complain(f"{html} cannot be written: {error.strerror}.")
        typer.echo(f"The mail as it looks is in {html} ({len(page.encode()) // 1000} kB).")
        return
    typer.echo(text)
    if settings_or_exit().web_url:
        typer.echo(f"In a browser: {_draft_page(slug)}")


@news_app.command("list")
def news_list_command(
    everything: Annotated[bool, typer.Option("--all", help="Also what was printed or declined.")] = False,
) -> None:
    """Show what waits for you, and what is picked for the next issue."""
    states = () if everything else (NewsState.SUBMITTED, NewsState.PICKED)
    with opened_store() as store:
        found = asyncio.run(store.read(pieces, *states))
    if not found:
        typer.echo("No news wait. Anybody may send some: a mail or a message that begins with news:")
        return
    grid = _grid("No", "State", "From", "Title", "Text")
    for each in found:
        cells = (str(each.id), each.state.value, each.organisation or each.by, each.title, each.text[:120])
        grid.add_row(*(Text(plain(cell)) for cell in cells))
    _console().print(grid)


@news_app.command("add")
def news_add_command(title: str, text: Annotated[str, typer.Option()] = "") -> None:
    """Put a piece of news in yourself."""
    act_and_tell(lambda session, act: take_news(session, text, act, title=title))


@news_app.command("pick")
def news_pick_command(number: Number) -> None:
    """It is in the next draft."""
    act_and_tell(lambda session, act: pick(session, number, act))


@news_app.command("decline")
def news_decline_command(number: Number) -> None:
    """It is not printed; picking it later brings it back."""
    act_and_tell(lambda session, act: decline(session, number, act))


@news_app.command("edit")
def news_edit_command(
    number: Number,
    title: Annotated[str | None, typer.Option()] = None,
    text: Annotated[str | None, typer.Option()] = None,
    link: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Change its words."""
    act_and_tell(lambda session, act: mend(session, number, act, title=title, text=text, link=link))


def _source(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        complain(f"{file} cannot be read as text in UTF-8.")


def _kept(slug: str) -> str:
    with opened_store() as store:
        found = asyncio.run(store.read(issue, slug))
    if found is None:
        complain("There is no such issue. Begin one: whodoes newsletter draft > issue.md")
    return found.source


def _rendered(source: str) -> tuple[str, str]:
    """Raises Unfit or TooLong."""
    file, settings = read_issue(source), settings_or_exit()
    pages = settings.web_url.rstrip("/")
    mail = IssueMail(
        file.subject, file.body, settings.region, datetime.now(UTC), file.preview, settings.identity,
        f"{pages}/newsletter/{file.slug}" if pages else "", bool(pages),
    )  # fmt: skip
    made = filled(
        render_issue(mail), unsubscribe="#", preferences="#", why="(here stands why each reader gets it)"
    )
    return made.text, made.page


def _draft_page(slug: str) -> str:
    def made(session: Session) -> str:
        found = issue(session, slug)
        key = secret(session, SECRET, now=datetime.now(UTC))
        return "" if found is None else draft_token(key, found.id)

    with opened_store() as store:
        token = asyncio.run(store.write(made))
    return f"{settings_or_exit().web_url.rstrip('/')}/newsletter/draft/{token}"


def _grid(*headings: str) -> Grid:
    grid = Grid(box=SIMPLE, show_edge=False, pad_edge=False)
    for heading in headings:
        grid.add_column(heading)
    return grid


def _console() -> Console:
    return Console(width=WIDTH, highlight=False, emoji=False, markup=False)

"""`whodoes serve`."""

import asyncio
import errno
import json
import logging
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.opening import complain, settings_or_exit
from bot.service import ALL_PARTS, Part, serve
from bot.settings import SettingsProblem
from bot.slack.errors import SlackRefused
from store.errors import StoreError

STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def serve_command(
    only: Annotated[
        str, typer.Option("--only", help="Parts to run, separated by commas: slack, mail, scheduler, web.")
    ] = "",
) -> None:
    """Serve Slack, mail, the schedule and the web pages, until stopped."""
    parts = _parts(only)
    settings = settings_or_exit()
    log_as_lines(settings.log_level)
    try:
        asyncio.run(serve(settings, parts, announce=lambda line: typer.echo(line, err=True)))
    except (StoreError, SettingsProblem, SlackRefused, OSError, ExceptionGroup) as error:
        complain("\n".join(_explained(problem) for problem in _leaves(error)))


def _parts(only: str) -> frozenset[Part]:
    if not only:
        return ALL_PARTS
    names = {name.strip() for name in only.split(",") if name.strip()}
    unknown = names - {part.value for part in Part}
    if unknown:
        complain(
            f"There is no part called {', '.join(sorted(unknown))}. Parts: slack, mail, scheduler, web.",
            code=2,
        )
    return frozenset(Part(name) for name in names)


def _leaves(error: Exception) -> list[Exception]:
    """What went wrong, each thing by itself; raises the whole where one of them is a bug and wants its traceback."""
    if not isinstance(error, ExceptionGroup):
        return [error]
    leaves = [leaf for part in error.exceptions for leaf in _leaves(part)]
    if not all(isinstance(leaf, StoreError | SettingsProblem | SlackRefused | OSError) for leaf in leaves):
        raise error
    return leaves


def _explained(problem: Exception) -> str:
    if not isinstance(problem, OSError):
        return str(problem)
    hint = (
        "Choose another port with WHODOES_MAIL_PORT or WHODOES_WEB_PORT."
        if problem.errno == errno.EADDRINUSE
        else ""
    )
    return f"Cannot serve: {problem.strerror or problem}. {hint}".rstrip()


def log_as_lines(level: str) -> None:
    """One JSON object a line on stderr: the event and its fields. Libraries may warn; only we inform."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for ours in ("bot", "mail", "store", "scheduler"):
        logging.getLogger(ours).setLevel(level)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in STANDARD_FIELDS},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)

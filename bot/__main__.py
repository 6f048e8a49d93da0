"""`python -m bot` is `whodoes`."""

from bot.cli.main import run

run()

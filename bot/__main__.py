"""`python -m bot` is `whodoes`."""

from bot.cli.main import run

if __name__ == "__main__":
    run()

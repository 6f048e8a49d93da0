"""How a serving process keeps its loop prompt while its threads compute: both share one interpreter."""

import gc
import sys

# A thread that computes gives way after so long; Python's own 5 ms come up at each step of an SMTP dialogue.
GIVE_WAY_SECONDS = 0.0005
COLLECTED_AT = 20_000  # objects made since the last look for garbage in cycles, of which an ask leaves little


def answer_promptly() -> None:
    """To be called when all that stays is in memory: a collection need not go through it again."""
    sys.setswitchinterval(GIVE_WAY_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AT, 20, 50)

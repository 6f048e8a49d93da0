"""How much memory processes hold now, and held at most (Linux)."""

import gc
import os
import resource
from collections.abc import Iterable
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024


def resident() -> float:
    """MB of this process after what is no longer used was let go."""
    gc.collect()
    return held()


def held() -> float:
    """MB of this process as it is just now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / MEGABYTE


def peak() -> float:
    """MB this process held at most so far (Linux counts them in kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def proportional(processes: Iterable[int]) -> float:
    """MB of several processes together; what they share counts once."""
    return sum(_proportional(Path(f"/proc/{process}/smaps_rollup")) for process in processes)


def family(process: int) -> list[int]:
    """A process and those it started, as far as they still run."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in children for each in family(int(child)))]


def _proportional(rollup: Path) -> float:
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0.0  # it ended meanwhile
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

"""Settings that are none, and what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def strays(names: Iterable[str], settings: Iterable[str], *, prefix: str) -> list[str]:
    """What was meant for us and would be ignored, each in a sentence."""
    known = {"SETTINGS", *(name.upper() for name in settings)}
    complaints = []
    for name in names:
        ours = name.upper().removeprefix(prefix)
        if name.upper().startswith(prefix) and ours not in known:
            near = get_close_matches(ours, known, n=1)
            complaints.append(
                f"There is no setting {name}." + (f" Did you mean {prefix}{near[0]}?" if near else "")
            )
    return complaints

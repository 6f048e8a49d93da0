"""Names of places that are everyday words or first names too, in folded form."""

from pathlib import Path

# Names of up to three letters are taken for words unless they are these.
SHORT_BUT_SURE = frozenset({"uk", "usa", "uae", "ely", "wem", "usk", "nyc"})
COMMON_WORDS = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())

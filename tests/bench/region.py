"""A region of any size for benchmarks, made from the demo's rows: believable words, names that differ."""

import csv
import random
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demo" / "directory.csv"
SUFFIXES = (
    "Labs",
    "Group",
    "Systems",
    "Partners",
    "Works",
    "North",
    "UK",
    "Sciences",
    "Solutions",
    "Research",
)


def write_region(path: Path, organisations: int, *, seed: int = 1) -> None:
    """A CSV of that many organisations, the same for the same seed."""
    with DEMO.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=rows[0].keys())
        writer.writeheader()
        for number in range(organisations):
            writer.writerow(_variant(rows, number, chance))


def _variant(rows: list[dict[str, str]], number: int, chance: random.Random) -> dict[str, str]:
    """One row's place with another's words, so that neither names nor profiles repeat exactly."""
    row, other = rows[number % len(rows)], chance.choice(rows)
    capabilities = [*row["capabilities"].split("; "), *chance.sample(other["capabilities"].split("; "), 1)]
    return {
        **row,
        "ref": f"B-{number}",
        "name": row["name"] if number < len(rows) else f"{row['name']} {chance.choice(SUFFIXES)} {number}",
        "aliases": row["aliases"] if number < len(rows) else "",
        "capabilities": "; ".join(capabilities),
        "website": row["website"].replace("https://www.", f"https://www.b{number}."),
        "listing": "listed",
    }

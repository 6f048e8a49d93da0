"""`make bench`: quality, speed and memory, each beside a peer or a limit measured in the same run."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.cli.judged import JudgedRefused
from tests.bench import ablations, accepting, campaigns, comparing, events, home, mailing, scaling, typeahead
from tests.bench.directory import import_files, keep, listed
from tests.bench.judged_folder import FOLDER, Judged, judged_of
from tests.bench.trials import Region

SECTIONS: dict[str, Callable[[Judged, Region], Iterator[str]]] = {
    "compare": comparing.report,
    "home": home.report,
    "scale": scaling.report,
    "typeahead": typeahead.report,
    "mail": mailing.report,
    "ablations": ablations.report,
}
ALONE: dict[str, Callable[[], Iterator[str]]] = {  # these need no judged asks
    "accept": accepting.report,
    "events": events.report,
    "campaigns": campaigns.report,
}
QUICK = (
    "compare",
    "home",
    "scale",
    "typeahead",
    "mail",
    "accept",
    "events",
)  # what runs when nothing is named: under five minutes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = (*SECTIONS, *ALONE)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"one or more of {', '.join(names)}; or all"
    )
    parser.add_argument(
        "--judged", metavar="FOLDER", help=f"orgs.jsonl, queries*.jsonl and qrels*.jsonl; or {FOLDER}=…"
    )
    given = parser.parse_args()
    if unknown := sorted(set(given.sections) - set(names)):
        parser.error(f"there is no section “{unknown[0]}”; there are {', '.join(names)}")
    chosen = given.sections or QUICK
    for line in _report(chosen, given.judged):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _report(chosen: Sequence[str], folder: str | None) -> Iterator[str]:
    if any(name in chosen for name in SECTIONS):
        try:
            yield from _searching([name for name in SECTIONS if name in chosen], judged_of(folder))
        except JudgedRefused as refusal:
            yield f"Nothing to measure the answers on: {refusal}\n"
    for name in (each for each in ALONE if each in chosen):
        yield from ALONE[name]()


def _searching(sections: Sequence[str], judged: Judged) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="whodoes-bench-") as name:
        region = _region(Path(name), judged)
        for section in sections:
            yield from SECTIONS[section](judged, region)
            yield ""


def _region(folder: Path, judged: Judged) -> Region:
    url = f"sqlite:///{folder}/judged.sqlite3"
    import_files(url, judged.files)
    return Region(keep(folder / "judged.entries", listed(url)), url)


if __name__ == "__main__":
    main()

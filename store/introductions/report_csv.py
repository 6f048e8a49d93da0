"""The report as a table that any spreadsheet opens, with nothing in it that one would run."""

import csv
import io

from store.importing.text import inert
from store.introductions.report_figures import Figure, Report

HEADINGS = ("section", "figure", "value", "unit", "definition", "records are", "records")
CHECKS = "Does not add up"


def report_csv(report: Report, *, records: bool = False) -> str:
    """People by reference, not by name. `records`: the ids behind each figure too."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    headings = HEADINGS if records else HEADINGS[:5]
    writer.writerow(headings)
    period = f"{report.period.first.isoformat()} to {report.period.last.isoformat()}"
    rows: list[tuple[str, ...]] = [
        ("Report", "period", period, "", f"whole days, {report.period.zone}", "", "")
    ]
    for section in report.sections:
        rows.append((section.title, "", "", "", section.counts, "", ""))
        rows += [_row(section.title, figure) for figure in section.figures]
    for odd in report.mismatches:
        rows.append(
            (CHECKS, odd.text, "", "", "look at these introductions", "introduction", _ids(odd.records))
        )
    writer.writerows([inert(cell) for cell in row[: len(headings)]] for row in rows)
    return buffer.getvalue()


def _row(title: str, figure: Figure) -> tuple[str, ...]:
    value = "" if figure.value is None else str(figure.value)
    name = figure.reference or figure.name
    return title, name, value, figure.unit.value, figure.definition, figure.of.value, _ids(figure.records)


def _ids(records: tuple[int, ...]) -> str:
    return " ".join(map(str, records))

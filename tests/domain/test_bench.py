"""The benchmark's own files are clean and its figures are what they say: else it would measure something else."""

import json
from datetime import date
from pathlib import Path

from rich.console import Console

from bench.figures import of_rounds, report
from bench.plain import read_marks
from bench.schools import CHILDREN, days_until, make_schools
from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.mark_tables import Terms

TODAY = date(2026, 11, 20)


def test_files_are_taken_whole_without_a_warning() -> None:
    (school,) = make_schools(1)
    terms = Terms(TODAY, on_roll=frozenset(school.upns))
    for content, rows in ((school.roll(2026), CHILDREN), (school.marks(days_until(TODAY, 2)), 4 * CHILDREN)):
        receipt = check_feed(content, terms).receipt
        assert (receipt.rows, receipt.accepted, receipt.warnings) == (rows, rows, ())


def test_the_peer_makes_a_document_of_every_mark() -> None:
    (school,) = make_schools(1)
    marks = list(read_marks(school.urn, school.marks([TODAY]).decode()))
    assert len({(mark["upn"], mark["date"], mark["session"]) for mark in marks}) == len(marks) == 2 * CHILDREN


def test_figures_are_medians_with_ratio_and_share(tmp_path: Path) -> None:
    figure = of_rounds("ingest, end to end", "marks/s", [90.0, 30.0, 60.0], [10.0], [120.0], "words")
    report([figure], tmp_path, Console(quiet=True))
    (stored,) = json.loads((tmp_path / "bench.json").read_text())
    assert stored == {"name": figure.name, "value": 60, "unit": "marks/s", "peer": 10, "ratio": 6, "limit": 120, "share": 0.5}

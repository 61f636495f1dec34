"""`python -m deploy.demo.sample DIR`: the sample's files, to look at or to push by hand."""

import argparse
from datetime import date
from pathlib import Path

from deploy.demo.sample import Sample, absence_perc, make, mixes
from deploy.demo.sample.leave import leave_csv


def write(sample: Sample, folder: Path) -> None:
    """One folder for each school; file names say the year and half-term only."""
    for school in sample.schools:
        place = folder / school.urn
        place.mkdir(parents=True, exist_ok=True)
        for year, register in school.registers.items():
            (place / f"{year}-leave.csv").write_bytes(leave_csv(register))
            (place / f"{year}-roll.csv").write_bytes(school.roll_csv(year))
            for number, content in enumerate(school.marks_csv(year), start=1):
                (place / f"{year}-marks-{number}.csv").write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.sample", description="Write the sample schools' files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="last day with marks, e.g. 2026-11-20")
    parser.add_argument("--marks", type=int, default=330_000, help="at most so many marks")
    asked = parser.parse_args()
    sample = make(asked.seed, asked.today, asked.marks)
    write(sample, asked.folder)
    for school in sample.schools:
        for year in school.registers:
            counts = school.expected(year)
            print(
                f"{school.urn} {school.phase:9} {year} {counts.total():7} marks  absence {absence_perc(counts):5.2f} %"
                f" (England {mixes()[school.phase].absence_perc:5.2f} %)"
            )


if __name__ == "__main__":
    main()

"""The Department's publications, read from a folder of pairs of files (`2025-26.toml` and `2025-26.csv`) when the service starts."""

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Final

from services.referrals.domain.published import Publication, Row
from services.referrals.settings.dated import BadPractice

FOLDER: Final = Path(__file__).resolve().parents[3] / "deploy" / "published"
_SAID: Final = frozenset({"title", "publisher", "source", "licence", "from", "to"})
_RATES: Final = ("attendance_perc", "overall_absence_perc", "authorised_absence_perc", "unauthorised_absence_perc", "pa_perc")


class BadPublication(BadPractice):
    """A publication cannot be used. The message is one line that names the file and what is wrong in it."""


def load_publications(folder: Path | None = None) -> tuple[Publication, ...]:
    """BadPublication for the first that cannot be used."""
    return tuple(_publication(file) for file in sorted((folder or FOLDER).glob("*.toml")))


def _publication(file: Path) -> Publication:
    try:
        said = tomllib.loads(file.read_text())
        with file.with_suffix(".csv").open(newline="") as rows:
            known = {(row["old_la_code"], row["education_phase"]): _row(row) for row in csv.DictReader(rows)}
    except OSError as error:
        raise BadPublication(f"{error.filename}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadPublication(f"{file} or its .csv: cannot be read: {type(error).__name__}") from None
    if said.keys() != _SAID or not all(isinstance(said[day], date) for day in ("from", "to")) or not known:
        raise BadPublication(f"{file}: says {', '.join(sorted(_SAID))}, and nothing else; its .csv has rows")
    return Publication(said["title"], said["publisher"], said["source"], said["licence"], said["from"], said["to"], known)


def _row(row: dict[str, str]) -> Row:
    return Row(row["la_name"] or "England", row["education_phase"], *(float(row[column]) for column in _RATES))

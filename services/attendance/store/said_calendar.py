"""What was said of a school's sessions, as its calendar document keeps it (see calendars.py)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.attendance.domain.calendar.said import Said, filled, spoken
from services.attendance.domain.calendar.school_year import Correction, SchoolYear, Uploaded
from services.attendance.domain.calendar.worked_out import Shown
from shared.mongo import Document


def id_of(urn: str, year: int) -> str:
    return f"calendar:{urn}:{year}"


def entry_of(entry: Mapping[str, Any]) -> tuple[datetime, str, tuple[Said, ...]]:
    """When something was said, by whom, and what."""
    return entry["at"], entry["by"], tuple(Said.model_validate(row) for row in entry["rows"])


def school_year(document: Document | None, year: int, come: int, seen: Shown) -> SchoolYear:
    """A year's calendar from its document, if there is one, and from what the register shows."""
    if document is None:
        return SchoolYear(year, come, seen)
    uploaded = None
    if document["uploads"]:
        at, by, rows = entry_of(document["uploads"][-1])
        uploaded = Uploaded(filled(spoken(rows)), by, at)
    corrections: dict[int, Correction] = {}
    for at, by, rows in map(entry_of, document["corrections"]):
        corrections |= {slot: Correction(word, by, at) for slot, word in spoken(rows).items()}
    return SchoolYear(year, come, seen, uploaded, corrections)

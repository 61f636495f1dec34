"""The pack as a document: a tagged PDF (PDF/UA-1) whose bytes depend on the pack alone.

The template is fixed and the pack comes to it as JSON, never as markup: a child called `#panic` prints as `#panic`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import typst

from services.sharing.domain.pack import Pack, RegisterDay
from shared import printable

_ABSENT = ("authorised absence", "unauthorised absence")
_POSSIBLE = ("present", "late", "approved educational activity", *_ABSENT)


class PackNotPrinted(Exception):
    """The pack could not be laid out as a PDF."""


def pdf(pack: Pack) -> bytes:
    """The pack as PDF/UA-1. Some 0.1 s of CPU. Raises PackNotPrinted, whose text says nothing of the pack."""
    try:
        printed: bytes = typst.compile(
            _template(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"pack": json.dumps(view(pack))},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(pack.created, time(), UTC),
        )
    except typst.TypstError:
        raise PackNotPrinted from None  # typst quotes the text that it stumbled over
    return printed


def view(pack: Pack) -> dict[str, Any]:
    """What the template is given: the document made printable, its register by weeks, its unauthorised sessions."""
    shown: dict[str, Any] = printable.everything(pack.model_dump(mode="json"))
    classes: dict[str | None, str] = {count.code: count.statistical_class for count in pack.certificate.codes}
    shown["weeks"] = [_week(monday, days, classes) for monday, days in _by_week(pack.certificate.days)]
    shown["unauthorised"] = [
        {"date": day.date.isoformat(), "am": am, "pm": pm}
        for day in pack.certificate.days
        for am, pm in [tuple(_if_unauthorised(code, classes) for code in (day.am, day.pm))]
        if am or pm
    ]
    return shown


def _by_week(days: tuple[RegisterDay, ...]) -> Iterator[tuple[date, list[RegisterDay]]]:
    for monday, week in groupby(days, key=lambda day: day.date - timedelta(days=day.date.weekday())):
        yield monday, list(week)


def _week(monday: date, days: list[RegisterDay], classes: dict[str | None, str]) -> dict[str, Any]:
    """One row: ten cells from Monday morning to Friday afternoon; None where the register has no school day."""
    cells: list[dict[str, str] | None] = [None] * 10
    for day in days:
        for half, code in enumerate((day.am, day.pm)):
            cells[2 * day.date.weekday() + half] = {"code": code or "", "class": classes.get(code, "no mark")}
    held = [cell["class"] for cell in cells if cell]
    return {
        "monday": monday.isoformat(),
        "cells": cells,
        "possible": sum(name in _POSSIBLE for name in held),
        "absent": sum(name in _ABSENT for name in held),
        "unauthorised": held.count("unauthorised absence"),
    }


def _if_unauthorised(code: str | None, classes: dict[str | None, str]) -> str | None:
    return code if classes.get(code) == "unauthorised absence" else None


@cache
def _template() -> bytes:
    return files(__package__).joinpath("pack.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)

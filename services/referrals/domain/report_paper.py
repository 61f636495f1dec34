"""A report as a document: a tagged PDF (PDF/UA-1) whose bytes depend on the report alone.

The template is fixed and the report comes to it as JSON, never as markup.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from services.referrals.domain.report import Report
from shared import printable
from shared.percentages import absence_rate


class ReportNotPrinted(Exception):
    """The report could not be laid out as a PDF."""


def pdf(report: Report) -> bytes:
    """Some 0.1 s of CPU. Raises ReportNotPrinted, whose text says nothing of the report."""
    try:
        printed: bytes = typst.compile(
            _template(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(view(report))},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(report.made, time(), UTC),
        )
    except typst.TypstError:
        raise ReportNotPrinted from None  # typst quotes the text that it stumbled over
    return printed


def view(report: Report) -> dict[str, Any]:
    """What the template is given: printable text, dates as ISO."""
    plain = asdict(report)
    for section in plain["sections"]:
        for bar in section["bars"]["bars"] if section["bars"] else ():
            bar["text"] = f"{absence_rate(bar['value'])} %"
    for day in ("first", "last", "made"):
        plain[day] = plain[day].isoformat()
    shown: dict[str, Any] = printable.everything(json.loads(json.dumps(plain)))
    return shown


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)

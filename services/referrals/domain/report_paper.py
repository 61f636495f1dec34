"""A report as a document: a tagged PDF (PDF/UA-1) whose bytes depend on the report alone.

The template is fixed and the report comes to it as JSON, never as markup.
"""

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from services.referrals.domain.report import Report
from shared import printable, typesetting
from shared.percentages import absence_rate
from shared.typesetting import NotTypeset


class ReportNotPrinted(Exception):
    """The report could not be laid out as a PDF."""


def pdf(report: Report) -> bytes:
    """Some 0.1 s of CPU. Raises ReportNotPrinted, whose text says nothing of the report."""
    try:
        return typesetting.pdf(_template(), "report", view(report), report.made)
    except NotTypeset:
        raise ReportNotPrinted from None


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

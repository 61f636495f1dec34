"""`iewo returns`: what a school owes its Local Authority."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolReach


class Kind(StrEnum):
    """attendance: ten school days without leave; sickness: fifteen of illness."""

    ATTENDANCE = "attendance"
    SICKNESS = "sickness"


Which = Annotated[Kind, typer.Option("--kind", help="attendance: ten school days without leave; sickness: fifteen of illness.")]
First = Annotated[date, typer.Option("--from", parser=options.day, metavar="DATE", help="First day, included.")]
Last = Annotated[date, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day, included.")]

EXAMPLE = "Example: iewo returns --school 900001 --kind attendance --from 2026-11-01 --to 2026-11-30 > return.csv"


@grouped
def returns(
    access: SchoolReach,
    school: options.School,
    kind: Which,
    first: First,
    last: Last,
) -> None:
    """Write a school's return to its LA as CSV on the standard output: who, and from which session to which.

    It names children, with their addresses: it is for the school itself, which sends it.
    """
    period = f"from={first.isoformat()}&to={last.isoformat()}"
    with access.of_school(school) as attendance:
        content = attendance.download(f"/v1/schools/{school}/returns?kind={kind.value}&{period}").decode()
    sys.stdout.write(content)
    _remark(content)


def _remark(content: str) -> None:
    """What whoever sends the file must know of it, apart from the file."""
    import csv
    import io

    from clients.iewo import show

    rows = list(csv.DictReader(io.StringIO(content)))
    without = len({row["UPN"] for row in rows if not row["Address"]})
    if not rows:
        show.note("nobody is to be returned for this period")
    if without:
        show.note(f"no address is kept for {without} {'child' if without == 1 else 'children'} (the school's agreement): fill them in")

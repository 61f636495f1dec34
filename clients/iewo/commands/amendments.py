"""`iewo feed amendments`: what a school changed in its register, and when."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

First = Annotated[date, typer.Option("--from", parser=options.day, metavar="DATE", help="First day on which a change was accepted.")]
Last = Annotated[date, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day on which a change was accepted.")]

EXAMPLE = "Example: iewo feed amendments --school 900001 --from 2026-11-16 --to 2026-11-20"


@grouped
def amendments(
    access: SchoolAccess,
    school: options.School,
    first: First,
    last: Last,
) -> None:
    """Show each mark that was replaced or cleared: by what, by which feed, who and why where the school's system tells."""
    with access.of_school(school) as attendance:
        said = attendance.get(f"/v1/schools/{school}/amendments", **{"from": first.isoformat(), "to": last.isoformat()})
    columns = ("feed", "accepted", "child", "day", "session", "before", "after", "changed by", "reason")
    rows = [
        (one["feed"], (one["accepted_at"] or "")[:16], *(one[name] for name in ("child", "day", "session")), *_marks(one), *_told(one))
        for one in said
    ]
    access.table(said, f"Amendments of school {school}, accepted {first} to {last}", columns, rows, right=("feed",))


def _marks(one: dict[str, Any]) -> list[str]:
    return [one[name] or "no mark" for name in ("before", "after")]


def _told(one: dict[str, Any]) -> list[str | None]:
    return [one[name] for name in ("changed_by", "reason")]

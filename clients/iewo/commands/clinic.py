"""`iewo intervention visit`: a clinic, or another visit with several families."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import entry_options as say
from clients.iewo.access import Access, as_officer

EXAMPLE = (
    'Example: iewo intervention visit "attendance clinic" monday.csv --on 2026-11-23. A line of the file: '
    '3f…,"mother, at school",good,,agreed to ring by 08:30. Columns: case, with, engagement, outcome; and seen, notes, child_view, agreed, '
    "reasons (by semicolons), next_step, due."
)
NEEDED = ("case", "with", "engagement", "outcome")
COLUMNS = (*NEEDED, "seen", "notes", "child_view", "agreed", "reasons", "next_step", "due")

File = Annotated[
    typer.FileText,
    # spreadsheets begin UTF-8 with a mark of it
    typer.Argument(metavar="FILE", encoding="utf-8-sig", help="A CSV file with a line for each case, or - for the standard input."),
]
Once = Annotated[str | None, typer.Option("--key", help="Sent again under the same key it is the same visit; by default the same file is.")]


@as_officer
def visit(referrals: Access, kind: say.Kind, file: File, on: say.On = None, key: Once = None) -> None:
    """Record a clinic, or another visit with several families: one entry in each case, and what one says stands in no other."""
    import hashlib
    import json

    from clients.iewo import show
    from clients.iewo.rows import rows

    body: dict[str, Any] = {
        "kind": kind,
        "date": (on or date.today()).isoformat(),  # noqa: DTZ011
        "entries": [_entry(row) for _, row in rows(file, COLUMNS, NEEDED)],
    }
    # without the date: the same file tomorrow is no second clinic
    same = json.dumps({name: said for name, said in body.items() if name != "date"})
    made = referrals.post("/v1/visits", body=body, key=key or hashlib.sha256(same.encode()).hexdigest())
    if referrals.printed(made):
        return
    done = [(one["id"], one["case"], one["with_whom"], one["engagement"], one["outcome"]) for one in made["interventions"]]
    show.table(f"Visit {made['visit']}: {kind} of {body['date']}", ("entry", "case", "with", "engagement", "outcome"), done)


def _entry(row: dict[str, str]) -> dict[str, Any]:
    reasons = [one.strip() for one in row.get("reasons", "").split(";") if one.strip()]
    return {**{name: value for name, value in row.items() if name != "with"}, "with_whom": row["with"], "reasons": reasons}

"""`iewo disclosures`: the log of what was told to whom."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, calling

EXAMPLES = "Examples: iewo disclosures --from 2026-09-01 --to 2026-12-31; of one child: iewo disclosures --child 7d0c..."

Child = Annotated[str | None, typer.Option("--child", metavar="CHILD", help="Of this child alone, by id.")]
First = Annotated[date | None, typer.Option("--from", parser=options.day, metavar="DATE", help="From this day on.")]
Last = Annotated[date | None, typer.Option("--to", parser=options.day, metavar="DATE", help="Until this day; today by default.")]


@calling("sharing", "dpo")
def disclosures(sharing: Access, child: Child = None, first: First = None, last: Last = None) -> None:
    """What was told of children to an LA, or refused, and why it was allowed. With --json each category with its lawful basis."""
    days = {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}
    found = sharing.get("/v1/disclosures", child=child, **days)
    rows = [
        (
            one["at"][:16].replace("T", " "),
            one["state"],
            one["child"],
            one["school"],
            f"LA {one['authority']}",
            one["purpose"],
            f"{len(one['categories'])}: {', '.join(one['categories'])}"
            if one["state"] == "made"
            else f"refused: {', '.join(one['refused'])}",
            one["requested_by"],
            one.get("pack"),
        )
        for one in found
    ]
    sharing.table(found, "Disclosures", ("at", "", "child", "school", "to", "purpose", "categories", "asked by", "pack"), rows)

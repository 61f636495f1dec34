"""`iewo hold`: children whose records are kept from disposal."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, calling

app = typer.Typer(help="Keep a child's records from disposal, for a complaint or a court, and let them go again.", no_args_is_help=True)
as_protector = calling("retention", "dpo")

Child = Annotated[str, typer.Argument(metavar="CHILD", help="The child's id.")]
Why = Annotated[str, typer.Option("--why", metavar="WORDS", help="Why: kept sealed, shown to who may set holds.")]
Until = Annotated[
    date | None, typer.Option("--until", parser=options.day, metavar="DATE", help="The last day of it; without it, until it is lifted.")
]


@app.command("set", epilog="Example: iewo hold set 7d0c... --why 'A complaint is open' --until 2028-12-31")
@as_protector
def set_(retention: Access, child: Child, why: Why, until: Until = None) -> None:
    """Keep every record of a child until a day, or until it is lifted. Set again, it replaces reason and day."""
    body = {"reason": why} | ({"until": until.isoformat()} if until else {})
    done = retention.put("/v1/holds/{}", child, body=body)
    retention.say(done, f"the records of {child} are kept {f'until {until}' if until else 'until `iewo hold lift`'}")


@app.command("list", epilog="Example: iewo hold list")
@as_protector
def list_(retention: Access) -> None:
    """Every hold: whose records, why, until when, and who set it."""
    found = retention.get("/v1/holds")
    rows = [(one["child"], one["until"] or "until lifted", one["reason"], one["by"]) for one in found]
    retention.table(found, "Holds", ("child", "until", "why", "by"), rows)


@app.command("lift", epilog="Example: iewo hold lift 7d0c...")
@as_protector
def lift_(retention: Access, child: Child) -> None:
    """Let a child's records go again: they are disposed of on their date."""
    retention.delete("/v1/holds/{}", child)
    retention.say({"child": child, "lifted": True}, f"the hold on {child} is lifted")

"""`iewo visit-warning`: warnings on addresses, for whoever is about to visit."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="Warn whoever visits an address, and look at warnings again.", no_args_is_help=True)

Warning_ = Annotated[str, typer.Argument(metavar="WARNING", help="As `iewo visit-warning list` names it.")]
Review = Annotated[
    Any, typer.Option("--review", parser=options.day, metavar="DATE", help="When somebody looks at it again: within a year.")
]
Owner = Annotated[str | None, typer.Option(help="The officer who does; by default you.")]
Once = Annotated[str | None, typer.Option("--key", metavar="KEY", help="The same key again is the same warning, not a second one.")]
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]


@app.command(epilog='Example: iewo visit-warning add "7 Example Street, ZZ99 1AA" --reason "Two dogs loose" --review 2027-03-01')
@as_officer
def add(
    referrals: Access,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="With its postcode, where it is known.")],
    reason: Annotated[str, typer.Option(help="What a visitor has to know.")],
    review: Review,
    owner: Owner = None,
    key: Once = None,
) -> None:
    """It is shown before a visit to this address, whoever lives there, and to nobody outside the company."""
    body = {"address": address, "reason": reason, "review": review.isoformat(), "owner": owner}
    done = referrals.post("/v1/visit-warnings", body=body, key=key)
    referrals.say(done, f"warning {done['warning']} stands until it is ended; to be reviewed on {done['review']} by {done['owner']}")


@app.command("list", epilog='Example: iewo visit-warning list --address "7 Example Street, ZZ99 1AA"')
@as_officer
def list_(
    referrals: Access,
    address: Annotated[str | None, typer.Option(help="Those of this address, before a visit; else those that are yours.")] = None,
) -> None:
    """The warnings that are yours to review (a head of service sees all), or those of an address."""
    found = referrals.get("/v1/visit-warnings", address=address)["visit_warnings"]
    rows = [(one["warning"], one["address"], one["reason"], one["owner"], one["review"], one["overdue"]) for one in found]
    referrals.table(found, "Visit warnings", ("warning", "address", "reason", "owner", "review", "overdue"), rows)


@app.command(epilog='Example: iewo visit-warning review 3f8a... --review 2027-09-01 --why "Still there"')
@as_officer
def review(
    referrals: Access,
    warning: Warning_,
    review: Review,
    why: Why,
    reason: Annotated[str | None, typer.Option(help="The reason as it is now.")] = None,
    owner: Owner = None,
) -> None:
    """You have looked at it again: it stands, until another day."""
    body = {"review": review.isoformat(), "reason": reason, "owner": owner, "why": why}
    done = referrals.post("/v1/visit-warnings/{}/review", warning, body=body)
    referrals.say(done, f"warning {warning} is to be reviewed on {done['review']}")


@app.command(epilog='Example: iewo visit-warning end 3f8a... --why "They moved"')
@as_officer
def end(referrals: Access, warning: Warning_, why: Why) -> None:
    """It stands no longer."""
    referrals.say(referrals.post("/v1/visit-warnings/{}/end", warning, body={"why": why}), f"warning {warning} is ended")

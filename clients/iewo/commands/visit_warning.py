"""`iewo visit-warning`: warnings on addresses, for whoever is about to visit."""

from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="Warn whoever visits an address, and look at warnings again.", no_args_is_help=True)

Warning_ = Annotated[str, typer.Argument(metavar="WARNING", help="As `iewo visit-warning list` names it.")]
Review = Annotated[
    Any, typer.Option("--review", parser=options.day, metavar="DATE", help="When somebody looks at it again: within a year.")
]
Owner = Annotated[str | None, typer.Option(help="The officer who does; by default you.")]
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]


@app.command(epilog='Example: iewo visit-warning add "7 Example Street, ZZ99 1AA" --reason "Two dogs loose" --review 2027-03-01')
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="With its postcode, where it is known.")],
    reason: Annotated[str, typer.Option(help="What a visitor has to know.")],
    review: Review,
    owner: Owner = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """It is shown before a visit to this address, whoever lives there, and to nobody outside the company."""
    body = {"address": address, "reason": reason, "review": review.isoformat(), "owner": owner}
    done = _post("/v1/visit-warnings", body, url, token, where)
    _say(done, as_json, f"warning {done['warning']} stands until it is ended; to be reviewed on {done['review']} by {done['owner']}")


@app.command("list", epilog='Example: iewo visit-warning list --address "7 Example Street, ZZ99 1AA"')
def list_(
    address: Annotated[str | None, typer.Option(help="Those of this address, before a visit; else those that are yours.")] = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """The warnings that are yours to review (a head of service sees all), or those of an address."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found = referrals.get("/v1/visit-warnings", **({"address": address} if address else {}))["visit_warnings"]
    if as_json:
        show.as_json(found)
    else:
        rows = [(one["warning"], one["address"], one["reason"], one["owner"], one["review"], one["overdue"]) for one in found]
        show.table("Visit warnings", ("warning", "address", "reason", "owner", "review", "overdue"), rows)


@app.command(epilog='Example: iewo visit-warning review 3f8a... --review 2027-09-01 --why "Still there"')
def review(
    warning: Warning_,
    review: Review,
    why: Why,
    reason: Annotated[str | None, typer.Option(help="The reason as it is now.")] = None,
    owner: Owner = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """You have looked at it again: it stands, until another day."""
    body = {"review": review.isoformat(), "reason": reason, "owner": owner, "why": why}
    done = _post(f"/v1/visit-warnings/{warning}/review", body, url, token, where)
    _say(done, as_json, f"warning {warning} is to be reviewed on {done['review']}")


@app.command(epilog='Example: iewo visit-warning end 3f8a... --why "They moved"')
def end(
    warning: Warning_,
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """It stands no longer."""
    _say(_post(f"/v1/visit-warnings/{warning}/end", {"why": why}, url, token, where), as_json, f"warning {warning} is ended")


def _post(path: str, body: dict[str, Any], url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        done: dict[str, Any] = referrals.post(path, body)
    return done


def _say(done: dict[str, Any], as_json: bool, line: str) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(done)
    else:
        show.line(line)

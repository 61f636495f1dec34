"""`iewo notices`: what one is told, and how it is e-mailed."""

from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="Your own notices, and how they are e-mailed: at once, daily or off.", no_args_is_help=True)


class Way(StrEnum):
    """How notices reach a person."""

    AT_ONCE = "at once"
    DAILY = "daily"
    OFF = "off"


How = Annotated[Way, typer.Argument(help="Each by itself, one e-mail a day with counts, or none.")]


@app.command("list", epilog="Example: iewo notices list --token $(iewo token --role officer --id officer-1)")
def list_(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """List your notices, the latest first: kind, school, and where to look."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        said = referrals.get("/v1/notices")
    if as_json:
        show.as_json(said)
        return
    rows = [(one["at"][:16].replace("T", " "), one["what"], one["school"], one["link"]) for one in said["notices"]]
    show.table(
        f"Notices, e-mailed {said['mail']} to {said['email'] or 'nobody: you were not added'}", ("at", "what", "school", "see"), rows
    )


@app.command(epilog="Example: iewo notices mail daily")
def mail(how: How, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None) -> None:
    """Say how your notices are e-mailed. They are listed in any case."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        said = referrals.put("/v1/notices/mail", {"mail": how.value})
    show.line(f"your notices are e-mailed: {said['mail']}")

"""`iewo notices`: what one is told, and how it is e-mailed."""

from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo.access import Access, as_officer

app = typer.Typer(help="Your own notices, and how they are e-mailed: at once, daily or off.", no_args_is_help=True)


class Way(StrEnum):
    """How notices reach a person."""

    AT_ONCE = "at once"
    DAILY = "daily"
    OFF = "off"


How = Annotated[Way, typer.Argument(help="Each by itself, one e-mail a day with counts, or none.")]


@app.command("list", epilog="Example: iewo notices list --token $(iewo token --role officer --id officer-1)")
@as_officer
def list_(referrals: Access) -> None:
    """List your notices, the latest first: kind, school, and where to look."""
    said = referrals.get("/v1/notices")
    rows = [(one["at"][:16].replace("T", " "), one["what"], one["school"], one["link"]) for one in said["notices"]]
    referrals.table(
        said, f"Notices, e-mailed {said['mail']} to {said['email'] or 'nobody: you were not added'}", ("at", "what", "school", "see"), rows
    )


@app.command(epilog="Example: iewo notices mail daily")
@as_officer
def mail(referrals: Access, how: How) -> None:
    """Say how your notices are e-mailed. They are listed in any case."""
    said = referrals.put("/v1/notices/mail", body={"mail": how.value})
    referrals.say(said, f"your notices are e-mailed: {said['mail']}")

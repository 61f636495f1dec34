"""`iewo notices`: what one is told, and how it is e-mailed."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo.access import Access, as_officer
from shared.seen_by import OF_A_CHANGE, seen_by

app = typer.Typer(help="Your own notices, and how they are e-mailed: at once, daily or off.", no_args_is_help=True)


class Way(StrEnum):
    """How notices reach a person."""

    AT_ONCE = "at once"
    DAILY = "daily"
    OFF = "off"


How = Annotated[Way, typer.Argument(help="Each by itself, one e-mail a day with counts, or none.")]


@app.command(
    "list", epilog="Example: iewo notices list --token $(iewo token --role officer --id officer-1); with a school's, the school's own."
)
@as_officer
def list_(referrals: Access) -> None:
    """List your notices, or your school's, the latest first: kind, school, until when something can be done, and by which command to
    look."""
    said = referrals.get("/v1/notices")
    rows = [
        (one["at"][:16].replace("T", " "), _what(one), one["school"], one["act_by"], _seen_by(one), _until(one)) for one in said["notices"]
    ]
    mailed = (
        f"e-mailed {said['mail']} to {said['email'] or 'nobody: you were not added'}" if said["mail"] else "of your school; no e-mail goes"
    )
    title = f"Notices, {mailed}"
    referrals.table(said, title, ("at", "what", "school", "act by", "see", ""), rows, beneath=("",))


@app.command(epilog="Example: iewo notices mail daily")
@as_officer
def mail(referrals: Access, how: How) -> None:
    """Say how your notices are e-mailed. They are listed in any case."""
    said = referrals.put("/v1/notices/mail", body={"mail": how.value})
    referrals.say(said, f"your notices are e-mailed: {said['mail']}")


def _what(notice: dict[str, Any]) -> str:
    return f"{notice['what']}: {', '.join(notice['about'])}" if notice["about"] else str(notice["what"])


def _until(notice: dict[str, Any]) -> str | None:
    """Of a change by when to answer it, and the last day in court; of another day, that it is no working day."""
    from clients.iewo import show

    if notice["what"] in OF_A_CHANGE:
        return show.answered_by(notice["act_by"], notice["last_in_court"])
    said = show.acted_by(notice["act_by"])
    return None if said == notice["act_by"] else said


def _seen_by(notice: dict[str, Any]) -> str | None:
    """The path itself where no command shows the same."""
    link: str | None = notice["link"]
    return link and (seen_by(notice["what"], link) or link)

"""`iewo feed withdraw`: a feed is taken back, and the register is as if it had never come."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import filled
from clients.iewo.commands.feed import Timeout
from clients.iewo.failure import Code
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

if TYPE_CHECKING:
    from clients.iewo.http import Service

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Kept with the feed.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until nothing of the feed counts any more.")]


EXAMPLE = (
    'Example: iewo feed withdraw 01a2... --why "last year\'s file". The same file pushed again afterwards is a new feed. '
    "A roll is taken back while no more than seven have come after it."
)


@grouped
def withdraw(
    access: SchoolAccess,
    feed: Annotated[str, typer.Argument(help="The feed's id, as its receipt gives it.")],
    why: Why,
    school: options.OfFeed = None,
    wait: Wait = True,
    timeout: Timeout = 300,
) -> None:
    """Take a feed back: the register is as before it, whatever came after; concerns are judged again."""
    from clients.iewo.http import wait_for

    with access.of_feed(feed, school) as attendance:
        path = filled("/v1/feeds/{}", feed)
        said = attendance.post(f"{path}/withdraw", {"why": why})
        if wait and said["state"] != "withdrawn":
            late = f"feed {feed} is not out of the register after {timeout:.0f} s: see `iewo feed show {feed}`"
            said = wait_for(partial(_state, attendance, path), lambda state: state["state"] != "withdrawing", timeout, late)
    why_not = f": {said['not_withdrawn']}" if said.get("not_withdrawn") else ""
    access.say(said, f"feed {said['number']} of school {said['school']} ({said['feed']}), {said['state']}{why_not}")
    if why_not:
        raise typer.Exit(Code.FAILED)


def _state(attendance: "Service", path: str) -> dict[str, Any]:
    answer: dict[str, Any] = attendance.get(path)
    return answer

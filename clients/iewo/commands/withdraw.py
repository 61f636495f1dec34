"""`iewo feed withdraw`: a feed is taken back, and the register is as if it had never come."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.commands.feed import Timeout

if TYPE_CHECKING:
    from clients.iewo.http import Service

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Kept with the feed.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until nothing of the feed counts any more.")]


EXAMPLE = (
    'Example: iewo feed withdraw 01a2... --why "last year\'s file". The same file pushed again afterwards is a new feed. '
    "A roll is taken back while no more than seven have come after it."
)


def withdraw(
    feed: Annotated[str, typer.Argument(help="The feed's id, as its receipt gives it.")],
    why: Why,
    school: options.OfFeed = None,
    wait: Wait = True,
    timeout: Timeout = 300,
    as_json: options.AsJson = False,
    key_file: options.KeyFile = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Take a feed back: the register is as before it, whatever came after; concerns are judged again."""
    from clients.iewo import show
    from clients.iewo.http import segment, wait_for
    from clients.iewo.school_keys import Access

    with Access(where, url, token, key_file).of_feed(feed, school) as attendance:
        path = f"/v1/feeds/{segment(feed)}"
        said = attendance.post(f"{path}/withdraw", {"why": why})
        if wait and said["state"] != "withdrawn":
            late = f"feed {feed} is not out of the register after {timeout:.0f} s: see `iewo feed show {feed}`"
            said = wait_for(partial(_state, attendance, path), lambda state: state["state"] != "withdrawing", timeout, late)
    if as_json:
        show.as_json(said)
    elif said.get("not_withdrawn"):
        show.line(f"feed {said['number']} of school {said['school']} ({said['feed']}), {said['state']}: {said['not_withdrawn']}")
    else:
        show.line(f"feed {said['number']} of school {said['school']} ({said['feed']}), {said['state']}")
    if said.get("not_withdrawn"):
        raise typer.Exit(1)


def _state(attendance: "Service", path: str) -> dict[str, Any]:
    answer: dict[str, Any] = attendance.get(path)
    return answer

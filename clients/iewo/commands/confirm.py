"""`iewo feed confirm` and `decline`: a person's answer to a whole roll that would end many enrolments."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import filled
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

Feed = Annotated[str, typer.Argument(help="The feed's id, as its receipt gives it.")]
Ends = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Say yes to so many endings and no more, without being asked: for scripts.")
]


@grouped
def confirm(
    access: SchoolAccess,
    feed: Feed,
    ends: Ends = None,
    school: options.OfFeed = None,
) -> None:
    """Let a whole roll in that waits for a yes: the enrolment of every child whom it does not name ends.

    It is counted again: when more enrolments would end than you said yes to, it goes on waiting.
    """
    with access.of_feed(feed, school) as attendance:
        path = filled("/v1/feeds/{}/confirm", feed)
        if ends is None:
            ends = _asked(feed, attendance.get(path))
        _say(access, attendance.post(path, {"ends": ends}))


@grouped
def decline(
    access: SchoolAccess,
    feed: Feed,
    school: options.OfFeed = None,
) -> None:
    """Decline a whole roll that waits for a yes: nothing of it counts. The same file may be pushed again, as part for example."""
    with access.of_feed(feed, school) as attendance:
        _say(access, attendance.post(filled("/v1/feeds/{}/decline", feed), {}))


def _asked(feed: str, now: dict[str, Any]) -> int:
    ends = int(now["ends"])
    if not typer.confirm(f"This roll would end {ends} of {now['enrolled']} enrolments at school {now['school']}. Is that right?", err=True):
        raise Failure(f"nothing is changed; `iewo feed decline {feed}` drops the roll", Code.FAILED)
    return ends


def _say(access: SchoolAccess, state: dict[str, Any]) -> None:
    access.say(state, f"feed {state['feed']} of school {state['school']}: {state['state']}")

"""`iewo feed confirm` and `decline`: a person's answer to a whole roll that would end many enrolments."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.failure import Code, Failure

Feed = Annotated[str, typer.Argument(help="The feed's id, as its receipt gives it.")]
Ends = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Say yes to so many endings and no more, without being asked: for scripts.")
]


def confirm(
    feed: Feed,
    ends: Ends = None,
    school: options.OfFeed = None,
    as_json: options.AsJson = False,
    key_file: options.KeyFile = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Let a whole roll in that waits for a yes: the enrolment of every child whom it does not name ends.

    It is counted again: when more enrolments would end than you said yes to, it goes on waiting.
    """
    from clients.iewo.http import segment
    from clients.iewo.school_keys import Access

    with Access(where, url, token, key_file).of_feed(feed, school) as attendance:
        path = f"/v1/feeds/{segment(feed)}"
        if ends is None:
            ends = _asked(feed, attendance.get(f"{path}/confirm"))
        _show(attendance.post(f"{path}/confirm", {"ends": ends}), as_json=as_json)


def decline(
    feed: Feed,
    school: options.OfFeed = None,
    as_json: options.AsJson = False,
    key_file: options.KeyFile = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Decline a whole roll that waits for a yes: nothing of it counts. The same file may be pushed again, as part for example."""
    from clients.iewo.http import segment
    from clients.iewo.school_keys import Access

    with Access(where, url, token, key_file).of_feed(feed, school) as attendance:
        _show(attendance.post(f"/v1/feeds/{segment(feed)}/decline", {}), as_json=as_json)


def _asked(feed: str, now: dict[str, Any]) -> int:
    ends = int(now["ends"])
    if not typer.confirm(f"This roll would end {ends} of {now['enrolled']} enrolments at school {now['school']}. Is that right?", err=True):
        raise Failure(f"nothing is changed; `iewo feed decline {feed}` drops the roll", Code.FAILED)
    return ends


def _show(state: dict[str, Any], *, as_json: bool) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(state)
    else:
        show.line(f"feed {state['feed']} of school {state['school']}: {state['state']}")

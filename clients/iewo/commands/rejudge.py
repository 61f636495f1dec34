"""`iewo rejudge`: concerns as the profiles of today have them."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, at_attendance
from clients.iewo.failure import Failure

if TYPE_CHECKING:
    from clients.iewo.http import Service

School = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="This school only.")]
Authority = Annotated[
    str | None, typer.Option("--authority", parser=options.authority_code, metavar="CODE", help="The schools of this LA only.")
]
After = Annotated[str | None, typer.Option("--after", parser=options.urn, metavar="URN", help="Go on behind this school.")]

EXAMPLE = "Example: iewo rejudge --authority 919. It may be stopped at any point, and run again."
PATIENCE = 60.0
"""Seconds for which a service that cannot just now is asked again."""


@at_attendance
def rejudge(
    access: Access,
    school: School = None,
    authority: Authority = None,
    after: After = None,
) -> None:
    """Judge every child again, after a profile (deploy/authorities) or a school's settings have changed.

    Concerns that are now met are raised, those that are no longer met are eased, and proposals follow.
    """
    asked = {"school": school, "authority": authority}
    with access.open() as attendance:
        schools, children = _judge(attendance, asked, after, quiet=access.as_json)
    if not schools and not after:
        raise Failure(f"no school is judged: {_whose(school, authority)} is known here (see `iewo school list`)")
    access.say({"schools": schools, "children": children}, f"judged again: {_count(children, schools)}")


def _whose(school: str | None, authority: str | None) -> str:
    return (
        f"no school {school}" + (f" of LA {authority}" if authority else "")
        if school
        else f"none of LA {authority}"
        if authority
        else "none"
    )


def _count(children: int, schools: int) -> str:
    return f"{children:,} {'child' if children == 1 else 'children'} of {schools:,} {'school' if schools == 1 else 'schools'}"


def _judge(attendance: "Service", asked: dict[str, str | None], after: str | None, *, quiet: bool) -> tuple[int, int]:
    """Asks until all are judged; says where to go on when it is broken off."""
    from clients.iewo import show
    from clients.iewo.http import persist

    schools = children = 0
    with show.progress(quiet=quiet) as progress:
        bar = progress.add_task("judging again", total=None)
        while True:
            body: dict[str, Any] = {name: value for name, value in (*asked.items(), ("after", after)) if value}
            try:
                said = persist(partial(attendance.post, "/v1/rejudge", body), PATIENCE)
            except (Failure, KeyboardInterrupt):
                if after:
                    show.note(f"judged so far: {_count(children, schools)}; go on with --after {after}")
                raise
            schools, children = schools + said["schools"], children + said["children"]
            progress.update(bar, completed=schools, total=schools + said["left"])
            after = said["after"]
            if after is None:
                return schools, children

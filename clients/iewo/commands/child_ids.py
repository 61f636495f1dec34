"""`iewo child ids`: by which id this system names a child of a school, from its UPN, its pupil id or its name."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, calling
from clients.iewo.failure import Failure

EXAMPLES = (
    "Examples: iewo child ids --school 900001 --upn A900001000017; iewo child ids --school 900001 larkfield. "
    "Without either, all who are on the school's roll of this year."
)

as_reader = calling("attendance", "officer")

Upn = Annotated[str | None, typer.Option("--upn", metavar="UPN", help="The child's unique pupil number.")]
Pupil = Annotated[str | None, typer.Option("--pupil-id", metavar="ID", help="The school's own id of the child.")]
Words = Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="Parts of the name: all of them have to be in it.")]


@as_reader
def ids(attendance: Access, school: options.School, words: Words = None, upn: Upn = None, pupil: Pupil = None) -> None:
    """Tell the id by which proposals, cases and other commands name a child on a school's roll."""
    whole = attendance.get("/v1/schools/{}/children", school)
    found = [_told(one) for one in whole if _fits(one, words or [], upn, pupil)]
    if not found and (words or upn or pupil):
        raise Failure(f"no such child is on the roll of {school} this year; `iewo find` looks among all your schools, by name")
    rows = [(one["child"], one["name"], one["year_group"], one["upn"] or one["pupil_id"]) for one in found]
    attendance.table(found, f"Children of {school}", ("child", "name", "year", "UPN or pupil id"), rows)


def _told(child: dict[str, Any]) -> dict[str, Any]:
    """What it takes to know the child by: no address, no parent."""
    return {"child": child["child"], "name": _name(child), **{name: child[name] for name in ("year_group", "upn", "pupil_id")}}


def _fits(child: dict[str, Any], words: list[str], upn: str | None, pupil: str | None) -> bool:
    same = upn is None or (child["upn"] or "").casefold() == upn.strip().casefold()
    same &= pupil is None or (child["pupil_id"] or "").casefold() == pupil.strip().casefold()
    name = _name(child).casefold()
    return same and all(word.casefold() in name for word in words)


def _name(child: dict[str, Any]) -> str:
    return f"{child['forename'] or ''} {child['surname'] or ''}".strip()

"""`iewo child`: which records of a school are one child, and which never are."""

import re
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, at_attendance

app = typer.Typer(help="Join two records of one child, part them, or keep them apart for ever.", no_args_is_help=True)

COMMON = "An id is the 24 hexadecimal digits by which proposals and cases name a child: `iewo child ids`."


def _id(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{24}", text):
        raise typer.BadParameter(
            "an id is 24 hexadecimal digits, as this system gave it (not a UPN: `iewo child ids --school URN --upn UPN` tells it)"
        )
    return text


def _pair(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{24}-[0-9a-f]{24}", text):
        raise typer.BadParameter("a join is two ids with a dash between them, as `iewo child joins` shows it")
    return text


Kept = Annotated[str, typer.Argument(parser=_id, metavar="KEPT", help="The record under which the child is shown from now on.")]
Joined = Annotated[str, typer.Argument(parser=_id, metavar="JOINED", help="The record that is shown with it.")]
Child = Annotated[str, typer.Argument(parser=_id, metavar="CHILD", help="A record's id.")]
Other = Annotated[str, typer.Argument(parser=_id, metavar="OTHER", help="The other record's id.")]
Pair = Annotated[str, typer.Argument(parser=_pair, metavar="JOIN", help="As `iewo child joins` shows it.")]
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]


@app.command(epilog=f'Example: iewo child join 3f…a1 9c…02 --school 900001 --why "The mother confirmed it by telephone". {COMMON}')
@at_attendance
def join(
    attendance: Access,
    kept: Kept,
    joined: Joined,
    school: options.School,
    why: Why,
) -> None:
    """Two records are one child. Neither is changed; `iewo child part` gives each back what was its own."""
    done = attendance.post("/v1/schools/{}/joins", school, body={"kept": kept, "joined": joined, "why": why})
    attendance.say(done, f"{joined} is shown with {kept}; to undo it: iewo child part {done['join']} --school {school}")


@app.command(epilog='Example: iewo child part 3f…a1-9c…02 --school 900001 --why "They are twins"')
@at_attendance
def part(
    attendance: Access,
    pair: Pair,
    school: options.School,
    why: Why,
) -> None:
    """Two joined records are two children again. No file joins them afterwards; a person may."""
    done = attendance.delete("/v1/schools/{}/joins/{}", school, pair, body={"why": why})
    attendance.say(done, "they are two children again")


@app.command("keep-apart", epilog=f'Example: iewo child keep-apart 3f…a1 9c…02 --school 900001 --why "Court order of 4 May". {COMMON}')
@at_attendance
def keep_apart(
    attendance: Access,
    child: Child,
    other: Other,
    school: options.School,
    why: Why,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; nothing undoes it.")] = False,
) -> None:
    """Two records are never one child, for ever: the old and the new record of an adopted child. Nothing and nobody undoes it."""
    if not yes:
        typer.confirm("Nobody can undo this. Keep the two apart for ever?", abort=True, err=True)
    done = attendance.post("/v1/schools/{}/joins/apart", school, body={"children": [child, other], "why": why})
    attendance.say(done, "they are kept apart, for ever")


@app.command(epilog="Example: iewo child joins --school 900001")
@at_attendance
def joins(
    attendance: Access,
    school: options.School,
) -> None:
    """What has been said of two records of a school, by whom and why."""
    found = attendance.get("/v1/schools/{}/joins", school)
    rows = [(one["join"], one["state"], one["kept"], step["at"], step["by"], step["why"]) for one in found for step in one["history"][-1:]]
    attendance.table(found, "Joins", ("join", "state", "kept", "at", "by", "why"), rows)

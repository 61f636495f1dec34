"""`iewo child`: which records of a school are one child, and which never are."""

import re
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="Join two records of one child, part them, or keep them apart for ever.", no_args_is_help=True)

COMMON = "An id is the 24 hexadecimal digits by which proposals, cases and GET /v1/schools/URN/children name a child."


def _id(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{24}", text):
        raise typer.BadParameter("an id is 24 hexadecimal digits, as this system gave it (not a UPN)")
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
def join(
    kept: Kept,
    joined: Joined,
    school: options.School,
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Two records are one child. Neither is changed; `iewo child part` gives each back what was its own."""
    done = _send("POST", f"/v1/schools/{school}/joins", {"kept": kept, "joined": joined, "why": why}, url, token, where)
    _say(done, as_json, f"{joined} is shown with {kept}; to undo it: iewo child part {done['join']} --school {school}")


@app.command(epilog='Example: iewo child part 3f…a1-9c…02 --school 900001 --why "They are twins"')
def part(
    pair: Pair,
    school: options.School,
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Two joined records are two children again. No file joins them afterwards; a person may."""
    done = _send("DELETE", f"/v1/schools/{school}/joins/{pair}", {"why": why}, url, token, where)
    _say(done, as_json, "they are two children again")


@app.command("keep-apart", epilog=f'Example: iewo child keep-apart 3f…a1 9c…02 --school 900001 --why "Court order of 4 May". {COMMON}')
def keep_apart(
    child: Child,
    other: Other,
    school: options.School,
    why: Why,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; nothing undoes it.")] = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Two records are never one child, for ever: the old and the new record of an adopted child. Nothing and nobody undoes it."""
    if not yes:
        typer.confirm("Nobody can undo this. Keep the two apart for ever?", abort=True, err=True)
    done = _send("POST", f"/v1/schools/{school}/joins/apart", {"children": [child, other], "why": why}, url, token, where)
    _say(done, as_json, "they are kept apart, for ever")


@app.command(epilog="Example: iewo child joins --school 900001")
def joins(
    school: options.School,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """What has been said of two records of a school, by whom and why."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("attendance", endpoints.find(where), url, token) as attendance:
        found = attendance.get(f"/v1/schools/{school}/joins")
    if as_json:
        show.as_json(found)
    else:
        rows = [
            (one["join"], one["state"], one["kept"], step["at"], step["by"], step["why"]) for one in found for step in one["history"][-1:]
        ]
        show.table("Joins", ("join", "state", "kept", "at", "by", "why"), rows)


def _send(method: str, path: str, body: dict[str, Any], url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import service

    with service("attendance", endpoints.find(where), url, token) as attendance:
        done: dict[str, Any] = attendance.delete(path, body) if method == "DELETE" else attendance.post(path, body)
    return done


def _say(done: dict[str, Any], as_json: bool, line: str) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(done)
    else:
        show.line(line)

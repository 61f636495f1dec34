"""`iewo leave`: leave of absence of families, and the requests for leave in term time."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer
from clients.iewo.failure import Code

app = typer.Typer(help="Record a family's leave of absence, and request enforcement for a school's whole list.", no_args_is_help=True)


class Decision(StrEnum):
    """What the school decided."""

    REFUSED = "refused"
    PART = "part"
    NOT_ASKED = "not-asked"


class Measure(StrEnum):
    """What is asked for."""

    NOTICE = "notice"
    PROSECUTION = "prosecution"


_DECISIONS = {Decision.REFUSED: "refused", Decision.PART: "granted in part", Decision.NOT_ASKED: "not asked for"}
_MEASURES = {Measure.NOTICE: "penalty notice", Measure.PROSECUTION: "prosecution"}

LeaveId = Annotated[str, typer.Argument(metavar="LEAVE", help="Its id, as `iewo leave list` shows it.")]
Children = Annotated[list[str], typer.Option("--child", metavar="ID", help="A child who was away; give the option again for each.")]
Parents = Annotated[
    list[str],
    typer.Option(
        "--parent", metavar="ID.N", help="Against whom a measure is asked for, by place on the roll: for each child at least one."
    ),
]
Asker = Annotated[
    list[str] | None, typer.Option("--asked-by", metavar="ID.N", help="Who asked, by place on the roll; once for each child at most.")
]
First = Annotated[Any, typer.Option("--from", parser=options.day, metavar="DATE", help="First day away.")]
Last = Annotated[Any, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day away.")]
Decided = Annotated[Decision, typer.Option(help="Refused, granted in part, or not asked for.")]
AskedOn = Annotated[Any, typer.Option("--asked-on", parser=options.day, metavar="DATE", help="When the school was asked.")]
Granted = Annotated[
    list[Any] | None,
    typer.Option("--granted", parser=options.day, metavar="DATE", help="With `part`: a day that was granted; give it again for each."),
]
DecidedOn = Annotated[Any, typer.Option("--decided-on", parser=options.day, metavar="DATE", help="When the school decided.")]
ToldOn = Annotated[
    Any, typer.Option("--told-on", parser=options.day, metavar="DATE", help="When the parent was told, and that a notice may follow.")
]
ToldTo = Annotated[
    list[str] | None,
    typer.Option(
        "--told", metavar="ID.N", help="Who of the parents was told; for each child at least one. Without it that is not on record."
    ),
]

ADD = (
    "Example: iewo leave add --school 900001 --child 6f… --parent 6f….1 --parent 6f….2 --asked-by 6f….1 --from 2026-11-02 --to 2026-11-06 "
    "--decision refused --asked-on 2026-10-12 --decided-on 2026-10-14 --told-on 2026-10-15 --told 6f….1 --told 6f….2"
)
CORRECT = (
    "Example: iewo leave correct 3f… --school 900001 --from 2026-11-02 --to 2026-11-05 --decision refused --asked-on 2026-10-12 "
    '--told-on 2026-10-15 --told 6f….1 --why "the letter says the 5th"'
)
REQUEST = (
    "Examples: iewo leave request --school 900001; iewo leave request --school 900001 --leave 3f…. Ends with 3 when some were not made."
)


@app.command(epilog=ADD)
@as_officer
def add(
    referrals: Access,
    school: options.School,
    children: Children,
    parents: Parents,
    first: First,
    last: Last,
    decision: Decided,
    asked_by: Asker = None,
    asked_on: AskedOn = None,
    granted: Granted = None,
    decided_on: DecidedOn = None,
    told_on: ToldOn = None,
    told: ToldTo = None,
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="The same key again is the same leave, not a second one.")] = None,
) -> None:
    """Record what a family asked for, or took without asking, and what was decided. It asks for nothing yet."""
    said = _said(first, last, decision, asked_on, granted, decided_on, told_on)
    body = {**said, "children": children, "parents": parents, "asked_by": asked_by or [], "told_to": told or []}
    done = referrals.post("/v1/schools/{}/leave", school, body=body, key=key)
    referrals.say(done, f"leave {done['leave']} is on record for {len(done['children'])}: next, iewo leave request --school {school}")


@app.command("list", epilog="Example: iewo leave list --school 900001 --open")
@as_officer
def list_(
    referrals: Access,
    school: options.School,
    unrequested: Annotated[bool, typer.Option("--open", help="Only what is not requested yet.")] = False,
) -> None:
    """Leave on record, the latest first."""
    found = referrals.get("/v1/schools/{}/leave", school, state="recorded" if unrequested else None)
    rows = [
        (
            one["leave"],
            f"{one['first']} to {one['last']}",
            one["decision"],
            one["told_on"],
            part["child_name"],
            part["child"],
            part["state"],
            part["case"],
        )
        for one in found["leaves"]
        for part in one["children"]
    ]
    referrals.table(found, f"Leave of {school}", ("leave", "days", "decision", "told on", "name", "child", "", "case"), rows)


@app.command(epilog=CORRECT)
@as_officer
def correct(
    referrals: Access,
    leave: LeaveId,
    school: options.School,
    first: First,
    last: Last,
    decision: Decided,
    why: Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")],
    parents: Annotated[
        list[str] | None, typer.Option("--parent", metavar="ID.N", help="All against whom a measure is asked for; without it as they are.")
    ] = None,
    asked_on: AskedOn = None,
    granted: Granted = None,
    decided_on: DecidedOn = None,
    told_on: ToldOn = None,
    told: ToldTo = None,
) -> None:
    """Say anew what is on record; what stood before is kept. Once a request rests on it, its days stay."""
    said = _said(first, last, decision, asked_on, granted, decided_on, told_on)
    done = referrals.put("/v1/schools/{}/leave/{}", school, leave, body={**said, "parents": parents, "told_to": told, "why": why})
    referrals.say(done, f"leave {leave} is {done['decision']}, {done['first']} to {done['last']}")


@app.command(epilog=REQUEST)
@as_officer
def request(
    referrals: Access,
    school: options.School,
    leaves: Annotated[
        list[str] | None, typer.Option("--leave", metavar="ID", help="This one; give it again for each. Without it all that are open.")
    ] = None,
    measure: Annotated[Measure, typer.Option(help="What is asked for.")] = Measure.NOTICE,
) -> int:
    """Request enforcement for each child and each parent whom the leave names, where the register shows G. Nothing is made twice."""
    done = referrals.post("/v1/schools/{}/leave/requests", school, body={"leaves": leaves, "measure": _MEASURES[measure]})
    rows = [(one["child_name"], one["parent"], one["outcome"], one["sessions"], _said_of(one)) for one in done["requests"]]
    title = f"{done['made']} made, {done['made_before']} made before, {done['not_made']} not made"
    if done["below"]:
        title += f", {done['below']} below the threshold"
    referrals.table(done, title, ("child", "parent", "", "sessions of G", "case, or what stands or lacks"), rows, right=("sessions of G",))
    if not rows and not referrals.as_json:
        from clients.iewo import show

        show.line(f"no leave of {school} waits to be requested; which requests stand: iewo leave list --school {school}")
    if done["left"] and not referrals.as_json:
        from clients.iewo import show

        show.line(f"{done['left']} more wait: give the command again")
    return Code.ROWS_REFUSED if done["not_made"] else Code.WELL


def _said_of(one: dict[str, Any]) -> str:
    return "; ".join(filter(None, (one["why"] or one["case"], one["below"])))


def _said(
    first: Any, last: Any, decision: Decision, asked_on: Any, granted: list[Any] | None, decided_on: Any, told_on: Any
) -> dict[str, Any]:
    days = {"first": first, "last": last, "asked_on": asked_on, "decided_on": decided_on, "told_on": told_on}
    told: dict[str, Any] = {name: day.isoformat() if day else None for name, day in days.items()}
    return {**told, "decision": _DECISIONS[decision], "granted": [day.isoformat() for day in granted or []]}

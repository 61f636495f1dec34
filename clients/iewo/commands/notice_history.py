"""`iewo notice-history`: penalty notices known to us otherwise than by a pack, and which Local Authorities (LAs) were asked for theirs."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer
from clients.iewo.commands.pack_words import sessions

app = typer.Typer(help="Penalty notices known to us, and which Local Authorities (LAs) were asked for theirs.", no_args_is_help=True)

Parent = Annotated[str, typer.Argument(metavar="PARENT", help="The parent's record, or the place on the roll, such as <child>.1.")]
La = Annotated[str, typer.Option("--la", parser=options.authority_code, metavar="CODE", help="The LA's code, three digits.")]
Earlier = Annotated[
    list[str] | None, typer.Option("--la", metavar="CODE", help="An LA under which the child was before; again for each; none: no other.")
]
Name = Annotated[str, typer.Option("--name", help="Your name.")]
On = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="The day; today by default.")]
Source = Annotated[str, typer.Option("--source", help="How it is known: 'e-mail of 4 May'.")]
Why = Annotated[str, typer.Option("--why", help="How that is known: 'the school's admission record'.")]
Issued = Annotated[
    list[str] | None, typer.Option("--issued", metavar="DATE", help="A notice that the LA knows of: its day; again for each.")
]
IssuedOn = Annotated[date, typer.Option("--issued", parser=options.day, metavar="DATE", help="Its day of issue.")]
State = Annotated[str, typer.Option("--state", help="issued, paid, unpaid, withdrawn or 'in court'.")]
Became = Annotated[str, typer.Argument(metavar="STATE", help="issued, paid, unpaid, withdrawn or 'in court'.")]
Notice = Annotated[str, typer.Argument(metavar="NOTICE", help="Its id, as `show` tells it.")]
Session = Annotated[list[str] | None, typer.Option("--session", metavar="'DATE AM'", help="On which it rests; again for each.")]
Reference = Annotated[str | None, typer.Option("--reference", help="The LA's own.")]


@app.command("show", epilog="Example: iewo notice-history show 3f… 9c….1")
@as_preparer
def show_(sharing: Access, case: options.Case, parent: Parent) -> None:
    """Show what is held of notices to a parent, and which LAs were asked."""
    _tell(sharing, sharing.get("/v1/notice-history", case=case, parent=parent))


@app.command(epilog="Example: iewo notice-history asked 3f… 9c….1 --la 803 --name 'T. Okafor'")
@as_preparer
def asked(sharing: Access, case: options.Case, parent: Parent, la: La, name: Name, on: On = None) -> None:
    """Note that an LA was asked which notices it knows of."""
    _send(sharing, "asked", case, parent, name, authority=la, on=on and on.isoformat())


@app.command(
    epilog="Example: iewo notice-history answered 3f… 9c….1 --la 803 --issued 2025-11-03 --source 'e-mail of 4 May' --name 'T. Okafor'"
)
@as_preparer
def answered(
    sharing: Access, case: options.Case, parent: Parent, la: La, source: Source, name: Name, issued: Issued = None, on: On = None
) -> None:
    """Note what an LA has answered: every notice that it knows of, or none."""
    notices = [{"issued_on": day} for day in issued or ()]
    _send(sharing, "answered", case, parent, name, authority=la, on=on and on.isoformat(), source=source, notices=notices)


@app.command(epilog="Example: iewo notice-history earlier 3f… 9c….1 --la 801 --why 'the admission record' --name 'T. Okafor'")
@as_preparer
def earlier(sharing: Access, case: options.Case, parent: Parent, why: Why, name: Name, la: Earlier = None) -> None:
    """Say under which LAs the child was before it came to its school; without --la: under no other."""
    _send(sharing, "earlier", case, parent, name, authorities=la or [], why=why)


@app.command(
    epilog="Example: iewo notice-history add 3f… 9c….1 --la 801 --issued 2025-11-03 --source \"the parent's copy\" --name 'T. Okafor'"
)
@as_preparer
def add(
    sharing: Access,
    case: options.Case,
    parent: Parent,
    la: La,
    issued: IssuedOn,
    source: Source,
    name: Name,
    state: State = "issued",
    session: Session = None,
    reference: Reference = None,
) -> None:
    """Type in a notice that is known otherwise than by a pack or an LA's answer."""
    told = {"issued_on": issued.isoformat(), "state": state, "sessions": sessions(session), "reference": reference}
    _send(sharing, "notices", case, parent, name, authority=la, source=source, **told)


@app.command(epilog="Example: iewo notice-history became 3f… 9c….1 5d… withdrawn --name 'T. Okafor'")
@as_preparer
def became(sharing: Access, case: options.Case, parent: Parent, notice: Notice, state: Became, name: Name) -> None:
    """Say what became of a notice that was typed in."""
    body = {"case": case, "parent": parent, "name": name, "state": state}
    _tell(sharing, sharing.post("/v1/notice-history/notices/{}", notice, body=body))


def _send(sharing: Access, path: str, case: str, parent: str, name: str, **more: Any) -> None:
    _tell(sharing, sharing.post(f"/v1/notice-history/{path}", body={"case": case, "parent": parent, "name": name, **more}))


def _tell(sharing: Access, said: dict[str, Any]) -> None:
    from clients.iewo import show

    if sharing.printed(said):
        return
    told = [
        (one["id"], one["notice"]["authority"], one["notice"]["issued_on"], one["notice"]["state"], one["source"]) for one in said["told"]
    ]
    show.table(f"Notices to parent {said['parent']} that we were told of", ("notice", "LA", "issued", "state", "source"), told)
    packs = [(one["reference"], one["authority"], one["issued_on"], one["state"]) for one in said["of_packs"]]
    show.table("Notices that came of our packs", ("reference", "LA", "issued", "state"), packs)
    show.table("Asked", ("LA", "asked", "answered"), [(one["authority"], one["asked_on"], one["answered_on"]) for one in said["questions"]])
    answers = [(one["authority"], one["on"], _notices(one["notices"]), one["source"], one["by"]["name"]) for one in said["answers"]]
    show.table("Answers", ("LA", "on", "said", "source", "noted by"), answers)
    if before := said["before"]:
        show.line(f"before: {', '.join(before['authorities']) or 'under no other LA'} ({before['why']})")


def _notices(notices: list[tuple[str, str]]) -> str:
    return "; ".join(f"{day} {state}" for day, state in notices) or "none"

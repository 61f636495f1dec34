"""`iewo parent`: the parents and carers of a child, who said what of them, and which records are one person."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="Show a child's family; add, change and tie parents; say which records are one person.", no_args_is_help=True)


class Doubt(StrEnum):
    """Who stands in a parent's place on the roll."""

    SAME = "same"
    OTHER = "other"


Parent = Annotated[str, typer.Argument(metavar="PARENT", help="The parent's record, as `iewo parent show` names it.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other record.")]
Child = Annotated[str, typer.Argument(metavar="CHILD", help="The child's id, as cases and `iewo find` name it.")]
Who = Annotated[Doubt, typer.Argument(metavar="same|other", help="Who stands in this parent's place on the roll now.")]
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]
Title = Annotated[str | None, typer.Option(help="Such as Ms or Dr.")]
Telephone = Annotated[list[str] | None, typer.Option(help="A number; give the option again for each. These are then all of them.")]
Email = Annotated[str | None, typer.Option(help="The e-mail address.")]
Address = Annotated[str | None, typer.Option(help="The postal address.")]
Language = Annotated[str | None, typer.Option(help="The language spoken at home.")]
Interpreter = Annotated[str | None, typer.Option(help="Which interpreter is needed.")]
Confidential = Annotated[
    bool | None,
    typer.Option("--confidential/--not-confidential", help="Whether the case's officer alone sees the address, and no paper has it."),
]
Relationship = Annotated[str | None, typer.Option(help="Such as mother, stepfather or foster carer.")]
Responsible = Annotated[str | None, typer.Option("--responsibility", metavar="yes|no", help="Parental responsibility.")]
LivesWith = Annotated[str | None, typer.Option("--lives-with", metavar="yes|no", help="Whether the child lives with this parent.")]
Writable = Annotated[
    str | None, typer.Option("--write-to", metavar="yes|no", help="Whether letters about the child may go to this parent.")
]
Order = Annotated[str | None, typer.Option("--court-order", help="An order or restriction, in words.")]
Since = Annotated[Any, typer.Option("--from", parser=options.day, metavar="DATE", help="From when.")]
Until = Annotated[Any, typer.Option(parser=options.day, metavar="DATE", help="Until when.")]


@app.command(epilog="Example: iewo parent show 6f1e2d3c4b5a69788796a5b4 --school 900001")
@as_officer
def show(
    referrals: Access,
    child: Child,
    school: options.School,
    from_roll: Annotated[bool, typer.Option("--from-roll", help="Bring the parents from the school's roll first.")] = False,
) -> None:
    """A child's parents, siblings, flags and visit warnings."""
    path = "/v1/schools/{}/children/{}/family"
    found = referrals.post(f"{path}/from-roll", school, child) if from_roll else referrals.get(path, school, child)
    if not referrals.printed(found):
        _family(found)


@app.command(
    epilog='Example: iewo parent add 6f1e2d3c4b5a69788796a5b4 --school 900001 --name "Alex Larkfield" --relationship mother '
    '--telephone "01632 960123" --why "The school gave it"'
)
@as_officer
def add(
    referrals: Access,
    child: Child,
    school: options.School,
    name: Annotated[str, typer.Option(help="The parent's name.")],
    why: Why,
    title: Title = None,
    telephone: Telephone = None,
    email: Email = None,
    address: Address = None,
    language: Language = None,
    interpreter: Interpreter = None,
    confidential: Confidential = None,
    relationship: Relationship = None,
    responsibility: Responsible = None,
    lives_with: LivesWith = None,
    write_to: Writable = None,
    court_order: Order = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Add a parent or carer whom the roll does not name."""
    said = _details(name, title, telephone, email, address, language, interpreter, confidential)
    tie = _tie(relationship, responsibility, lives_with, write_to, court_order, since, until)
    body = {**said, "school": school, "child": child, "link": tie, "why": why}
    done = referrals.post("/v1/parents", body=body)
    referrals.say(done, f"{name} is a parent of {child} now: record {done['parent']}")


@app.command(epilog='Example: iewo parent change 3f8a... --telephone "01632 960123" --why "She rang from it"')
@as_officer
def change(
    referrals: Access,
    parent: Parent,
    why: Why,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    title: Title = None,
    telephone: Telephone = None,
    email: Email = None,
    address: Address = None,
    language: Language = None,
    interpreter: Interpreter = None,
    confidential: Confidential = None,
    take: Annotated[str | None, typer.Option(metavar="FIELD", help="Take what the roll suggests for a field.")] = None,
    leave: Annotated[str | None, typer.Option(metavar="FIELD", help="Leave what the roll suggests for a field.")] = None,
) -> None:
    """Change what is known of a parent: what you do not name stays as it is. Afterwards the roll only suggests otherwise."""
    said = _details(name, title, telephone, email, address, language, interpreter, confidential)
    if not said and not take and not leave:
        raise typer.BadParameter("say what is to be changed, such as --telephone")
    done: dict[str, Any] = {}
    if said:
        done = referrals.patch("/v1/parents/{}", parent, body={**said, "why": why})
    for field, taken in ((take, True), (leave, False)):
        if field:
            done = referrals.post("/v1/parents/{}/suggestions", parent, body={"field": field, "take": taken, "why": why})
    referrals.say(done, f"{parent}: changed")


@app.command(epilog="Example: iewo parent link 3f8a... 6f1e... --relationship mother --lives-with yes --why 'She said so'")
@as_officer
def link(
    referrals: Access,
    parent: Parent,
    child: Child,
    why: Why,
    relationship: Relationship = None,
    responsibility: Responsible = None,
    lives_with: LivesWith = None,
    write_to: Writable = None,
    court_order: Order = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Tie a parent to a child of the same school, or change what the tie is. Two children of one parent are siblings."""
    tie = _tie(relationship, responsibility, lives_with, write_to, court_order, since, until)
    done = referrals.put("/v1/parents/{}/links/{}", parent, child, body={**tie, "why": why})
    referrals.say(done, f"{parent} is tied to {child}")


@app.command(epilog='Example: iewo parent same 3f8a... 9c02... --why "She said that both are her children". To undo it: iewo parent apart')
@as_officer
def same(referrals: Access, parent: Parent, other: Other, why: Why) -> None:
    """Two records are one person, and their children are siblings. Neither record is changed; `apart` takes it back."""
    done = referrals.post("/v1/parents/same", body={"parents": [parent, other], "why": why})
    referrals.say(done, f"they are one person; to undo it: iewo parent apart {parent} {other}")


@app.command(epilog='Example: iewo parent apart 3f8a... 9c02... --why "Two people of one name"')
@as_officer
def apart(referrals: Access, parent: Parent, other: Other, why: Why) -> None:
    """Two records are not one person."""
    done = referrals.post("/v1/parents/apart", body={"parents": [parent, other], "why": why})
    referrals.say(done, "they are two people")


@app.command(epilog='Example: iewo parent doubt 3f8a... 6f1e... same --why "She has married: the school told us"')
@as_officer
def doubt(referrals: Access, parent: Parent, child: Child, who: Who, why: Why) -> None:
    """The roll names somebody else in a parent's place: is it the same person under another name, or another?"""
    body = {"child": child, "same": who is Doubt.SAME, "why": why}
    found = referrals.post("/v1/parents/{}/doubt", parent, body=body)
    referrals.say(found, f"{parent} has the roll's new name" if who is Doubt.SAME else f"the roll names another parent of {child} now")


@app.command(epilog="Example: iewo parent history 3f8a...")
@as_officer
def history(referrals: Access, parent: Parent) -> None:
    """Who changed what of a parent, when and why."""
    from clients.iewo import show as shown

    found = referrals.get("/v1/parents/{}/history", parent)
    if referrals.printed(found):
        return
    now = referrals.get("/v1/parents/{}", parent)
    shown.table("History", ("at", "by", "what", "before", "after", "why"), _steps(found["steps"], now))


def _steps(steps: list[dict[str, Any]], now: dict[str, Any]) -> list[tuple[object, ...]]:
    """What came after a step is what stood before the next of the same field; after the latest, what stands."""
    from clients.iewo.family import value

    told = {name: said["value"] for name, said in now["fields"].items()}
    after: dict[str, object] = {**told, "address confidential": now["address_confidential"]}
    rows: list[tuple[object, ...]] = []
    for one in steps:
        rows.append(
            (one["at"][:16].replace("T", " "), one["by"], one["what"], value(one["before"]), value(after.get(one["what"])), one["why"])
        )
        after[one["what"]] = one["before"]
    return rows


def _details(
    name: str | None,
    title: str | None,
    telephone: list[str] | None,
    email: str | None,
    address: str | None,
    language: str | None,
    interpreter: str | None,
    confidential: bool | None,
) -> dict[str, Any]:
    told = {
        "name": name,
        "title": title,
        "telephones": telephone or None,
        "email": email,
        "address": address,
        "language": language,
        "interpreter": interpreter,
        "address_confidential": confidential,
    }
    return {field: value for field, value in told.items() if value is not None}


def _tie(
    relationship: str | None,
    responsibility: str | None,
    lives_with: str | None,
    write_to: str | None,
    court_order: str | None,
    since: Any,
    until: Any,
) -> dict[str, Any]:
    told = {
        "relationship": relationship,
        "parental_responsibility": responsibility,
        "lives_with": lives_with,
        "may_be_written_to": write_to,
        "court_order": court_order,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    return {field: value for field, value in told.items() if value is not None}


def _family(found: dict[str, Any]) -> None:
    from clients.iewo import family
    from clients.iewo import show as shown

    family.before(found)
    family.parents(found["parents"])
    for parent in found["parents"]:
        for field, value in parent.get("suggestions", {}).items():
            said = ", ".join(value) if isinstance(value, list) else value
            shown.line(
                f"the roll says {field} {said} of {parent['parent']}: iewo parent change {parent['parent']} --take {field}, or --leave"
            )
        for child in parent.get("doubts", ()):
            shown.line(
                f"the roll of {child} names somebody else in the place of {parent['parent']}: iewo parent doubt {parent['parent']} {child} "
                "same --why WORDS where it is the same person under another name, else other"
            )
    for sibling in found.get("siblings", ()):
        shown.line(f"{sibling['words']}{': ' + sibling['child'] if sibling['child'] else ''}")

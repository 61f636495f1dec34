"""What officers say of an entry, as the options of every command that writes one."""

import re
from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access

CONTACT = re.compile(r"(child|[1-9][0-9]?) (phone|email|address)(?:=(.+))?", re.DOTALL)

Id = Annotated[str, typer.Argument(metavar="ENTRY", help="The entry's id, as `iewo intervention list` shows it.")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="Such as 'home visit'; `iewo intervention kinds` lists them.")]
On = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="When it happened; by default today.")]
Seen = Annotated[str | None, typer.Option(help="Of a visit: whether the child was seen (yes, no, no reply).")]
Reasons = Annotated[list[str] | None, typer.Option("--reason-for-absence", help="From the list; give the option again for each.")]
Notes = Annotated[
    typer.FileText | None, typer.Option(help="A file with what was said, or - for the standard input: it stays with the case.")
]
View = Annotated[typer.FileText | None, typer.Option("--child-view", help="A file with the child's own view, or - for the standard input.")]
Due = Annotated[date | None, typer.Option(parser=options.day, metavar="DATE", help="When the next step is due.")]

Meant = Annotated[
    bool,
    typer.Option(
        "--names-address",
        help="The words name a confidential address, or what packs print tells how somebody is reached, and that is meant.",
    ),
]


def _contact(text: str) -> dict[str, str | None]:
    found = CONTACT.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter("written as '1 phone=01632 960123': a parent's place on the roll, or child; phone, email or address")
    who, field, value = found.groups()
    return {"parent": None if who == "child" else who, "field": field, "value": value}


Contacts = Annotated[
    list[Any] | None,
    typer.Option(
        "--contact",
        parser=_contact,
        metavar="WHO FIELD=VALUE",
        help="How somebody is reached now, such as '1 phone=01632 960123' (the roll's first parent) or 'child address=...'; without =VALUE "
        "what the roll says was confirmed. The school's roll comes to know of it. Give the option again for each.",
    ),
]


def contacts(referrals: Access, case: str, told: list[dict[str, str | None]] | None) -> list[dict[str, str | None]]:
    """As the service takes them: a parent is the child's id with the place on the roll."""
    if not told:
        return []
    child = referrals.get("/v1/cases/{}", case)["child"]
    return [{**one, "parent": f"{child}.{one['parent']}" if one["parent"] else None} for one in told]


Parents = Annotated[
    list[str] | None,
    typer.Option(
        "--parent",
        metavar="ID",
        help="A parent who was there: the record, or the place on the roll, as `iewo case show` has them. An enforcement pack counts "
        "contacts with its parent by this. Give the option again for each.",
    ),
]


def present(referrals: Access, case: str, given: list[str] | None) -> list[dict[str, str]]:
    """The parents who were there, by their records: a place on the roll may be another's tomorrow."""
    if not given:
        return []
    found = referrals.get("/v1/cases/{}", case)
    known = referrals.get("/v1/schools/{}/children/{}/family", found["school"], found["child"])["parents"]
    return [_present(one, known) for one in given]


def _present(given: str, known: list[dict[str, Any]]) -> dict[str, str]:
    for one in known:
        if given in (one["parent"], *one["refs"]):
            return {"who": "parent", "words": one["fields"]["name"]["value"], "parent": one["parent"]}
    raise typer.BadParameter(f"{given} is no parent of this child: `iewo case show` has their records")


def words(file: Any) -> str:
    """Of a file that an option named; nothing where none did."""
    return str(file.read()).strip() if file else ""

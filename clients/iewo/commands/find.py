"""`iewo find`: a child, parent, UPN, telephone number or postcode among your schools."""

import re
from typing import Annotated, Any

import typer

from clients.iewo.access import Access, as_officer

EXAMPLES = (
    'Examples: iewo find larkfeild robin; iewo find "01632 960123"; iewo find "zz99 1ab" (a whole postcode, or its beginning: zz99); '
    "iewo find A900001000017 (a UPN, or its first seven characters and more)"
)

PART_OF_UPN = re.compile("[a-z][0-9]{3,5}", re.IGNORECASE)
"""A letter and digits, fewer than a UPN is looked for by: they may be of a postcode as well, so it is said only where nobody is found."""


@as_officer
def find(
    referrals: Access,
    typed: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="Parts of names, a UPN, a telephone number or a postcode; misspelt is well too.")
    ],
) -> None:
    """Find a child by anything that is known of it or its parents: all the words have to fit."""
    from clients.iewo import show

    found = referrals.get("/v1/find", q=" ".join(typed))
    if referrals.printed(found):
        return
    show.table("Found", ("school", "child", "name", "year", "cases", "why"), map(_row, found["children"]))
    for child in found["children"]:
        for warning in child.get("visit_warnings", ()):
            show.line(f"VISIT WARNING for {child['child']}: {warning['reason']} (ask {warning['owner']})")
    if not found["children"] and any(map(PART_OF_UPN.fullmatch, typed)):
        show.note("if it is the beginning of a UPN: its first seven characters or more are needed")
    if found["more"]:
        show.line("There are others: type more of it.")
    if found["no_roll"]:
        show.note(f"no roll has come from {', '.join(found['no_roll'])}: nobody is found there")
    if found["not_searched"]:
        show.note(f"not searched, since their rolls are not read yet: {', '.join(found['not_searched'])}; try again in a moment")


def _row(child: dict[str, Any]) -> tuple[object, ...]:
    name = f"{child['forename'] or ''} {child['surname'] or ''}".strip()
    cases = ", ".join([*(f"{one['referral']} ({one['state']})" for one in child.get("cases", ())), *child.get("open_cases", ())])
    return child["school"], child["child"], name, child["year_group"], cases, "; ".join(child["why"])

"""`iewo packs statement` and `sign-statement`: the witness statement of a pack, by its maker."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo.access import Access, as_preparer
from clients.iewo.commands.pack_life import Id, Scan, Signed, To
from clients.iewo.failure import Code, Failure

Begin = Annotated[bool, typer.Option("--begin", help="Begin one in your own name: a first draft from the case, with your own letters.")]
Anew = Annotated[bool, typer.Option("--anew", help="With --begin: from the case as it is now; the words before are kept as a draft.")]
Edit = Annotated[typer.FileText | None, typer.Option("--edit", help="A file with your words, or -: a blank line ends a paragraph.")]
Name = Annotated[str | None, typer.Option("--name", help="Yours, as it is printed; of a statement that is there, as it stands.")]
Role = Annotated[str | None, typer.Option("--role", help="Yours, as it is printed; by default Education Welfare Officer.")]
Shown = Annotated[
    list[str] | None,
    typer.Option("--exhibit", metavar="DOCUMENT[=TITLE]", help="A document that you produce; give the option again, in their order."),
]
NoExhibits = Annotated[bool, typer.Option("--no-exhibits", help="Produce none: those that it has go, and the paragraphs drafted for them.")]
Edition = Annotated[int | None, typer.Option("--edition", help="Which you read; by default the one that stands.")]

ABOUT_STATEMENT = ("statement fit to be served", "exhibits produced", "exhibits hide particulars")
"""What is asked of a statement's own words and exhibits."""

STATEMENT = (
    'Example: iewo packs statement 5f2c… --begin --name "T. Okafor", then --to statement.txt, and when it is yours '
    'iewo packs statement 5f2c… --edit statement.txt --exhibit 9c…="Warning letter". The first draft produces the copies '
    "of letters that you sent. Without --exhibit those that it has stay; with it, a paragraph is added for each that none names."
)
SIGN = "Example: iewo packs sign-statement 5f2c… or, of a signature on paper, with --on 2026-11-20 --document 9c…"


@as_preparer
def statement(
    sharing: Access,
    pack: Id,
    begin: Begin = False,
    anew: Anew = False,
    edit: Edit = None,
    name: Name = None,
    role: Role = None,
    exhibits: Shown = None,
    no_exhibits: NoExhibits = False,
    edition: Edition = None,
    to: To = None,
) -> None:
    """Show the witness statement of a pack; begin it, or edit it, as its maker."""
    if exhibits and no_exhibits:
        raise Failure("--exhibit and --no-exhibits contradict each other: give one of them", Code.USAGE)
    path = "/v1/packs/{}/statement"
    said = _begun(sharing, pack, name, role, anew) if begin else sharing.get(path, pack)
    if edit or exhibits or no_exhibits:
        chosen = [] if no_exhibits else exhibits
        said = sharing.put(path, pack, body=_edited(said["statement"], edit, name, role, chosen, edition))
    _show(sharing, said, to)
    if not sharing.as_json:
        _warn(sharing.get("/v1/packs/{}", pack).get("items") or (), "it cannot be signed so", ("exhibits produced",))


def _begun(sharing: Access, pack: str, name: str | None, role: str | None, anew: bool) -> dict[str, Any]:
    from clients.iewo import show

    if name is None:
        raise Failure("give --name NAME with --begin: it is printed", Code.USAGE)
    before = sharing.get("/v1/packs/{}", pack).get("statement")
    body = {"name": name, "anew": anew} | ({"role": role} if role else {})
    said: dict[str, Any] = sharing.post("/v1/packs/{}/statement", pack, body=body)
    if before and before["edition"] == said["statement"]["edition"] and not anew:
        show.note("you had begun it: the words are as they were; --begin --anew drafts it from the case as it is now, and keeps these")
    return said


@as_preparer
def sign_statement(sharing: Access, pack: Id, edition: Edition = None, on: Signed = None, document: Scan = None) -> None:
    """Sign your statement, as it stands, in the system or on paper."""
    if (on is None) != (document is None):
        raise Failure("--on and --document belong together: they are of a signature on paper", Code.USAGE)
    wanted = edition or sharing.get("/v1/packs/{}/statement", pack)["statement"]["edition"]
    said = sharing.post("/v1/packs/{}/statement/sign", pack, body={"edition": wanted, "on": _iso(on), "document": document})
    signed = said["statement"]["signed"]
    sharing.say(said, f"edition {said['statement']['edition']} is signed by {signed['name']} on {signed['on']}, {signed['way']}")
    _warn(sharing.get("/v1/packs/{}", pack).get("items") or ())


def _warn(items: Iterable[dict[str, Any]], so: str = "it is not sent so", rules: Iterable[str] = ABOUT_STATEMENT) -> None:
    """Of what is lacking in it and let pass by nobody: the statement is not sent so, and is signed again once it is put right."""
    from clients.iewo import show

    for one in items:
        if one["rule"] in rules and not one["met"] and not one["may_be_overridden"]:
            show.note(f"{so}: {one['rule']}: {show.finding(one)}")


def _edited(
    now: dict[str, Any], edit: Any, name: str | None, role: str | None, exhibits: list[str] | None, edition: int | None
) -> dict[str, Any]:
    """What stands, with what is said anew."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", edit.read()) if part.strip()] if edit else now["paragraphs"]
    chosen = [_kept(one) for one in now["exhibits"]] if exhibits is None else [_exhibit(text) for text in exhibits]
    return {
        "name": name or now["name"],
        "role": role or now["role"],
        "edition": edition or now["edition"],
        "paragraphs": paragraphs,
        "exhibits": chosen,
        "produce": exhibits is not None,
    }


def _exhibit(text: str) -> dict[str, Any]:
    document, _, title = text.partition("=")
    return {"document": document, "title": title or None}


def _kept(exhibit: dict[str, Any]) -> dict[str, Any]:
    return {"document": exhibit["document"], "title": exhibit["title"]}


def _show(sharing: Access, said: dict[str, Any], to: Path | None) -> None:
    from clients.iewo import show

    now = said["statement"]
    if to is not None:
        to.write_text("\n\n".join(now["paragraphs"]) + "\n")
        show.note(f"the words are in {to}")
    if not sharing.printed(said) and to is None:
        signed = f"signed on {now['signed']['on']}" if now["signed"] else "not signed"
        show.line(f"statement of {now['name']}, {now['role']}: edition {now['edition']}, {signed}; {_drafts(len(said['drafts']))}")
        for number, paragraph in enumerate(now["paragraphs"], 1):
            show.line(f"{number}. {paragraph}")
        rows = [(f"{one['initials']}/{one['number']}", one["title"], one["document"]) for one in now["exhibits"]]
        show.table("Exhibits", ("mark", "title", "document"), rows)


def _drafts(number: int) -> str:
    return f"{number} draft{'' if number == 1 else 's'} kept"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""`iewo document`: documents on a case, as files that are kept here or papers that lie elsewhere."""

from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer, filled
from clients.iewo.failure import Code, Failure

LARGEST = 20 * 1024 * 1024

app = typer.Typer(help="Add documents to a case, list them, and get them back.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's id, as `iewo document list` shows it.")]
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, help="PDF, JPEG, PNG, Word (.docx) or e-mail (.eml), up to 20 MB."),
]
What = Annotated[str, typer.Option(help="What it is, in a few words.")]
Kind = Annotated[str, typer.Option(help="letter, medical evidence, minutes, ...: `iewo document kinds` lists them.")]
Dated = Annotated[Any, typer.Option("--on", parser=options.day, metavar="DATE", help="Of the document.")]
CopyOf = Annotated[
    str | None, typer.Option("--entry", metavar="ENTRY", help="The entry of a letter of which this is the copy: packs say it is held.")
]
Audience = Annotated[str, typer.Option("--for", help="officers; officers and school; head of service.")]
Served = Annotated[bool, typer.Option("--may-be-served", help="It may be served on a parent, in a pack or in court.")]
Where = Annotated[str | None, typer.Option("--paper-at", help="Where the paper lies, instead of a file.")]
Whose = Annotated[str | None, typer.Option("--paper-of", help="Who answers for the paper.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where it is saved; by default under its own name, here.")]

ADD = (
    'Example: iewo document add 3f… letter.pdf --what "Letter of the family doctor" --kind "medical evidence" --on 2026-11-19. '
    "Metadata (place, camera, editors, earlier versions) is taken out of the file before it is kept."
)


@app.command(epilog=ADD)
@as_officer
def add(
    referrals: Access,
    case: options.Case,
    what: What,
    kind: Kind,
    dated: Dated,
    file: File = None,
    audience: Audience = "officers",
    served: Served = False,
    paper_at: Where = None,
    paper_of: Whose = None,
    copy_of: CopyOf = None,
) -> None:
    """Add a document: a file, or with --paper-at and --paper-of a paper that stays where it is."""
    told = {"what": what, "kind": kind, "date": dated.isoformat(), "audience": audience, "may_be_served": served, "copy_of": copy_of}
    told |= _file_or_paper(file, paper_at, paper_of)
    path = filled("/v1/cases/{}/documents", case)
    with referrals.open() as service:
        added = service.post(path, told)
        if file is not None:
            added = service.put_file(f"{path}/{added['document']}/content", file.read_bytes())
    content = added["content"]
    kept = f": {content['name']}, {content['size']:,} bytes" if content else " as a paper"
    referrals.say(added, f"document {added['document']} is kept{kept}")


@app.command(epilog="Example: iewo document kinds")
@as_officer
def kinds(referrals: Access) -> None:
    """List the sorts of document that there are."""
    found = referrals.get("/v1/document-kinds")
    referrals.table(found, f"Documents, version {found['version']}", ("kind",), ([one] for one in found["kinds"]))


@app.command("list", epilog="Example: iewo document list 3f…")
@as_officer
def list_(referrals: Access, case: options.Case) -> None:
    """List the documents of a case that are for you to see."""
    found = referrals.get("/v1/cases/{}/documents", case)["documents"]
    columns = ("document", "date", "what", "kind", "for", "may be served", "where")
    referrals.table(found, "Documents", columns, map(_row, found))


@app.command(epilog="Example: iewo document get 3f… 9c… --to letter.pdf")
@as_officer
def get(referrals: Access, case: options.Case, document: Id, to: To = None) -> None:
    """Save a document's file."""
    found = referrals.get("/v1/cases/{}/documents", case)["documents"]
    known = next((one for one in found if one["document"] == document), None)
    if known is None or known["content"] is None:
        raise Failure("there is no such file on this case: see `iewo document list`")
    place = to or Path(known["content"]["name"])
    if place.exists():
        raise Failure(f"{place} is there already: give another name with --to", Code.USAGE)
    with referrals.open() as service:
        place.write_bytes(service.download(filled("/v1/cases/{}/documents/{}/content", case, document)))
    referrals.say({"file": str(place)}, f"saved as {place}")


@app.command(epilog='Example: iewo document strike 3f… 9c… --why "it is another child\'s"')
@as_officer
def strike(
    referrals: Access, case: options.Case, document: Id, why: Annotated[str, typer.Option(help="Why it was added in error.")]
) -> None:
    """Strike out a document that was added in error: nobody is given it any more, and it goes at the next disposal."""
    struck = referrals.post("/v1/cases/{}/documents/{}/strike", case, document, body={"reason": why})
    referrals.say(struck, f"document {document} is struck out")


def _file_or_paper(file: Path | None, at: str | None, of: str | None) -> dict[str, Any]:
    if file is not None and at is None and of is None:
        if file.stat().st_size > LARGEST:
            raise Failure(f"{file} is larger than 20 MB", Code.USAGE)
        return {"name": file.name}
    if file is None and at is not None and of is not None:
        return {"paper": {"where": at, "whose": of}}
    raise Failure("give a FILE, or --paper-at and --paper-of for a paper that lies elsewhere", Code.USAGE)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    paper, content = one["paper"], one["content"]
    place = one["state"] if one["struck"] else f"paper: {paper['where']} ({paper['whose']})" if paper else content and content["name"]
    return one["document"], one["date"], one["what"], one["kind"], one["audience"], one["may_be_served"], place

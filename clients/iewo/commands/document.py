"""`iewo document`: documents on a case, as files that are kept here or papers that lie elsewhere."""

from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options
from clients.iewo.failure import Code, Failure

LARGEST = 20 * 1024 * 1024

app = typer.Typer(help="Add documents to a case, list them, and get them back.", no_args_is_help=True)

Case = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, as the caseload shows it.")]
Id = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's id, as `iewo document list` shows it.")]
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, help="PDF, JPEG, PNG, Word (.docx) or e-mail (.eml), up to 20 MB."),
]
What = Annotated[str, typer.Option(help="What it is, in a few words.")]
Kind = Annotated[str, typer.Option(help="letter, medical evidence, minutes, signed contract, photograph, e-mail, statement, ...")]
Dated = Annotated[Any, typer.Option("--date", parser=options.day, metavar="DATE", help="Of the document.")]
Audience = Annotated[str, typer.Option("--for", help="officers; officers and school; head of service.")]
Served = Annotated[bool, typer.Option("--may-be-served", help="It may be served on a parent, in a pack or in court.")]
Where = Annotated[str | None, typer.Option("--paper-at", help="Where the paper lies, instead of a file.")]
Whose = Annotated[str | None, typer.Option("--paper-of", help="Who answers for the paper.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where it is saved; by default under its own name, here.")]

ADD = (
    'Example: iewo document add 3f… letter.pdf --what "Letter of the family doctor" --kind "medical evidence" --date 2026-11-19. '
    "Metadata (place, camera, editors, earlier versions) is taken out of the file before it is kept."
)


@app.command(epilog=ADD)
def add(
    case: Case,
    what: What,
    kind: Kind,
    dated: Dated,
    file: File = None,
    audience: Audience = "officers",
    served: Served = False,
    paper_at: Where = None,
    paper_of: Whose = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Add a document: a file, or with --paper-at and --paper-of a paper that stays where it is."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    told = {"what": what, "kind": kind, "date": dated.isoformat(), "audience": audience, "may_be_served": served}
    told |= _file_or_paper(file, paper_at, paper_of)
    path = f"/v1/cases/{segment(case)}/documents"
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        added = referrals.post(path, told)
        if file is not None:
            added = referrals.put_file(f"{path}/{added['document']}/content", file.read_bytes())
    if as_json:
        show.as_json(added)
    else:
        content = added["content"]
        show.line(
            f"document {added['document']} is kept" + (f": {content['name']}, {content['size']:,} bytes" if content else " as a paper")
        )


@app.command("list", epilog="Example: iewo document list 3f…")
def list_(
    case: Case,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """List the documents of a case that are for you to see."""
    from clients.iewo import show

    found = _listed(case, url, token, where)
    if as_json:
        show.as_json(found)
        return
    columns = ("document", "date", "what", "kind", "for", "may be served", "where")
    show.table("Documents", columns, [_row(one) for one in found])


@app.command(epilog="Example: iewo document get 3f… 9c… --to letter.pdf")
def get(
    case: Case,
    document: Id,
    to: To = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Save a document's file."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    known = next((one for one in _listed(case, url, token, where) if one["document"] == document), None)
    if known is None or known["content"] is None:
        raise Failure("there is no such file on this case: see `iewo document list`")
    place = to or Path(known["content"]["name"])
    if place.exists():
        raise Failure(f"{place} is there already: give another name with --to", Code.USAGE)
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        place.write_bytes(referrals.download(f"/v1/cases/{segment(case)}/documents/{segment(document)}/content"))
    show.line(f"saved as {place}")


@app.command(epilog='Example: iewo document strike 3f… 9c… --why "it is another child\'s"', context_settings=options.REASON_TOO)
def strike(
    case: Case,
    document: Id,
    reason: Annotated[str, typer.Option("--why", help="Why it was added in error.")],
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Strike out a document that was added in error: nobody is given it any more, and it goes at the next disposal."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        referrals.post(f"/v1/cases/{segment(case)}/documents/{segment(document)}/strike", {"reason": reason})
    show.line(f"document {document} is struck out")


def _file_or_paper(file: Path | None, at: str | None, of: str | None) -> dict[str, Any]:
    if file is not None and at is None and of is None:
        if file.stat().st_size > LARGEST:
            raise Failure(f"{file} is larger than 20 MB", Code.USAGE)
        return {"name": file.name}
    if file is None and at is not None and of is not None:
        return {"paper": {"where": at, "whose": of}}
    raise Failure("give a FILE, or --paper-at and --paper-of for a paper that lies elsewhere", Code.USAGE)


def _listed(case: str, url: str | None, token: str | None, where: Path | None) -> list[dict[str, Any]]:
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found: list[dict[str, Any]] = referrals.get(f"/v1/cases/{segment(case)}/documents")["documents"]
    return found


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    paper, content = one["paper"], one["content"]
    place = one["state"] if one["struck"] else f"paper: {paper['where']} ({paper['whose']})" if paper else content and content["name"]
    return one["document"], one["date"], one["what"], one["kind"], one["audience"], one["may_be_served"], place

"""`iewo packs` for those who prepare a pack: what is lacking, overrides, check, approval, signature, the next edition."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options
from clients.iewo.failure import Code, Failure

Id = Annotated[str, typer.Argument(metavar="PACK", help="The pack's id, as `iewo packs list` shows it.")]
OfCase = Annotated[str | None, typer.Option("--case", metavar="CASE", help="Of this case only.")]
OfSchool = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school only.")]
InState = Annotated[str | None, typer.Option("--state", help="In this state only: draft, checked, approved, waiting, sent, ...")]
By = Annotated[str, typer.Option("--name", help="Your name, as it is printed on the pack.")]
Looked = Annotated[int | None, typer.Option("--revision", help="What you looked at, as `show` says it: refused if it has changed since.")]
Rule = Annotated[str, typer.Argument(help="What is lacking, as `show` names it.")]
Why = Annotated[str, typer.Option("--why", help="Why: it is kept with the pack, and printed where something is let pass.")]
WhyNot = Annotated[str | None, typer.Option("--why", help="Why: it is printed.")]
MaybeBy = Annotated[str | None, typer.Option("--name", help="Your name, as it is printed on the pack.")]
Back = Annotated[bool, typer.Option("--take-back", help="It is not to be let pass any more.")]
Check = Annotated[str, typer.Option("--check", metavar="SHA256", help="The check value of the certificate that was looked at.")]
Signatory = Annotated[str, typer.Option("--name", help="The head teacher's, as it is printed.")]
Role = Annotated[str, typer.Option(help="As it is printed.")]
Signed = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="Of a signature on paper: its day.")]
Scan = Annotated[str | None, typer.Option("--document", help="Of a signature on paper: its scan, a document of the case.")]
File = Annotated[str, typer.Argument(metavar="NAME", help="volume-a.pdf, volume-b.pdf or pack.json.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where it is saved; by default under its own name, here.")]

SHOW = "Example: iewo packs show 5f2c… tells what is lacking, who did what, and what can be done now."
LIST = "Example: iewo packs list --case 3f… or: iewo packs list --state approved"
OVERRIDE = 'Example: iewo packs override 5f2c… "contacts confirmed" --why "confirmed by telephone today" --name "T. Okafor"'
CHECK = 'Example: iewo packs check 5f2c… --name "T. Okafor"'
APPROVE = 'Example: iewo packs approve 5f2c… --name "D. Example" as the head of service, who is another person than who checked.'
CERTIFICATE = "Example: iewo packs certificate 5f2c… shows what is to be signed, and its check value."
SIGN = (
    'Example: iewo packs sign 5f2c… --check 9a0e… --name "R. Pascoe" with the school\'s token; '
    "of a signature on paper, as an officer, with --on 2026-11-20 --document 9c…"
)
CANCEL = 'Example: iewo packs cancel 5f2c… --why "the family has moved" --name "T. Okafor"'
SUPERSEDE = 'Example: iewo packs supersede 5f2c… --why "a mark was corrected" --name "T. Okafor" begins a draft of the next edition.'
PREVIEW = "Example: iewo packs preview 5f2c… volume-b.pdf --to look.pdf"


def list_(
    case: OfCase = None,
    school: OfSchool = None,
    state: InState = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """List packs, the latest first."""
    from clients.iewo import show
    from clients.iewo.http import service

    query = {name: value for name, value in (("case", case), ("school", school), ("state", state)) if value}
    with service("sharing", endpoints.find(where), url, token, whose="officer") as sharing:
        found = sharing.get("/v1/packs", **query)
    if as_json:
        show.as_json(found)
        return
    columns = ("pack", "state", "edition", "school", "authority", "request by", "why it waits")
    rows = [[one.get(name) for name in ("pack", "state", "edition", "school", "authority", "request_by", "reason")] for one in found]
    show.table("Packs", columns, rows)


def show_(
    pack: Id,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Show a pack: its state, what is lacking, who did what, and what can be done now."""
    from clients.iewo import show

    said = _ask(pack, "", url, token, where)
    if as_json:
        show.as_json(said)
        return
    show.line(f"pack {said['pack']}, edition {said['edition']}, for LA {said['authority']}: {said['state']}")
    if said.get("reason"):
        show.line(said["reason"])
    if "revision" not in said:
        return
    show.line(f"{said['measure']}, {said['ground']}, {said['first']} to {said['last']}; revision {said['revision']}")
    show.line(f"possible now: {', '.join(said['possible']) or 'nothing'}")
    _tell_items(said["items"])
    rows = [(line["by"]["at"], line["by"]["name"], line["act"], line["state"], line["why"]) for line in said["history"]]
    show.table("History", ("when", "who", "what", "then", "why"), rows)
    if said["files"]:
        show.table("Files", ("name", "bytes", "SHA-256"), [(one["name"], one["size"], one["sha256"]) for one in said["files"]])


def override(
    pack: Id,
    rule: Rule,
    why: WhyNot = None,
    name: MaybeBy = None,
    back: Back = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Go on although something is lacking, for a reason that is printed."""
    from clients.iewo.http import segment, service

    if not back and not (why and name):
        raise Failure("give --why WORDS and --name NAME, or --take-back", Code.USAGE)
    path = f"/v1/packs/{segment(pack)}/overrides"
    with service("sharing", endpoints.find(where), url, token, whose="officer") as sharing:
        body = {"rule": rule, "why": why, "name": name}
        said = sharing.delete(f"{path}/{segment(rule)}") if back else sharing.post(path, body)
    _tell(said, as_json)


def check(
    pack: Id,
    name: By,
    revision: Looked = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Say that you have checked a pack."""
    _act(pack, "check", {"name": name, "revision": revision}, "officer", as_json, url, token, where)


def approve(
    pack: Id,
    name: By,
    revision: Looked = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Approve a checked pack, as the head of service."""
    _act(pack, "approve", {"name": name, "revision": revision}, "head of service", as_json, url, token, where)


def certificate(
    pack: Id,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Show the certificate of attendance and the declaration, as they are to be signed."""
    from clients.iewo import show

    said = _ask(pack, "certificate", url, token, where)
    if as_json:
        show.as_json(said)
        return
    show.line(f"certificate of attendance of {said['name']}, {said['first']} to {said['last']}; the pack is {said['state']}")
    show.table("Marks", ("day", "AM", "PM"), [(one["day"], one["am"], one["pm"]) for one in said["days"]])
    show.table("Key", ("code", "meaning"), [(one["code"], one["meaning"]) for one in said["key"]])
    for sentence in said["declaration"]:
        show.line(sentence)
    show.line(f"check value {said['check']}")


def sign(
    pack: Id,
    value: Check,
    name: Signatory,
    role: Role = "head teacher",
    on: Signed = None,
    document: Scan = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Sign certificate and declaration: the marks are frozen, and the pack is sent."""
    body = {"check": value, "name": name, "role": role, "on": on and on.isoformat(), "document": document}
    _act(pack, "certificate/sign", body, "officer" if document else "school", as_json, url, token, where)


def cancel(
    pack: Id,
    why: Why,
    name: By,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Give a pack up before it is sent."""
    _act(pack, "cancel", {"name": name, "why": why}, "officer", as_json, url, token, where)


def supersede(
    pack: Id,
    why: Why,
    name: By,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Begin the next edition of a pack that was sent: a draft with the statement's words, unsigned."""
    _act(pack, "supersede", {"name": name, "why": why}, "officer", as_json, url, token, where)


def preview(
    pack: Id,
    name: File,
    to: To = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Save a volume as it would be sent now; what is not signed yet says so."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    place = to or Path(Path(name).name)
    if place.exists():
        raise Failure(f"{place} is there already: give another name with --to", Code.USAGE)
    with service("sharing", endpoints.find(where), url, token, whose="officer") as sharing:
        place.write_bytes(sharing.download(f"/v1/packs/{segment(pack)}/preview/{segment(name)}", "*/*"))
    show.line(f"saved as {place}")


def _ask(pack: str, path: str, url: str | None, token: str | None, where: Path | None) -> Any:
    from clients.iewo.http import segment, service

    with service("sharing", endpoints.find(where), url, token, whose="officer") as sharing:
        return sharing.get(f"/v1/packs/{segment(pack)}" + (f"/{path}" if path else ""))


def _act(
    pack: str, path: str, body: dict[str, Any], whose: str, as_json: bool, url: str | None, token: str | None, where: Path | None
) -> None:
    from clients.iewo.http import segment, service

    with service("sharing", endpoints.find(where), url, token, whose=whose) as sharing:
        _tell(sharing.post(f"/v1/packs/{segment(pack)}/{path}", body), as_json)


def _tell(said: dict[str, Any], as_json: bool) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(said)
        return
    possible = ", ".join(said["possible"]) or "nothing"
    show.line(f"pack {said['pack']}, edition {said['edition']}, is {said['state']}, revision {said['revision']}; possible now: {possible}")


def _tell_items(items: list[dict[str, Any]] | None) -> None:
    from clients.iewo import show

    if items is None:
        show.line("what is lacking is not known just now: a part of the system does not answer")
        return
    rows = [(one["rule"], _standing(one), one["before"], one["says"]) for one in items]
    show.table("What is asked for", ("rule", "", "before", "what it says"), rows)


def _standing(item: dict[str, Any]) -> str:
    if item["met"]:
        return "met"
    if item["override"]:
        return f"let pass: {item['override']['why']} ({item['override']['by']})"
    return "lacking" if item["may_be_overridden"] else "lacking, never let pass"

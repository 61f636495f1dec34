"""`iewo packs` for those who prepare a pack: what is lacking, overrides, check, approval, signature, the next edition."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer, calling, filled
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


def _check_value(text: str) -> str:
    if re.fullmatch("[0-9a-f]{64}", text) is None:
        raise typer.BadParameter("64 hexadecimal digits: the last line of `iewo packs certificate PACK` has them")
    return text


Check = Annotated[
    str, typer.Option("--check", parser=_check_value, metavar="SHA256", help="The check value: the last line of `iewo packs certificate`.")
]
Signatory = Annotated[str, typer.Option("--name", help="The head teacher's, as it is printed.")]
Role = Annotated[str, typer.Option(help="As it is printed.")]
Signed = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="Of a signature on paper: its day.")]
Scan = Annotated[str | None, typer.Option("--document", help="Of a signature on paper: its scan, a document of the case.")]
File = Annotated[str, typer.Argument(metavar="NAME", help="volume-a.pdf, volume-b.pdf or pack.json.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where it is saved; by default under its own name, here.")]

as_head = calling("sharing", "head of service")

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


@as_preparer
def list_(sharing: Access, case: OfCase = None, school: OfSchool = None, state: InState = None) -> None:
    """List packs, the latest first."""

    found = sharing.get("/v1/packs", case=case, school=school, state=state)
    columns = ("pack", "state", "edition", "school", "authority", "request by", "why it waits")
    rows = [[one.get(name) for name in ("pack", "state", "edition", "school", "authority", "request_by", "reason")] for one in found]
    sharing.table(found, "Packs", columns, rows)


@as_preparer
def show_(sharing: Access, pack: Id) -> None:
    """Show a pack: its state, what is lacking, who did what, and what can be done now."""
    from clients.iewo import show

    said = sharing.get("/v1/packs/{}", pack)
    if sharing.printed(said):
        return
    show.line(f"pack {said['pack']}, edition {said['edition']}, for LA {said['authority']}: {said['state']}")
    if said.get("reason"):
        show.line(said["reason"])
    if "revision" not in said:
        return
    show.line(f"{said['measure']}, {said['ground']}, {said['first']} to {said['last']}; revision {said['revision']}")
    if said["changed_since_checked"]:
        show.line(f"changed since it was checked: {', '.join(said['changed_since_checked'])}; check and approve it anew")
    if said["changed_since_sent"]:
        show.line(f"changed since sent: {', '.join(said['changed_since_sent'])}; `iewo packs changed` answers")
    show.line(f"possible now: {', '.join(said['possible']) or 'nothing'}")
    _tell_items(said["items"])
    rows = [(line["by"]["at"], line["by"]["name"], line["act"], line["state"], line["why"]) for line in said["history"]]
    show.table("History", ("when", "who", "what", "then", "why"), rows)
    if said["files"]:
        show.table("Files", ("name", "bytes", "SHA-256"), [(one["name"], one["size"], one["sha256"]) for one in said["files"]])


@as_preparer
def override(sharing: Access, pack: Id, rule: Rule, why: WhyNot = None, name: MaybeBy = None, back: Back = False) -> None:
    """Go on although something is lacking, for a reason that is printed."""
    if not back and not (why and name):
        raise Failure("give --why WORDS and --name NAME, or --take-back", Code.USAGE)
    if back:
        _tell(sharing, sharing.delete("/v1/packs/{}/overrides/{}", pack, rule))
    else:
        _tell(sharing, sharing.post("/v1/packs/{}/overrides", pack, body={"rule": rule, "why": why, "name": name}))


@as_preparer
def check(sharing: Access, pack: Id, name: By, revision: Looked = None) -> None:
    """Say that you have checked a pack."""
    _tell(sharing, sharing.post("/v1/packs/{}/check", pack, body={"name": name, "revision": revision}))


@as_head
def approve(sharing: Access, pack: Id, name: By, revision: Looked = None) -> None:
    """Approve a checked pack, as the head of service."""
    _tell(sharing, sharing.post("/v1/packs/{}/approve", pack, body={"name": name, "revision": revision}))


@as_preparer
def certificate(sharing: Access, pack: Id) -> None:
    """Show the certificate of attendance and the declaration, as they are to be signed."""
    from clients.iewo import show

    said = sharing.get("/v1/packs/{}/certificate", pack)
    if sharing.printed(said):
        return
    show.line(f"certificate of attendance of {said['name']}, {said['first']} to {said['last']}; the pack is {said['state']}")
    show.line(f"for: {said['measure']}, {said['reason']}, against {said['parent']}")
    show.table("Marks", ("day", "AM", "PM"), [(one["day"], one["am"], one["pm"]) for one in said["days"]])
    show.table("Key", ("code", "meaning"), [(one["code"], one["meaning"]) for one in said["key"]])
    for sentence in said["declaration"]:
        show.line(sentence)
    show.line(f"check value {said['check']}")


@as_preparer
def sign(
    sharing: Access, pack: Id, value: Check, name: Signatory, role: Role = "head teacher", on: Signed = None, document: Scan = None
) -> None:
    """Sign certificate and declaration: the marks are frozen, and the pack is sent."""
    body = {"check": value, "name": name, "role": role, "on": on and on.isoformat(), "document": document}
    signatory = sharing if document else replace(sharing, whose="school")
    said = signatory.post("/v1/packs/{}/certificate/sign", pack, body=body)
    if said["state"] == "waiting":
        sharing.say(said, f"pack {pack} is signed; it is on its way (`iewo packs list` says why, where it has to wait)")
    else:
        _tell(sharing, said)


@as_preparer
def cancel(sharing: Access, pack: Id, why: Why, name: By) -> None:
    """Give a pack up before it is sent."""
    _tell(sharing, sharing.post("/v1/packs/{}/cancel", pack, body={"name": name, "why": why}))


@as_preparer
def supersede(sharing: Access, pack: Id, why: Why, name: By) -> None:
    """Begin the next edition of a pack that was sent: a draft with the statement's words, unsigned."""
    _tell(sharing, sharing.post("/v1/packs/{}/supersede", pack, body={"name": name, "why": why}))


@as_preparer
def preview(sharing: Access, pack: Id, name: File, to: To = None) -> None:
    """Save a volume as it would be sent now; what is not signed yet says so."""
    place = to or Path(Path(name).name)
    if place.exists():
        raise Failure(f"{place} is there already: give another name with --to", Code.USAGE)
    with sharing.open() as service:
        place.write_bytes(service.download(filled("/v1/packs/{}/preview/{}", pack, name), "*/*"))
    sharing.say({"file": str(place)}, f"saved as {place}")


def _tell(sharing: Access, said: dict[str, Any]) -> None:
    possible = ", ".join(said["possible"]) or "nothing"
    now = f"edition {said['edition']}, is {said['state']}, revision {said['revision']}"
    sharing.say(said, f"pack {said['pack']}, {now}; possible now: {possible}")


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

"""`iewo packs` for those who prepare a pack: what is lacking, overrides, check, approval, signature, the next edition."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options, pack_standing
from clients.iewo.access import Access, as_preparer, calling, filled
from clients.iewo.failure import Code, Failure
from clients.iewo.pack_selection import Selection, save

Id = Annotated[str, typer.Argument(metavar="PACK", help="The pack's id, as `iewo packs list` shows it.")]
OfCase = Annotated[str | None, typer.Option("--case", metavar="CASE", help="Of this case only.")]
OfChild = Annotated[str | None, typer.Option("--child", metavar="ID", help="About this child only.")]
Latest = Annotated[bool, typer.Option("--latest", help="The latest first.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=9_999, help="So many at most.")]
Save = Annotated[
    Path | None, typer.Option("--save", dir_okay=False, metavar="FILE", help="Also save ids and revisions, as CSV: it names nobody.")
]
By = Annotated[str, typer.Option("--name", help="Your name, as it is printed on the pack.")]
Looked = Annotated[int | None, typer.Option("--revision", help="What you looked at, as `show` says it: refused if it has changed since.")]
Rule = Annotated[str, typer.Argument(help="What is lacking, as `show` names it.")]
Why = Annotated[str, typer.Option("--why", help="Why: it is kept with the pack, and printed where something is let pass.")]
WhyInA = Annotated[str, typer.Option("--why", help="Why: it is printed in volume A, for the Local Authority alone.")]
WhyNot = Annotated[str | None, typer.Option("--why", help="Why: it is printed.")]
MaybeBy = Annotated[str | None, typer.Option("--name", help="Your name, as it is printed on the pack.")]
Back = Annotated[bool, typer.Option("--take-back", help="It is not to be let pass any more.")]


def check_value(text: str) -> str:
    if re.fullmatch("[0-9a-f]{64}", text) is None:
        raise typer.BadParameter("64 hexadecimal digits: the last line of `iewo packs certificate PACK` has them")
    return text


Everything = Annotated[bool, typer.Option("--all", help="Every day of the period, not only those with a session relied on.")]
Signatory = Annotated[str, typer.Option("--name", help="The head teacher's, as it is printed.")]
Role = Annotated[str, typer.Option(help="As it is printed.")]
Signed = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="Of a signature on paper: its day.")]
Scan = Annotated[str | None, typer.Option("--document", help="Of a signature on paper: its scan, a document of the case.")]
File = Annotated[str, typer.Argument(metavar="NAME", help="volume-a.pdf, volume-b.pdf or pack.json.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where it is saved; by default under its own name, here.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there, such as an earlier preview.")]

as_head = calling("sharing", "head of service")

BY_WITNESS = "who checked it makes the statement too: the first page of volume A says so; another person can check it instead"
SHOW = "Example: iewo packs show 5f2c… tells what is lacking, who did what, and what can be done now."
LIST = (
    "Examples: iewo packs list --state draft --school 900001; iewo packs list --case 3f…; "
    "iewo packs list --state draft --reason leave --measure notice --save looked.csv"
)
OVERRIDE = 'Example: iewo packs override 5f2c… "contacts confirmed" --why "confirmed by telephone today" --name "T. Okafor"'
CERTIFICATE = "Example: iewo packs certificate 5f2c… shows what is to be signed, and its check value."
CANCEL = 'Example: iewo packs cancel 5f2c… --why "the family has moved" --name "T. Okafor"; `iewo packs take-up` makes it a draft again.'
TAKE_UP = 'Example: iewo packs take-up 5f2c… --why "the family is back" --name "T. Okafor"'
SUPERSEDE = 'Example: iewo packs supersede 5f2c… --why "a mark was corrected" --name "T. Okafor" begins a draft of the next edition.'
PREVIEW = "Example: iewo packs preview 5f2c… volume-b.pdf --to look.pdf; --force writes over an earlier one."


@as_preparer
def list_(
    sharing: Access,
    which: Selection,
    case: OfCase = None,
    child: OfChild = None,
    latest: Latest = False,
    limit: Limit = 200,
    to: Save = None,
) -> None:
    """List packs, those first whose legal clock or day to answer a change is first: about and against whom, how far each is, until when."""
    from clients.iewo import show

    most = None if which.leave or which.file else str(limit + 1)  # else what is cut off might be what is sought
    found = which.listed(sharing, case=case, child=child, order=None if latest else "clock", limit=most)
    more, found = len(found) > limit, found[:limit]
    if to:
        save(to, found)
    columns = ("pack", "child", "against", "for", "state", "ed.", "school", "LA", "request by", "lay by", "")
    keys = ("child_name", "parent_name", "measure", "state", "edition", "school", "authority", "request_by", "earliest_by")
    first = {"edition": None}  # is nothing to be told
    shown = [one | {"state": pack_standing.state(one)} | (first if one["edition"] == 1 else {}) for one in found]
    rows = [[one["pack"], *(one.get(key) for key in keys), _beneath(told)] for one, told in zip(shown, found, strict=True)]
    sharing.table(found, "Packs", columns, rows, beneath=("", "ed.", "LA", "school", "for", "lay by", "request by"))
    if which.state and not found:
        later = "one that its LA has fetched, or has answered, is in a later state; without --state all are shown"
        show.note(f"none is {which.state} now: {later}")
    if more:
        show.note(f"these are the first {limit}; more with --limit, or narrow the list")
    if to:
        show.note(f"{len(found)} saved in {to}: `--file {to}` of check, approve, send and sign is about exactly these")


def _beneath(pack: dict[str, Any]) -> str:
    """Under a pack's row: until when to ask, and to lay an information, where the day is no working day, what came of the pack, why it
    waits, what changed, which edition is the next."""
    from clients.iewo.pack_changes import in_a_line
    from shared.court_days import no_day_to_ask, not_a_court_day

    days = ((pack.get("request_by"), no_day_to_ask), (pack.get("earliest_by"), not_a_court_day))
    notes = (note(date.fromisoformat(day)) for day, note in days if day)
    now = (pack_standing.outcome(pack), pack.get("reason") or in_a_line(pack), pack_standing.next_edition(pack.get("next_edition")))
    return "; ".join(filter(None, (*dict.fromkeys(notes), *now)))


@as_preparer
def show_(sharing: Access, pack: Id) -> None:
    """Show a pack: its state, what is lacking, who did what, and what can be done now."""
    from clients.iewo import show
    from clients.iewo.pack_changes import in_a_line, since_sent

    said = sharing.get("/v1/packs/{}", pack)
    if sharing.printed(said):
        return
    show.line(f"pack {said['pack']}, edition {said['edition']}, for LA {said['authority']}: {pack_standing.state(said)}")
    if said.get("child_name") or said.get("parent_name"):
        show.line(f"about {said.get('child_name') or 'name not known'}, against {said.get('parent_name') or 'name not known'}")
    _tell_lines(pack_standing.outcome(said), said.get("reason"), pack_standing.next_edition(said.get("next_edition")))
    if "revision" not in said:
        _tell_lines(in_a_line(said))
        return
    offence = f" (s.{said['offence']})" if said["offence"] else ""
    show.line(f"{said['measure']}{offence}, {said['ground']}, {said['first']} to {said['last']}; revision {said['revision']}")
    clocks = (("request", show.asked_by(said.get("request_by"))), ("lay", show.laid_by(said.get("earliest_by"))))
    if known := [f"{what} by {day}" for what, day in clocks if day]:
        show.line(", ".join(known))
    if said["changed_since_checked"]:
        show.line(f"changed since it was checked: {', '.join(said['changed_since_checked'])}; check and approve it anew")
    if changed := since_sent(said):
        until = show.answered_by(said.get("answer_by"), said.get("earliest_by"))
        show.line("; ".join(filter(None, (f"changed since sent: {changed}", until, "`iewo packs changed` answers"))))
    show.line(f"possible now: {', '.join(said['possible']) or 'nothing'}")
    if said.get("checked_by_witness"):
        show.line(BY_WITNESS)
    _tell_items(said["items"])
    if not said["items"]:  # else it stands with each
        let_pass = [(one["rule"], one["why"], one["by"]) for one in said["overrides"]]
        show.table("Let pass", ("rule", "why", "by"), let_pass)
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
        told(sharing, sharing.delete("/v1/packs/{}/overrides/{}", pack, rule))
    else:
        told(sharing, sharing.post("/v1/packs/{}/overrides", pack, body={"rule": rule, "why": why, "name": name}))


@as_preparer
def certificate(sharing: Access, pack: Id, everything: Everything = False) -> None:
    """Show the certificate of attendance and the declaration, as they are to be signed: the sessions relied on, and where to sign."""
    from clients.iewo import show

    said = sharing.get("/v1/packs/{}/certificate", pack)
    if sharing.printed(said):
        return
    show.line(f"certificate of attendance of {said['name']}, {said['first']} to {said['last']}; the pack is {said['state']}")
    show.line(f"for: {said['measure']}, {said['reason']}, against {said['parent']}")
    if said["offence"]:
        show.line(f"offence: {said['offence']}")
    relied = {one["day"] for one in said["relied_on"]}
    days = said["days"] if everything or not relied else [one for one in said["days"] if one["day"] in relied]
    show.line(f"{len(said['relied_on'])} sessions relied on")
    show.table("Marks", ("day", "AM", "PM"), [(one["day"], one["am"], one["pm"]) for one in days])
    if left := len(said["days"]) - len(days):
        show.line(f"{left} more days of the period are certified with these: --all shows them")
    show.table("Key", ("code", "meaning"), [(one["code"], one["meaning"]) for one in said["key"]])
    for sentence in said["declaration"]:
        show.line(sentence)
    _tell_where(said)
    show.line(f"check value {said['check']}")


def _tell_where(said: dict[str, Any]) -> None:
    """Where it is signed, and by whom."""
    from clients.iewo import show

    who, pack = " or ".join(said["signatories"]), said["pack"]
    if said["state"] not in ("approved", "waiting"):
        show.line(f"it is signed once the pack is approved: it is {said['state']} now")
    show.line(f"the {who} signs with the school's token: iewo packs sign {pack} --check {said['check']} --name NAME")
    show.line(
        f"or on paper: iewo packs preview {pack} volume-b.pdf, its page `Certificate of attendance`; the scan is a document of the case "
        f"(iewo document add ... --may-be-served), and then, as an officer: the same with --on DATE --document DOCUMENT"
    )


def sign(sharing: Access, pack: str, value: str, name: str, role: str, on: date | None, document: str | None) -> int:
    """One pack, whose certificate was looked at before."""
    body = {"check": value, "name": name, "role": role, "on": on and on.isoformat(), "document": document}
    signatory = sharing if document else replace(sharing, whose="school")
    said = signatory.post("/v1/packs/{}/certificate/sign", pack, body=body)
    if said["state"] == "waiting":
        sharing.say(said, f"pack {pack} is signed; it is on its way (`iewo packs list` says why, where it has to wait)")
        return Code.WELL
    return told(sharing, said)


@as_preparer
def cancel(sharing: Access, pack: Id, why: Why, name: By) -> None:
    """Give a pack up before it is sent."""
    told(sharing, sharing.post("/v1/packs/{}/cancel", pack, body={"name": name, "why": why}))


@as_preparer
def take_up(sharing: Access, pack: Id, why: Why, name: By) -> None:
    """Take up a pack that was given up before it was sent: the same pack, a draft again, in the same edition."""
    said = sharing.post("/v1/packs/{}/take-up", pack, body={"name": name, "why": why})
    told(sharing, said)
    if said["let_pass_before"] and not sharing.as_json:
        gone = ", ".join(said["let_pass_before"])
        _tell_lines(f"let pass no more: {gone}; what of it is still lacking is to be let pass again (`iewo packs override`)")


@as_preparer
def supersede(sharing: Access, pack: Id, why: WhyInA, name: By) -> None:
    """Begin the next edition of a pack that was sent: a draft with the statement's words, unsigned."""
    told(sharing, sharing.post("/v1/packs/{}/supersede", pack, body={"name": name, "why": why}))


@as_preparer
def preview(sharing: Access, pack: Id, name: File, to: To = None, force: Force = False) -> None:
    """Save a volume as it would be sent now; what is not signed yet says so."""
    place = to or Path(Path(name).name)
    if (before := place.exists()) and not force:
        since = f"{datetime.fromtimestamp(place.stat().st_mtime).astimezone():%-d %b %Y at %H:%M}"
        raise Failure(f"nothing is saved: {place} is there already, of {since}; --force writes over it, --to names another", Code.USAGE)
    with sharing.open() as service:
        place.write_bytes(service.download(filled("/v1/packs/{}/preview/{}", pack, name), "*/*"))
    sharing.say({"file": str(place)}, f"saved as {place}{', over what was there' if before else ''}")


def told(sharing: Access, said: dict[str, Any]) -> int:
    possible = ", ".join(said["possible"]) or "nothing"
    now = f"edition {said['edition']}, is {said['state']}, revision {said['revision']}"
    sharing.say(said, f"pack {said['pack']}, {now}; possible now: {possible}")
    if said.get("checked_by_witness") and not sharing.as_json:
        _tell_lines(BY_WITNESS)
    return Code.WELL


def approved(sharing: Access, said: dict[str, Any]) -> int:
    """With what the approval is of too."""
    if not sharing.as_json:
        _tell_lines(*(f"let pass: {words}" for words in map(passed, said["let_pass"])))
    return told(sharing, said)


def passed(one: Mapping[str, Any]) -> str:
    """What was let pass, why, and who did."""
    return f"{one['rule']}: {one['why']} ({one['by']})"


def _tell_lines(*lines: str | None) -> None:
    from clients.iewo import show

    for line in filter(None, lines):
        show.line(line)


def _tell_items(items: list[dict[str, Any]] | None) -> None:
    from clients.iewo import show

    if items is None:
        show.line("what is lacking is not known just now: a part of the system does not answer")
        return
    if not items:
        show.line("what is asked for is looked at no more: it has gone, or was given up")
        return
    rows = [(one["rule"], _standing(one), one["before"], show.finding(one)) for one in items]
    show.table("What is asked for", ("rule", "", "before", "what stands, and what to do"), rows)


def _standing(item: dict[str, Any]) -> str:
    if item["met"]:
        return "met"
    if item["override"]:
        return f"let pass: {item['override']['why']} ({item['override']['by']})"
    return "lacking" if item["may_be_overridden"] else "lacking, never let pass"
